// SPDX-License-Identifier: MIT
// A quarantine of a test's own, and bounces in it.
#pragma once

#include <string>

#include "base/time.h"
#include "scratch_folder.h"

namespace unsent {

// A bounce about a message with that subject, with the header that it was put away with. Those of
// one forged sender are of a campaign as well.
inline std::string bounce_about(const std::string& subject, const std::string& verdict,
                                const std::string& sender = "alice@ourshop.example") {
  return "X-Unsent-Verdict: " + verdict +
         "; kind=bounce; reason=\"nobody here has sent it\"\n"
         "Return-Path: <>\n"
         "From: MAILER-DAEMON@mx.remote.example\n"
         "To: alice@ourshop.example\n"
         "Subject: Undelivered Mail\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
         "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
         "--b\nContent-Type: message/delivery-status\n\n"
         "Reporting-MTA: dns; mx.remote.example\n\n"
         "Final-Recipient: rfc822; bob@remote.example\nAction: failed\nStatus: 5.1.1\n\n"
         "--b\nContent-Type: text/rfc822-headers\n\n"
         "From: " +
         sender + "\nSubject: " + subject + "\n\n--b--\n";
}

class QuarantineFolder {
 public:
  QuarantineFolder() {
    for (const char* part : {"new", "cur", "tmp"})
      std::filesystem::create_directories(folder_ / part);
  }
  const std::string& path() const { return folder_.path(); }
  // Put away so many days after the second of November 2026; its id.
  std::string add(int day, const std::string& bytes) {
    const std::int64_t second = 1793610760 + std::int64_t{86400} * day;
    std::string id = std::to_string(second) + ".M" + std::to_string(++count_) + "P1.host";
    write_file(folder_ / ("new/" + id), bytes);
    return id;
  }
  // Six of a campaign, a day each, then one that is alone.
  void fill() {
    for (int day = 0; day < 6; ++day)
      add(day, bounce_about("Cheap meds " + std::to_string(day), "backscatter"));
    add(6, bounce_about("Invoice", "unverified", "bob@ourshop.example"));
  }

 private:
  ScratchFolder folder_;
  int count_ = 0;
};

}  // namespace unsent

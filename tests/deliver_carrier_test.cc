// SPDX-License-Identifier: MIT
#include "deliver/carrier.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

constexpr std::string_view kMail =
    "Return-Path: <bob@remote.example>\n"
    "Received: from mx.remote.example by mx.ourshop.example; Mon, 2 Nov 2026 09:12:40 +0000\n"
    "From: bob@remote.example\nSubject: hi\n\nHi\n";

// A home with a Maildir and an mbox, into which mail is delivered by a process of its own: what
// stands on standard input and in the environment is that one's.
class Home {
 public:
  Home() {
    for (const char* part : {"cur", "new", "tmp"})
      std::filesystem::create_directories(folder_ / ("Maildir/" + std::string(part)));
    write_file(folder_ / "inbox", "");
  }
  std::string operator/(const std::string& name) const { return folder_ / name; }

  int deliver(std::string_view bytes, const DeliveryOptions& options) const {
    write_file(folder_ / "message", bytes);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      make_home(folder_);
      for (const char* name : {"DTLINE", "RPLINE", "SENDER", "RECIPIENT"}) ::unsetenv(name);
      const int input = ::open((folder_ / "message").c_str(), O_RDONLY | O_CLOEXEC);
      ::dup2(input, STDIN_FILENO);
      ::_exit(carry({}, options));
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  std::vector<std::string> new_mail() const {
    std::vector<std::string> mail;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "Maildir/new"))
      mail.push_back(*read_file(entry.path().string()));
    return mail;
  }

 private:
  ScratchFolder folder_;
};

DeliveryOptions into_maildir(const Home& home) {
  DeliveryOptions options;
  options.mailbox.maildir = home / "Maildir";
  return options;
}

}  // namespace

TEST_CASE("ordinary mail arrives as it came, and what an earlier try has put there only once") {
  const Home home;
  CHECK(home.deliver(kMail, into_maildir(home)) == 0);
  REQUIRE(home.new_mail().size() == 1);
  CHECK(home.new_mail().front() == kMail);
  CHECK(home.deliver(kMail, into_maildir(home)) == 0);
  CHECK(home.new_mail().size() == 1);
}

TEST_CASE("what no server has stamped may come twice") {
  const Home home;
  CHECK(home.deliver("Subject: hi\n\nHi\n", into_maildir(home)) == 0);
  CHECK(home.deliver("Subject: hi\n\nHi\n", into_maildir(home)) == 0);
  CHECK(home.new_mail().size() == 2);
}

TEST_CASE("into an mbox it goes behind a From_ line that names its sender") {
  const Home home;
  DeliveryOptions options;
  options.mailbox.mbox = home / "inbox";
  CHECK(home.deliver(kMail, options) == 0);
  const std::string inbox = *read_file(home / "inbox");
  CHECK(inbox.starts_with("From bob@remote.example "));
  CHECK(inbox.find("\nSubject: hi\n\nHi\n") != std::string::npos);
}

TEST_CASE("where it cannot be put it is to be tried again, as the mail system understands it") {
  const Home home;
  DeliveryOptions options;
  CHECK(home.deliver(kMail, options) == 75);  // no mailbox is named
  options.mailbox.mbox = home / "missing/inbox";
  CHECK(home.deliver(kMail, options) == 75);
  options.is_qmail = true;
  CHECK(home.deliver(kMail, options) == 111);
  CHECK(home.deliver("", into_maildir(home)) == 75);
  CHECK(home.new_mail().empty());
}

TEST_CASE("under qmail the lines that follow deliver, unless a mailbox is named") {
  const Home home;
  DeliveryOptions options;
  options.is_qmail = true;
  CHECK(home.deliver(kMail, options) == 0);
  CHECK(home.new_mail().empty());
}

}  // namespace unsent

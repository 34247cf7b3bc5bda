// SPDX-License-Identifier: MIT
// Reports as mail systems write them, true ones and forged ones alike.
#pragma once

#include <string>

namespace unsent {

enum class Style {
  status,
  exim,
  qmail,
  exchange,
  wrapped,   // a status report in the notice of a spam filter of ours
  vacation,  // no report: an answer, which returns nothing
};
enum class Returned { full, headers, none };

// The message that is reported on.
struct SentMail {
  std::string id;  // "" for none
  std::string date = "Mon, 23 Nov 2026 18:50:00 +0000";
  std::string subject;
  std::string from = "alice@ourshop.example";
  std::string to;
  std::string more;  // further header lines
};
// Its header, below the Received lines.
std::string header_of(const SentMail& mail);

struct Report {
  Style style = Style::status;
  Returned returned = Returned::headers;
  std::string reporter;   // a host name
  std::string to;         // whom it is for
  std::string delivered;  // a line of the MX that delivered it, or ""
  std::string received;   // its own Received lines
  std::string recipient;  // on whom it reports
  std::string original_recipient;
  std::string reverse_path;  // of the message, where the form shows it
  std::string original;      // the returned header
  std::string id;            // of the message, which an answer names
};
std::string write_report(const Report& report);

}  // namespace unsent

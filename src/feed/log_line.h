// SPDX-License-Identifier: MIT
// One line of a mail log taken apart: when, on which host, by which program, what. Knows
// the stamps of syslog, RFC 3164, 3339 and 5424, journalctl and Exim, also within what carries
// a log elsewhere (see feed/log_carrier.h); refuses to guess at others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "feed/log_carrier.h"

namespace unsent {

struct LogLine {
  Time at{};
  std::string_view host;     // "" where the line names none
  std::string_view program;  // "postfix/smtpd", "sm-mta"; "" in Exim's own log
  std::string_view process;  // its number, as written
  std::string_view text;     // behind "program[process]: "
};

// Not the line of a program whose form is not read: does a mail server seem to speak in it?
bool names_mail_server(std::string_view line);

// Syslog's stamps lack the year: it is the one that puts the first line last before
// written, and it turns when December becomes January (or back, when a clock is set).
// Stamps without a zone are in the local time of this machine.
class LogLines {
 public:
  // written: when the file was last written, or now.
  explicit LogLines(Time written) : written_(written) {}

  // nullopt: not a line of a log, or a stamp that cannot be. Valid until the next call.
  std::optional<LogLine> parse(std::string_view line);

 private:
  std::optional<LogLine> parse_text(std::string_view line);
  std::optional<LogLine> parse_carried(const CarriedLine& carried);
  void take_carrier_stamp(CarriedLine& carried);
  std::optional<Time> take_stamp(std::string_view& line);
  std::optional<Time> take_syslog_stamp(std::string_view& line);
  Time utc(Time local);

  Time written_;
  std::optional<Time> last_;  // of the stamps without a year
  std::string stamp_;         // that stamp, with the blank behind it
  std::optional<Time> hour_;  // local, whose difference to UTC is known
  seconds difference_{};
  std::string decoded_;  // of a line that came as JSON
};

// Do these bytes, the beginning of a file, look like a mail log?
bool is_log(std::string_view beginning);

}  // namespace unsent

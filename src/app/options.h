// SPDX-License-Identifier: MIT
// Command-line options by Boost.Program_options, with our errors instead of its
// exceptions, and those that every judging command takes.
#pragma once

#include <boost/program_options.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/config.h"
#include "base/time.h"
#include "mail/envelope.h"

namespace unsent {

// What the options of a command were: their values, and the words that belong to none.
struct Parsed {
  boost::program_options::variables_map values;
  std::vector<std::string> operands;
  bool wants_help = false;

  bool has(const char* name) const { return values.count(name) > 0; }
  std::vector<std::string> list(const char* name) const;
  std::optional<std::string> text(const char* name) const;
};

// Reads the words by the described options; --help is always known. usage is the first
// line of the help, which is printed here if it is asked for; whether standard output is a
// file that is read as well is asked by check_output (app/outputs.h).
Result<Parsed> parse_options(const Arguments& arguments, const std::string& usage,
                             const boost::program_options::options_description& options);

// Whether an operand or the value of an option, but for the one called except, names the file
// that path names, by whatever name.
bool is_named(const Parsed& parsed, const std::string& path, std::string_view except);

// The options of every command that judges, for their descriptions.
boost::program_options::options_description judging_options();

// Whom to ask for DNS; at most one of the three.
struct DnsOptions {
  std::optional<std::string> zone;    // master files that answer for the DNS
  std::optional<std::string> server;  // "192.0.2.53:5353"
  bool is_off = false;
};
boost::program_options::options_description dns_options();
Result<DnsOptions> read_dns_options(const Parsed& parsed);

// When there is a ledger that cannot be used. One that is locked is judged without by all.
enum class BrokenLedger {
  is_an_error,        // where much is at stake at once
  is_judged_without,  // but a file that is no ledger at all is a wrong name
  stops_nothing,      // mail waits: also where it is missing, or is none
};

struct JudgingOptions {
  std::vector<std::string> sent;
  std::optional<std::string> ledger;
  bool no_ledger = false;
  BrokenLedger broken_ledger = BrokenLedger::is_an_error;
  std::vector<DomainName> domains;
  std::vector<Address> addresses;
  std::vector<IpNetwork> relays;
  DnsOptions dns;
  std::optional<Time> now;
  std::optional<Address> recipient;
  std::optional<std::chrono::milliseconds> deadline;  // of one message
};
// Values that are not what they should be are usage errors.
Result<JudgingOptions> read_judging_options(const Parsed& parsed);

// The values of a repeatable option, each T::parse()d; what is in words for the error.
template <typename T>
Result<std::vector<T>> read_list(const Parsed& parsed, const char* option, const char* what) {
  std::vector<T> list;
  for (const std::string& text : parsed.list(option)) {
    auto value = T::parse(text);
    if (!value)
      return fail(ErrorCode::usage, std::string("--") + option + ": " + text + " is not " + what);
    list.push_back(std::move(*value));
  }
  return list;
}
// Of the envelope of what stands on standard input; --recipient is a judging option.
boost::program_options::options_description envelope_options();
// With --recipient, and the environment of this process.
Envelope read_envelope_options(const Parsed& parsed, const JudgingOptions& judging);

// An RFC 3339 time given to an option.
Result<Time> read_time(const std::string& option, const std::string& text);

}  // namespace unsent

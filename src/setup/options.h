// SPDX-License-Identifier: MIT
// Command-line options by Boost.Program_options, with our errors instead of its
// exceptions, and those that every judging command takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "mail/envelope.h"
#include "setup/arguments.h"
#include "setup/config.h"
#include "setup/kept_phrases.h"

namespace unsent {

class ImapAccounts;

// Options that belong together, under a title in the help. Each writes what it is given into a
// field of the command's own struct, which stays as it is where the option is not given, and
// which has to outlive parse_options.
class OptionGroup {
 public:
  explicit OptionGroup(std::string title = "Options") : title_(std::move(title)) {}

  // Takes no value: the field becomes true. name may be "verbose,v".
  OptionGroup& flag(const char* name, bool& field, const char* help);
  // value: what stands for it in the help. Given twice, one that is not a list is a usage error.
  OptionGroup& text(const char* name, const char* value, std::optional<std::string>& field,
                    const char* help);
  OptionGroup& list(const char* name, const char* value, std::vector<std::string>& field,
                    const char* help);
  OptionGroup& number(const char* name, const char* value, std::uint32_t least, std::uint32_t most,
                      std::optional<std::uint32_t>& field, const char* help);
  OptionGroup& seconds(const char* name, std::uint32_t least, std::uint32_t most,
                       std::optional<std::chrono::milliseconds>& field, const char* help);
  // A date, which begins in the zone of who says it, or an RFC 3339 time.
  OptionGroup& time(const char* name, std::optional<Time>& field, const char* help);
  // By T::parse(); what: for the error, as in "an address".
  template <typename T>
  OptionGroup& parsed(const char* name, const char* value, const char* what,
                      std::optional<T>& field, const char* help);
  template <typename T>
  OptionGroup& parsed_list(const char* name, const char* value, const char* what,
                           std::vector<T>& field, const char* help);

  // Behind this group, under a title of its own.
  OptionGroup& add(OptionGroup group);
  // Called when all options of this group are read.
  OptionGroup& check(std::function<Result<void>()> check);
  // What is wrong with a value, or what check finds, is no error but left there.
  OptionGroup& forgive(std::optional<Error>& slip);

  // Whether it or a group behind it has that option.
  bool has(std::string_view name) const;

 private:
  friend class OptionReader;
  using Take = std::function<Result<void>(const std::string& name, const std::string& value)>;
  struct Option {
    std::string name;
    std::string value;  // "" if it takes none
    bool is_list = false;
    std::string help;
    Take take;
  };
  OptionGroup& take(const char* name, const char* value, bool is_list, const char* help, Take take);

  std::string title_;
  std::vector<Option> options_;
  std::vector<OptionGroup> groups_;
  std::function<Result<void>()> check_;
  std::optional<Error>* slip_ = nullptr;
};

// What stood on the command line.
struct Parsed {
  struct Given {
    std::string name;  // without dashes
    std::optional<std::string> value;
  };
  std::vector<Given> given;  // in the order of the help
  std::vector<std::string> operands;
  bool wants_help = false;
};

// Reads the words by the described options; --help is always known. usage is the first
// line of the help, which is printed here if it is asked for; whether standard output is a
// file that is read as well is asked by check_output (setup/outputs.h).
Result<Parsed> parse_options(const Arguments& arguments, const std::string& usage,
                             const OptionGroup& options);

// Whether an operand or the value of an option, but for the one called except, names the file
// that path names, by whatever name.
bool is_named(const Parsed& parsed, const std::string& path, std::string_view except);

// Whom to ask for DNS; at most one of the three.
struct DnsOptions {
  std::optional<std::string> zone;    // master files that answer for the DNS
  std::optional<std::string> server;  // "192.0.2.53:5353"
  bool is_off = false;
};
OptionGroup dns_options(DnsOptions& options);

// When there is a ledger that cannot be used. One that is locked is judged without by all.
enum class BrokenLedger {
  is_an_error,        // where much is at stake at once
  is_judged_without,  // but a file that is no ledger at all is a wrong name
  stops_nothing,      // mail waits: also where it is missing, or is none
};

struct JudgingOptions {
  std::vector<std::string> sent;
  ImapAccounts* imap = nullptr;  // for those of sent that lie at a server; null: none may
  std::optional<std::string> ledger;
  bool no_ledger = false;
  BrokenLedger broken_ledger = BrokenLedger::is_an_error;
  bool notes_nothing = false;  // of what judging learns, in the ledger
  Packing packing = Packing::now;
  std::vector<DomainName> domains;
  std::vector<Address> addresses;
  std::vector<IpNetwork> relays;
  DnsOptions dns;
  std::optional<Time> now;
  std::optional<Address> recipient;
  std::optional<std::chrono::milliseconds> deadline;  // of one message
};
// The options of every command that judges.
OptionGroup judging_options(JudgingOptions& options);

// Of the envelope of what stands on standard input; --recipient is a judging option.
struct SenderOptions {
  std::optional<std::string> sender;
  bool is_null_if_unset = false;
};
OptionGroup sender_options(SenderOptions& options);
// With --recipient, and the environment of this process.
Envelope read_sender(const SenderOptions& options, const JudgingOptions& judging);

// "--relay: 192.0.2.300 is not an address or network".
Unexpected not_a_value(const std::string& name, const std::string& text, const std::string& what);

template <typename T>
OptionGroup& OptionGroup::parsed(const char* name, const char* value, const char* what,
                                 std::optional<T>& field, const char* help) {
  return take(name, value, false, help,
              [&field, what](const std::string& option, const std::string& text) -> Result<void> {
                field = T::parse(text);
                return field ? Result<void>() : not_a_value(option, text, what);
              });
}

template <typename T>
OptionGroup& OptionGroup::parsed_list(const char* name, const char* value, const char* what,
                                      std::vector<T>& field, const char* help) {
  return take(name, value, true, help,
              [&field, what](const std::string& option, const std::string& text) -> Result<void> {
                auto one = T::parse(text);
                if (!one) return not_a_value(option, text, what);
                field.push_back(std::move(*one));
                return {};
              });
}

}  // namespace unsent

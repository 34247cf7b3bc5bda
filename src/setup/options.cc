// SPDX-License-Identifier: MIT
#include "setup/options.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "base/local_time.h"
#include "base/number.h"
#include "dns/cares.h"
#include "setup/places.h"
#include "setup/slip.h"
#include "setup/terminal.h"
#include "setup/too_wide.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

std::string nearest_option(const std::string& typed, const po::options_description& all) {
  std::vector<std::string> names;
  for (const auto& option : all.options())
    if (option->long_name() != "operand") names.push_back(option->long_name());
  return nearest(typed.substr(std::min(typed.find_first_not_of('-'), typed.size())), names);
}

// What a shell leaves in quotes, or behind "=": "~/x" is in the home folder all the same, unless
// there is such a thing here.
std::string at_home(const std::string& word) {
  const std::size_t equals = word.starts_with("--") ? word.find('=') : word.npos;
  const std::size_t begin = equals == word.npos ? 0 : equals + 1;
  const std::string value = word.substr(begin);
  if (!value.starts_with("~/") || ::access(value.c_str(), F_OK) == 0) return word;
  return word.substr(0, begin) + in_home(value);
}

// Whoever becomes another user has another home then: nothing is in it before.
bool is_home_to_change(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "--user" || word.starts_with("--user=");
  });
}

std::vector<std::string> words_of(const Arguments& arguments) {
  if (is_home_to_change(arguments.words)) return arguments.words;
  std::vector<std::string> words;
  for (const std::string& word : arguments.words) words.push_back(at_home(word));
  return words;
}

// Columns for the help: those of the terminal, which is asked only where there may be help.
unsigned help_width(const Arguments& arguments) {
  const bool may_help =
      std::any_of(arguments.words.begin(), arguments.words.end(), [](const std::string& word) {
        return word == "--help" ||
               (word.starts_with('-') && !word.starts_with("--") && word.find('h') != word.npos);
      });
  const std::size_t width = may_help ? Terminal::of_output().width : 0;
  return static_cast<unsigned>(width == 0 ? 80 : std::clamp<std::size_t>(width, 60, 120));
}

std::string long_name(const std::string& name) { return name.substr(0, name.find(',')); }

Result<void> read_number(const std::string& option, const std::string& text, std::uint32_t least,
                         std::uint32_t most, std::optional<std::uint32_t>& field) {
  const auto number = whole_number<std::uint32_t>(text);
  if (!number || *number < least || *number > most)
    return not_a_value(option, text, fmt::format("a number from {} to {}", least, most));
  field = number;
  return {};
}

// Every word that may be the name of a file.
std::vector<std::string> named_words(const Parsed& parsed, std::string_view except) {
  std::vector<std::string> words = parsed.operands;
  for (const Parsed::Given& given : parsed.given)
    if (given.value && given.name != except) words.push_back(*given.value);
  return words;
}

// The word that names that regular file, or "".
std::string word_for(const Parsed& parsed, const struct stat& file, std::string_view except) {
  if (!S_ISREG(file.st_mode)) return {};
  for (const std::string& word : named_words(parsed, except)) {
    struct stat named {};
    if (::stat(word.c_str(), &named) == 0 && named.st_dev == file.st_dev &&
        named.st_ino == file.st_ino)
      return word;
  }
  return {};
}

}  // namespace

// The words of a command line, by Boost, into the fields of groups.
class OptionReader {
 public:
  // Boost takes "--sent" apart from its value and words from options; "--" ends the options.
  static Result<po::variables_map> split(const Arguments& arguments,
                                         const po::options_description& options) {
    po::options_description all;
    all.add(options).add_options()("help,h", "")("operand", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("operand", -1);
    using Style = po::command_line_style::style_t;
    const int style = po::command_line_style::default_style & ~Style::allow_guessing;
    po::variables_map values;
    try {
      po::store(po::command_line_parser(words_of(arguments))
                    .options(all)
                    .positional(positional)
                    .style(style)
                    .run(),
                values);
    } catch (const po::unknown_option& error) {
      const std::string meant = nearest_option(error.get_option_name(), all);
      return fail(ErrorCode::usage, error.what(),
                  meant.empty() ? "see --help" : "did you mean --" + meant + "?");
    } catch (const po::error& error) {
      return fail(ErrorCode::usage, error.what(), "see --help");
    }
    return values;
  }

  static po::options_description describe(const OptionGroup& group, unsigned width) {
    po::options_description described(group.title_, width);
    auto add = described.add_options();
    for (const OptionGroup::Option& option : group.options_)
      if (option.value.empty())
        add(option.name.c_str(), option.help.c_str());
      else if (option.is_list)
        add(option.name.c_str(),
            po::value<std::vector<std::string>>()->composing()->value_name(option.value),
            option.help.c_str());
      else
        add(option.name.c_str(), po::value<std::string>()->value_name(option.value),
            option.help.c_str());
    for (const OptionGroup& other : group.groups_) described.add(describe(other, width));
    return described;
  }

  static Result<void> fill(const OptionGroup& group, const po::variables_map& values,
                           Parsed& parsed) {
    for (const OptionGroup::Option& option : group.options_)
      if (auto taken = forgiven(group, take(option, values, parsed)); !taken) return taken;
    if (group.check_)
      if (auto checked = forgiven(group, group.check_()); !checked) return checked;
    for (const OptionGroup& other : group.groups_)
      if (auto filled = fill(other, values, parsed); !filled) return filled;
    return {};
  }

 private:
  static Result<void> forgiven(const OptionGroup& group, Result<void> result) {
    if (result || group.slip_ == nullptr) return result;
    if (!*group.slip_) *group.slip_ = result.error();
    return {};
  }

  static Result<void> take(const OptionGroup::Option& option, const po::variables_map& values,
                           Parsed& parsed) {
    const std::string name = long_name(option.name);
    if (values.count(name) == 0) return {};
    if (option.value.empty()) {
      parsed.given.push_back({name, std::nullopt});
      return option.take(name, "");
    }
    const auto given = option.is_list ? values[name].as<std::vector<std::string>>()
                                      : std::vector{values[name].as<std::string>()};
    Result<void> result;
    for (const std::string& value : given) {
      parsed.given.push_back({name, value});
      if (auto taken = option.take(name, value); !taken && result) result = std::move(taken);
    }
    return result;
  }
};

OptionGroup& OptionGroup::take(const char* name, const char* value, bool is_list, const char* help,
                               Take take) {
  options_.push_back({name, value, is_list, help, std::move(take)});
  return *this;
}

OptionGroup& OptionGroup::flag(const char* name, bool& field, const char* help) {
  return take(name, "", false, help, [&field](const std::string&, const std::string&) {
    field = true;
    return Result<void>();
  });
}

OptionGroup& OptionGroup::text(const char* name, const char* value,
                               std::optional<std::string>& field, const char* help) {
  return take(name, value, false, help, [&field](const std::string&, const std::string& text) {
    field = text;
    return Result<void>();
  });
}

OptionGroup& OptionGroup::list(const char* name, const char* value, std::vector<std::string>& field,
                               const char* help) {
  return take(name, value, true, help, [&field](const std::string&, const std::string& text) {
    field.push_back(text);
    return Result<void>();
  });
}

OptionGroup& OptionGroup::number(const char* name, const char* value, std::uint32_t least,
                                 std::uint32_t most, std::optional<std::uint32_t>& field,
                                 const char* help) {
  return take(name, value, false, help,
              [&field, least, most](const std::string& option, const std::string& text) {
                return read_number(option, text, least, most, field);
              });
}

OptionGroup& OptionGroup::seconds(const char* name, std::uint32_t least, std::uint32_t most,
                                  std::optional<std::chrono::milliseconds>& field,
                                  const char* help) {
  return take(name, "SECONDS", false, help,
              [&field, least, most](const std::string& option, const std::string& text) {
                std::optional<std::uint32_t> number;
                auto read = read_number(option, text, least, most, number);
                if (number) field = std::chrono::seconds(*number);
                return read;
              });
}

OptionGroup& OptionGroup::time(const char* name, std::optional<Time>& field, const char* help) {
  return take(name, "TIME", false, help,
              [&field](const std::string& option, const std::string& text) -> Result<void> {
                if (field = parse_local_date(text); field) return {};
                if (field = parse_rfc3339(text); field) return {};
                return fail(ErrorCode::usage,
                            "--" + option + ": " + text + " is neither a date nor an RFC 3339 time",
                            "write it like 2026-11-23 or 2026-11-23T10:00:00Z");
              });
}

OptionGroup& OptionGroup::add(OptionGroup group) {
  groups_.push_back(std::move(group));
  return *this;
}

OptionGroup& OptionGroup::check(std::function<Result<void>()> check) {
  check_ = std::move(check);
  return *this;
}

OptionGroup& OptionGroup::forgive(std::optional<Error>& slip) {
  slip_ = &slip;
  for (OptionGroup& group : groups_) group.forgive(slip);
  return *this;
}

bool OptionGroup::has(std::string_view name) const {
  return std::any_of(options_.begin(), options_.end(),
                     [&](const Option& option) { return long_name(option.name) == name; }) ||
         std::any_of(groups_.begin(), groups_.end(),
                     [&](const OptionGroup& group) { return group.has(name); });
}

Unexpected not_a_value(const std::string& name, const std::string& text, const std::string& what) {
  return fail(ErrorCode::usage, "--" + name + ": " + text + " is not " + what);
}

Result<Parsed> parse_options(const Arguments& arguments, const std::string& usage,
                             const OptionGroup& options) {
  const po::options_description described = OptionReader::describe(options, help_width(arguments));
  const auto values = OptionReader::split(arguments, described);
  if (!values) return values.failure();
  Parsed parsed;
  if (values->count("operand") > 0)
    parsed.operands = (*values)["operand"].as<std::vector<std::string>>();
  parsed.wants_help = values->count("help") > 0;
  if (!parsed.wants_help) {
    if (auto filled = OptionReader::fill(options, *values, parsed); !filled)
      return filled.failure();
    return parsed;
  }
  std::ostringstream text;
  text << usage << "\n\n" << described;
  if (!arguments.examples.empty()) text << "\nEXAMPLES\n" << arguments.examples;
  std::cout << text.str();
  return parsed;
}

bool is_named(const Parsed& parsed, const std::string& path, std::string_view except) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && !word_for(parsed, file, except).empty();
}

OptionGroup dns_options(DnsOptions& options) {
  OptionGroup group("DNS");
  group
      .text("zone", "FILE", options.zone,
            "answer DNS from this zone file, or the files of this folder")
      .text("dns", "SERVER[:PORT]", options.server, "ask this DNS server")
      .flag("no-dns", options.is_off, "ask no DNS")
      .check([&options]() -> Result<void> {
        if (options.server && !is_dns_server(*options.server))
          return fail(ErrorCode::usage,
                      "--dns: " + *options.server + " is not an address with port",
                      "write it like 192.0.2.53 or 192.0.2.53:5353");
        if (options.is_off + options.zone.has_value() + options.server.has_value() > 1)
          return fail(ErrorCode::usage, "--zone, --dns and --no-dns exclude each other");
        return {};
      });
  return group;
}

OptionGroup judging_options(JudgingOptions& options) {
  OptionGroup group("Judging");
  group
      .list("sent", "MAILBOX", options.sent,
            "use this Sent mailbox as the ledger of this run (repeatable)")
      .text("ledger", "FILE", options.ledger, "the ledger to ask")
      .flag("no-ledger", options.no_ledger, "ask no ledger")
      .parsed_list("domain", "D", "a domain", options.domains, "a domain of ours (repeatable)")
      .parsed_list("address", "A", "an address", options.addresses,
                   "an address of ours (repeatable)")
      .parsed_list("relay", "NETWORK", "an address or network", options.relays,
                   "our own outgoing servers, as address or network (repeatable)")
      .time("now", options.now, "judge as of then (RFC 3339)")
      .parsed("recipient", "A", "an address", options.recipient,
              "the envelope recipient of what is judged")
      .seconds("deadline", 1, 3600, options.deadline,
               "wait no longer than this for all that is asked about a message (5)")
      .add(dns_options(options.dns))
      .check([&options]() -> Result<void> {
        if (options.no_ledger && (options.ledger || !options.sent.empty()))
          return fail(ErrorCode::usage, "--no-ledger and a ledger exclude each other");
        if (auto checked = check_width("relay", options.relays); !checked) return checked;
        return check_width("domain", options.domains);
      });
  return group;
}

OptionGroup sender_options(SenderOptions& options) {
  OptionGroup group("Envelope");
  group
      .text("sender", "A", options.sender,
            "the envelope sender, <> for none; else SENDER, the From_ line, the header")
      .flag("null-if-unset", options.is_null_if_unset,
            "no SENDER in the environment means the null sender");
  return group;
}

Envelope read_sender(const SenderOptions& options, const JudgingOptions& judging) {
  return read_envelope({options.sender, judging.recipient, options.is_null_if_unset},
                       [](const char* name) { return std::getenv(name); });
}

}  // namespace unsent

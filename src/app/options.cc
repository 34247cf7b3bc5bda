// SPDX-License-Identifier: MIT
#include "app/options.h"

#include <sys/stat.h>

#include <boost/any.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "dns/cares.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

// Boost takes "--sent" apart from its value and words from options; "--" ends the options.
Result<Parsed> run_parser(const Arguments& arguments, const po::options_description& options) {
  po::options_description all;
  all.add(options).add_options()("help,h", "")("operand", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("operand", -1);
  Parsed parsed;
  using Style = po::command_line_style::style_t;
  const int style = po::command_line_style::default_style & ~Style::allow_guessing;
  try {
    po::store(po::command_line_parser(arguments.words)
                  .options(all)
                  .positional(positional)
                  .style(style)
                  .run(),
              parsed.values);
    po::notify(parsed.values);
  } catch (const po::error& error) {
    return fail(ErrorCode::usage, error.what(), "see --help");
  }
  parsed.wants_help = parsed.has("help");
  parsed.operands = parsed.list("operand");
  return parsed;
}

// Every word that may be the name of a file.
std::vector<std::string> named_words(const Parsed& parsed, std::string_view except) {
  std::vector<std::string> words = parsed.operands;
  for (const auto& [option, value] : parsed.values) {
    if (option == except || option == "operand") continue;
    if (const auto* text = boost::any_cast<std::string>(&value.value())) words.push_back(*text);
    if (const auto* list = boost::any_cast<std::vector<std::string>>(&value.value()))
      words.insert(words.end(), list->begin(), list->end());
  }
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

Result<std::optional<std::chrono::milliseconds>> read_deadline(const Parsed& parsed) {
  const auto text = parsed.text("deadline");
  if (!text) return std::optional<std::chrono::milliseconds>();
  const bool is_number =
      !text->empty() && text->size() <= 4 && text->find_first_not_of("0123456789") == text->npos;
  const int value = is_number ? std::stoi(*text) : 0;
  if (value < 1 || value > 3600)
    return fail(ErrorCode::usage, "--deadline: " + *text + " is not a number from 1 to 3600");
  return std::optional(std::chrono::milliseconds(value * 1000));
}

}  // namespace

std::vector<std::string> Parsed::list(const char* name) const {
  return has(name) ? values[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

std::optional<std::string> Parsed::text(const char* name) const {
  return has(name) ? std::optional(values[name].as<std::string>()) : std::nullopt;
}

Result<Parsed> parse_options(const Arguments& arguments, const std::string& usage,
                             const po::options_description& options) {
  auto parsed = run_parser(arguments, options);
  if (parsed && parsed->wants_help) {
    std::ostringstream text;
    text << usage << "\n\n" << options;
    std::cout << text.str();
  }
  return parsed;
}

bool is_named(const Parsed& parsed, const std::string& path, std::string_view except) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && !word_for(parsed, file, except).empty();
}

po::options_description judging_options() {
  using Strings = std::vector<std::string>;
  po::options_description options("Judging");
  options.add_options()  //
      ("sent", po::value<Strings>()->composing()->value_name("MAILBOX"),
       "use this Sent mailbox as the ledger of this run (repeatable)")               //
      ("ledger", po::value<std::string>()->value_name("FILE"), "the ledger to ask")  //
      ("no-ledger", "ask no ledger")                                                 //
      ("domain", po::value<Strings>()->composing()->value_name("D"),
       "a domain of ours (repeatable)")  //
      ("address", po::value<Strings>()->composing()->value_name("A"),
       "an address of ours (repeatable)")  //
      ("relay", po::value<Strings>()->composing()->value_name("NETWORK"),
       "our own outgoing servers, as address or network (repeatable)")                      //
      ("now", po::value<std::string>()->value_name("TIME"), "judge as of then (RFC 3339)")  //
      ("recipient", po::value<std::string>()->value_name("A"),
       "the envelope recipient of what is judged")  //
      ("deadline", po::value<std::string>()->value_name("SECONDS"),
       "wait no longer than this for all that is asked about a message (5)");
  return options.add(dns_options());
}

po::options_description dns_options() {
  po::options_description options("DNS");
  options.add_options()  //
      ("zone", po::value<std::string>()->value_name("FILE"),
       "answer DNS from this zone file, or the files of this folder")                        //
      ("dns", po::value<std::string>()->value_name("SERVER[:PORT]"), "ask this DNS server")  //
      ("no-dns", "ask no DNS");
  return options;
}

Result<DnsOptions> read_dns_options(const Parsed& parsed) {
  DnsOptions options{parsed.text("zone"), parsed.text("dns"), parsed.has("no-dns")};
  if (options.server && !is_dns_server(*options.server))
    return fail(ErrorCode::usage, "--dns: " + *options.server + " is not an address with port",
                "write it like 192.0.2.53 or 192.0.2.53:5353");
  if (options.is_off + options.zone.has_value() + options.server.has_value() > 1)
    return fail(ErrorCode::usage, "--zone, --dns and --no-dns exclude each other");
  return options;
}

po::options_description envelope_options() {
  po::options_description options("Envelope");
  options.add_options()  //
      ("sender", po::value<std::string>()->value_name("A"),
       "the envelope sender, <> for none; else SENDER, the From_ line, the header")  //
      ("null-if-unset", "no SENDER in the environment means the null sender");
  return options;
}

Envelope read_envelope_options(const Parsed& parsed, const JudgingOptions& judging) {
  return read_envelope({parsed.text("sender"), judging.recipient, parsed.has("null-if-unset")},
                       [](const char* name) { return std::getenv(name); });
}

Result<Time> read_time(const std::string& option, const std::string& text) {
  const auto time = parse_rfc3339(text);
  if (!time)
    return fail(ErrorCode::usage, option + ": " + text + " is not an RFC 3339 time",
                "write it like 2026-11-23T10:00:00Z");
  return *time;
}

Result<JudgingOptions> read_judging_options(const Parsed& parsed) {
  JudgingOptions options;
  options.sent = parsed.list("sent");
  options.ledger = parsed.text("ledger");
  options.no_ledger = parsed.has("no-ledger");
  auto domains = read_list<DomainName>(parsed, "domain", "a domain");
  if (!domains) return domains.failure();
  auto addresses = read_list<Address>(parsed, "address", "an address");
  if (!addresses) return addresses.failure();
  auto relays = read_list<IpNetwork>(parsed, "relay", "an address or network");
  if (!relays) return relays.failure();
  options.domains = std::move(*domains);
  options.addresses = std::move(*addresses);
  options.relays = std::move(*relays);
  if (const auto now = parsed.text("now")) {
    const auto time = read_time("--now", *now);
    if (!time) return time.failure();
    options.now = *time;
  }
  if (const auto recipient = parsed.text("recipient")) {
    options.recipient = Address::parse(*recipient);
    if (!options.recipient)
      return fail(ErrorCode::usage, "--recipient: " + *recipient + " is not an address");
  }
  auto deadline = read_deadline(parsed);
  if (!deadline) return deadline.failure();
  options.deadline = *deadline;
  auto dns = read_dns_options(parsed);
  if (!dns) return dns.failure();
  options.dns = std::move(*dns);
  if (options.no_ledger && (options.ledger || !options.sent.empty()))
    return fail(ErrorCode::usage, "--no-ledger and a ledger exclude each other");
  return options;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "setup/options.h"

#include <doctest/doctest.h>

using namespace unsent;

namespace {

struct Options {
  bool is_json = false;
  std::optional<std::string> file;
  std::vector<std::string> names;
  std::optional<std::uint32_t> count;
  std::optional<std::chrono::milliseconds> wait;
  std::optional<Time> now;
  std::optional<Address> recipient;
  std::vector<IpNetwork> relays;
};

OptionGroup group_of(Options& options) {
  OptionGroup group;
  group.flag("json,j", options.is_json, "")
      .text("file", "FILE", options.file, "")
      .list("name", "NAME", options.names, "")
      .number("count", "N", 1, 64, options.count, "")
      .seconds("wait", 0, 60, options.wait, "")
      .time("now", options.now, "")
      .parsed("recipient", "A", "an address", options.recipient, "")
      .parsed_list("relay", "NETWORK", "an address or network", options.relays, "");
  return group;
}

Result<Parsed> parse(const std::vector<std::string>& words, const OptionGroup& group) {
  return parse_options({words, std::nullopt}, "", group);
}

}  // namespace

TEST_CASE("each option writes into its own field; what is not given leaves its field alone") {
  Options options;
  const auto parsed = parse({"-j", "--name", "a", "x", "--name=b", "--count", "64", "--wait", "2",
                             "--recipient", "alice@ourshop.example", "--relay", "192.0.2.0/24",
                             "--relay", "2001:db8::1", "--", "--file"},
                            group_of(options));
  REQUIRE(parsed);
  CHECK(options.is_json);
  CHECK_FALSE(options.file);
  CHECK(options.names == std::vector<std::string>{"a", "b"});
  CHECK(options.count == 64U);
  CHECK(options.wait == std::chrono::seconds(2));
  CHECK_FALSE(options.now);
  CHECK(options.recipient->text() == "alice@ourshop.example");
  CHECK(options.relays.size() == 2);
  CHECK(parsed->operands == std::vector<std::string>{"x", "--file"});
}

TEST_CASE("what is given comes in the order of the help, whatever the order of the words") {
  Options options;
  const auto parsed =
      parse({"--count", "2", "--name", "b", "--name", "a", "-j"}, group_of(options));
  REQUIRE(parsed);
  std::string given;
  for (const Parsed::Given& one : parsed->given) given += one.name + one.value.value_or("!") + ' ';
  CHECK(given == "json! nameb namea count2 ");
}

TEST_CASE("a value that is none is a usage error that names the option and the value") {
  struct Row {
    std::vector<std::string> words;
    const char* message;
  };
  const Row kRows[] = {
      {{"--count", "0"}, "--count: 0 is not a number from 1 to 64"},
      {{"--count", "65"}, "--count: 65 is not a number from 1 to 64"},
      {{"--count", "-1"}, "--count: -1 is not a number from 1 to 64"},
      {{"--count", "1x"}, "--count: 1x is not a number from 1 to 64"},
      {{"--count", "99999999999999999999"},
       "--count: 99999999999999999999 is not a number from 1 to 64"},
      {{"--count="},
       "the argument for option '--count' should follow immediately after the equal sign"},
      {{"--wait", "soon"}, "--wait: soon is not a number from 0 to 60"},
      {{"--now", "yesterday"}, "--now: yesterday is neither a date nor an RFC 3339 time"},
      {{"--recipient", "alice"}, "--recipient: alice is not an address"},
      {{"--relay", "192.0.2.0/24", "--relay", "192.0.2.300"},
       "--relay: 192.0.2.300 is not an address or network"},
      {{"--file", "a", "--file", "b"}, "option '--file' cannot be specified more than once"},
      {{"--json=1"}, "option '--json' does not take any arguments"},
      {{"--fiel", "a"}, "unrecognised option '--fiel'"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.message);
    Options options;
    const auto parsed = parse(row.words, group_of(options));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::usage);
    CHECK(parsed.error().message == row.message);
  }
}

TEST_CASE("a slip that is forgiven leaves the other options read, and is told") {
  Options options;
  std::optional<Error> slip;
  bool is_verbose = false;
  OptionGroup outer;
  outer.flag("verbose", is_verbose, "").add(group_of(options).forgive(slip));
  REQUIRE(parse({"--count", "none", "--verbose", "--file", "a", "--recipient", "b"}, outer));
  CHECK(is_verbose);
  CHECK(options.file == "a");
  REQUIRE(slip);
  CHECK(slip->message == "--count: none is not a number from 1 to 64");
  CHECK_FALSE(parse({"--verbose", "--nonsense"}, outer));
}

TEST_CASE("what excludes each other is found when all options are read") {
  struct Row {
    std::vector<std::string> words;
    const char* message;  // "" if it is right
  };
  const Row kRows[] = {
      {{"--no-dns"}, ""},
      {{"--no-dns", "--zone", "z"}, "--zone, --dns and --no-dns exclude each other"},
      {{"--dns", "192.0.2.53", "--zone", "z"}, "--zone, --dns and --no-dns exclude each other"},
      {{"--dns", "ns.example"}, "--dns: ns.example is not an address with port"},
      {{"--no-ledger"}, ""},
      {{"--no-ledger", "--ledger", "l"}, "--no-ledger and a ledger exclude each other"},
      {{"--no-ledger", "--sent", "s"}, "--no-ledger and a ledger exclude each other"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.words);
    JudgingOptions options;
    const auto parsed = parse(row.words, judging_options(options));
    CHECK((parsed ? "" : parsed.error().message) == row.message);
  }
}

// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

Config read(std::string_view text) {
  Config config;
  const auto applied = apply_config(config, text, "test.toml");
  CAPTURE(text);
  CHECK(applied.has_value());
  return config;
}

}  // namespace

TEST_CASE("a policy: one handling for a verdict, or one for each kind with a default") {
  const Config config = read(
      "[policy]\nmode = \"shadow\"\nunverified = \"quarantine\"\ngenuine = \"deliver\"\n"
      "[policy.backscatter]\ndefault = \"quarantine\"\nauto-reply = \"tag\"\nbounce = \"drop\"\n");
  const Policy& policy = config.policy;
  CHECK(policy.is_shadow());
  CHECK(policy.planned(Verdict::unverified, Kind::delay) == Handling::quarantine);
  CHECK(policy.planned(Verdict::genuine, Kind::bounce) == Handling::deliver);
  CHECK(policy.planned(Verdict::backscatter, Kind::bounce) == Handling::drop);
  CHECK(policy.planned(Verdict::backscatter, Kind::auto_reply) == Handling::tag);
  CHECK(policy.planned(Verdict::backscatter, Kind::delay) == Handling::quarantine);
  CHECK(!read("[policy]\nmode = \"active\"\n").policy.is_shadow());
}

TEST_CASE("the user's file is laid over the system's, verdict by verdict") {
  Config config = read("[policy]\nbackscatter = \"quarantine\"\nunverified = \"quarantine\"\n");
  CHECK(apply_config(config, "[policy]\nbackscatter = \"tag\"\n", "user.toml").has_value());
  CHECK(config.policy.planned(Verdict::backscatter, Kind::bounce) == Handling::tag);
  CHECK(config.policy.planned(Verdict::unverified, Kind::bounce) == Handling::quarantine);
}

TEST_CASE("where mail goes, and how long what was put away is kept") {
  const Config config = read(
      "[delivery]\nmailbox = \"/home/alice/Maildir/\"\n"
      "[quarantine]\npath = \"/home/alice/Maildir/.Junk\"\nkeep_days = 14\n");
  CHECK(*config.mailbox == "/home/alice/Maildir/");
  CHECK(quarantine_path(config) == "/home/alice/Maildir/.Junk");
  CHECK(config.quarantine_days == 14);
  CHECK(read("").quarantine_days == 0);
}

TEST_CASE("what a user wants beyond the administrator's limits is a line, and the limit stands") {
  Config config;
  const std::string_view limits =
      "[limits]\ndrop = false\nledger = [\"/home/alice\"]\nquarantine = "
      "[\"/home/alice/Maildir/\"]\n"
      "[ledger]\npath = \"/var/lib/unsent/ledger.db\"\n";
  REQUIRE(apply_config(config, limits, "etc.toml", Author::administrator).has_value());
  const std::string_view user =
      "[policy]\nbackscatter = { default = \"quarantine\", delay = \"drop\" }\n"
      "[ledger]\npath = \"/home/alice/../bob/ledger.db\"\n"
      "[quarantine]\npath = \"/home/alice/Maildir\"\n"
      "[limits]\ndrop = true\n";
  REQUIRE(apply_config(config, user, "user.toml").has_value());
  CHECK(config.policy.planned(Verdict::backscatter, Kind::delay) == Handling::quarantine);
  CHECK(*config.ledger == "/var/lib/unsent/ledger.db");
  CHECK(config.is_ledger_of_admin);
  CHECK(!config.quarantine);
  CHECK(!config.limits.drop);
  CHECK(config.problems.size() == 4);
  for (const std::string& problem : config.problems) CHECK(problem.substr(0, 10) == "user.toml:");

  config.problems.clear();
  const std::string_view within =
      "[policy]\nbackscatter = \"quarantine\"\n[ledger]\npath = \"/home/alice/l.db\"\n"
      "[quarantine]\npath = \"/home/alice/Maildir/.Junk\"\n";
  REQUIRE(apply_config(config, within, "user.toml").has_value());
  CHECK(config.problems.empty());
  CHECK(*config.ledger == "/home/alice/l.db");
  CHECK(!config.is_ledger_of_admin);
  CHECK(*config.quarantine == "/home/alice/Maildir/.Junk");
}

TEST_CASE("a policy that could lose mail, or says what we do not know, is refused with its line") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  const Row rows[] = {
      {"[policy]\nunverified = \"drop\"\n", "test.toml:2: drop cannot be had for unverified"},
      {"[policy]\n\nunverified = { bounce = \"drop\" }\n",
       "test.toml:3: drop cannot be had for unverified"},
      {"[policy]\ngenuine = \"quarantine\"\n", "test.toml:2: quarantine cannot be had for genuine"},
      {"[policy]\ngenuine = \"drop\"\n", "test.toml:2: drop cannot be had for genuine"},
      {"[policy]\nordinary = \"drop\"\n", "test.toml:2: no key ordinary in [policy]"},
      {"[policy]\nbackscatter = \"delete\"\n", "test.toml:2: not a handling"},
      {"[policy]\nbackscatter = 1\n", "test.toml:2: not a handling"},
      {"[policy]\nbackscatter = { bounces = \"tag\" }\n", "test.toml:2: bounces is no kind"},
      {"[policy]\nbackscatter = { ordinary = \"drop\" }\n", "test.toml:2: ordinary is no kind"},
      {"[policy]\nmode = \"off\"\n", "test.toml:2: not a mode"},
      {"[policy]\nmode = true\n", "test.toml:2: not a mode"},
      {"[quarantine]\nkeep_days = 0\n", "test.toml:2: not a number from 1 to 36500"},
      {"[dns]\nat_once = 0\n", "test.toml:2: not a number from 1 to 10000"},
      {"[dns]\nper_second = \"many\"\n", "test.toml:2: not a number from 1 to 100000"},
      {"[delivery]\nmailbox = \"\"\n", "test.toml:2: not a path"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Config config;
    const auto applied = apply_config(config, row.text, "test.toml");
    REQUIRE(!applied);
    CHECK(applied.error().message == row.message);
    CHECK(applied.error().code == ErrorCode::config);
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "setup/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "setup/setting.h"

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

TEST_CASE("each server has settings of its own, by its name in any case") {
  const Config config = read(
      "[imap.\"Mail.Example\"]\nuser = \"alice\"\npassword_command = \"pass mail\"\n"
      "[imap.\"other.example\"]\noauth_token_command = \"token\"\npatience = 5\nsent = \"Out\"\n");
  REQUIRE(config.imap.size() == 2);
  const bool is_first = config.imap[0].host == "mail.example";
  const ImapSettings& mail = config.imap[is_first ? 0 : 1];
  const ImapSettings& other = config.imap[is_first ? 1 : 0];
  CHECK(mail.host == "mail.example");
  CHECK(mail.user == "alice");
  CHECK(mail.password_command == "pass mail");
  CHECK(mail.patience.count() == 60);
  CHECK(other.oauth_token_command == "token");
  CHECK(other.patience.count() == 5);
  CHECK(other.sent == "Out");
}

TEST_CASE("what is wrong with a server's settings is said with its line") {
  const std::pair<const char*, const char*> rows[] = {
      {"[imap]\nuser = \"alice\"\n", "test.toml:2: user is no table"},
      {"[imap.\"mail.example\"]\nuser = 1\n", "test.toml:2: not a text"},
      {"[imap.\"mail.example\"]\nuser = \"\"\n", "test.toml:2: not a text"},
      {"[imap.\"mail.example\"]\npassword = \"x\"\n",
       "test.toml:2: no key password in [imap.HOST]"},
      {"[imap.\"mail.example\"]\npatience = 0\n", "test.toml:2: not a number from 1 to 3600"},
      {"[imap.mail.example]\nuser = \"alice\"\n", "test.toml:1: no key example in [imap.HOST]"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    Config config;
    const auto applied = apply_config(config, text, "test.toml");
    REQUIRE(!applied);
    CHECK(applied.error().message == message);
  }
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
      {"[delivery]\nmailbox = \"Maildir/\"\n", "test.toml:2: Maildir/ is no whole path"},
      {"[ledger]\npath = \"ledger.db\"\n", "test.toml:2: ledger.db is no whole path"},
      {"[ledger]\npath = \"$HOME/ledger.db\"\n", "test.toml:2: $HOME/ledger.db is no whole path"},
      {"[quarantine]\npath = \"./away\"\n", "test.toml:2: ./away is no whole path"},
      {"[identity]\ndomains = [\"ourshop.example\",\n\"com\"]\n",
       "test.toml:3: below com many strangers have their domains"},
      {"[identity]\ndomains = [\"co.uk\"]\n",
       "test.toml:2: below co.uk many strangers have their domains"},
      {"[identity]\nrelays = [\"192.0.2.10\", \"::/0\"]\n",
       "test.toml:2: ::/0 is every address there is"},
      {"[ledger]\ntrust = [\"0.0.0.0/0\"]\n", "test.toml:2: 0.0.0.0/0 is every address there is"},
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

TEST_CASE("where mail passes, what is not known is said with its line, and all else holds") {
  const std::string_view text =
      "[identity]\ndomains = [\"ourshop.example\"]\nmotto = \"x\"\n[telepathy]\non = true\n"
      "[policy]\nbackscatter = \"quarantine\"\n";
  Config config;
  REQUIRE(apply_config(config, text, "test.toml", Author::user, Unknown::is_problem));
  CHECK(config.domains.size() == 1);
  CHECK(config.policy.planned(Verdict::backscatter, Kind::bounce) == Handling::quarantine);
  CHECK(config.problems ==
        std::vector<std::string>{"test.toml:3: no key motto in [identity]: passed over",
                                 "test.toml:4: no section [telepathy]: passed over"});
  Config strict;
  CHECK_FALSE(apply_config(strict, text, "test.toml"));
  // Neither a wrong value nor what is no TOML is of another version.
  for (const char* wrong :
       {"[policy]\nbackscatter = \"delete\"\n", "[dns]\nat_once = 0\n", "x = ["}) {
    Config broken;
    CHECK_FALSE(apply_config(broken, wrong, "test.toml", Author::user, Unknown::is_problem));
  }
}

TEST_CASE("in whose name users may ask a service: what is no address or domain is refused") {
  const Config config = read(
      "[serve.senders]\nalice = [\"a@webmail.example\", \"@alice.example\"]\n[serve]\ntrusted = "
      "[\"vmail\"]\n");
  CHECK(config.serve.senders.at("alice").size() == 2);
  CHECK(config.serve.trusted == std::vector<std::string>{"vmail"});
  for (const char* wrong :
       {"[serve.senders]\nalice = \"a@b.example\"\n",
        "[serve.senders]\nalice = [\"webmail.example\"]\n", "[serve.senders]\nalice = [\"@\"]\n",
        "[serve.senders]\nalice = [1]\n", "[serve]\nsenders = 1\n", "[serve]\ntrusted = [\"\"]\n",
        "[serve]\nconnections = 0\n"}) {
    CAPTURE(wrong);
    Config broken;
    CHECK_FALSE(apply_config(broken, wrong, "test.toml"));
  }
}

TEST_CASE("every setting of the table: its example is read, and what it says holds without it") {
  CHECK(settings().size() > 25);
  for (const Setting& setting : settings()) {
    CAPTURE(setting.section);
    CAPTURE(setting.key);
    CHECK(setting.meaning.size() > 10);
    const std::string head = fmt::format("[{}]\n", setting.section);
    const auto line = [&](std::string_view value) {
      return setting.key.empty() ? std::string(value) : fmt::format("{} = {}", setting.key, value);
    };
    Config changed;
    const auto applied =
        apply_config(changed, head + line(setting.example), "test.toml", Author::administrator);
    if (!applied) FAIL_CHECK(applied.error().message);
    if (setting.example != R"("tag")" && setting.example != R"("deliver")")
      CHECK(!(changed == Config()));
    if (setting.fallback.empty()) continue;
    Config same;
    REQUIRE(apply_config(same, head + line(setting.fallback), "test.toml", Author::administrator)
                .has_value());
    CHECK(same == Config());
    CHECK(setting.example != setting.fallback);
  }
}

TEST_CASE("the example file changes nothing as it is, and is read with every line taken out") {
  const std::string example = example_config();
  CHECK(read(example) == Config());
  std::string all;
  for (std::size_t at = 0; at < example.size();) {
    const std::size_t end = example.find('\n', at);
    const std::string line = example.substr(at, end - at);
    at = end + 1;
    all += line.starts_with('#') && !line.starts_with("# ") ? line.substr(1) : line;
    all += '\n';
  }
  Config config;
  CHECK(apply_config(config, all, "all.toml", Author::administrator).has_value());
  CHECK(config.retention_days == 90);
  CHECK(config.limits.ledger.size() == 2);
  CHECK(config.aliases.size() == 1);
  CHECK(example_config("dns").starts_with("[dns]\n"));
  CHECK(example_config("dns").find("[tag]") == std::string::npos);
  CHECK(example_config("no such") == "");
}

}  // namespace unsent

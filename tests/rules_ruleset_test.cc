// SPDX-License-Identifier: MIT
#include "rules/ruleset.h"

#include <doctest/doctest.h>

#include <ctime>

namespace unsent {
namespace {

// A rule that lacks nothing; more: lines of TOML behind it.
std::string rule_text(const std::string& name, const std::string& near,
                      const std::string& more = "") {
  return "[[rule]]\nname = \"" + name +
         "\"\nsystem = \"s\"\ndescription = \"d\"\nkind = \"bounce\"\n" + "near = [\"" + near +
         "\"]\nsample = \"x\"\n" + more;
}

RuleSet set_of(const std::string& text) {
  RuleSet rules(RuleSet::BuiltIn::no);
  rules.add_file("t.toml", text);
  return rules;
}

struct Asked {
  std::optional<RuleAnswer> answer;
  Defects defects;
  std::string name() const { return answer ? answer->rule->name : ""; }
};

Asked ask(RuleSet& rules, std::string_view words, std::string_view header = "From: x@y.example\n",
          bool is_from_daemon = true) {
  Asked asked;
  Defects ignored;
  const Headers headers = Headers::read(header, ignored);
  asked.answer = rules.ask({header, headers, words, is_from_daemon}, asked.defects);
  return asked;
}

}  // namespace

TEST_CASE("a mistake in a file is one line with file and line, and the other rules work") {
  struct Row {
    std::string bad;      // in place of, or within, the middle one of three rules
    std::string problem;  // how its line begins
  };
  const std::string head = "[[rule]]\nname = \"bad\"\n";
  const std::string full = rule_text("bad", "something long");
  const Row rows[] = {
      {head, "t.toml:8: rule bad: no system"},
      {"[[rule]]\nkind = \"bounce\"\n", "t.toml:8: no name"},
      {"[[rule]]\nname = \"Bad Name\"\n", "t.toml:8: a name is"},
      {"[[rule]]\nname = \"\"\n", "t.toml:9: name is empty"},
      {"[[rule]]\nname = [\"a\", \"b\"]\n", "t.toml:9: "},
      {"[[rule]]\nname = 3\n", "t.toml:9: name is neither"},
      {full + "kinds = \"bounce\"\n", "t.toml:15: rule bad: no key kinds; the keys are"},
      {full + "body = 3\n", "t.toml:15: rule bad: body is neither"},
      {full + "body = [[\"a\"]]\n", "t.toml:15: rule bad: body is neither"},
      {full + "body = \"\"\n", "t.toml:15: rule bad: body is empty"},
      {full + "body = \"" + std::string(4001, 'a') + "\"\n",
       "t.toml:8: rule bad: a pattern is longer"},
      {full + "returns = \"all\"\n", "t.toml:8: rule bad: returns is full"},
      {full + "recipients = \"(?<who>x)\"\n", "t.toml:8: rule bad: recipients has no group"},
      {full + "\"two\\nlines\" = \"x\"\n", "t.toml:15: rule bad: no key two lines;"},
      {full + "enabled = \"no\"\n", "t.toml:15: rule bad: enabled is true or false"},
      {full + "enabled = 1\n", "t.toml:15: rule bad: enabled is neither"},
      {full + "fields = \"x\"\n", "t.toml:15: rule bad: no key fields;"},
      {full + "fields.Subject = \"\"\n", "t.toml:15: rule bad: fields.Subject is empty"},
      {full + "gate = [\"x\"]\n", "t.toml:15: rule bad: no key gate;"},
      {full + "expect.subject = \"x\"\n", "t.toml:15: rule bad: no key expect.subject"},
      {full + "near_header = [\"\"]\n", "t.toml:15: rule bad: near_header has an empty text"},
      {full + "near_header = [1]\n", "t.toml:15: rule bad: near_header is neither"},
      {rule_text("bad", "short"), "t.toml:8: rule bad: neither near nor near_header"},
      {rule_text("first", "something long"), "t.toml:8: rule first: the name occurs twice"},
      {head + "system = \"s\"\ndescription = \"d\"\nkind = \"oops\"\nnear = [\"long enough\"]\n",
       "t.toml:8: rule bad: no kind is called oops"},
      {head + "system = \"s\"\ndescription = \"d\"\nkind = \"bounce\"\nnear = [\"long enough\"]\n",
       "t.toml:8: rule bad: no sample"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bad);
    RuleSet rules =
        set_of(rule_text("first", "the first one") + row.bad + rule_text("last", "the last one"));
    CHECK(rules.rules().size() == 2);
    REQUIRE(rules.problems().size() == 1);
    CHECK(rules.problems()[0].substr(0, row.problem.size()) == row.problem);
    CHECK(ask(rules, "the first one").name() == "first");
    CHECK(ask(rules, "the last one").name() == "last");
  }
}

TEST_CASE("a file that is no TOML, or holds something else, is one line; other files work") {
  struct Row {
    std::string text;
    std::string problem;
  };
  for (const Row& row :
       {Row{"[[rule]\n", "bad.toml:1: "}, Row{"\n\nname = \"x\n", "bad.toml:3: "},
        Row{"[rule]\nname = \"x\"\n", "bad.toml:1: a rule file holds"},
        Row{"rules = 1\n", "bad.toml:1: a rule file holds"},
        Row{"rule = [1]\n", "bad.toml:1: a rule"}, Row{"\ne\xC3\x80\n", "bad.toml:2: a character"},
        Row{"\n\n[=]\n", "bad.toml:3: no name"}, Row{std::string("\0\1", 2), "bad.toml:1: "},
        Row{"name = \"\xFF\"", "bad.toml:1: "},
        Row{"a = " + std::string(5000, '['), "bad.toml:1: "}}) {
    CAPTURE(row.text);
    RuleSet rules(RuleSet::BuiltIn::no);
    rules.add_file("bad.toml", row.text);
    rules.add_file("good.toml", rule_text("good", "the good one"));
    CHECK(ask(rules, "the good one").name() == "good");
    REQUIRE(rules.problems().size() == 1);
    CHECK(rules.problems()[0].substr(0, row.problem.size()) == row.problem);
  }
  RuleSet empty = set_of("");
  CHECK(empty.rules().empty());
  CHECK(empty.problems().empty());
}

TEST_CASE("a pattern is compiled only when all literals occur; a broken one is then a problem") {
  RuleSet rules =
      set_of(rule_text("bad", "comes near", "near_header = [\"X-Sign: 1\"]\nbody = \"(\"\n") +
             rule_text("good", "comes near"));
  CHECK(ask(rules, "comes near").name() == "good");
  CHECK(ask(rules, "far away", "X-Sign: 1\n").name().empty());
  CHECK(rules.problems().empty());
  const Asked asked = ask(rules, "comes near", "X-Sign: 1\n");
  CHECK(asked.name() == "good");
  REQUIRE(asked.defects.list().size() == 1);
  CHECK(asked.defects.list()[0] == "rule bad has a pattern that is none");
  REQUIRE(rules.problems().size() == 1);
  CHECK(rules.problems()[0].substr(0, 25) == "t.toml:1: rule bad: body:");
  rules.compile_all();
  CHECK(rules.problems().size() == 1);
}

TEST_CASE("all conditions of a rule must hold") {
  RuleSet rules =
      set_of(rule_text("all", "first words",
                       "near_header = [\"X-Maker: Acme\"]\nfields.Subject = \"^Oh no\"\n"
                       "body = '^second (?:line|row)$'\n"));
  const std::string header = "Subject: =?utf-8?Q?Oh_no?=\nX-Maker: Acme 1.0\n";
  CHECK(ask(rules, "first words\nsecond row\n", header).name() == "all");
  CHECK(ask(rules, "first words\nsecond row\n", header, false).name() == "all");
  CHECK(ask(rules, "first words\nsecond\n", header).name().empty());
  CHECK(ask(rules, "words\nsecond row\n", header).name().empty());
  CHECK(ask(rules, "first words\nsecond row\n", "Subject: Oh no\n").name().empty());
  CHECK(ask(rules, "first words\nsecond row\n", "X-Maker: Acme\n").name().empty());
  CHECK(ask(rules, "first words\nsecond row\n", "Subject: oh no\nX-Maker: Acme\n").name().empty());
}

TEST_CASE("only a rule with a condition on the header is asked about mail of no mail system") {
  RuleSet rules = set_of(rule_text("words", "only the words"));
  CHECK(ask(rules, "only the words", "From: x@y.example\n", true).name() == "words");
  CHECK(ask(rules, "only the words", "From: x@y.example\n", false).name().empty());
}

TEST_CASE("the rule with the longer literals is tried first, a later file's before the others") {
  RuleSet rules = set_of(rule_text("short", "mail delivery") +
                         rule_text("long", "mail delivery", "near_header = [\"From:\"]\n"));
  CHECK(ask(rules, "mail delivery").name() == "long");
  rules =
      set_of(rule_text("long", "mail delivery", "near_header = [\"From:\"]\nbody = \"never\"\n") +
             rule_text("short", "mail delivery"));
  CHECK(ask(rules, "mail delivery").name() == "short");
}

TEST_CASE("a later file replaces a rule of the same name or takes it away") {
  RuleSet rules;
  const std::string words = "Hi. This is the Haraka Mailer program at mx.remote.example.\n";
  CHECK(ask(rules, words).name() == "haraka");
  rules = RuleSet();
  rules.add_file("a.toml", rule_text("haraka", "other words"));
  CHECK(ask(rules, words).name().empty());
  CHECK(ask(rules, "other words").name() == "haraka");
  rules = RuleSet();
  rules.add_file("a.toml", rule_text("ours", "other words"));
  rules.add_file("b.toml", "[[rule]]\nname = \"haraka\"\nenabled = false\n");
  CHECK(ask(rules, words).name().empty());
  CHECK(ask(rules, "other words").name() == "ours");
  CHECK(rules.problems().empty());
}

TEST_CASE("a gate opens for a field that contains its text, of built-in rules and of files") {
  RuleSet rules = set_of(rule_text("a", "long enough", "gate.From = \"Robot@\"\n") +
                         rule_text("b", "long enough", "gate.X-Kind = \"bounce\"\n"));
  const auto opens = [](RuleSet& set, std::string_view header) {
    Defects ignored;
    return set.opens(Headers::read(header, ignored));
  };
  CHECK(opens(rules, "From: The <robot@y.example>\n"));
  CHECK(opens(rules, "Subject: x\nX-KIND: a Bounce\n"));
  CHECK(!opens(rules, "From: x@y.example\nTo: robot@y.example\n"));
  CHECK(!opens(rules, "To: robot@y.example\n"));
  CHECK(!opens(rules, ""));
  CHECK(opens(RuleSet::standard(), "From: post_master@vtext.example\n"));
  CHECK(!opens(RuleSet::standard(), "From: bob@remote.example\nSubject: Hello\n"));
}

TEST_CASE("the original begins with the line behind the marker; the body is matched before it") {
  RuleSet rules = set_of(rule_text("m", "comes near", "body = 'before'\noriginal = '^--- copy'\n"));
  const std::string words = "comes near before\n--- copy of it ---\nFrom: x\n--- copy\n";
  const Asked asked = ask(rules, words);
  REQUIRE(asked.name() == "m");
  CHECK(words.substr(asked.answer->original_at, 5) == "From:");
  CHECK(ask(rules, "comes near\n--- copy\nbefore\n").name().empty());
  CHECK(ask(rules, "comes near before").answer->original_at == std::string_view::npos);
  CHECK(ask(rules, "comes near before\n--- copy").answer->original_at == 26);
}

TEST_CASE("each match of recipients is one, its diagnostic on one line") {
  RuleSet rules = set_of(rule_text("r", "comes near",
                                   "recipients = '^<(?<recipient>[^>]*)>:(?<diagnostic>.*(?:\\n "
                                   ".*)*) *(?:#(?<status>\\S+))?'\n"));
  const Asked asked =
      ask(rules, "comes near\n<a@x.example>: no\n  such \t user\n<>: x\n<b@x.example>:#5.1.1\n");
  REQUIRE(asked.answer);
  REQUIRE(asked.answer->recipients.size() == 2);
  CHECK(asked.answer->recipients[0].address == "a@x.example");
  CHECK(asked.answer->recipients[0].diagnostic == "no such user");
  CHECK(asked.answer->recipients[1].address == "b@x.example");

  std::string many = "comes near\n";
  for (int i = 0; i < 900; ++i) many += "<" + std::to_string(i) + "@x>:\n";
  CHECK(ask(rules, many + many).answer->recipients.size() == RuleSet::kMaxRecipients);
}

TEST_CASE("a pattern that matches the empty text comes to an end, within no character") {
  RuleSet rules = set_of(rule_text("e", "comes near", "recipients = '(?<recipient>x*)'\n"));
  CHECK(
      ask(rules, "comes near \xC3\xBC\xE6\x97\xA5\xF0\x9F\x93\xAC xx").answer->recipients.size() ==
      1);
}

TEST_CASE("a pattern without end is cut off: a defect, and other rules are tried") {
  RuleSet rules = set_of(rule_text("slow", "comes near!", "body = '^(a+)+$'\n") +
                         rule_text("next", "comes near"));
  const std::string words = "comes near!\n" + std::string(15000, 'a') + "!\n";
  const std::clock_t begin = std::clock();
  const Asked asked = ask(rules, words);
  CHECK(std::clock() - begin < CLOCKS_PER_SEC / 2);
  CHECK(asked.name() == "next");
  REQUIRE(asked.defects.list().size() == 1);
  CHECK(asked.defects.list()[0] == "rule slow took too many steps and was cut off");
}

TEST_CASE("only so many rules are tried, and only so many words looked at") {
  std::string text;
  for (char c = 'a'; c <= 'z'; ++c)
    text += rule_text(std::string("r") + c, "comes near", "body = 'never'\n");
  RuleSet rules = set_of(text + rule_text("zz", "comes near"));
  CHECK(ask(rules, "comes near").name().empty());
  RuleSet one = set_of(rule_text("one", "comes near"));
  CHECK(ask(one, std::string(RuleSet::kMaxWords - 10, ' ') + "comes near").name() == "one");
  CHECK(ask(one, std::string(RuleSet::kMaxWords - 9, ' ') + "comes near").name().empty());
}

}  // namespace unsent

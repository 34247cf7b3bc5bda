// SPDX-License-Identifier: MIT
#include "bounce/rules_told.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace unsent {
namespace {

Rule rule() {
  Rule one;
  one.name = "ours";
  one.kind = "bounce";
  one.description = "As our own gateway writes them.";
  one.path = "rules.d/ours.toml";
  one.line = 3;
  return one;
}

}  // namespace

TEST_CASE("a rule is told with its place, unless it is built in") {
  Rule one = rule();
  CHECK(to_text(one) ==
        "ours                      bounce        As our own gateway writes them.  "
        "[rules.d/ours.toml:3]");
  CHECK(to_json(one) ==
        R"({"version":1,"name":"ours","kind":"bounce",)"
        R"("description":"As our own gateway writes them.","place":"rules.d/ours.toml:3"})");
  one.is_built_in = true;
  CHECK(to_text(one) == "ours                      bounce        As our own gateway writes them.");
  CHECK(to_json(one).ends_with(R"("place":null})"));
}

TEST_CASE("what is good is a line, what fails has one for each failure") {
  CHECK(to_text(TestedRules{"ours", {}, {}, {}}) == "ok    ours\n");
  CHECK(to_text(TestedRules{"fr.toml", 12, {}, {}}) == "ok    fr.toml  12 phrases\n");
  CHECK(to_text(TestedRules{"ours", {}, {"qmail", "exim"}, {"a.toml:3: another kind"}}) ==
        "FAIL  ours  (before qmail, exim)\n      a.toml:3: another kind\n");
}

TEST_CASE("for programs a test is an object") {
  CHECK(to_json(TestedRules{"ours", {}, {"qmail"}, {}}) ==
        R"({"version":1,"name":"ours","good":true,"phrases":null,"before":["qmail"],)"
        R"("failures":[]})");
  CHECK(to_json(TestedRules{"fr.toml", 12, {}, {"fr.toml:7: not recognised"}}) ==
        R"({"version":1,"name":"fr.toml","good":false,"phrases":12,"before":[],)"
        R"("failures":["fr.toml:7: not recognised"]})");
}

TEST_CASE("rules and phrases are tested, each by its own name, and failures say where") {
  RuleSet rules(RuleSet::BuiltIn::no);
  Rule wrong = rule();
  wrong.near = {"never there"};
  wrong.body = "never there";
  wrong.sample = "From: MAILER-DAEMON@mx.remote.example\nSubject: failed\n\nIt failed.\n";
  rules.add_rule(wrong);
  const auto all = test_all(rules);
  const auto ours = std::find_if(all.begin(), all.end(),
                                 [](const TestedRules& one) { return one.name == "ours"; });
  REQUIRE(ours != all.end());
  REQUIRE(!ours->failures.empty());
  CHECK(ours->failures.front().starts_with("rules.d/ours.toml:3: "));
  CHECK(!ours->phrases);
  CHECK(std::any_of(all.begin(), all.end(),
                    [](const TestedRules& one) { return one.phrases.has_value(); }));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "verdict/verdict.h"

#include "verdict/what_if.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

Fact fact(Check check, PointsTo points_to, Strength strength) {
  return {check, points_to, strength, std::string(name_of(check))};
}

const Fact kProof = fact(Check::ledger, PointsTo::genuine, Strength::proof);
const Fact kGenuine = fact(Check::origin, PointsTo::genuine, Strength::strong);
const Fact kWeakGenuine = fact(Check::origin, PointsTo::genuine, Strength::weak);
const Fact kBackscatter = fact(Check::ledger, PointsTo::backscatter, Strength::strong);
const Fact kWeakBackscatter = fact(Check::identity, PointsTo::backscatter, Strength::weak);
const Fact kReplay = fact(Check::replay, PointsTo::backscatter, Strength::strong);
const Fact kCount = fact(Check::count, PointsTo::backscatter, Strength::weak);
const Fact kNeither = fact(Check::ledger, PointsTo::neither, Strength::strong);

}  // namespace

TEST_CASE("each row of the decision table") {
  struct Case {
    const char* name;
    Facts facts;
    Verdict verdict;
    TableRow row;
  };
  const Case cases[] = {
      {"proof", {kProof}, Verdict::genuine, TableRow::proof},
      {"proof outweighs strong backscatter",
       {kBackscatter, kProof},
       Verdict::genuine,
       TableRow::proof},
      {"a proof for the hundredth bounce",
       {kProof, kCount},
       Verdict::unverified,
       TableRow::too_many},
      {"strong genuine for the hundredth bounce",
       {kGenuine, kCount},
       Verdict::unverified,
       TableRow::too_many},
      {"the hundredth bounce, with strong backscatter",
       {kBackscatter, kCount},
       Verdict::backscatter,
       TableRow::strong_backscatter},
      {"the hundredth bounce, and nothing else",
       {kCount},
       Verdict::unverified,
       TableRow::nothing_strong},
      {"replay", {kReplay}, Verdict::backscatter, TableRow::replay},
      {"replay and weak genuine", {kReplay, kWeakGenuine}, Verdict::backscatter, TableRow::replay},
      {"replay and strong genuine",
       {kGenuine, kReplay},
       Verdict::unverified,
       TableRow::replay_doubted},
      {"strong genuine", {kGenuine, kWeakBackscatter}, Verdict::genuine, TableRow::strong_genuine},
      {"strong backscatter",
       {kBackscatter, kWeakGenuine},
       Verdict::backscatter,
       TableRow::strong_backscatter},
      {"both", {kBackscatter, kGenuine}, Verdict::unverified, TableRow::contradiction},
      {"weak genuine", {kWeakGenuine}, Verdict::unverified, TableRow::nothing_strong},
      {"weak backscatter, twice",
       {kWeakBackscatter, kWeakBackscatter},
       Verdict::unverified,
       TableRow::nothing_strong},
      {"neither, however strong", {kNeither}, Verdict::unverified, TableRow::nothing_strong},
      {"nothing", {}, Verdict::unverified, TableRow::nothing_strong},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const Decision decision = decide(Kind::bounce, one.facts);
    CHECK(decision.verdict == one.verdict);
    CHECK(decision.row == one.row);
    CHECK_FALSE(decision.reason.empty());
  }
}

TEST_CASE("what reports on nothing is ordinary, whatever the facts") {
  CHECK(decide(Kind::ordinary, {kBackscatter}).verdict == Verdict::ordinary);
}

TEST_CASE("what would have changed a verdict is found by deciding again") {
  struct Case {
    const char* name;
    Kind kind;
    Facts facts;
    std::vector<std::pair<std::string, Verdict>> changes;
  };
  Fact uncovered = fact(Check::ledger, PointsTo::neither, Strength::weak);
  uncovered.otherwise = {{"complete", PointsTo::backscatter, Strength::strong},
                         {"recorded", PointsTo::genuine, Strength::proof},
                         {"guessed", PointsTo::genuine, Strength::weak}};
  Fact softfail = fact(Check::origin, PointsTo::backscatter, Strength::weak);
  softfail.otherwise = {{"-all", PointsTo::backscatter, Strength::strong}};
  const Fact tag = fact(Check::tag, PointsTo::neither, Strength::weak);
  const Fact signature = fact(Check::signature, PointsTo::neither, Strength::weak);
  const std::string by_tag = "a valid tag of yours had come back with it (unsent tag)";
  const std::string by_signature = "your DKIM signature had come back with the header";
  const Case cases[] = {
      {"nothing known",
       Kind::bounce,
       {tag, signature, uncovered, softfail},
       {{"complete", Verdict::backscatter},
        {"recorded", Verdict::genuine},
        {"-all", Verdict::backscatter}}},
      {"the fact that decided did not hold",
       Kind::bounce,
       {tag, signature, kBackscatter},
       {{"the ledger fact did not hold", Verdict::unverified}}},
      {"two that agree: neither alone",
       Kind::bounce,
       {tag, signature, kBackscatter, fact(Check::origin, PointsTo::backscatter, Strength::strong)},
       {}},
      {"a contradiction falls either way",
       Kind::bounce,
       {tag, signature, kBackscatter, kGenuine},
       {{"the ledger fact did not hold", Verdict::genuine},
        {"the origin fact did not hold", Verdict::backscatter}}},
      {"no tag and no signature came back",
       Kind::bounce,
       {softfail},
       {{"-all", Verdict::backscatter},
        {by_tag, Verdict::genuine},
        {by_signature, Verdict::genuine}}},
      {"a signature against strong evidence only casts doubt",
       Kind::bounce,
       {tag, kBackscatter},
       {{"the ledger fact did not hold", Verdict::unverified},
        {by_signature, Verdict::unverified}}},
      {"a reply bears none", Kind::auto_reply, {softfail}, {{"-all", Verdict::backscatter}}},
      {"ordinary mail", Kind::ordinary, {softfail}, {}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    std::vector<std::pair<std::string, Verdict>> found;
    for (const Change& change : what_would_change(one.kind, one.facts))
      found.emplace_back(change.condition, change.verdict);
    CHECK(found == one.changes);
  }
}

TEST_CASE("what cannot be told has a reason, the ledger's word first") {
  const Facts facts = {{Check::identity, PointsTo::backscatter, Strength::weak, "identity"},
                       {Check::origin, PointsTo::neither, Strength::weak, "origin"},
                       {Check::ledger, PointsTo::neither, Strength::weak, "ledger"}};
  CHECK(decide(Kind::bounce, facts).reason == "not proved either way: ledger");
  CHECK(decide(Kind::bounce, {facts[0], facts[1]}).reason == "not proved either way: origin");
  CHECK(decide(Kind::bounce, {facts[0]}).reason == "not proved either way: identity");
  CHECK(decide(Kind::bounce, {}).reason == "nothing is known about the original");
}

}  // namespace unsent

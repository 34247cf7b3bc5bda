// SPDX-License-Identifier: MIT
#include "verdict/verdict.h"

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

}  // namespace unsent

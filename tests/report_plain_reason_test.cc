// SPDX-License-Identifier: MIT
#include "report/plain_reason.h"

#include <doctest/doctest.h>

#include "scan_items.h"

using namespace unsent;

namespace {

const Time kNow = at("2026-11-23T12:00:00Z");

ScanItem because(Verdict verdict, Fact fact) {
  ScanItem one = item(verdict, 1);
  one.reason = fact.detail;
  one.facts = {std::move(fact)};
  return one;
}

}  // namespace

TEST_CASE("the ledger's word is to whom and when one wrote") {
  ScanItem one =
      because(Verdict::genuine, {Check::ledger, PointsTo::genuine, Strength::proof, "x"});
  CHECK(plain_reason(one, kNow) == "you wrote this to user1@remote.example on 20 Nov");
  CHECK(brief_reason(one, kNow) == "you wrote this on 20 Nov");
  one.original.date = at("2025-01-02T10:00:00Z");
  CHECK(brief_reason(one, kNow) == "you wrote this on 2 Jan 2025");
  one.original.date.reset();
  one.recipients = "bob@remote.example carol@remote.example";
  CHECK(plain_reason(one, kNow) == "you wrote this to bob@remote.example");
}

TEST_CASE("each check has its words, and no id") {
  struct Row {
    Verdict verdict;
    Fact fact;
    const char* text;
  };
  using enum Check;
  using enum PointsTo;
  const std::vector<Row> rows = {
      {Verdict::genuine, {tag, genuine, Strength::proof, "<a@b>"}, "it bears your own mark"},
      {Verdict::backscatter,
       {origin, backscatter, Strength::strong, "203.0.113.7 handed it over, which SPF forbids"},
       "sent by a machine that may not send for you"},
      {Verdict::backscatter,
       {ledger, backscatter, Strength::strong, "Message-ID <a@b> is not in the ledger"},
       "you never sent it: your record has all, and not this"},
      {Verdict::unverified,
       {ledger,
        neither,
        Strength::weak,
        "x",
        "",
        {{"", genuine, Strength::proof, Remedy::keep_ledger}}},
       "nobody has said what you sent"},
      {Verdict::backscatter,
       {flood, backscatter, Strength::strong, "1204 alike"},
       "one of many that strangers' machines sent in your name"},
      {Verdict::unverified,
       {ledger, neither, Strength::weak, "Message-ID <a@b> is ours, but <c> is odd"},
       "its id is ours, but <c> is odd"},
      {Verdict::unverified,
       {count, backscatter, Strength::weak, "x"},
       "yours, but far more come back than you wrote to"},
  };
  for (const Row& row : rows) CHECK(plain_reason(because(row.verdict, row.fact), kNow) == row.text);
}

TEST_CASE("signs for and against are both told") {
  ScanItem one = item(Verdict::unverified, 1);
  one.facts = {{Check::ledger, PointsTo::genuine, Strength::strong, "for"},
               {Check::origin, PointsTo::backscatter, Strength::strong, "against"}};
  CHECK(plain_reason(one, kNow) == "some signs say that it is yours, others that it is not");
}

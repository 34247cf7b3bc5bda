// SPDX-License-Identifier: MIT
#include "flood/member.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

constexpr Time kNoon = Time(seconds(20000 * 86400 + 43200));

Judgement judgement(const char* subject = "Cheap pills 17",
                    const char* id = "c6f8$506b$7731@host0.cheap.example",
                    const char* client = "198.51.100.7") {
  Judgement one;
  one.bounce.kind = Kind::bounce;
  one.bounce.original.subject = subject;
  one.bounce.original.message_id = id;
  one.bounce.original.from = "alice@ourshop.example";
  one.carriage.way = Way::access_line;
  one.carriage.client = IpAddress::parse(client);
  one.carriage.organisation = "isp.example";
  one.carriage.writer = "remote.example";
  one.decision.verdict = Verdict::unverified;
  return one;
}

}  // namespace

TEST_CASE("what differs from one mail of a run to the next makes no other run") {
  const Member one = make_member(judgement(), kNoon);
  const Member other =
      make_member(judgement("CHEAP PILLS 18!", "aa11$22bb$33cc@host9.other.example"), kNoon);
  CHECK(one.run == other.run);
  CHECK(one.make == other.make);
  CHECK(one.run != one.make);
  CHECK(one.day == 20000);
}

TEST_CASE("another subject, another way of making ids, another sender are another run") {
  const Member one = make_member(judgement(), kNoon);
  CHECK(make_member(judgement("Other things"), kNoon).run != one.run);
  CHECK(make_member(judgement("Other things"), kNoon).make == one.make);
  CHECK(make_member(judgement("Cheap pills 17", "a1-b2@host0.cheap.example"), kNoon).run !=
        one.run);
  Judgement of_another = judgement();
  of_another.bounce.original.from = "carol@other.example";
  CHECK(make_member(of_another, kNoon).run != one.run);
  CHECK(make_member(of_another, kNoon).make != one.make);
}

TEST_CASE("what is not shown makes no run") {
  CHECK(make_member(judgement(""), kNoon).run == 0);
  CHECK(make_member(judgement("Cheap pills", ""), kNoon).make == 0);
  CHECK(make_member(judgement("Cheap pills", ""), kNoon).run != 0);
  Judgement nobody = judgement();
  nobody.bounce.original.from = "nobody";
  CHECK(make_member(nobody, kNoon).run == 0);
  CHECK(make_member(nobody, kNoon).make == 0);
  for (const Kind kind : {Kind::ordinary, Kind::auto_reply, Kind::challenge, Kind::virus_notice,
                          Kind::read_receipt, Kind::report}) {
    Judgement other = judgement();
    other.bounce.kind = kind;
    CHECK(make_member(other, kNoon).run == 0);
  }
}

TEST_CASE("networks are /24 and /16, of IPv6 /48 and /32") {
  struct Case {
    const char* one;
    const char* other;
    bool is_same_network;
    bool is_same_block;
  };
  const Case cases[] = {
      {"198.51.100.7", "198.51.100.99", true, true},
      {"198.51.100.7", "198.51.101.7", false, true},
      {"198.51.100.7", "198.52.100.7", false, false},
      {"2001:db8:1::7", "2001:db8:1:2::9", true, true},
      {"2001:db8:1::7", "2001:db8:2::7", false, true},
      {"2001:db8:1::7", "2001:db9:1::7", false, false},
      {"0.0.0.1", "198.51.100.7", false, false},
  };
  for (const Case& row : cases) {
    const Member a = make_member(judgement("x", "x", row.one), kNoon);
    const Member b = make_member(judgement("x", "x", row.other), kNoon);
    CAPTURE(row.one);
    CAPTURE(row.other);
    CHECK((a.network == b.network) == row.is_same_network);
    CHECK((a.block == b.block) == row.is_same_block);
    CHECK(a.network != 0);
  }
}

TEST_CASE("marks say how it was judged, and by what") {
  const Fact spf{Check::origin, PointsTo::backscatter, Strength::strong, ""};
  const Fact softfail{Check::origin, PointsTo::backscatter, Strength::weak, ""};
  const Fact absent{Check::ledger, PointsTo::backscatter, Strength::strong, ""};
  const Fact signature{Check::signature, PointsTo::genuine, Strength::strong, ""};
  const Fact in_ledger{Check::ledger, PointsTo::genuine, Strength::proof, ""};
  struct Case {
    const char* name;
    Facts facts;
    Verdict verdict;
    int marks;
  };
  const Case cases[] = {
      {"nothing", {}, Verdict::unverified, Member::open},
      {"signed", {signature}, Verdict::genuine, Member::genuine | Member::proved_elsewhere},
      {"by the ledger alone", {in_ledger}, Verdict::genuine, Member::genuine},
      {"forbidden", {spf}, Verdict::backscatter, Member::forbidden},
      {"softfail is no strong word", {softfail}, Verdict::unverified, Member::open},
      {"forbidden, and not in a complete ledger", {spf, absent}, Verdict::backscatter, 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Judgement judged = judgement();
    judged.facts = one.facts;
    judged.decision.verdict = one.verdict;
    CHECK(make_member(judged, kNoon).marks == one.marks);
  }
  Judgement carried = judgement();
  carried.carriage.is_recorded = carried.carriage.is_passed_on = true;
  carried.carriage.is_by_our_side = carried.carriage.is_service = true;
  CHECK(make_member(carried, kNoon).marks ==
        (Member::recorded | Member::passed_on | Member::by_our_side | Member::service |
         Member::open));
}

TEST_CASE("the original's date stands in for a report that shows none") {
  Judgement dated = judgement();
  CHECK(make_member(dated, std::nullopt).day == 0);
  dated.bounce.original.date = kNoon;
  CHECK(make_member(dated, std::nullopt).day == 20000);
}

TEST_CASE("a member is small: a million are 48 MB") { CHECK(sizeof(Member) <= 48); }

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "flood/flood.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace unsent {
namespace {

Member bot(std::uint32_t number, std::uint64_t run = 1) {
  Member member;
  member.run = run;
  member.make = 77;
  member.network = 1000 + number;
  member.block = 100 + number;
  member.organisation = 10 + number % 20;
  member.writer = 500 + number % 40;
  member.day = 20000;
  member.way = Way::access_line;
  return member;
}

// A genuine mail of our own, by our own server.
Member own(std::uint64_t run, int marks) {
  Member member;
  member.run = run;
  member.make = 88;
  member.network = 5;
  member.block = 5;
  member.organisation = 5;
  member.writer = 6;
  member.day = 20000;
  member.way = Way::ours;
  member.marks = static_cast<std::uint8_t>(marks);
  return member;
}

void add_bots(Flood& flood, std::uint32_t count, std::uint64_t run = 1) {
  for (std::uint32_t i = 0; i < count; ++i) flood.add(bot(i, run));
}

std::size_t called(const Flood& flood) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < flood.size(); ++i) {
    const FloodFinding finding = flood.finding(i);
    if (finding.row == RunRow::spread && finding.member == MemberRow::spread) ++count;
  }
  return count;
}

constexpr int kGenuine = Member::genuine | Member::proved_elsewhere;
constexpr int kSent = kGenuine | Member::recorded;

}  // namespace

TEST_CASE("a botnet's run is found among genuine mail, and nothing is said of that") {
  Flood flood;
  for (std::uint64_t i = 0; i < 20; ++i) flood.add(own(100 + i, kSent));
  add_bots(flood, 500);
  flood.finish();
  CHECK(called(flood) == 500);
  for (std::size_t i = 0; i < 20; ++i) CHECK(flood.finding(i).row == RunRow::has_proved);
}

TEST_CASE("two campaigns at once are two runs") {
  Flood flood;
  add_bots(flood, 40, 1);
  add_bots(flood, 40, 2);
  flood.finish();
  CHECK(called(flood) == 80);
  CHECK(flood.finding(0).run != flood.finding(40).run);
  CHECK(flood.finding(0).run->size == 40);
}

TEST_CASE("a genuine member leaves all of its run to people, and no other run") {
  Flood flood;
  add_bots(flood, 40, 1);
  flood.add(own(1, kSent));
  add_bots(flood, 40, 2);
  flood.finish();
  CHECK(called(flood) == 40);
  CHECK(flood.finding(0).row == RunRow::has_proved);
}

TEST_CASE("where every subject differs the ids make the run, unless mail of ours is made so") {
  for (const bool is_ours_made_so : {false, true}) {
    Flood flood;
    for (std::uint32_t i = 0; i < 100; ++i) flood.add(bot(i, 1000 + i));
    Member genuine = own(5, kSent);
    if (is_ours_made_so) genuine.make = 77;
    flood.add(genuine);
    flood.finish();
    CHECK(called(flood) == (is_ours_made_so ? 0 : 100));
  }
}

TEST_CASE("a genuine member of a run by subject protects those that are made as it is") {
  Flood flood;
  for (std::uint32_t i = 0; i < 100; ++i) flood.add(bot(i, 1000 + i));
  for (int i = 0; i < 20; ++i) {
    Member genuine = own(5, kSent);
    genuine.make = 77;
    flood.add(genuine);
  }
  flood.finish();
  CHECK(called(flood) == 0);
}

TEST_CASE("ten thousand campaigns of one are none") {
  Flood flood;
  for (std::uint32_t i = 0; i < 10000; ++i) {
    Member member = bot(i, 1000 + i);
    member.make = 1000 + i;
    flood.add(member);
  }
  flood.finish();
  CHECK(called(flood) == 0);
  CHECK(flood.finding(0).run == nullptr);
}

TEST_CASE("what came after a long silence is another run") {
  Flood flood;
  add_bots(flood, 40);
  for (std::uint32_t i = 0; i < 9; ++i) {
    Member late = bot(100 + i);
    late.day += 8;
    flood.add(late);
  }
  flood.finish();
  CHECK(flood.finding(0).run->size == 40);
  CHECK(flood.finding(40).run == nullptr);  // under its subject too few; what is left by id, too
}

TEST_CASE("a network that had brought mail before the run began decides nothing") {
  Flood flood;
  add_bots(flood, 40);
  Member earlier = bot(7, 555);
  earlier.day -= 2;
  flood.add(earlier);
  Member just_before = bot(8, 556);
  just_before.day -= 1;
  flood.add(just_before);
  flood.finish();
  CHECK(called(flood) == 39);
  CHECK(flood.finding(7).member == MemberRow::seen_before);
}

TEST_CASE("as whom clients from everywhere greet is nobody, unless one is known by that name") {
  struct Case {
    const char* name;
    std::uint32_t blocks;
    bool is_known;  // somebody looked up a server of that name
    std::size_t called;
  };
  const Case cases[] = {
      {"five blocks", 5, false, 40},
      {"four blocks may be one service's", 4, false, 20},
      {"a service with addresses everywhere", 20, true, 20},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Flood flood;
    add_bots(flood, 20);
    for (std::uint32_t i = 0; i < 20; ++i) {
      Member member = bot(100 + i);
      member.way = Way::unnamed;
      member.organisation = 0;
      member.greeting = 900;
      member.block = 100 + i % one.blocks;
      flood.add(member);
    }
    if (one.is_known) {
      Member server = bot(300, 99);
      server.way = Way::server;
      server.organisation = 900;
      flood.add(server);
    }
    flood.finish();
    CHECK(called(flood) == one.called);
  }
}

TEST_CASE("one mail service that SPF does not name, from twenty on") {
  struct Case {
    const char* name;
    std::uint32_t count;
    int marks;
    bool is_found;
  };
  const Case cases[] = {
      {"nineteen", 19, Member::service | Member::forbidden, false},
      {"twenty that SPF forbids", 20, Member::service | Member::forbidden, true},
      {"twenty under a record in ~all", 20, Member::service | Member::open, true},
      {"something else speaks against them", 20, Member::service, false},
      {"genuine ones", 20, Member::service | Member::genuine, false},
      {"a server that its own record does not name", 20, Member::forbidden, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Flood flood;
    for (std::uint32_t i = 0; i < one.count; ++i) {
      Member member = own(300 + i, one.marks);
      member.way = Way::server;
      flood.add(member);
    }
    Member other = own(9, Member::service | Member::forbidden);
    other.organisation = 6;
    flood.add(other);
    flood.finish();
    CHECK(flood.finding(0).of_service == (one.is_found ? one.count : 0U));
    CHECK(flood.finding(one.count).of_service == 0);
  }
}

TEST_CASE("Sent is measured by what something else proves") {
  Flood flood;
  for (std::uint64_t i = 0; i < 30; ++i) flood.add(own(100 + i, kSent));
  flood.add(own(200, kGenuine));
  flood.add(own(201, Member::genuine | Member::recorded));  // the ledger's own word
  flood.add(own(202, Member::recorded | Member::proved_elsewhere));
  flood.finish();
  CHECK(flood.measure().proved == 31);
  CHECK(flood.measure().recorded == 30);
}

TEST_CASE("our own account in other hands: hundreds of ours that Sent does not know") {
  struct Case {
    const char* name;
    int run;       // by our server, not in Sent
    int recorded;  // of ours that are
    int lacking;   // of ours that are not, beside the run
    bool is_told;
  };
  const Case cases[] = {
      {"a hundred, and all else is in Sent", 100, 20, 0, true},
      {"fewer may be a mailing of ours", 99, 20, 0, false},
      {"nobody knows how complete Sent is", 300, 19, 0, false},
      {"Sent holds four in five", 100, 80, 20, true},
      {"Sent holds fewer", 100, 80, 21, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Flood flood;
    for (int i = 0; i < one.run; ++i) flood.add(own(1, kGenuine));
    for (int i = 0; i < one.recorded; ++i)
      flood.add(own(100 + static_cast<std::uint64_t>(i), kSent));
    for (int i = 0; i < one.lacking; ++i)
      flood.add(own(1000 + static_cast<std::uint64_t>(i), kGenuine));
    flood.finish();
    CHECK(flood.foreign_uses().size() == (one.is_told ? 1 : 0));
    if (one.is_told) CHECK(flood.foreign_uses().front().size == 100);
  }
}

TEST_CASE("a run of ours of which Sent has some is no foreign use") {
  Flood flood;
  for (int i = 0; i < 200; ++i) flood.add(own(1, i % 10 == 0 ? kSent : kGenuine));
  flood.finish();
  CHECK(flood.foreign_uses().empty());
}

TEST_CASE("the order in which they come changes nothing") {
  std::vector<Member> members;
  for (std::uint32_t i = 0; i < 60; ++i) members.push_back(bot(i, i % 2 + 1));
  members.push_back(own(1, kSent));
  std::size_t counts[2] = {};
  for (std::size_t& count : counts) {
    Flood flood;
    for (const Member& member : members) flood.add(member);
    flood.finish();
    count = called(flood);
    std::reverse(members.begin(), members.end());
  }
  CHECK(counts[0] == 30);
  CHECK(counts[1] == 30);
}

TEST_CASE("nothing was added") {
  Flood flood;
  flood.finish();
  CHECK(flood.size() == 0);
  CHECK(flood.measure().proved == 0);
}

}  // namespace unsent

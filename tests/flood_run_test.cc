// SPDX-License-Identifier: MIT
#include "flood/run.h"

#include <doctest/doctest.h>

#include <numeric>

namespace unsent {
namespace {

// The number-th mail of a botnet: each from another access line of another network and provider,
// to one of forty receivers.
Member bot(std::uint32_t number) {
  Member member;
  member.run = 1;
  member.make = 2;
  member.network = 1000 + number;
  member.block = 100 + number;
  member.organisation = 10 + number % 20;
  member.writer = 500 + number % 40;
  member.day = 20000;
  member.way = Way::access_line;
  return member;
}

Member marked(Member member, int marks) {
  member.marks = static_cast<std::uint8_t>(marks);
  return member;
}

template <typename Make>
std::vector<Member> many(std::uint32_t count, Make make) {
  std::vector<Member> members;
  for (std::uint32_t i = 0; i < count; ++i) members.push_back(make(i));
  return members;
}

Run run_of(const std::vector<Member>& members) {
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  return sum_up(members, order.data(), order.data() + order.size(), known_ways(members));
}

std::vector<Member> with(std::vector<Member> members, const Member& one) {
  members.push_back(one);
  return members;
}

Member from(Way way, Member member) {
  member.way = way;
  return member;
}

}  // namespace

TEST_CASE("each row of the table of runs") {
  struct Case {
    const char* name;
    std::vector<Member> members;
    RunRow row;
  };
  const std::vector<Member> botnet = many(40, bot);
  const Case cases[] = {
      {"a botnet: access lines of forty networks, to forty receivers", botnet, RunRow::spread},
      {"the smallest that is one", many(10, bot), RunRow::spread},
      {"each bot used three times", many(120, [](std::uint32_t i) { return bot(i % 40); }),
       RunRow::spread},
      {"one of them is judged genuine", with(botnet, marked(bot(50), Member::genuine)),
       RunRow::has_proved},
      {"one of them is in the ledger, whatever else is said of it",
       with(botnet, marked(bot(50), Member::recorded)), RunRow::has_proved},
      {"one of them came by a server of ours", with(botnet, from(Way::ours, bot(50))),
       RunRow::on_our_way},
      {"a way of ours that was believed to be passed on is one of ours still",
       with(botnet, marked(from(Way::ours, bot(50)), Member::passed_on)), RunRow::on_our_way},
      {"nine that show who handed them over",
       many(40, [](std::uint32_t i) { return i < 9 ? bot(i) : from(Way::unknown, bot(i)); }),
       RunRow::few_crossings},
      {"a report by the side that holds our mailbox shows a user",
       many(40, [](std::uint32_t i) { return marked(bot(i), Member::by_our_side); }),
       RunRow::few_crossings},
      {"forwarders: their own line stands below",
       many(40, [](std::uint32_t i) { return marked(bot(i), Member::passed_on); }),
       RunRow::few_crossings},
      {"half of them were passed on",
       many(40, [](std::uint32_t i) { return marked(bot(i), i % 2 == 0 ? Member::passed_on : 0); }),
       RunRow::often_passed_on},
      {"a third of them was passed on",
       many(60, [](std::uint32_t i) { return marked(bot(i), i % 4 == 0 ? Member::passed_on : 0); }),
       RunRow::spread},
      {"one host", many(40, [](std::uint32_t) { return bot(0); }), RunRow::few_networks},
      {"nine networks", many(40, [](std::uint32_t i) { return bot(i % 9); }), RunRow::few_networks},
      {"forty networks of one provider's block",
       many(40,
            [](std::uint32_t i) {
              Member member = bot(i);
              member.block = 7;
              return member;
            }),
       RunRow::few_networks},
      {"forty networks, and one that sent a fifth",
       many(50, [](std::uint32_t i) { return bot(i < 40 ? i : 0); }), RunRow::few_networks},
      {"hosts of one organisation",
       many(40,
            [](std::uint32_t i) {
              Member member = bot(i);
              if (i % 3 != 0) member.organisation = 9;
              return member;
            }),
       RunRow::one_organisation},
      {"hosts without a name are no organisation",
       many(40,
            [](std::uint32_t i) {
              Member member = bot(i);
              member.organisation = 0;
              return member;
            }),
       RunRow::spread},
      {"users at home, and one side that takes their mail",
       many(40,
            [](std::uint32_t i) {
              Member member = bot(i);
              member.writer = i % 3;
              return member;
            }),
       RunRow::few_writers},
      {"snowshoe: servers everywhere",
       many(40, [](std::uint32_t i) { return from(Way::server, bot(i)); }), RunRow::mostly_servers},
      {"half access lines, half servers",
       many(40,
            [](std::uint32_t i) {
              return from(i % 2 == 0 ? Way::server : Way::access_line, bot(i));
            }),
       RunRow::mostly_servers},
      {"two thirds access lines",
       many(60,
            [](std::uint32_t i) {
              return from(i % 3 == 0 ? Way::server : Way::access_line, bot(i));
            }),
       RunRow::spread},
      {"most show nothing of their clients",
       many(60,
            [](std::uint32_t i) {
              return from(i % 5 != 0 ? Way::unnamed : Way::access_line, bot(i));
            }),
       RunRow::mostly_servers},
      {"one that answers for all: seven access lines among servers that show nothing",
       many(20,
            [](std::uint32_t i) {
              return from(i % 3 != 0 ? Way::unnamed : Way::access_line, bot(i));
            }),
       RunRow::mostly_servers},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(row_of(run_of(one.members)) == one.row);
    CHECK(!describe(one.row).empty());
  }
}

TEST_CASE("a network on which genuine mail came protects whatever else comes from it") {
  auto members = many(40, bot);
  KnownWays known;
  known.networks = {bot(7).network};
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  const Run run = sum_up(members, order.data(), order.data() + order.size(), known);
  CHECK(run.on_known == 1);
  CHECK(row_of(run) == RunRow::on_our_way);
}

TEST_CASE("each row of the table of members of a run that is spread") {
  struct Case {
    const char* name;
    Member member;
    bool is_seen_before;
    MemberRow row;
  };
  Member neighbour = bot(1);
  neighbour.organisation = 999;
  const Case cases[] = {
      {"an access line", bot(1), false, MemberRow::spread},
      {"its border is not shown", from(Way::unknown, bot(1)), false, MemberRow::unshown},
      {"it was passed on", marked(bot(1), Member::passed_on), false, MemberRow::unshown},
      {"taken by the side that holds our mailbox", marked(bot(1), Member::by_our_side), false,
       MemberRow::unshown},
      {"a server", from(Way::server, bot(1)), false, MemberRow::by_server},
      {"nothing tells what it is", from(Way::unnamed, bot(1)), false, MemberRow::untold},
      {"a neighbour of a way that genuine mail took", neighbour, false, MemberRow::known_neighbour},
      {"from a network that was there before the flood", bot(1), true, MemberRow::seen_before},
  };
  KnownWays known;
  known.organisations = {999};
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(row_of(one.member, known, one.is_seen_before) == one.row);
    CHECK(!describe(one.row).empty());
  }
}

TEST_CASE("only what was judged genuine makes a way known") {
  Member replayed = marked(bot(2), Member::recorded);
  const KnownWays known = known_ways({marked(bot(1), Member::genuine), replayed, bot(3),
                                      marked(from(Way::unknown, Member{}), Member::genuine)});
  CHECK(known.networks == std::vector<std::uint32_t>{bot(1).network});
  CHECK(known.organisations == std::vector<std::uint32_t>{bot(1).organisation});
}

}  // namespace unsent

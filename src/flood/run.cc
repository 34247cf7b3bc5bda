// SPDX-License-Identifier: MIT
#include "flood/run.h"

#include <algorithm>

namespace unsent {
namespace {

constexpr std::uint32_t kLeastCrossings = 10;
constexpr std::uint32_t kLeastNetworks = 10;
constexpr std::uint32_t kLeastBlocks = 8;
constexpr std::uint32_t kLeastAccessNetworks = 8;
constexpr std::uint32_t kLeastWriters = 4;
constexpr std::uint32_t kAlwaysAlike = 2;  // from one network, however small the run

void sort_unique(std::vector<std::uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// How many different numbers there are but 0, and how often the most frequent one occurs.
struct Variety {
  std::uint32_t different = 0;
  std::uint32_t most = 0;
};
Variety variety_of(std::vector<std::uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  Variety variety;
  for (auto at = std::upper_bound(numbers.begin(), numbers.end(), 0U); at != numbers.end();) {
    const auto next = std::upper_bound(at, numbers.end(), *at);
    ++variety.different;
    variety.most = std::max(variety.most, static_cast<std::uint32_t>(next - at));
    at = next;
  }
  return variety;
}

template <typename Number>
std::vector<std::uint32_t> numbers_of(const std::vector<const Member*>& members, Number number) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(members.size());
  for (const Member* member : members) numbers.push_back(member->*number);
  return numbers;
}

void count_ways(Run& run, const std::vector<const Member*>& crossing) {
  std::vector<std::uint32_t> lines;
  for (const Member* member : crossing) {
    if (member->way == Way::server) ++run.servers;
    if (member->way != Way::access_line) continue;
    ++run.access_lines;
    lines.push_back(member->network);
  }
  run.crossing = static_cast<std::uint32_t>(crossing.size());
  run.access_networks = variety_of(lines).different;
  auto networks = numbers_of(crossing, &Member::network);
  auto blocks = numbers_of(crossing, &Member::block);
  auto organisations = numbers_of(crossing, &Member::organisation);
  auto writers = numbers_of(crossing, &Member::writer);
  const Variety of_networks = variety_of(networks);
  const Variety of_organisations = variety_of(organisations);
  run.networks = of_networks.different;
  run.largest_network = of_networks.most;
  run.blocks = variety_of(blocks).different;
  run.organisations = of_organisations.different;
  run.largest_organisation = of_organisations.most;
  run.writers = variety_of(writers).different;
}

}  // namespace

bool KnownWays::has_network(const Member& member) const {
  return member.network != 0 &&
         std::binary_search(networks.begin(), networks.end(), member.network);
}

bool KnownWays::has_organisation(const Member& member) const {
  return member.organisation != 0 &&
         std::binary_search(organisations.begin(), organisations.end(), member.organisation);
}

KnownWays known_ways(const std::vector<Member>& members) {
  KnownWays known;
  for (const Member& member : members) {
    if (!member.is(Member::genuine)) continue;
    if (member.network != 0) known.networks.push_back(member.network);
    if (member.organisation != 0) known.organisations.push_back(member.organisation);
  }
  sort_unique(known.networks);
  sort_unique(known.organisations);
  return known;
}

namespace {

void count_traits(Run& run, const Member& member) {
  for (const Trait trait : kAllTraits) {
    const auto at = static_cast<std::size_t>(trait);
    if (member.shows(trait)) ++run.shown.at(at);
    if (member.is_foreign(trait)) ++run.foreign.at(at);
  }
}

}  // namespace

Run sum_up(const std::vector<Member>& all, const std::uint32_t* begin, const std::uint32_t* end,
           const KnownWays& known) {
  Run run;
  std::vector<const Member*> crossing;
  for (const std::uint32_t* at = begin; at != end; ++at) {
    const Member& member = all[*at];
    ++run.size;
    const bool is_genuine = member.is(Member::genuine);
    if (is_genuine || member.is(Member::recorded)) ++run.proved;
    if (is_genuine && member.is(Member::proved_elsewhere) && !member.is(Member::recorded))
      ++run.unrecorded;
    if (member.way == Way::ours) ++run.ours;
    if (known.has_network(member)) ++run.on_known;
    if (member.is(Member::passed_on)) ++run.passed_on;
    if (member.is_crossing()) crossing.push_back(&member);
    if (member.day != 0 && (run.first_day == 0 || member.day < run.first_day))
      run.first_day = member.day;
    run.last_day = std::max<std::int32_t>(run.last_day, member.day);
    count_traits(run, member);
  }
  count_ways(run, crossing);
  return run;
}

bool is_foreign(const Run& run, Trait trait) {
  const auto at = static_cast<std::size_t>(trait);
  return run.shown.at(at) >= kLeastInRun && run.foreign.at(at) == run.shown.at(at);
}

RunRow row_of(const Run& run) {
  const auto most_alike = [&](std::uint32_t share) {
    return std::max(kAlwaysAlike, run.crossing / share);
  };
  if (run.proved > 0) return RunRow::has_proved;
  if (run.ours > 0 || run.on_known > 0) return RunRow::on_our_way;
  if (run.crossing < kLeastCrossings) return RunRow::few_crossings;
  if (run.passed_on * 2 > run.crossing) return RunRow::often_passed_on;
  if (run.networks < kLeastNetworks || run.blocks < kLeastBlocks ||
      run.largest_network > most_alike(10))
    return RunRow::few_networks;
  if (run.largest_organisation > most_alike(2)) return RunRow::one_organisation;
  if (run.writers < kLeastWriters) return RunRow::few_writers;
  const std::uint32_t known = run.access_lines + run.servers;
  if (run.access_networks < kLeastAccessNetworks || run.access_lines * 10 < known * 6 ||
      run.access_lines * 3 < run.crossing)
    return RunRow::mostly_servers;
  return RunRow::spread;
}

std::string_view describe(RunRow row) {
  switch (row) {
    case RunRow::has_proved:
      return "one of them is proved yours, or in the ledger";
    case RunRow::on_our_way:
      return "one of them came on a way that your own mail takes";
    case RunRow::few_crossings:
      return "few show who handed them over";
    case RunRow::often_passed_on:
      return "many were passed on by who handed them over";
    case RunRow::few_networks:
      return "they came from few networks";
    case RunRow::one_organisation:
      return "most came from hosts of one organisation";
    case RunRow::few_writers:
      return "they went to few different sides";
    case RunRow::mostly_servers:
      return "most came from servers, or nothing tells from whom";
    case RunRow::spread:
      return "they came from everywhere, as no sender's own mail does";
  }
  return {};
}

MemberRow row_of(const Member& member, const KnownWays& known, bool is_seen_before) {
  if (!member.is_crossing()) return MemberRow::unshown;
  if (member.way == Way::unnamed) return MemberRow::untold;
  if (member.way != Way::access_line) return MemberRow::by_server;
  if (known.has_organisation(member)) return MemberRow::known_neighbour;
  if (is_seen_before) return MemberRow::seen_before;
  return MemberRow::spread;
}

std::string_view describe(MemberRow row) {
  switch (row) {
    case MemberRow::unshown:
      return "who handed this one over is not shown for certain";
    case MemberRow::by_server:
      return "this one came from a server, which may be anybody's";
    case MemberRow::untold:
      return "who handed this one over the DNS would tell, which did not answer or was not asked";
    case MemberRow::known_neighbour:
      return "this one came from an organisation that carries your own mail";
    case MemberRow::seen_before:
      return "this one came from a network that had brought mail in your name before";
    case MemberRow::spread:
      return "this one came from an access line, too";
  }
  return {};
}

std::string_view describe(MentionRow row) {
  switch (row) {
    case MentionRow::nothing:
      return "it names nothing of a flood";
    case MentionRow::copied_id:
      return "that id was written by several networks, as if it were copied from a true mail";
    case MentionRow::by_id:
      return "nobody else bears that id";
    case MentionRow::shared:
      return "that subject is seen elsewhere, or at another time, too";
    case MentionRow::other_id:
      return "the id that it names is made in another way";
    case MentionRow::sent_unsure:
      return "Sent is not known to hold all that you sent, so one of yours may have that subject";
    case MentionRow::by_subject:
      return "nothing else has that subject, in Sent as little as here";
  }
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "flood/member.h"

#include <algorithm>

#include "flood/shape.h"
#include "mail/address.h"

namespace unsent {
namespace {

constexpr std::uint32_t kHashed = 0x80000000U;  // an IPv4 network is its own number, and lower
constexpr seconds kDay{86400};

std::uint32_t short_hash(std::string_view text) {
  return text.empty() ? 0 : static_cast<std::uint32_t>(flood_hash(text) >> 32U) | kHashed;
}

std::uint32_t network_number(const IpAddress& client, std::size_t v4_bytes, std::size_t v6_bytes) {
  const std::string bytes = client.bytes();
  if (!client.is_v4()) return short_hash(bytes.substr(0, v6_bytes));
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < v4_bytes; ++i)
    number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
  return number + 1;
}

std::string sender_domain(const Original& original) {
  for (const std::string* text : {&original.from, &original.reverse_path})
    if (const auto address = Address::parse(*text)) return address->domain().text();
  return {};
}

void put_run(Member& member, const Original& original) {
  const std::string domain = sender_domain(original);
  const std::string subject = subject_shape(original.subject);
  if (domain.empty()) return;
  const std::uint64_t make = make_hash(original.message_id, domain);
  // One is odd and the other even, so that it is never 0.
  if (!subject.empty()) member.run = flood_hash(subject) + 2 * make;
  if (original.message_id.empty()) return;
  member.make = make;
  member.set_id(id_hash(original.message_id));
}

void put_traits(Member& member, const Original& original, const SentHabits& habits) {
  const Make make = make_of(original.headers, original.message_id);
  for (const Trait trait : kAllTraits) {
    const auto bit = static_cast<unsigned>(trait);
    unsigned bits = member.traits;
    if (make.at(bit) != 0) bits |= 1U << bit;
    if (habits.is_foreign(trait, make)) bits |= 1U << (kTraits + bit);
    member.traits = static_cast<std::uint8_t>(bits);
  }
}

void put_way(Member& member, const Carriage& carriage) {
  member.way = carriage.way;
  if (!carriage.client) return;
  member.network = network_number(*carriage.client, 3, 6);
  member.block = network_number(*carriage.client, 2, 4);
  member.organisation = short_hash(carriage.organisation);
  member.greeting = short_hash(carriage.greeting);
  member.writer = short_hash(carriage.writer);
}

bool is_strong(const Fact& fact, PointsTo points_to) {
  return fact.points_to == points_to && fact.strength >= Strength::strong;
}

bool is_proved_elsewhere(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    return is_strong(fact, PointsTo::genuine) && fact.check != Check::ledger;
  });
}

bool is_forbidden_by_spf_alone(const Facts& facts) {
  bool is_forbidden = false;
  for (const Fact& fact : facts) {
    if (!is_strong(fact, PointsTo::backscatter)) continue;
    if (fact.check != Check::origin) return false;
    is_forbidden = true;
  }
  return is_forbidden;
}

void put_marks(Member& member, const Judgement& judgement) {
  const Carriage& carriage = judgement.carriage;
  const auto mark = [&](Member::Mark one, bool holds) {
    if (holds) member.marks = static_cast<std::uint8_t>(member.marks | one);
  };
  mark(Member::genuine, judgement.decision.verdict == Verdict::genuine);
  mark(Member::recorded, carriage.is_recorded);
  mark(Member::proved_elsewhere, is_proved_elsewhere(judgement.facts));
  mark(Member::passed_on, carriage.is_passed_on);
  mark(Member::by_our_side, carriage.is_by_our_side);
  mark(Member::service, carriage.is_service);
  mark(Member::forbidden, is_forbidden_by_spf_alone(judgement.facts));
  mark(Member::open, judgement.decision.verdict == Verdict::unverified);
}

}  // namespace

std::uint64_t id_hash(std::string_view id) { return flood_hash(id) >> 16U; }

std::uint64_t make_hash(std::string_view id, std::string_view sender_domain) {
  return flood_hash(id_shape(id, sender_domain) + ' ' + std::string(sender_domain));
}

std::uint16_t day_number(Time time) {
  return static_cast<std::uint16_t>(
      std::clamp<std::int64_t>(time.time_since_epoch() / kDay, 0, UINT16_MAX));
}

std::uint64_t subject_of(const Member& member) {
  return member.run == 0 || member.make == 0 ? 0 : member.run - 2 * member.make;
}

Member make_member(const Judgement& judgement, std::optional<Time> came, const SentHabits* habits) {
  Member member;
  const Kind kind = judgement.bounce.kind;
  if (kind != Kind::bounce && kind != Kind::delay && kind != Kind::success) return member;
  put_run(member, judgement.bounce.original);
  put_way(member, judgement.carriage);
  put_marks(member, judgement);
  const auto when = came ? came : judgement.bounce.original.date;
  if (when) member.day = day_number(*when);
  if (habits != nullptr) put_traits(member, judgement.bounce.original, *habits);
  return member;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/tag.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/addressee.h"
#include "tag/batv.h"
#include "tag/message_tag.h"

namespace unsent {
namespace {

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail,
         std::string source = "returned X-Unsent-Tag; keys in [tag]") {
  facts.push_back({Check::tag, points_to, strength, std::move(detail), std::move(source)});
}

// Whoever got a message of ours knows its marks. Where the rest says that this one is
// forged or replayed, a mark is no proof any more: the two then contradict each other.
Strength proof_unless_doubted(const Facts& facts, const Origin& origin) {
  const bool is_doubted = std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    return fact.points_to == PointsTo::backscatter && fact.strength >= Strength::strong &&
           (fact.check == Check::replay || fact.check == Check::origin);
  });
  return is_doubted || origin.is_foreign() ? Strength::strong : Strength::proof;
}

AddresseeFinding find_tag_addressee(const TagCase& one, const TagCheck& check) {
  std::vector<Address> to;
  if (check.covers_recipients)
    for (const char* name : {"To", "Cc"})
      for (const HeaderField* field : one.bounce.original.headers.all(name))
        for (Address& address : parse_addresses(field->value)) to.push_back(std::move(address));
  const auto from = Address::parse(one.bounce.original.from);
  return find_addressee({one.bounce, one.origin, to, from, check.day, one.ledger});
}

void add_valid_tag(Facts& facts, const TagCase& one, const TagCheck& check) {
  using How = AddresseeFinding::How;
  const std::string key = fmt::format("X-Unsent-Tag by our key {}", check.key);
  if (one.origin.is_foreign()) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{}, but whoever brought the bounce has no part in it", key));
    return;
  }
  const AddresseeFinding found = find_tag_addressee(one, check);
  switch (found.how) {
    case How::addressed:
      add(facts, PointsTo::genuine, proof_unless_doubted(facts, one.origin),
          fmt::format("{}, on a message to {}", key, found.text));
      return;
    case How::in_ledger:
      add(facts, PointsTo::genuine, Strength::strong,
          fmt::format("{}, and then we wrote to {}", key, found.text));
      return;
    case How::handed_on:
      add(facts, PointsTo::genuine, Strength::strong,
          fmt::format("{}, and a server of {}, to whom it is, handed it on", key, found.text));
      return;
    case How::guessed:
      add(facts, PointsTo::genuine,
          one.origin.may_be_strangers() ? Strength::weak : Strength::strong,
          fmt::format("{}, and the text names {}, to whom it is", key, found.text));
      return;
    case How::stranger:
      add(facts, PointsTo::neither, Strength::weak,
          fmt::format("{}, but to nobody that the report names: a blind copy, forwarded, or "
                      "replayed",
                      key));
      return;
  }
}

}  // namespace

void add_message_tag_fact(Facts& facts, const TagCase& one) {
  if (one.ring.empty()) return;
  const TagCheck check = check_tag(one.bounce.original.headers, one.ring, one.now, one.retention);
  if (check.result == TagResult::no_tag) return;
  if (check.result == TagResult::valid)
    add_valid_tag(facts, one, check);
  else
    add(facts, PointsTo::neither, Strength::weak, fmt::format("X-Unsent-Tag, but {}", check.note));
}

namespace {

std::string_view describe(PrvsResult result) {
  switch (result) {
    case PrvsResult::unknown_key:
      return "of no key of ours";
    case PrvsResult::mismatch:
      return "not made by our key";
    case PrvsResult::expired:
      return "made by our key, but not for these days";
    case PrvsResult::no_prvs:
    case PrvsResult::valid:
      break;
  }
  return "";
}

// What one sender mails in a day, and what of it bounces. Beyond that each bounce needs a witness
// of its own.
constexpr std::int64_t kMostUses = 100;

bool is_worn_out(const TagCase& one, const std::string& address) {
  return one.ledger != nullptr && !one.bounce_name.empty() &&
         one.ledger->note(BounceTo{address, std::string(one.bounce_name)}).value > kMostUses;
}

// True if it decided.
bool add_prvs(Facts& facts, const TagCase& one, const Address& address, bool is_returned) {
  const PrvsCheck check = check_prvs(address, one.ring, one.now);
  if (check.result == PrvsResult::no_prvs) return false;
  if (check.result != PrvsResult::valid && !one.identity.is_ours(*check.inner)) return false;
  const std::string text = address.text();
  const std::string source = is_returned ? "envelope sender in the returned header; keys in [tag]"
                                         : "envelope recipient of the bounce; keys in [tag]";
  if (check.result != PrvsResult::valid)
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("the BATV address {} is {}", text, describe(check.result)), source);
  else if (is_returned && one.origin.is_foreign())
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is a BATV address by our key {}, but whoever brought the bounce has no "
                    "part in it",
                    text, check.key),
        source);
  else if (is_worn_out(one, text))
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is a BATV address by our key {}, but more than {} bounces have come to it: "
                    "replayed, or a large mailing",
                    text, check.key, kMostUses),
        source);
  else
    add(facts, PointsTo::genuine, Strength::strong,
        fmt::format("{} is a BATV address by our key {}", text, check.key), source);
  return true;
}

}  // namespace

void add_batv_fact(Facts& facts, const TagCase& one) {
  if (one.ring.empty()) return;
  if (one.recipient && add_prvs(facts, one, *one.recipient, false)) return;
  if (const auto returned = Address::parse(one.bounce.original.reverse_path))
    add_prvs(facts, one, *returned, true);
}

}  // namespace unsent

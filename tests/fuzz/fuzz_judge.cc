// SPDX-License-Identifier: MIT
// The whole of judge() with all that it may ask: who we are, a zone, a ledger, keys, and any
// mail; then what is made of the judgement. The input is cut at lines "~~":
//   who we are: "domain D", "relay N", "recipient A", "alias A B", "never A", "complete D",
//     "shared", "no-dns", "flood", a line each
//   a zone; a ledger's lines of JSON; a key file; the mail
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "dns/zone.h"
#include "ledger/memory_ledger.h"
#include "policy/annotate.h"
#include "report/explain.h"
#include "report/report.h"
#include "verdict/judge.h"

namespace {

using namespace std::string_view_literals;

const unsent::Time kNow = *unsent::parse_rfc3339("2026-11-24T12:00:00Z");
constexpr std::size_t kMostLines = 200;

void require(bool is_so) {
  if (!is_so) std::abort();
}

std::string_view take_piece(std::string_view& rest) {
  const std::size_t cut = rest.find("\n~~\n");
  const std::string_view piece = rest.substr(0, cut == rest.npos ? cut : cut + 1);
  rest = cut == rest.npos ? std::string_view() : rest.substr(cut + 4);
  return piece;
}

struct World {
  unsent::Premises premises;
  unsent::ZoneResolver zone;
  unsent::MemoryLedger ledger;
  unsent::KeyRing keys;
  std::optional<unsent::Address> recipient;
  bool has_dns = true;
  std::int64_t recent = 0;
};

void take_setting(World& world, std::string_view line) {
  const std::size_t blank = line.find(' ');
  const std::string_view word = line.substr(0, blank);
  const std::string_view value = blank == line.npos ? ""sv : line.substr(blank + 1);
  unsent::Identity& identity = world.premises.identity;
  const auto address = unsent::Address::parse(value);
  if (word == "shared") world.premises.is_ledger_shared = true;
  if (word == "no-dns") world.has_dns = false;
  if (word == "flood") world.recent = 40;
  if (word == "recipient") world.recipient = address;
  if (word == "never" && address) identity.never_sends.push_back(*address);
  if (word == "complete")
    world.ledger.declare_complete({std::string(value), kNow - unsent::seconds(20 * 86400), {}, ""});
  if (const auto domain = unsent::DomainName::parse(value); word == "domain" && domain)
    identity.domains.push_back(*domain);
  if (const auto network = unsent::IpNetwork::parse(value); word == "relay" && network)
    world.premises.relays.push_back(*network);
  const auto alias = unsent::Address::parse(value.substr(0, value.find(' ')));
  const auto target = unsent::Address::parse(value.substr(value.rfind(' ') + 1));
  if (word == "alias" && alias && target) identity.aliases.emplace_back(*alias, *target);
}

std::string_view read_world(World& world, std::string_view rest) {
  std::size_t lines = 0;
  for (std::string_view settings = take_piece(rest); !settings.empty() && ++lines < kMostLines;)
    take_setting(world, unsent::take_line(settings));
  if (!world.zone.read(take_piece(rest), "zone")) world.has_dns = false;
  for (std::string_view ledger = take_piece(rest); !ledger.empty() && ++lines < kMostLines;)
    if (auto entry = unsent::parse_entry(unsent::take_line(ledger)))
      world.ledger.add(std::move(*entry), kNow);
  if (auto keys = unsent::KeyRing::parse(take_piece(rest), "keys")) world.keys = std::move(*keys);
  return rest;
}

bool is_same(const unsent::Judgement& a, const unsent::Judgement& b) {
  if (a.facts.size() != b.facts.size() || a.decision.verdict != b.decision.verdict) return false;
  for (std::size_t i = 0; i < a.facts.size(); ++i)
    if (a.facts[i].detail != b.facts[i].detail) return false;
  return true;
}

// What is made of it stays what it is, whatever text of the mail it shows.
void check_output(const unsent::Message& message, const unsent::Judgement& judgement) {
  const std::string json = unsent::to_json({"-", 0}, message, judgement);
  require(unsent::is_valid_utf8(json) && json.find('\n') == json.npos);
  require(unsent::is_valid_utf8(unsent::explain(message, judgement)));
  const std::string block = unsent::header_block(judgement);
  const std::string once = unsent::annotate(message.bytes(), block);
  require(unsent::annotate(once, block) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  World world;
  const std::string_view mail = read_world(world, {reinterpret_cast<const char*>(data), size});
  unsent::Witnesses witnesses;
  witnesses.ledger = &world.ledger;
  if (world.has_dns) witnesses.resolver = &world.zone;
  witnesses.tag_keys = &world.keys;
  witnesses.now = kNow;
  witnesses.recent_backscatter = world.recent;
  const unsent::Message message = unsent::Message::view(mail);
  const auto judgement = unsent::judge(message, world.premises, witnesses, world.recipient);
  // To judge is to ask: the same mail is judged the same again.
  require(is_same(judgement, unsent::judge(message, world.premises, witnesses, world.recipient)));
  require(unsent::decide(judgement.bounce.kind, judgement.facts).verdict ==
          judgement.decision.verdict);
  check_output(message, judgement);
  return 0;
}

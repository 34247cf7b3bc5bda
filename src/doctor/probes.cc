// SPDX-License-Identifier: MIT
#include "doctor/probes.h"
#include "setup/asking.h"

#include <fmt/format.h>

#include <algorithm>

#include "doctor/probe.h"
#include "spf/check_host.h"
#include "tag/batv.h"

namespace unsent {
namespace {

// Somebody of ours: a configured address or domain, else who sent most.
std::optional<Address> sender_of(const Identity& identity) {
  if (!identity.addresses.empty()) return identity.addresses.front();
  if (!identity.domains.empty())
    return Address::parse("unsent-doctor@" + identity.domains.front().text());
  return std::nullopt;
}

bool says(const Facts& facts, Check check, PointsTo points_to) {
  return std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
    return fact.check == check && fact.points_to == points_to && fact.strength >= Strength::strong;
  });
}

// What each witness, asked directly, would say of the probes.
struct Expected {
  bool ledger_knows = false;   // the genuine ones
  bool ledger_misses = false;  // the forged ones, being complete
  bool spf_forbids = false;    // the forged ones' client
};

Expected expected_of(const Setup& setup, LedgerReader* ledger, const Address& sender) {
  Expected expected;
  const std::string text = sender.text();
  const auto client = IpAddress::parse(kProbeClient);
  setup.witnesses.resolver->begin_message();
  const SpfOutcome spf =
      check_host({.ip = *client, .sender = text, .helo = text}, *setup.witnesses.resolver);
  expected.spf_forbids = spf.result == SpfResult::fail;
  if (ledger == nullptr) return expected;
  expected.ledger_knows = true;
  expected.ledger_misses = ledger->sender(sender, setup.witnesses.now).value.coverage.is_covered;
  return expected;
}

// What should have been heard of the probe and was not; "" if all was.
std::string find_deaf(const Probe& probe, const Facts& facts, const Expected& expected) {
  if (probe.is_genuine && expected.ledger_knows && !says(facts, Check::ledger, PointsTo::genuine))
    return "the ledger has the message, but the judging does not hear of it";
  if (!probe.is_genuine && expected.ledger_misses &&
      !says(facts, Check::ledger, PointsTo::backscatter))
    return "the ledger is complete without the message, but the judging does not hear of it";
  if (!probe.is_genuine && expected.spf_forbids &&
      !says(facts, Check::origin, PointsTo::backscatter))
    return "SPF forbids who handed it over, but the judging does not hear of it";
  return {};
}

void judge_probe(const Probe& probe, const Setup& setup, const Address& sender,
                 const Expected& expected, Findings& found) {
  Inquiry inquiry;
  const Judgement judgement = judge_asking(Message::view(probe.bytes), setup, sender, inquiry);
  const Decision& decision = judgement.decision;
  const std::string told = fmt::format("a {} bounce as {} writes it is called {}: {}",
                                       probe.is_genuine ? "genuine" : "forged", probe.system,
                                       name_of(decision.verdict), decision.reason);
  const Verdict right = probe.is_genuine ? Verdict::genuine : Verdict::backscatter;
  if (const std::string deaf = find_deaf(probe, judgement.facts, expected); !deaf.empty())
    found.fault(fmt::format("{} ({})", told, deaf));
  else if (decision.verdict == right)
    found.good(told);
  else if (decision.verdict == Verdict::unverified && !probe.is_genuine)
    found.remark(told);
  else
    found.fault(told);
}

// The keys alone: no ledger and no DNS that could say the same.
void judge_marks(const Setup& setup, const Address& sender, Findings& found) {
  const TagKey* key = setup.tag_keys ? setup.tag_keys->newest() : nullptr;
  if (key == nullptr) return;
  const Time now = setup.witnesses.now;
  Witnesses keys;
  keys.tag_keys = setup.tag_keys.get();
  keys.now = now;
  const auto is_heard = [&](const std::string& bytes, const Address& recipient) {
    const Judgement judgement = judge(Message::view(bytes), setup.premises, keys, recipient);
    return says(judgement.facts, Check::tag, PointsTo::genuine);
  };
  const auto tell = [&](bool is_right, const char* text) {
    if (is_right)
      found.good(fmt::format("{}, by key {}", text, key->number));
    else
      found.fault(fmt::format("not so: {}, by key {}", text, key->number));
  };
  const std::string tagged = make_tagged_probe(sender, now, *key);
  const TagKey other{key->number, key->made_day, "not-the-secret-at-all"};
  tell(is_heard(tagged, sender), "a tag of yours proves a bounce");
  tell(!is_heard(make_tagged_probe(sender, now, other), sender), "a forged tag proves nothing");
  const std::string plain = make_probes(sender, now).back().bytes;
  if (const auto prvs = Address::parse(make_prvs(sender, *key, now)))
    tell(is_heard(plain, *prvs), "a BATV address of yours proves a bounce");
  if (const auto prvs = Address::parse(make_prvs(sender, other, now)))
    tell(!is_heard(plain, *prvs), "a forged BATV address proves nothing");
}

}  // namespace

void run_probes(Setup& setup, LedgerWriter* ledger, Findings& found) {
  const Time now = setup.witnesses.now;
  const auto sender = sender_of(setup.premises.identity);
  if (!sender)
    return found.fault("who you are is not known: name [identity] domains, or fill the ledger");
  std::optional<Transaction> transaction;
  if (ledger != nullptr) {
    auto begun = ledger->begin();
    if (!begun) return found.fault("the ledger cannot be written: " + begun.error().message);
    transaction.emplace(std::move(*begun));
    // Never committed: the ledger keeps nothing of this.
    if (auto recorded = ledger->record(probe_entry(*sender, now), "doctor", now); !recorded)
      return found.fault("the ledger cannot be written: " + recorded.error().message);
  }
  const Expected expected = expected_of(setup, ledger, *sender);
  for (const Probe& probe : make_probes(*sender, now))
    if (ledger != nullptr || !probe.is_genuine) judge_probe(probe, setup, *sender, expected, found);
  judge_marks(setup, *sender, found);
}

}  // namespace unsent

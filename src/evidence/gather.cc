// SPDX-License-Identifier: MIT
#include "evidence/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/digest.h"
#include "evidence/ledger_absence.h"
#include "evidence/ledger_facts.h"
#include "evidence/local.h"
#include "evidence/other_facts.h"
#include "evidence/sent.h"
#include "evidence/signature.h"
#include "evidence/tag.h"
#include "mail/received.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

constexpr std::size_t kUsualFacts = 12;

// From how many on backscatter within an hour is a flood, and no coincidence.
constexpr std::int64_t kFlood = 20;

bool is_delivery_report(Kind kind) {
  return kind == Kind::bounce || kind == Kind::delay || kind == Kind::success;
}

// What tells one bounce from another: qmail's show no Message-ID.
std::string name_of_bounce(const Message& message, const Bounce& bounce) {
  std::string text;
  for (const char* field : {"Message-ID", "Date", "From"})
    text += message.headers().text(field) + '\n';
  std::string recipients;
  for (const RecipientReport& report : bounce.recipients) recipients += report.address + '\n';
  return digest(text, recipients);
}

// Genuine by what knows nothing of the ledger, brought by who may speak of it, and nothing
// against it: so the ledger learns how complete it is.
bool is_proved_otherwise(const Facts& facts, const Origin& origin) {
  if (origin.arrival() != Arrival::speaks_for) return false;
  bool is_proved = false;
  for (const Fact& fact : facts) {
    const bool is_strong = fact.strength >= Strength::strong;
    const bool is_of_ledger = fact.check == Check::ledger;
    if (fact.points_to == PointsTo::backscatter &&
        ((is_strong && !is_of_ledger) || fact.check == Check::count))
      return false;
    is_proved = is_proved || (is_strong && !is_of_ledger && fact.points_to == PointsTo::genuine);
  }
  return is_proved;
}

// When our side took it, as its newest line says; never in the future.
std::optional<Time> arrival_time(const Message& message, Time now) {
  const HeaderField* newest = message.headers().find("Received");
  const auto at = newest == nullptr ? std::nullopt : received_date(newest->value);
  return at ? std::optional(std::min(*at, now)) : std::nullopt;
}

void add_burst_fact(Facts& facts, std::int64_t recent) {
  if (recent < kFlood) return;
  facts.push_back(
      {Check::burst, PointsTo::backscatter, Strength::weak,
       fmt::format("{} bounces of mail that was never sent came within the hour before", recent),
       "account of what was delivered"});
}

void add_no_ledger_fact(Facts& facts) {
  facts.push_back({Check::ledger, PointsTo::neither, Strength::weak, "there is no ledger to ask",
                   "configuration"});
  std::vector<Otherwise>& otherwise = facts.back().otherwise;
  otherwise.reserve(2);
  otherwise.push_back({"there were a ledger, and it had the message (unsent import, unsent record)",
                       PointsTo::genuine, Strength::proof, Remedy::keep_ledger});
  otherwise.push_back({"there were a ledger that is complete and has no such message",
                       PointsTo::backscatter, Strength::strong, Remedy::keep_ledger});
}

// Mail that we forwarded bears our servers' marks and is in no ledger of ours: neither says
// who sent it.
void set_aside_forwarded(Facts& facts, const Address& recipient) {
  for (Fact& fact : facts) {
    const bool is_absence = fact.check == Check::ledger && fact.points_to == PointsTo::backscatter;
    if (fact.check != Check::origin && fact.check != Check::never_sends && !is_absence) continue;
    fact.points_to = PointsTo::neither;
    fact.strength = Strength::weak;
    fact.detail +=
        fmt::format("; but {} is an SRS address: forwarded here, not sent", recipient.text());
  }
}

// One report on a delivery, and whoever can be asked about it.
struct Hearing {
  Hearing(const Message& one, const Bounce& about, const std::optional<Address>& to,
          const std::vector<Address>& whose, const Premises& known, const Witnesses& world,
          Resolver& dns);

  Ledger& ledger() const { return *witnesses.ledger; }
  // What is noted or counted is so once, by the last run.
  bool is_last() const { return !origin.resolver().is_waiting(); }
  LedgerCase ledger_case() const;
  TagCase tag_case() const;

  const Message& message;
  const Bounce& bounce;
  const std::optional<Address>& recipient;
  const std::vector<Address>& senders;
  const Premises& premises;
  const Witnesses& witnesses;
  const KeyRing no_keys = {};
  const KeyRing& keys;
  const OriginCase origin_case;
  const Origin origin;
  SentFinding finding;  // empty without a ledger
  bool is_of_another = false;
  std::string name;  // of the bounce; "" where nothing is counted
  Facts facts;
};

Hearing::Hearing(const Message& one, const Bounce& about, const std::optional<Address>& to,
                 const std::vector<Address>& whose, const Premises& known, const Witnesses& world,
                 Resolver& dns)
    : message(one),
      bounce(about),
      recipient(to),
      senders(whose),
      premises(known),
      witnesses(world),
      keys(world.tag_keys != nullptr ? *world.tag_keys : no_keys),
      origin_case{message, bounce, senders, recipient, premises.identity, premises.relays, dns},
      origin(origin_case) {
  facts.reserve(kUsualFacts);
  if (witnesses.ledger != nullptr) {
    finding = find_sent(bounce, ledger());
    is_of_another = premises.is_ledger_shared && finding.sent &&
                    is_of_another_user(*finding.sent, recipient, premises.identity, ledger());
  }
  if (witnesses.tag_keys != nullptr || finding.is_found()) name = name_of_bounce(message, bounce);
}

LedgerCase Hearing::ledger_case() const {
  return {bounce,    finding,       senders,
          recipient, origin,        witnesses.now,
          name,      is_of_another, arrival_time(message, witnesses.now)};
}

TagCase Hearing::tag_case() const {
  return {bounce,
          recipient,
          premises.identity,
          origin,
          keys,
          witnesses.ledger,
          witnesses.now,
          premises.retention,
          is_last() ? std::string_view(name) : ""};
}

void hear_local(Hearing& one) {
  add_local_fact(one.facts,
                 {one.message, one.bounce, one.premises.identity, one.origin, one.finding},
                 one.ledger());
}

void hear_ledger(Hearing& one) { add_ledger_facts(one.facts, one.ledger_case(), one.ledger()); }

void count_bounce(Hearing& one) {
  if (one.is_last()) add_count_fact(one.facts, one.ledger_case(), one.ledger());
}

// Where our key could not be asked for, nothing speaks against the message: so it comes first.
void hear_origin_and_signature(Hearing& one) {
  const Witnesses& witnesses = one.witnesses;
  Facts signature;
  add_signature_facts(
      signature, {one.bounce, one.premises.identity, one.origin, one.origin.resolver(),
                  witnesses.retired_keys, witnesses.ledger, witnesses.now, one.premises.retention});
  one.origin.add_facts(one.facts,
                       one.finding.is_found() && one.finding.agreement == Agreement::agrees);
  std::move(signature.begin(), signature.end(), std::back_inserter(one.facts));
}

void hear_tag(Hearing& one) { add_message_tag_fact(one.facts, one.tag_case()); }

bool wants_proofs(const Hearing& one) {
  return !one.senders.empty() &&
         one.ledger().sender(one.senders.front(), one.witnesses.now).value.wants_proofs;
}

void note_proof(Hearing& one) {
  const SentFinding& finding = one.finding;
  if (one.is_last() && finding.is_asked && finding.unavailable.empty() && wants_proofs(one) &&
      is_proved_otherwise(one.facts, one.origin))
    one.ledger().note(
        Proof{std::string(one.origin.bringer()), finding.is_found(), one.witnesses.now});
}

// What the report shows of its way, and to which address of ours it came, which whoever got any
// mail of that day knows, is no word against a ledger that is complete and lacks the message.
// Of our own server's report the way is not the bringer's word.
void weigh_words(Hearing& one, std::size_t batv) {
  Facts& facts = one.facts;
  const auto is_word = [&](std::size_t i) {
    const bool is_origin = facts[i].check == Check::origin && !one.origin.is_report_of_ours();
    return (is_origin || i >= batv) && facts[i].points_to == PointsTo::genuine &&
           facts[i].strength == Strength::strong;
  };
  std::optional<bool> is_missed;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!is_word(i)) continue;
    if (!is_missed) is_missed = is_missed_by_now(one.ledger_case(), one.ledger());
    if (!*is_missed) return;
    facts[i].strength = Strength::weak;
    facts[i].detail += "; but the ledger, which is complete, lacks the message";
  }
}

void hear_our_address(Hearing& one) {
  const std::size_t batv = one.facts.size();
  add_batv_fact(one.facts, one.tag_case());
  if (one.witnesses.ledger != nullptr) weigh_words(one, batv);
}

void miss_ledger(Hearing& one) {
  if (one.witnesses.ledger == nullptr) add_no_ledger_fact(one.facts);
}

void hear_never_sends(Hearing& one) {
  add_never_sends_fact(one.facts, one.bounce, one.senders, one.recipient, one.premises.identity);
}

void hear_identity(Hearing& one) {
  add_identity_facts(one.facts, one.bounce, one.premises.identity);
}

void hear_diagnostic(Hearing& one) { add_diagnostic_fact(one.facts, one.bounce); }

void hear_burst(Hearing& one) { add_burst_fact(one.facts, one.witnesses.recent_backscatter); }

void hear_forwarded(Hearing& one) {
  if (one.recipient && is_only_forwarded(*one.recipient, one.premises.identity))
    set_aside_forwarded(one.facts, *one.recipient);
}

enum class Needs {
  nothing,
  ledger,
  doubt,  // that it may resolve: asks the DNS, and others far away
};

// In the order of what they decide.
struct Witness {
  const char* name;
  Needs needs;
  void (*hear)(Hearing&);
};
constexpr Witness kWitnesses[] = {
    {"our log", Needs::ledger, hear_local},
    {"ledger", Needs::ledger, hear_ledger},
    {"count", Needs::ledger, count_bounce},
    {"origin and signature", Needs::doubt, hear_origin_and_signature},
    {"tag", Needs::doubt, hear_tag},
    {"measure of the ledger", Needs::ledger, note_proof},
    {"our address", Needs::nothing, hear_our_address},
    {"no ledger", Needs::nothing, miss_ledger},
    {"never sends", Needs::nothing, hear_never_sends},
    {"identity", Needs::nothing, hear_identity},
    {"diagnostic", Needs::nothing, hear_diagnostic},
    {"burst", Needs::nothing, hear_burst},
    {"forwarded", Needs::nothing, hear_forwarded},
};

// Nothing outweighs a proof by the ledger, nor too many bounces about one message. Where the
// ledger wants to know how complete it is, the others are asked all the same.
bool is_settled(const Hearing& one) {
  if (one.witnesses.ledger == nullptr || wants_proofs(one)) return false;
  return is_proved_by_ledger(one.facts) ||
         std::any_of(one.facts.begin(), one.facts.end(),
                     [](const Fact& fact) { return fact.check == Check::count; });
}

void add_unasked_fact(Facts& facts, const std::string& names) {
  facts.push_back({Check::origin, PointsTo::neither, Strength::weak,
                   fmt::format("not asked, for the ledger has decided: {}", names), "ledger"});
}

void hear_all(Hearing& one) {
  std::string unasked;
  for (const Witness& witness : kWitnesses) {
    if (witness.needs == Needs::ledger && one.witnesses.ledger == nullptr) continue;
    if (witness.needs == Needs::doubt && is_settled(one))
      unasked += (unasked.empty() ? "" : ", ") + std::string(witness.name);
    else
      witness.hear(one);
  }
  if (!unasked.empty()) add_unasked_fact(one.facts, unasked);
}

// A reply is about who answers, as a report is about a recipient.
bool is_brought_by_foreigner(const Message& message, const Bounce& bounce,
                             const std::optional<Address>& recipient,
                             const std::vector<Address>& senders, const Premises& premises,
                             Resolver& resolver) {
  Bounce answer = bounce;
  for (const Address& from : parse_addresses(message.headers().text("From"), 1))
    answer.recipients.emplace_back().address = from.text();
  const OriginCase one{message,           answer,          senders, recipient,
                       premises.identity, premises.relays, resolver};
  return Origin(one).is_foreign();
}

}  // namespace

Evidence gather(const Message& message, const Bounce& bounce,
                const std::optional<Address>& recipient, const Premises& premises,
                const Witnesses& witnesses) {
  auto senders = claimed_senders(bounce, recipient);
  add_aliases(senders, premises.identity);
  NoDns silent;
  Resolver& resolver = witnesses.resolver == nullptr ? silent : *witnesses.resolver;
  if (witnesses.deadline != nullptr) witnesses.deadline->begin_message();
  resolver.begin_message();
  if (is_delivery_report(bounce.kind)) {
    Hearing one(message, bounce, recipient, senders, premises, witnesses, resolver);
    hear_all(one);
    const bool is_over = is_settled(one);
    Evidence evidence;
    evidence.client = is_over ? find_border(bounce).client : one.origin.border().client;
    if (premises.wants_carriage)
      evidence.carriage = is_over ? shown_carriage(bounce) : one.origin.carriage();
    evidence.carriage.is_recorded = one.finding.is_found();
    evidence.facts = std::move(one.facts);
    return evidence;
  }
  Evidence evidence{{}, find_border(bounce).client};
  if (witnesses.ledger == nullptr) {
    add_no_ledger_fact(evidence.facts);
    return evidence;
  }
  const auto is_foreign = [&] {
    return is_brought_by_foreigner(message, bounce, recipient, senders, premises, resolver);
  };
  add_reply_facts(evidence.facts, {message, bounce, senders, premises.identity, *witnesses.ledger,
                                   witnesses.now, is_foreign});
  return evidence;
}

}  // namespace unsent

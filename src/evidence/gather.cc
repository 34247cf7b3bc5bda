// SPDX-License-Identifier: MIT
#include "evidence/gather.h"

#include <fmt/format.h>

#include <algorithm>

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

// What the report shows of its way, and to which address of ours it came, which whoever got any
// mail of that day knows, is no word against a ledger that is complete and lacks the message.
// Of our own server's report the way is not the bringer's word.
void weigh_words(Facts& facts, std::size_t batv, const LedgerCase& one, Ledger& ledger) {
  const auto is_word = [&](std::size_t i) {
    const bool is_origin = facts[i].check == Check::origin && !one.origin.is_report_of_ours();
    return (is_origin || i >= batv) && facts[i].points_to == PointsTo::genuine &&
           facts[i].strength == Strength::strong;
  };
  std::optional<bool> is_missed;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!is_word(i)) continue;
    if (!is_missed) is_missed = is_missed_by_now(one, ledger);
    if (!*is_missed) return;
    facts[i].strength = Strength::weak;
    facts[i].detail += "; but the ledger, which is complete, lacks the message";
  }
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

// Who asks about one report on a delivery, and what about.
struct Inquiry {
  const Message& message;
  const Bounce& bounce;
  const std::vector<Address>& senders;
  const std::optional<Address>& recipient;
  const Premises& premises;
  const Witnesses& witnesses;
  Resolver& resolver;
};

// The origin's word and the marks: what knows nothing of the ledger. has_original: see
// Origin::add_facts.
void add_other_witnesses(Facts& facts, const Inquiry& one, const Origin& origin,
                         bool has_original) {
  const Witnesses& witnesses = one.witnesses;
  origin.add_facts(facts, has_original);
  add_signature_facts(
      facts, {one.bounce, one.premises.identity, origin, one.resolver, witnesses.retired_keys,
              witnesses.ledger, witnesses.now, one.premises.retention});
}

void add_delivery_facts(Evidence& evidence, const Inquiry& one) {
  const auto& [message, bounce, senders, recipient, premises, witnesses, resolver] = one;
  Facts& facts = evidence.facts;
  const OriginCase origin_case{message,           bounce,          senders, recipient,
                               premises.identity, premises.relays, resolver};
  const Origin origin(origin_case);
  evidence.client = origin.border().client;
  const KeyRing no_keys;
  const bool has_keys = witnesses.tag_keys != nullptr;
  const std::string counted =
      has_keys && !resolver.is_waiting() ? name_of_bounce(message, bounce) : std::string();
  const TagCase tags{bounce,
                     recipient,
                     premises.identity,
                     origin,
                     has_keys ? *witnesses.tag_keys : no_keys,
                     witnesses.ledger,
                     witnesses.now,
                     premises.retention,
                     counted};
  if (witnesses.ledger == nullptr) {
    add_other_witnesses(facts, one, origin, false);
    add_message_tag_fact(facts, tags);
    add_batv_fact(facts, tags);
    return;
  }
  Ledger& ledger = *witnesses.ledger;
  const SentFinding finding = find_sent(bounce, ledger);
  const std::string name = finding.is_found() ? name_of_bounce(message, bounce) : std::string();
  const bool is_of_another =
      premises.is_ledger_shared && finding.sent &&
      is_of_another_user(*finding.sent, recipient, premises.identity, ledger);
  const LedgerCase asked{bounce,    finding,       senders,
                         recipient, origin,        witnesses.now,
                         name,      is_of_another, arrival_time(message, witnesses.now)};
  add_local_fact(facts, {message, bounce, premises.identity, origin, finding}, ledger);
  add_ledger_facts(facts, asked, ledger);
  if (!resolver.is_waiting()) add_count_fact(facts, asked, ledger);
  add_other_witnesses(facts, one, origin,
                      finding.is_found() && finding.agreement == Agreement::agrees);
  add_message_tag_fact(facts, tags);
  if (!resolver.is_waiting() && finding.is_asked && finding.unavailable.empty() &&
      is_proved_otherwise(facts, origin))
    ledger.note_proof(origin.bringer(), finding.is_found(), witnesses.now);
  const std::size_t batv = facts.size();
  add_batv_fact(facts, tags);
  weigh_words(facts, batv, asked, ledger);
}

}  // namespace

Evidence gather(const Message& message, const Bounce& bounce,
                const std::optional<Address>& recipient, const Premises& premises,
                const Witnesses& witnesses) {
  Evidence evidence;
  Facts& facts = evidence.facts;
  auto senders = claimed_senders(bounce, recipient);
  add_aliases(senders, premises.identity);
  NoDns silent;
  Resolver& resolver = witnesses.resolver == nullptr ? silent : *witnesses.resolver;
  if (witnesses.deadline != nullptr) witnesses.deadline->begin_message();
  resolver.begin_message();
  if (is_delivery_report(bounce.kind)) {
    add_delivery_facts(evidence,
                       {message, bounce, senders, recipient, premises, witnesses, resolver});
  } else {
    evidence.client = find_border(bounce).client;
    if (witnesses.ledger != nullptr)
      add_reply_facts(
          facts, {message, bounce, senders, premises.identity, *witnesses.ledger, witnesses.now});
  }
  if (witnesses.ledger == nullptr)
    facts.push_back({Check::ledger,
                     PointsTo::neither,
                     Strength::weak,
                     "there is no ledger to ask",
                     "configuration",
                     {{"there were a ledger, and it had the message (unsent import, unsent record)",
                       PointsTo::genuine, Strength::proof},
                      {"there were a ledger that is complete and has no such message",
                       PointsTo::backscatter, Strength::strong}}});
  if (is_delivery_report(bounce.kind)) {
    add_never_sends_fact(facts, bounce, senders, recipient, premises.identity);
    add_identity_facts(facts, bounce, premises.identity);
    add_diagnostic_fact(facts, bounce);
    add_burst_fact(facts, witnesses.recent_backscatter);
    if (recipient && is_only_forwarded(*recipient, premises.identity))
      set_aside_forwarded(facts, *recipient);
  }
  return evidence;
}

}  // namespace unsent

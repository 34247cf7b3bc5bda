// SPDX-License-Identifier: MIT
#include "evidence/gather.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "evidence/ledger_facts.h"
#include "evidence/local.h"
#include "evidence/other_facts.h"
#include "evidence/sent.h"
#include "evidence/signature.h"
#include "evidence/tag.h"
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

// Genuine by what knows nothing of the ledger, and nothing against it.
bool is_proved_otherwise(const Facts& facts) {
  bool is_proved = false;
  for (const Fact& fact : facts) {
    const bool is_strong = fact.strength >= Strength::strong;
    if (is_strong && fact.points_to == PointsTo::backscatter && fact.check != Check::ledger)
      return false;
    const bool is_independent = fact.check == Check::tag || fact.check == Check::signature;
    is_proved = is_proved || (is_strong && is_independent && fact.points_to == PointsTo::genuine);
  }
  return is_proved;
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
    const OriginCase origin_case{message,           bounce,          senders, recipient,
                                 premises.identity, premises.relays, resolver};
    const Origin origin(origin_case);
    evidence.client = origin.border().client;
    SentFinding finding;
    if (witnesses.ledger != nullptr) {
      finding = find_sent(bounce, *witnesses.ledger);
      const std::string name = finding.is_found() ? name_of_bounce(message, bounce) : std::string();
      const bool is_of_another =
          premises.is_ledger_shared && finding.sent &&
          is_of_another_user(*finding.sent, recipient, premises.identity, *witnesses.ledger);
      const LedgerCase one{bounce, finding,       senders, recipient,
                           origin, witnesses.now, name,    is_of_another};
      add_local_fact(facts, {message, bounce, premises.identity, origin, finding},
                     *witnesses.ledger);
      add_ledger_facts(facts, one, *witnesses.ledger);
      add_count_fact(facts, one, *witnesses.ledger);
    }
    origin.add_facts(facts, finding.is_found() && finding.agreement == Agreement::agrees);
    add_signature_facts(facts, {bounce, premises.identity, origin, resolver, witnesses.retired_keys,
                                witnesses.ledger, witnesses.now, premises.retention});
    if (witnesses.tag_keys != nullptr)
      add_tag_facts(facts, {bounce, recipient, premises.identity, origin, *witnesses.tag_keys,
                            witnesses.ledger, witnesses.now, premises.retention});
    if (finding.is_asked && finding.unavailable.empty() && is_proved_otherwise(facts))
      witnesses.ledger->note_proof(name_of_bounce(message, bounce), finding.is_found(),
                                   witnesses.now);
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
    add_never_sends_fact(facts, senders, recipient, premises.identity);
    add_identity_facts(facts, bounce, premises.identity);
    add_diagnostic_fact(facts, bounce);
    add_burst_fact(facts, witnesses.recent_backscatter);
    if (recipient && is_only_forwarded(*recipient, premises.identity))
      set_aside_forwarded(facts, *recipient);
  }
  return evidence;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/gather.h"

#include "evidence/ledger_facts.h"
#include "evidence/other_facts.h"
#include "evidence/sent.h"

namespace unsent {
namespace {

bool is_delivery_report(Kind kind) {
  return kind == Kind::bounce || kind == Kind::delay || kind == Kind::success;
}

}  // namespace

Facts gather(const Message& message, const Bounce& bounce, const std::optional<Address>& recipient,
             const Premises& premises, const Witnesses& witnesses) {
  Facts facts;
  const auto senders = claimed_senders(bounce, recipient);
  if (witnesses.ledger == nullptr) {
    facts.push_back({Check::ledger, PointsTo::neither, Strength::weak, "no ledger"});
  } else if (is_delivery_report(bounce.kind)) {
    const SentFinding finding = find_sent(bounce, *witnesses.ledger);
    add_ledger_facts(facts, {bounce, finding, senders, recipient, witnesses.now},
                     *witnesses.ledger);
  } else {
    add_reply_facts(facts, message, bounce, senders, *witnesses.ledger, witnesses.now);
  }
  if (is_delivery_report(bounce.kind)) {
    add_never_sends_fact(facts, senders, recipient, premises.identity);
    add_identity_facts(facts, bounce, premises.identity);
    add_diagnostic_fact(facts, bounce);
  }
  return facts;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "verdict/judge.h"

#include "bounce/recognise.h"

namespace unsent {

std::optional<Address> stated_recipient(const Headers& headers) {
  for (const char* name : {"Delivered-To", "X-Original-To", "Envelope-To"}) {
    const auto addresses = parse_addresses(headers.text(name), 1);
    if (!addresses.empty()) return addresses.front();
  }
  const auto to = parse_addresses(headers.text("To"), 2);
  return to.size() == 1 ? std::optional(to.front()) : std::nullopt;
}

Judgement judge(const Message& message, const Premises& premises, const Witnesses& witnesses,
                const std::optional<Address>& recipient) {
  Judgement judgement;
  judgement.bounce =
      recognise(message, premises.rules != nullptr ? *premises.rules : RuleSet::standard());
  if (judgement.bounce.kind != Kind::ordinary) {
    const auto to = recipient ? recipient : stated_recipient(message.headers());
    Evidence evidence = gather(message, judgement.bounce, to, premises, witnesses);
    judgement.facts = std::move(evidence.facts);
    judgement.client = evidence.client;
  }
  judgement.decision = decide(judgement.bounce.kind, judgement.facts);
  return judgement;
}

}  // namespace unsent

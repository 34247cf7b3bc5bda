// SPDX-License-Identifier: MIT
#include "verdict/judge.h"

#include "bounce/recognise.h"
#include "tag/message_tag.h"

namespace unsent {

std::optional<Address> stated_recipient(const Headers& headers) {
  for (const char* name : {"Delivered-To", "X-Original-To", "Envelope-To"}) {
    const auto addresses = parse_addresses(headers.text(name), 1);
    if (!addresses.empty()) return addresses.front();
  }
  const auto to = parse_addresses(headers.text("To"), 2);
  return to.size() == 1 ? std::optional(to.front()) : std::nullopt;
}

namespace {

constexpr seconds kEver{100LL * 365 * 86400};

bool is_own_digest(const Headers& headers, const Premises& premises, Time now) {
  return premises.digest_keys != nullptr && headers.has(kDigestField) &&
         check_tag(headers, *premises.digest_keys, now, kEver).result == TagResult::valid;
}

}  // namespace

Judgement judge(const Message& message, const Premises& premises, const Witnesses& witnesses,
                const std::optional<Address>& recipient) {
  Judgement judgement;
  if (is_own_digest(message.headers(), premises, witnesses.now)) {
    judgement.decision = decide(Kind::ordinary, {});
    return judgement;
  }
  judgement.bounce =
      recognise(message, premises.rules != nullptr ? *premises.rules : RuleSet::standard());
  if (judgement.bounce.kind != Kind::ordinary) {
    const auto to = recipient ? recipient : stated_recipient(message.headers());
    Evidence evidence = gather(message, judgement.bounce, to, premises, witnesses);
    judgement.facts = std::move(evidence.facts);
    judgement.client = evidence.client;
    judgement.carriage = std::move(evidence.carriage);
  }
  judgement.decision = decide(judgement.bounce.kind, judgement.facts);
  return judgement;
}

}  // namespace unsent

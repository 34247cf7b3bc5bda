// SPDX-License-Identifier: MIT
#include "quarantine/put_away.h"

#include "bounce/recognise.h"

namespace unsent {
namespace {

// What a scan counts for campaigns: reports that may be about mail of somebody else.
bool may_be_of_campaign(const Bounce& bounce, const std::string& why) {
  return bounce.kind != Kind::ordinary && why.substr(0, why.find(';')) != name_of(Verdict::genuine);
}

unsigned doubt_of(const Headers& headers) {
  unsigned doubt = 0;
  for (const HeaderField* field : headers.all("X-Unsent-Evidence")) {
    if (field->value.find("points-to=genuine") == field->value.npos) continue;
    doubt += field->value.find("strength=weak") == field->value.npos ? 3U : 1U;
  }
  return doubt;
}

}  // namespace

void PutAwayReader::learn(const std::vector<Quarantined>& all) {
  for (const Quarantined& one : all) {
    const auto message = QuarantineReader::read(one);
    if (!message) continue;
    const Bounce bounce = recognise(*message, rules_);
    if (may_be_of_campaign(bounce, reader_.why(one, *message)))
      campaigns_.add(campaign_traits(bounce), Verdict::unverified, one.since);
  }
}

PutAway PutAwayReader::look(const Quarantined& one) {
  const auto message = QuarantineReader::read(one);
  if (!message) return {};
  const Bounce bounce = recognise(*message, rules_);
  PutAway seen{reader_.why(one, *message), message->headers().decoded("Subject"),
               bounce.original.subject, doubt_of(message->headers()), std::nullopt};
  if (may_be_of_campaign(bounce, seen.why))
    seen.campaign = campaigns_.name_for(campaign_traits(bounce));
  return seen;
}

}  // namespace unsent

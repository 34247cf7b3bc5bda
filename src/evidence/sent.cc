// SPDX-License-Identifier: MIT
#include "evidence/sent.h"

#include <algorithm>

namespace unsent {
namespace {

std::vector<std::string> candidate_ids(const Bounce& bounce) {
  std::vector<std::string> ids;
  const auto add = [&](const std::string& id) {
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  if (!bounce.original.message_id.empty()) {
    add(bounce.original.message_id);
    return ids;
  }
  // No id came back with the headers: the envelope id (Haraka), and what the bounce
  // itself refers to (Exim, amavis, chasquid).
  if (bounce.original.envelope_id.find('@') != std::string::npos) {
    for (const std::string& id : parse_message_ids(bounce.original.envelope_id, 1)) add(id);
  }
  for (const std::string& id : bounce.references) add(id);
  return ids;
}

bool is_among(const Address& address, const std::vector<Address>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const Address& other) { return same_mailbox(other, address); });
}

RecipientMatch match_one(const Address& address, bool is_guessed, const SentMessage& sent) {
  if (sent.went_to(address)) return is_guessed ? RecipientMatch::guessed : RecipientMatch::exact;
  if (is_guessed) return RecipientMatch::unstated;
  if (sent.went_to_organisation_of(address.domain().text())) return RecipientMatch::organisation;
  return sent.recipients.empty() ? RecipientMatch::unstated : RecipientMatch::stranger;
}

void match_recipients(SentFinding& finding, const Bounce& bounce) {
  finding.recipient = RecipientMatch::unstated;
  for (const RecipientReport& report : bounce.recipients) {
    for (const std::string& text : {report.original, report.address}) {
      const auto address = Address::parse(text);
      if (!address) continue;
      const RecipientMatch match = match_one(*address, report.is_guessed, *finding.sent);
      // The enumerators run from the best to the worst, unstated apart.
      if (finding.recipient_text.empty() || match < finding.recipient) {
        finding.recipient = match;
        finding.recipient_text = address->text();
      }
    }
  }
}

// Of several messages with one id, the one that fits best.
int fit(const SentFinding& finding) {
  const int by_recipient = 4 - static_cast<int>(finding.recipient);
  return by_recipient + (finding.agreement == Agreement::agrees ? 10 : 0) -
         (finding.agreement == Agreement::disagrees ? 10 : 0);
}

void take_best(SentFinding& best, const std::vector<SentMessage>& messages, const Bounce& bounce) {
  for (const SentMessage& message : messages) {
    SentFinding finding = best;
    finding.sent = message;
    finding.recipient_text.clear();
    finding.agreement = compare_fingerprints(bounce.original, message);
    match_recipients(finding, bounce);
    if (!best.sent || fit(finding) > fit(best)) best = std::move(finding);
  }
}

}  // namespace

Agreement compare_fingerprints(const Original& original, const SentMessage& sent) {
  const auto from = Address::parse(original.from);
  const std::optional<bool> fields[] = {
      from ? sent.is_from(*from) : std::nullopt,
      original.date ? sent.is_dated(*original.date) : std::nullopt,
      original.headers.has("Subject") ? sent.has_subject(original.subject) : std::nullopt};
  const auto equal = std::count(std::begin(fields), std::end(fields), std::optional(true));
  const auto different = std::count(std::begin(fields), std::end(fields), std::optional(false));
  if (equal + different == 0) return Agreement::unknown;
  // Relays rewrite one of the three (a tagged subject, a masqueraded From): two decide.
  if (different == 0 || equal >= 2) return Agreement::agrees;
  return different >= 2 || equal == 0 ? Agreement::disagrees : Agreement::unknown;
}

SentFinding find_sent(const Bounce& bounce, Ledger& ledger) {
  SentFinding finding;
  for (const std::string& id : candidate_ids(bounce)) {
    finding.is_asked = true;
    finding.id = id;
    auto answer = ledger.find_message_id(id);
    if (!answer.is_available()) {
      finding.unavailable = answer.unavailable;
      return finding;
    }
    if (answer.value.empty()) continue;
    finding.by_id = true;
    take_best(finding, answer.value, bounce);
    return finding;
  }
  const Original& original = bounce.original;
  const auto print = make_fingerprint(original.from, original.raw_date, original.subject);
  if (!print) return finding;
  finding.is_asked = true;
  auto answer = ledger.find_fingerprint(*print);
  if (!answer.is_available()) {
    finding.unavailable = answer.unavailable;
  } else if (!answer.value.empty()) {
    finding.by_fingerprint = true;
    take_best(finding, answer.value, bounce);
  }
  return finding;
}

bool is_of_another_user(const SentMessage& sent, const std::optional<Address>& recipient,
                        const Identity& identity, Ledger& ledger) {
  if (!recipient || sent.senders.empty()) return false;
  auto users = unwrap(*recipient).candidates;
  add_aliases(users, identity);
  if (std::any_of(users.begin(), users.end(),
                  [&](const Address& user) { return sent.was_sent_by(user); }))
    return false;
  return std::any_of(users.begin(), users.end(),
                     [&](const Address& user) { return ledger.has_sender(user).value; });
}

std::vector<Address> claimed_senders(const Bounce& bounce,
                                     const std::optional<Address>& recipient) {
  std::vector<Address> senders;
  const auto add = [&](const std::optional<Address>& address) {
    if (!address) return;
    for (const Address& candidate : unwrap(*address).candidates)
      if (!is_among(candidate, senders)) senders.push_back(candidate);
  };
  add(Address::parse(bounce.original.reverse_path));
  add(Address::parse(bounce.original.from));
  add(recipient);
  return senders;
}

}  // namespace unsent

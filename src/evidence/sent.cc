// SPDX-License-Identifier: MIT
#include "evidence/sent.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::ptrdiff_t kMostDoubtful = 12;
constexpr int kMostMarks = 3;  // before a Subject

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

// A subject with any number of marks before it is the same.
std::optional<bool> has_subject(const SentMessage& sent, std::string_view subject) {
  auto is_same = sent.has_subject(subject);
  for (int marks = 0; is_same == false && marks < kMostMarks; ++marks) {
    const std::string_view rest = without_label(subject);
    if (rest.size() == subject.size()) break;
    is_same = sent.has_subject(subject = rest);
  }
  return is_same;
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
    for (const std::string* text : {&report.original, &report.address}) {
      const auto address = Address::parse(*text);
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

// As far as both are known.
struct Comparison {
  std::optional<bool> from;
  std::optional<bool> dated;
  std::optional<bool> subject;
};

Comparison compare_fields(const Original& original, const SentMessage& sent) {
  Comparison is_same;
  if (const auto from = Address::parse(original.from)) is_same.from = sent.is_from(*from);
  if (original.headers.has("Subject")) is_same.subject = has_subject(sent, original.subject);
  if (original.date) is_same.dated = sent.is_dated(*original.date);
  // A relay that writes a Date of its own leaves the Subject.
  if (is_same.dated == false && is_same.subject == true)
    is_same.dated = sent.is_dated_about(*original.date);
  return is_same;
}

void take_best(SentFinding& best, const std::vector<SentMessage>& messages, const Bounce& bounce) {
  for (const SentMessage& message : messages) {
    SentFinding finding = best;
    finding.sent = message;
    finding.recipient_text.clear();
    finding.agreement = compare_fingerprints(bounce.original, message);
    const Comparison is_same = compare_fields(bounce.original, message);
    finding.has_other_field = is_same.dated == false || is_same.subject == false;
    match_recipients(finding, bounce);
    if (!best.sent || fit(finding) > fit(best)) best = std::move(finding);
  }
}

// Ids that may be the original's, or those of other messages that it refers to. Where there are
// too many, the last References are the nearest.
std::vector<std::string> doubtful_ids(const Original& original) {
  std::vector<std::string> ids = original.other_message_ids;
  if (std::ssize(ids) > kMostDoubtful)
    ids.erase(ids.begin() + kMostDoubtful / 2, ids.end() - kMostDoubtful / 2);
  return ids;
}

class SentFinder {
 public:
  SentFinder(const Bounce& bounce, Ledger& ledger) : bounce_(bounce), ledger_(ledger) {}

  SentFinding find() && {
    for (const std::string& id : candidate_ids(bounce_))
      if (ask_for_id(id); has_ended()) return std::move(finding_);
    for (const Fingerprint& print : fingerprints())
      if (ask_for(print); has_ended()) return std::move(finding_);
    for (const std::string& id : doubtful_ids(bounce_.original)) {
      SentFinding other = std::exchange(finding_, {});
      ask_for_id(id);
      if (finding_.agreement == Agreement::agrees || !finding_.unavailable.empty())
        return std::move(finding_);
      finding_ = std::move(other);
    }
    return std::move(finding_);
  }

 private:
  bool has_ended() const { return finding_.is_found() || !finding_.unavailable.empty(); }

  void ask_for_id(const std::string& id) {
    finding_.is_asked = true;
    finding_.id = id;
    auto answer = ledger_.find(ByMessageId{id});
    finding_.unavailable = answer.unavailable;
    if (!answer.is_available() || answer.value.empty()) return;
    finding_.by_id = true;
    take_best(finding_, answer.value, bounce_);
  }

  void ask_for(const Fingerprint& print) {
    finding_.is_asked = true;
    auto answer = ledger_.find(print);
    finding_.unavailable = answer.unavailable;
    if (!answer.is_available() || answer.value.empty()) return;
    finding_.by_fingerprint = true;
    take_best(finding_, answer.value, bounce_);
  }

  // With the Subject as it came back, and without each mark that stands before it.
  std::vector<Fingerprint> fingerprints() const {
    const Original& original = bounce_.original;
    std::vector<Fingerprint> prints;
    std::string_view subject = original.subject;
    for (int marks = 0; marks <= kMostMarks; ++marks) {
      const auto print = make_fingerprint(original.from, original.raw_date, subject);
      if (print) prints.push_back(*print);
      const std::string_view rest = without_label(subject);
      if (!print || rest.size() == subject.size()) break;
      subject = rest;
    }
    return prints;
  }

  const Bounce& bounce_;
  Ledger& ledger_;
  SentFinding finding_;
};

}  // namespace

Agreement compare_fingerprints(const Original& original, const SentMessage& sent) {
  const Comparison is_same = compare_fields(original, sent);
  const std::optional<bool> fields[] = {is_same.from, is_same.dated, is_same.subject};
  const auto equal = std::count(std::begin(fields), std::end(fields), std::optional(true));
  const auto different = std::count(std::begin(fields), std::end(fields), std::optional(false));
  if (equal + different == 0) return Agreement::unknown;
  // Relays rewrite one of the three (a tagged subject, a masqueraded From): two decide.
  if (different == 0 || equal >= 2) return Agreement::agrees;
  return different >= 2 || equal == 0 ? Agreement::disagrees : Agreement::unknown;
}

bool is_report_itself(const Original& original) {
  const HeaderField* path = original.headers.find("Return-Path");
  if (path != nullptr && trim(unfold(path->value)) == "<>") return true;
  const auto from = Address::parse(original.from);
  return from && equal_ignoring_case(from->local(), "mailer-daemon");
}

SentFinding find_sent(const Bounce& bounce, Ledger& ledger) {
  if (is_report_itself(bounce.original)) return {};
  return SentFinder(bounce, ledger).find();
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
                     [&](const Address& user) { return ledger.sender(user, {}).value.has_sent; });
}

std::vector<Address> claimed_senders(const Bounce& bounce,
                                     const std::optional<Address>& recipient) {
  std::vector<Address> senders;
  const auto add = [&](const std::optional<Address>& address) {
    if (!address) return;
    for (Address& candidate : unwrap(*address).candidates)
      if (!is_among(candidate, senders)) senders.push_back(std::move(candidate));
  };
  add(Address::parse(bounce.original.reverse_path));
  add(Address::parse(bounce.original.from));
  add(recipient);
  return senders;
}

}  // namespace unsent

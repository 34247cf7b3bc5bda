// SPDX-License-Identifier: MIT
#include "evidence/sent_message.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

namespace unsent {

std::string comparable_subject(std::string_view subject) {
  std::string out;
  for (const char c : decode_words(unfold(subject)))
    if (!is_space(c)) out += c;
  return std::string(cut_utf8(out, 200));
}

std::string_view without_label(std::string_view subject) {
  constexpr std::size_t kLongest = 40;
  static constexpr std::string_view kWords[] = {
      "SPAM:", "EXTERNAL:", "EXT:", "JUNK:", "CAUTION:", "WARNING:", "SUSPECT:"};
  const std::string_view text = trim(subject);
  std::size_t end = 0;
  for (const std::string_view word : kWords)
    if (starts_with_ignoring_case(text, word)) end = word.size();
  const char open = text.empty() ? ' ' : text.front();
  if (open == '[' || open == '{') end = text.find(open == '[' ? ']' : '}') + 1;
  if (open == '*') {
    const std::size_t word = text.find_first_not_of('*');
    const std::size_t stars = text.find('*', word);
    end = stars == text.npos ? 0 : text.find_first_not_of('*', stars);
  }
  if (end == 0 || end > kLongest) return subject;
  std::string_view rest = text.substr(end);
  if (!rest.empty() && rest.front() == ':') rest.remove_prefix(1);
  return trim(rest);
}

std::string comparable_address(const Address& address) { return lower(address.text()); }

std::optional<Fingerprint> make_fingerprint(std::string_view from, std::string_view raw_date,
                                            std::string_view subject) {
  const auto addresses = parse_addresses(from, 1);
  const auto date = parse_date(raw_date);
  if (addresses.empty() || !date) return std::nullopt;
  return Fingerprint{comparable_address(addresses.front()), *date, comparable_subject(subject)};
}

SentRecipient sent_recipient(const Address& address) {
  return {comparable_address(address), organisation_of(address.domain())};
}

bool SentMessage::is_kept(std::string_view kept, std::string_view text) const {
  if (kept.empty() || text.empty()) return false;
  return veil ? veil->stands_for(kept, text) : kept == text;
}

bool SentMessage::has_id(std::string_view id) const {
  return std::any_of(message_ids.begin(), message_ids.end(),
                     [&](const std::string& kept) { return is_kept(kept, id); });
}

std::optional<bool> SentMessage::is_from(const Address& address) const {
  if (from.empty()) return std::nullopt;
  return is_kept(from, comparable_address(address));
}

std::optional<bool> SentMessage::is_dated(Time at) const {
  if (!date) return std::nullopt;
  return *date == at;
}

std::optional<bool> SentMessage::is_dated_about(Time at) const {
  constexpr seconds kMost{60};
  if (!date) return std::nullopt;
  return at - *date <= kMost && *date - at <= kMost;
}

std::optional<bool> SentMessage::has_subject(std::string_view text) const {
  if (subject.empty()) return std::nullopt;
  return is_kept(subject, comparable_subject(text));
}

bool SentMessage::has_fingerprint(const Fingerprint& print) const {
  const bool is_same_subject =
      subject.empty() ? print.subject.empty() : is_kept(subject, print.subject);
  return date == print.date && is_kept(from, print.from) && is_same_subject;
}

bool SentMessage::was_sent_by(const Address& address) const {
  const std::string text = comparable_address(address);
  return std::any_of(senders.begin(), senders.end(),
                     [&](const std::string& kept) { return is_kept(kept, text); });
}

bool SentMessage::went_to(const Address& address) const {
  const std::string text = comparable_address(address);
  return std::any_of(recipients.begin(), recipients.end(),
                     [&](const SentRecipient& one) { return is_kept(one.address, text); });
}

bool SentMessage::went_to_organisation_of(std::string_view domain) const {
  const std::string organisation = organisation_of(domain);
  return std::any_of(recipients.begin(), recipients.end(), [&](const SentRecipient& one) {
    return is_kept(one.organisation, organisation);
  });
}

}  // namespace unsent

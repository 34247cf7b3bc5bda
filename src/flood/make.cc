// SPDX-License-Identifier: MIT
#include "flood/make.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/organisation.h"
#include "flood/shape.h"
#include "mail/address.h"

namespace unsent {
namespace {

constexpr std::size_t kLongestText = 80;
constexpr std::size_t kMostValues = 4096;  // of a trait
constexpr std::size_t kMostSubjects = 200'000;
constexpr std::size_t kMostHosts = 1000;  // that a ledger tells: see LearnedIdentity

std::uint64_t hash_or_none(std::string_view text) { return text.empty() ? 0 : flood_hash(text); }

std::string id_host(std::string_view id) { return organisation_of(host_of_id(id)); }

// "Outlook Express 6.00.2900" and "Outlook Express 5.5" are one program.
std::string mailer(const Headers& headers) {
  for (const char* name : {"X-Mailer", "User-Agent"}) {
    const std::string text = headers.text(name);
    std::string letters;
    for (const char c : text) {
      if (letters.size() == kLongestText) break;
      if (is_alpha(c)) letters += to_lower(c);
    }
    if (!letters.empty()) return letters;
  }
  return {};
}

// Of "----=_NextPart_000_0007": "----=_w_x_x".
std::string form(const Headers& headers) {
  const std::string type = headers.text("Content-Type");
  if (type.empty()) return {};
  std::string text = lower(type.substr(0, type.find(';')));
  const std::size_t at = lower(type).find("boundary=");
  if (at != type.npos) {
    std::string_view boundary = std::string_view(type).substr(at + 9);
    if (!boundary.empty() && boundary.front() == '"') boundary.remove_prefix(1);
    return text + ' ' + word_shape(boundary.substr(0, boundary.find_first_of("\"; ")));
  }
  const std::size_t set = lower(type).find("charset=");
  if (set != type.npos) {
    const std::string rest = lower(std::string_view(type).substr(set + 8));
    text += ' ';
    for (const char c : rest.substr(0, rest.find(';')))
      if (c != '"' && !is_blank(c)) text += c;
  }
  return text + ' ' + lower(headers.text("Content-Transfer-Encoding"));
}

std::string signer(const Headers& headers) {
  const std::string tags = headers.text("DKIM-Signature");
  for (const std::string_view tag : split(tags, ';')) {
    const std::string_view one = trim(tag);
    const std::size_t equals = one.find('=');
    if (equals != one.npos && trim(one.substr(0, equals)) == "d")
      return organisation_of(trim(one.substr(equals + 1)));
  }
  return {};
}

}  // namespace

std::uint64_t flood_hash(std::string_view text, std::string_view more) {
  const std::string digits = digest(text, more);
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + 16, value, 16);
  return value | 1U;
}

Make make_of(const Headers& headers, std::string_view message_id) {
  return {hash_or_none(id_host(message_id)), hash_or_none(mailer(headers)),
          hash_or_none(form(headers)), hash_or_none(signer(headers))};
}

void SentHabits::note(Seen& seen, std::uint64_t hash, std::size_t most) {
  if (hash == 0) return;
  ++seen.shown;
  if (seen.hashes.size() < most || seen.hashes.count(hash) > 0)
    seen.hashes.insert(hash);
  else
    seen.is_full = true;
}

void SentHabits::add(const Headers& sent) {
  const auto ids = parse_message_ids(sent.text("Message-ID"), 1);
  const Make make = make_of(sent, ids.empty() ? std::string_view() : ids.front());
  for (const Trait trait : kAllTraits)
    note(traits_.at(index(trait)), make.at(index(trait)), kMostValues);
  const std::string subject = subject_shape(sent.decoded("Subject"));
  note(subjects_, hash_or_none(subject), kMostSubjects);
  ++messages_;
}

void SentHabits::learn(const LearnedIdentity& learned) {
  Seen& hosts = traits_.at(index(Trait::id_host));
  for (const NameCount& host : learned.message_id_hosts) {
    if (const std::string whose = organisation_of(std::string_view(host.name)); !whose.empty())
      hosts.hashes.insert(flood_hash(whose));
    hosts.shown =
        static_cast<std::uint32_t>(std::min<std::int64_t>(hosts.shown + host.count, INT32_MAX));
  }
  hosts.is_full = hosts.is_full || learned.message_id_hosts.size() >= kMostHosts;
}

bool SentHabits::is_foreign(Trait trait, const Make& make) const {
  const Seen& seen = traits_.at(index(trait));
  const std::uint64_t hash = make.at(index(trait));
  return hash != 0 && seen.shown >= kLeastShown && !seen.is_full && seen.hashes.count(hash) == 0;
}

bool SentHabits::may_have_subject(std::uint64_t hash) const {
  return messages_ > 0 && (subjects_.is_full || subjects_.hashes.count(hash) > 0);
}

}  // namespace unsent

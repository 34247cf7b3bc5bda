// SPDX-License-Identifier: MIT
#include "tag/message_tag.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/base64.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/date.h"

namespace unsent {
namespace {

constexpr const char* kField = "X-Unsent-Tag";
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kMostTag = 1000;
constexpr seconds kClockDifference{3600};

std::string keyed_hash(const TagKey& key, std::string_view text) {
  constexpr std::string_view kPurpose = "unsent tag 1\n";
  const auto bytes = [](std::string_view view) {
    return reinterpret_cast<const unsigned char*>(view.data());
  };
  // The secret is text of any length: its hash is the key, and serves no other purpose.
  const std::string named = std::string(kPurpose) + key.secret;
  std::array<unsigned char, crypto_generichash_KEYBYTES> inner{};
  crypto_generichash(inner.data(), inner.size(), bytes(named), named.size(), nullptr, 0);
  std::array<char, kHashBytes> hash{};
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), bytes(text),
                     text.size(), inner.data(), inner.size());
  std::string out = encode_base64({hash.data(), hash.size()});
  out.resize(out.find('='));
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

// The three fields in a form that survives refolding, re-casing and re-quoting; "" where
// the header has none, nullopt where it has more than one.
std::optional<std::string> comparable(const Headers& headers, char field) {
  const char* name = field == 'f' ? "From" : field == 'd' ? "Date" : "Message-ID";
  const auto all = headers.all(name);
  if (all.size() > 1) return std::nullopt;
  if (all.empty()) return std::string();
  const std::string value = unfold(all.front()->value);
  if (field == 'f') {
    const auto addresses = parse_addresses(value, 1);
    return addresses.empty() ? std::string() : lower(addresses.front().text());
  }
  if (field == 'd') {
    const auto date = parse_date(value);
    return date ? std::to_string(date->time_since_epoch().count()) : std::string();
  }
  const auto ids = parse_message_ids(value, 1);
  return ids.empty() ? std::string() : ids.front();
}

std::optional<std::string> identity_text(const Headers& headers, std::string_view fields) {
  std::string text;
  for (const char field : fields) {
    const auto value = comparable(headers, field);
    if (!value || value->empty()) return std::nullopt;
    text += '\n' + *value;
  }
  return text;
}

std::string recipients_text(const Headers& headers) {
  std::vector<std::string> recipients;
  for (const char* name : {"To", "Cc"})
    for (const HeaderField* field : headers.all(name))
      for (const Address& address : parse_addresses(field->value))
        recipients.push_back(lower(address.text()));
  std::sort(recipients.begin(), recipients.end());
  std::string text = "\nrecipients";
  for (const std::string& recipient : recipients) text += '\n' + recipient;
  return text;
}

std::string front_of(int key, long long day, std::string_view fields) {
  return fmt::format("1; k={}; d={}; f={}", key, day, fields);
}

struct TagFields {
  int key = 0;
  long long day = 0;
  std::string fields, hash, recipients_hash;
};

std::optional<long long> number_in(const std::string& text) {
  if (text.empty() || text.size() > 6 || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  return std::stoll(text);
}

std::optional<TagFields> parse_tag(std::string_view value) {
  if (value.size() > kMostTag) return std::nullopt;
  std::map<std::string, std::string> named;
  const auto pieces = split(value, ';');
  if (trim(pieces.front()) != "1" || pieces.size() > 10) return std::nullopt;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view piece = trim(pieces[i]);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (!named.emplace(piece.substr(0, equals), piece.substr(equals + 1)).second)
      return std::nullopt;
  }
  const auto key = number_in(named["k"]);
  const auto day = number_in(named["d"]);
  const std::string& fields = named["f"];
  const bool has_fields = fields == "fdi" || fields == "fd" || fields == "fi";
  if (!key || !day || !has_fields || named["h"].empty()) return std::nullopt;
  return TagFields{static_cast<int>(*key), *day, fields, named["h"], named["r"]};
}

bool is_same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

TagCheck refused(TagCheck check, TagResult result, std::string note) {
  check.result = result;
  check.note = std::move(note);
  return check;
}

TagCheck check_one(const TagFields& tag, const Headers& headers, const TagKey& key, Time now,
                   seconds retention) {
  TagCheck check;
  check.key = tag.key;
  const auto identity = identity_text(headers, tag.fields);
  const std::string front = front_of(tag.key, tag.day, tag.fields);
  if (!identity || !is_same(keyed_hash(key, front + *identity), tag.hash))
    return refused(check, TagResult::mismatch, "it does not fit From, Date and Message-ID");
  if (tag.day > day_of(now + kClockDifference))
    return refused(check, TagResult::future, "it is dated in the future");
  const Time day{std::chrono::days(tag.day)};
  if (day + std::chrono::days(1) < now - retention)
    return refused(check, TagResult::expired,
                   "it is of " + format_rfc3339(day).substr(0, 10) + ", which is too long ago");
  check.result = TagResult::valid;
  check.day = day;
  const std::string all = front + *identity + recipients_text(headers);
  check.covers_recipients = is_same(keyed_hash(key, all), tag.recipients_hash);
  return check;
}

}  // namespace

std::optional<std::string> make_tag(const Headers& headers, const TagKey& key, Time now) {
  std::string fields;
  for (const char field : {'f', 'd', 'i'}) {
    const auto value = comparable(headers, field);
    if (!value) return std::nullopt;
    if (!value->empty()) fields += field;
  }
  if (fields.size() < 2 || fields.front() != 'f') return std::nullopt;
  const std::string front = front_of(key.number, day_of(now), fields);
  const std::string text = front + identity_text(headers, fields).value_or("");
  return fmt::format("{}; h={};\n\tr={}", front, keyed_hash(key, text),
                     keyed_hash(key, text + recipients_text(headers)));
}

TagCheck check_tag(const Headers& headers, const KeyRing& ring, Time now, seconds retention) {
  TagCheck check;
  const auto fields = headers.all(kField);
  if (fields.empty()) return check;
  if (fields.size() > 1) return refused(check, TagResult::malformed, "there are several");
  const auto tag = parse_tag(unfold(fields.front()->value));
  if (!tag) return refused(check, TagResult::malformed, "it is no tag of ours");
  check.key = tag->key;
  const TagKey* key = ring.find(tag->key);
  if (key == nullptr)
    return refused(check, TagResult::unknown_key, fmt::format("we have no key {}", tag->key));
  return check_one(*tag, headers, *key, now, retention);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "tag/key_ring.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kLeastSecret = 8;
constexpr std::size_t kMostSecret = 64;
constexpr int kMostNumber = 9999;
constexpr std::size_t kRandomBytes = 24;

bool is_secret(std::string_view text) {
  return text.size() >= kLeastSecret && text.size() <= kMostSecret &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<int> parse_key_number(std::string_view text) {
  if (text.empty() || text.size() > 4 || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  const int number = std::stoi(std::string(text));
  return number > 0 ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(trim(line), ' '))
    if (!trim(word).empty()) words.push_back(trim(word));
  return words;
}

std::optional<TagKey> parse_key(std::string_view line) {
  const auto words = words_of(line);
  if (words.size() != 3 || !is_secret(words[2])) return std::nullopt;
  const auto number = parse_key_number(words[0]);
  const auto made = parse_rfc3339(std::string(words[1]) + "T00:00:00Z");
  if (!number || !made) return std::nullopt;
  return TagKey{*number, day_of(*made), std::string(words[2])};
}

std::string random_secret() {
  std::array<char, kRandomBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return encode_base64({bytes.data(), bytes.size()});
}

}  // namespace

long long day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

Result<KeyRing> KeyRing::parse(std::string_view text, const std::string& path) {
  KeyRing ring;
  int line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::string_view line = trim(take_line(text));
    if (line.empty() || line.front() == '#') continue;
    auto key = parse_key(line);
    if (!key)
      return fail(ErrorCode::config, fmt::format("{}:{}: not a key", path, line_number),
                  "a line is NUMBER YYYY-MM-DD SECRET; `unsent tag key` writes it");
    if (ring.find(key->number) != nullptr)
      return fail(ErrorCode::config,
                  fmt::format("{}:{}: key {} stands there twice", path, line_number, key->number),
                  "take one of the two out");
    ring.keys_.push_back(std::move(*key));
  }
  return ring;
}

std::string KeyRing::text() const {
  std::string out =
      "# Keys that mark outgoing mail as ours: number, made on, secret. The highest number\n"
      "# signs; keep the others until their mail can bounce no more.\n";
  for (const TagKey& key : keys_) {
    const Time made{std::chrono::days(key.made_day)};
    out += fmt::format("{} {} {}\n", key.number, format_rfc3339(made).substr(0, 10), key.secret);
  }
  return out;
}

const TagKey* KeyRing::newest() const {
  const auto found =
      std::max_element(keys_.begin(), keys_.end(),
                       [](const TagKey& a, const TagKey& b) { return a.number < b.number; });
  return found == keys_.end() ? nullptr : &*found;
}

const TagKey* KeyRing::find(int number) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const TagKey& key) { return key.number == number; });
  return found == keys_.end() ? nullptr : &*found;
}

Result<TagKey> KeyRing::add(Time now, const std::optional<std::string>& secret) {
  if (secret && !is_secret(*secret))
    return fail(ErrorCode::data, "the secret is not of 8 to 64 visible ASCII characters");
  const TagKey* last = newest();
  const int number = last == nullptr ? 1 : last->number + 1;
  if (number > kMostNumber)
    return fail(ErrorCode::config, fmt::format("there are {} keys already", kMostNumber),
                "begin a new key file");
  keys_.push_back({number, day_of(now), secret ? *secret : random_secret()});
  return keys_.back();
}

}  // namespace unsent

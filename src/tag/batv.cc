// SPDX-License-Identifier: MIT
#include "tag/batv.h"

#include <fmt/format.h>
#include <nettle/hmac.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::string_view kPrefix = "prvs=";
constexpr std::size_t kTagLength = 10;  // K DDD SSSSSS

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// "8cc395": of key digit, day and address.
std::string prvs_hash(std::string_view digit_and_day, std::string_view address,
                      const std::string& secret) {
  hmac_sha1_ctx context;
  nettle_hmac_sha1_set_key(&context, secret.size(), bytes_of(secret));
  nettle_hmac_sha1_update(&context, digit_and_day.size(), bytes_of(digit_and_day));
  nettle_hmac_sha1_update(&context, address.size(), bytes_of(address));
  std::array<std::uint8_t, 3> hash{};
  nettle_hmac_sha1_digest(&context, hash.size(), hash.data());
  return fmt::format("{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2]);
}

bool is_tag(std::string_view tag) {
  return tag.size() == kTagLength && std::all_of(tag.begin(), tag.begin() + 4, is_digit) &&
         std::all_of(tag.begin() + 4, tag.end(), [](char c) {
           return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
         });
}

bool is_in_time(std::string_view day, Time now) {
  const auto today = day_of(now) % 1000;
  const auto left = (std::stoll(std::string(day)) - today + 1000) % 1000;
  return left <= kPrvsDays;
}

bool fits(std::string_view tag, const Address& inner, const TagKey& key) {
  const std::string hash = lower(tag.substr(4));
  for (const std::string& local : {inner.local(), lower(inner.local())})
    if (prvs_hash(tag.substr(0, 4), local + '@' + inner.domain().text(), key.secret) == hash)
      return true;
  return false;
}

}  // namespace

std::string make_prvs(const Address& address, const TagKey& key, Time now) {
  const std::string front =
      fmt::format("{}{:03}", key.number % 10, (day_of(now) + kPrvsDays) % 1000);
  return fmt::format("prvs={}{}={}", front, prvs_hash(front, address.text(), key.secret),
                     address.text());
}

PrvsCheck check_prvs(const Address& address, const KeyRing& ring, Time now) {
  PrvsCheck check;
  const std::string_view local = address.local();
  if (!starts_with_ignoring_case(local, kPrefix)) return check;
  const std::string_view rest = local.substr(kPrefix.size());
  const std::string_view tag = rest.substr(0, kTagLength);
  if (!is_tag(tag) || rest.size() < kTagLength + 2 || rest[kTagLength] != '=') return check;
  check.inner =
      Address::parse(std::string(rest.substr(kTagLength + 1)) + '@' + address.domain().text());
  if (!check.inner) return check;
  check.result = PrvsResult::unknown_key;
  for (const TagKey& key : ring.keys()) {
    if (key.number % 10 != tag.front() - '0') continue;
    check.result = PrvsResult::mismatch;
    if (!fits(tag, *check.inner, key)) continue;
    check.result = is_in_time(tag.substr(1, 3), now) ? PrvsResult::valid : PrvsResult::expired;
    check.key = key.number;
    break;
  }
  return check;
}

}  // namespace unsent

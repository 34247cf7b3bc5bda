// SPDX-License-Identifier: MIT
#include "tag/batv.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

KeyRing ring_of(const char* text) { return *KeyRing::parse(text, "keys"); }

Address address(const std::string& text) {
  const auto parsed = Address::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

PrvsResult check(const std::string& text, Time now = kNow,
                 const char* keys = "3 2026-11-01 secret-of-exim\n13 2026-11-02 later-secret\n") {
  return check_prvs(address(text), ring_of(keys), now).result;
}

constexpr seconds kDay{86400};

}  // namespace

// Made by Exim 4.96 on that day: exim4 -be '${prvs{ADDRESS}{secret-of-exim}{3}}'
TEST_CASE("addresses made by Exim are ours, and ours are the same") {
  const TagKey key = *ring_of("3 2026-11-01 secret-of-exim\n").newest();
  for (const char* text :
       {"prvs=378840f767=alice@ourshop.example", "prvs=3788df7a1d=a=b+c@ourshop.example"}) {
    CAPTURE(text);
    const PrvsCheck done =
        check_prvs(address(text), ring_of("3 2026-11-01 secret-of-exim\n"), kNow);
    REQUIRE(done.inner);
    CHECK(done.result == PrvsResult::valid);
    CHECK(done.key == 3);
    CHECK(make_prvs(*done.inner, key, kNow) == text);
  }
}

TEST_CASE("each key is known by its last digit, for seven days") {
  const TagKey later = *ring_of("13 2026-11-02 later-secret\n").newest();
  const std::string made = make_prvs(address("Alice@ourshop.example"), later, kNow);
  CHECK(made.substr(0, 9) == "prvs=3788");
  CHECK(check(made) == PrvsResult::valid);
  CHECK(check(made, kNow + 7 * kDay) == PrvsResult::valid);
  CHECK(check(made, kNow + 8 * kDay) == PrvsResult::expired);
  CHECK(check(made, kNow + 900 * kDay) == PrvsResult::expired);
  CHECK(check(made, kNow - kDay) == PrvsResult::expired);  // tomorrow's
  CHECK(check(made, kNow, "3 2026-11-01 secret-of-exim\n") == PrvsResult::mismatch);
  CHECK(check(made, kNow, "4 2026-11-01 later-secret\n") == PrvsResult::unknown_key);
  CHECK(check(made, kNow, "") == PrvsResult::unknown_key);
  // The days turn over after 999.
  const Time turn = *parse_rfc3339("2027-06-29T12:00:00Z");  // day 20998
  const std::string over = make_prvs(address("alice@ourshop.example"), later, turn);
  CHECK(over.substr(0, 9) == "prvs=3005");
  CHECK(check(over, turn) == PrvsResult::valid);
  CHECK(check(over, turn + 7 * kDay) == PrvsResult::valid);
  CHECK(check(over, turn + 8 * kDay) == PrvsResult::expired);
}

TEST_CASE("the case of an address may change on the way") {
  const TagKey key = *ring_of("3 2026-11-01 secret-of-exim\n").newest();
  const std::string made = make_prvs(address("alice@ourshop.example"), key, kNow);
  std::string upper;
  for (const char c : made) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  CHECK(check(upper) == PrvsResult::valid);
}

TEST_CASE("forged addresses, and some that are none") {
  const TagKey key = *ring_of("3 2026-11-01 secret-of-exim\n").newest();
  const std::string made = make_prvs(address("alice@ourshop.example"), key, kNow);
  const std::string tag = made.substr(0, 15);
  const std::pair<std::string, PrvsResult> cases[] = {
      {tag + "=bob@ourshop.example", PrvsResult::mismatch},
      {tag + "=alice@other.example", PrvsResult::mismatch},
      {"prvs=3789" + made.substr(9), PrvsResult::mismatch},
      {"prvs=3788000000=alice@ourshop.example", PrvsResult::mismatch},
      {"prvs=9788000000=alice@ourshop.example", PrvsResult::unknown_key},
      {"alice@ourshop.example", PrvsResult::no_prvs},
      {"prvs=@ourshop.example", PrvsResult::no_prvs},
      {"prvs=alice@ourshop.example", PrvsResult::no_prvs},
      {"prvs=378800000=alice@ourshop.example", PrvsResult::no_prvs},
      {"prvs=378800000g=alice@ourshop.example", PrvsResult::no_prvs},
      {"prvs=x788000000=alice@ourshop.example", PrvsResult::no_prvs},
      {"prvs=3788000000alice@ourshop.example", PrvsResult::no_prvs},
      {tag + "=@ourshop.example", PrvsResult::no_prvs},
      {"btv1==3788000000==alice@ourshop.example", PrvsResult::no_prvs},
  };
  for (const auto& [text, result] : cases) {
    CAPTURE(text);
    CHECK(check(text) == result);
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What was seen lately is known, what was seen long ago is forgotten, whatever the hashes.
#include "feed/recent_hashes.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

// Spreads a number over all bits.
std::uint64_t hash_of(std::uint64_t number) {
  number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
  number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
  return number ^ (number >> 31U);
}

}  // namespace

TEST_CASE("the last hundred thousand are known, and none of before the last two hundred thousand") {
  RecentHashes recent;
  CHECK_FALSE(recent.has(1));
  for (std::uint64_t i = 1; i <= 450000; ++i) recent.add(hash_of(i));
  std::uint64_t known = 0;
  for (std::uint64_t i = 350001; i <= 450000; ++i) known += recent.has(hash_of(i)) ? 1U : 0U;
  CHECK(known == 100000);
  known = 0;
  for (std::uint64_t i = 1; i <= 250000; ++i) known += recent.has(hash_of(i)) ? 1U : 0U;
  CHECK(known == 0);
}

TEST_CASE("what is seen again is known as long as what is new") {
  RecentHashes recent;
  recent.add(0);
  for (std::uint64_t i = 1; i <= 1000000; ++i) {
    recent.add(hash_of(i));
    if (i % 50000 == 0) recent.add(0);
  }
  CHECK(recent.has(0));
}

TEST_CASE("the last two thousand are given in order, each once") {
  RecentHashes recent;
  for (std::uint64_t i = 1; i <= 5000; ++i) {
    recent.add(i);
    recent.add(i);
  }
  REQUIRE(recent.last().size() == 2000);
  CHECK(recent.last().front() == 3001);
  CHECK(recent.last().back() == 5000);
}

TEST_CASE("ids that were made to crowd at one place take no time") {
  RecentHashes recent;
  for (std::uint64_t i = 1; i <= 90000; ++i) recent.add(i << 32U);
  CHECK(recent.has(std::uint64_t{90000} << 32U));
  CHECK(recent.has(std::uint64_t{1} << 32U));
}

}  // namespace unsent

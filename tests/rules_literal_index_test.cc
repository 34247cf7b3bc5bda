// SPDX-License-Identifier: MIT
#include "rules/literal_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace unsent {
namespace {

std::vector<std::size_t> found(const LiteralIndex& index, std::string_view text) {
  std::vector<std::size_t> ids;
  index.find(text, ids);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

TEST_CASE("a literal is found wherever it stands, and nothing else is") {
  LiteralIndex index;
  CHECK(found(index, "anything at all").empty());
  index.add("delivery", 1);
  index.add("delivery failed", 2);
  index.add("Delivery", 3);
  for (const char* before : {"", "d", "del", "deliver", "deliverdeliver", "xxxxxxxxxxx"}) {
    CAPTURE(before);
    CHECK(found(index, std::string(before) + "delivery") == std::vector<std::size_t>{1});
    CHECK(found(index, std::string(before) + "delivery failed!") == std::vector<std::size_t>{1, 2});
  }
  for (const char* text : {"", "d", "deliver", "elivery", "delivere delivered", "DELIVERY"}) {
    CAPTURE(text);
    CHECK(found(index, text).empty());
  }
}

TEST_CASE("it agrees with a plain search on random texts of two letters") {
  std::mt19937 random(3);
  const auto word = [&](std::size_t size) {
    std::string text;
    while (text.size() < size) text += "a\xC3"[random() % 2];
    return text;
  };
  std::size_t hits = 0;
  for (int round = 0; round < 200; ++round) {
    LiteralIndex index;
    std::vector<std::string> literals;
    for (std::size_t i = 0; i < 1 + random() % 30; ++i) {
      literals.push_back(word(LiteralIndex::kMinLiteral + random() % 4));
      index.add(literals.back(), i);
    }
    const std::string text = word(random() % 600);
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < literals.size(); ++i)
      if (text.find(literals[i]) != std::string::npos) expected.push_back(i);
    hits += expected.size();
    CHECK(found(index, text) == expected);
  }
  CHECK(hits > 100);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "rules/phrase_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>

namespace unsent {
namespace {

using Entries = std::vector<PhraseIndex::Entry>;

Said said_in(const Entries& entries, std::string_view text) {
  const std::string packed = PhraseIndex::pack(entries);
  return PhraseIndex(packed).in(text, PhraseIndex());
}

}  // namespace

TEST_CASE("a phrase is found wherever it stands, and nothing that only begins like one") {
  const Entries entries = {{"not delivered", Says::failure}, {"not found", Says::failure},
                           {"over quota", Says::failure},    {"abc", Says::failure},
                           {"abcdef", Says::failure},        {"не д", Says::failure}};
  struct Row {
    std::string_view text;
    bool is_found;
  };
  for (const Row& row : {
           Row{"not delivered", true},
           Row{"mail was not delivered", true},
           Row{"not delivere", false},
           Row{"not not found", true},
           Row{"over quot", false},
           Row{"xabc", true},
           Row{"ab", false},
           Row{"", false},
           Row{"ababab", false},
           Row{"Not Delivered", false},
           Row{std::string_view("\0abc", 4), true},
           Row{"не д", true},
           Row{"не ", false},
       }) {
    CAPTURE(row.text);
    CHECK(said_in(entries, row.text).has(Says::failure) == row.is_found);
  }
}

TEST_CASE("a text that begins with several phrases says what all of them say") {
  const Entries entries = {{"read", Says::delay},
                           {"read:", Says::receipt_subject},
                           {"read: x", Says::absence},
                           {"reads", Says::virus},
                           {"read:", Says::challenge}};
  const std::string packed = PhraseIndex::pack(entries);
  const PhraseIndex index(packed);
  CHECK(index.size() == 4);
  std::size_t length = 0;
  const Said said = index.first("read: y", PhraseIndex(), Says::delay | Says::challenge, length);
  CHECK(said == (Says::delay | Says::receipt_subject | Says::challenge));
  CHECK(length == 5);
  CHECK(index.of("read") == Said(Says::delay));
  CHECK(index.of("rea") == Said());
  CHECK(index.in("we read: x", index) == Said());  // all of them are excepted
}

TEST_CASE("one pass tells what searching for each phrase tells") {
  const Entries entries = {{"aab", Says::failure},   {"abab", Says::failure},
                           {"bbbba", Says::failure}, {"aaaaaaa", Says::failure},
                           {"babba", Says::failure}, {"cab", Says::delay},
                           {"cabc", Says::absence},  {"acacac", Says::absence}};
  const std::string packed = PhraseIndex::pack(entries);
  const PhraseIndex index(packed);
  std::mt19937 random(4711);
  int found = 0;
  constexpr int kTexts = 3000;
  for (int i = 0; i < kTexts; ++i) {
    std::string text(random() % 12, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    Said wanted;
    for (const auto& entry : entries)
      if (text.find(entry.text) != std::string::npos) wanted = wanted | entry.says;
    CAPTURE(text);
    CHECK(index.in(text, PhraseIndex()) == wanted);
    found += wanted == Said() ? 0 : 1;
  }
  CHECK(found > kTexts / 10);
  CHECK(found < kTexts * 9 / 10);
}

TEST_CASE("bytes that no one packed do no harm") {
  const std::string packed =
      PhraseIndex::pack({{"not delivered", Says::failure}, {"not found", Says::failure}});
  std::mt19937 random(4711);
  for (std::size_t length = 0; length < packed.size(); ++length) {
    const std::string copy = packed.substr(0, length);
    PhraseIndex(copy).in("it was not found", PhraseIndex());
  }
  for (int i = 0; i < 5000; ++i) {
    std::string copy = packed;
    for (int change = 0; change < 4; ++change)
      copy[16 + random() % (copy.size() - 16)] = static_cast<char>(random());
    PhraseIndex(copy).in("it was not delivered, not found", PhraseIndex());
  }
  CHECK(PhraseIndex("").size() == 0);
  CHECK(PhraseIndex("unsent phrases 1").size() == 0);
}

TEST_CASE("a million phrases are there at once") {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000000; ++i) texts.push_back("phrase " + std::to_string(i) + " is unknown");
  Entries entries;
  for (const std::string& text : texts) entries.push_back({text, Says::failure});
  const std::string packed = PhraseIndex::pack(std::move(entries));
  const auto least_of = [](const auto& work) {
    auto least =
        std::chrono::steady_clock::duration::max();  // else the machine's other work decides
    for (int i = 0; i < 50; ++i) {
      const auto before = std::chrono::steady_clock::now();
      work();
      least = std::min(least, std::chrono::steady_clock::now() - before);
    }
    return least;
  };
  const auto asking = least_of([&] {
    const PhraseIndex index(packed);
    CHECK(index.in("this phrase 4711 is unknown", PhraseIndex()) == Said(Says::failure));
  });
  const auto reading = least_of([&] { CHECK(std::string(packed).size() == packed.size()); });
  CHECK(asking < reading);  // than all of it once
  const PhraseIndex index(packed);
  CHECK(index.size() == 1000000);
  CHECK(index.in("this phrase x4711 is unknown", PhraseIndex()) == Said());
}

}  // namespace unsent

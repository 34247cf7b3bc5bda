// SPDX-License-Identifier: MIT
#include "rules/regex.h"

#include <doctest/doctest.h>

#include <string>

namespace unsent {
namespace {

Regex compiled(std::string_view pattern) {
  auto regex = Regex::compile(pattern);
  REQUIRE(regex);
  return std::move(*regex);
}

}  // namespace

TEST_CASE("a pattern that is none is an error that says at which byte") {
  struct Row {
    std::string_view pattern;
    std::string_view words;
  };
  for (const Row& row : {Row{"a(b", "at byte 3"}, Row{"[z-a]", "at byte"}, Row{"*a", "at byte 0"},
                         Row{"(?<1a>x)", "at byte"}, Row{"\\C", "at byte"}, Row{"\xFF", "UTF-8"},
                         Row{"(?<a", "at byte"}}) {
    CAPTURE(row.pattern);
    const auto regex = Regex::compile(row.pattern);
    REQUIRE(!regex);
    CHECK(regex.error().message.find(row.words) != std::string::npos);
  }
}

TEST_CASE("lines begin and end at ^ and $, characters are UTF-8") {
  Regex regex = compiled("^\xC3\xBC.$");
  CHECK(regex.search("a\n\xC3\xBC\xE6\x97\xA5\nb") == Regex::Outcome::match);
  CHECK(regex.begin() == 2);
  CHECK(regex.end() == 7);
  CHECK(regex.search("a\xC3\xBC\xC3\xBC") == Regex::Outcome::none);
}

TEST_CASE("of several groups of one name the one that took part counts") {
  Regex regex = compiled("(?<who>a+)x|(?<who>b+)y");
  REQUIRE(regex.search("..bby") == Regex::Outcome::match);
  CHECK(regex.group("..bby", "who") == "bb");
  CHECK(regex.group("..bby", "what").empty());
}

TEST_CASE("a search goes on from an offset, and behind the end there is nothing") {
  Regex regex = compiled("a");
  CHECK(regex.search("a.a", 1) == Regex::Outcome::match);
  CHECK(regex.begin() == 2);
  CHECK(regex.search("a", 1) == Regex::Outcome::none);
  CHECK(regex.search("a", 2) == Regex::Outcome::none);
  CHECK(compiled("^$").search("") == Regex::Outcome::match);
}

TEST_CASE("what would take exponential time is cut off, interpreted and as machine code") {
  for (const char* pattern :
       {"^(a+)+$", "^(a|a)*b", "(?:x?){200}y", "^(?:a?){30}a{30}$", "^(.*)*;"}) {
    CAPTURE(pattern);
    Regex regex = compiled(pattern);
    const std::string text = std::string(30000, 'a') + "!";
    for (int i = 0; i < 30; ++i) CHECK(regex.search(text) != Regex::Outcome::match);
    CHECK(compiled(pattern).search("b") != Regex::Outcome::cut_off);
  }
  CHECK(compiled("^(a+)+$").search(std::string(30000, 'a') + "!") == Regex::Outcome::cut_off);
}

TEST_CASE("machine code finds what the interpreter finds") {
  Regex regex = compiled("^(?<r>[^@\\s]+@\\S+): (?<d>.*)$");
  const std::string text = "hello\nbob@remote.example: 550 no\n";
  for (int i = 0; i < 50; ++i) {
    REQUIRE(regex.search(text) == Regex::Outcome::match);
    CHECK(regex.group(text, "r") == "bob@remote.example");
    CHECK(regex.group(text, "d") == "550 no");
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "base/printable.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/text.h"

using namespace unsent;

TEST_CASE("what steers is shown by its number, what is read stays") {
  struct {
    std::string text;
    std::string shown;
  } const cases[] = {
      {"Order 48213 has shipped", "Order 48213 has shipped"},
      {"Grüße aus 北京 🎉", "Grüße aus 北京 🎉"},
      {"", ""},
      {"  two\r\n\tlines \n", "two lines"},
      {"nbsp\u00A0too", "nbsp too"},
      {"\x1b[2J\x1b]0;title\x07", "<U+001B>[2J<U+001B>]0;title<U+0007>"},
      {std::string("a\0b", 3), "a<U+0000>b"},
      {"del\x7f", "del<U+007F>"},
      {"C1 in UTF-8: \u009B31m", "C1 in UTF-8: <U+009B>31m"},
      {"C1 as a byte: \x9b"
       "31m",
       "C1 as a byte: \uFFFD31m"},
      {"\xFF\xC0\xAF", "\uFFFD\uFFFD\uFFFD"},
      {"cut \xE2\x82", "cut \uFFFD\uFFFD"},
      {"surrogate \xED\xA0\x80", "surrogate \uFFFD\uFFFD\uFFFD"},
      {"invoice\u202Efdp.exe", "invoice<U+202E>fdp.exe"},
      {"\u2066isolate\u2069", "<U+2066>isolate<U+2069>"},
      {"mark\u200F\u061C", "mark<U+200F><U+061C>"},
      {"zero\u200Bwidth\uFEFF", "zero<U+200B>width<U+FEFF>"},
      {"line\u2028separator", "line<U+2028>separator"},
      {"tag \U000E0041", "tag <U+E0041>"},
      {"private \uE000", "private <U+E000>"},
      {"می\u200Cخواهم", "می\u200Cخواهم"},
      {"👩\u200D💻", "👩\u200D💻"},
  };
  for (const auto& one : cases) CHECK(printable(one.text) == one.shown);
}

TEST_CASE("of several lines the blanks and line ends stay, and nothing that steers") {
  struct {
    std::string text;
    std::string shown;
  } const cases[] = {
      {"", ""},
      {"  two\tcolumns\n    and a line\n", "  two\tcolumns\n    and a line\n"},
      {"CRLF\r\nof a table\r\n", "CRLF\r\nof a table\r\n"},
      {"over\rwritten\r", "over<U+000D>written<U+000D>"},
      {"\x1b[2J\x08\x7f\u009B\u0085", "<U+001B>[2J<U+0008><U+007F><U+009B><U+0085>"},
      {"Grüße aus 北京 🎉\u00A0!", "Grüße aus 北京 🎉\u00A0!"},
      {"invoice\u202Efdp.exe\u2066\u2028", "invoice<U+202E>fdp.exe<U+2066><U+2028>"},
      {"a byte \x9b, cut \xE2\x82", "a byte \uFFFD, cut \uFFFD\uFFFD"},
  };
  for (const auto& one : cases) CHECK(printable_lines(one.text) == one.shown);
}

TEST_CASE("JSON says the same when nothing in it steers any more") {
  struct {
    std::string text;
    std::string shown;
  } const cases[] = {
      {R"({"a":"Grüße 北京 🎉","b":["\n"]})", R"({"a":"Grüße 北京 🎉","b":["\n"]})"},
      {"\"fdp\u202Eexe\"", R"("fdp\u202eexe")"},
      {"\"\u009B31m\x7f\u2028\"", R"("\u009b31m\u007f\u2028")"},
      {"\"\U000E0041\"", R"("\udb40\udc41")"},
      {"\"\x9b\"", "\"\uFFFD\""},
  };
  for (const auto& one : cases) CHECK(printable_json(one.text) == one.shown);
}

TEST_CASE("columns are those of a terminal") {
  CHECK(columns("abc") == 3);
  CHECK(columns("Grüße") == 5);
  CHECK(columns("北京") == 4);
  CHECK(columns("e\u0301") == 1);
  CHECK(columns("") == 0);
}

TEST_CASE("a text is cut to columns, never within a character") {
  CHECK(fit("short", 5) == "short");
  CHECK(fit("longer", 5) == "long…");
  CHECK(fit("北京北京", 5) == "北京…");
  CHECK(fit("北京北京", 4) == "北…");
  CHECK(fit("x", 0) == "");
  CHECK(pad("北", 4) == "北  ");
  CHECK(pad("longer", 4) == "longer");
}

TEST_CASE("a text is broken at blanks, and where there is none anyway") {
  CHECK(wrap("", 20, "  ") == "  ");
  CHECK(wrap("one two three", 9, "  ") == "  one two\n  three");
  CHECK(wrap("0123456789abcdef", 10, "") == "0123456789\nabcdef");
  CHECK(wrap("one two", 0, "") == "one two");
}

TEST_CASE("random bytes: valid, of one line, without controls, and within the width") {
  std::mt19937 random(20261125);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % 40, ' ');
    // Half of the rounds from the bytes that begin and continue dangerous characters.
    constexpr std::string_view kDangerous = "\xE2\x80\xAE\x8F\xC2\x9B\x1B\r\n\0\x7F a北";
    for (char& c : bytes)
      c = round % 2 == 0 ? static_cast<char>(random()) : kDangerous[random() % kDangerous.size()];
    const std::string shown = printable(bytes);
    REQUIRE(is_valid_utf8(shown));
    REQUIRE(printable(shown) == shown);
    for (const char c : shown) REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    REQUIRE(shown.find("\u202E") == std::string::npos);
    const std::string lines = printable_lines(bytes);
    REQUIRE(is_valid_utf8(lines));
    REQUIRE(printable_lines(lines) == lines);
    REQUIRE(lines.find("\u202E") == std::string::npos);
    for (std::size_t width = 0; width < 12; ++width) {
      REQUIRE(columns(fit(shown, width)) <= width);
      const std::string wrapped = wrap(shown, width, "");
      for (const std::string_view line : split(wrapped, '\n'))
        REQUIRE(columns(line) <= std::max<std::size_t>(width, 8));
    }
  }
}

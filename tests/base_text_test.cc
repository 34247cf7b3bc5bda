// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a byte set finds the first of its bytes, or the end") {
  constexpr unsent::ByteSet kMarks("(;\xFF");
  struct Row {
    std::string_view text;
    std::size_t from;
    std::size_t found;
  };
  for (const Row& row :
       {Row{"ab;c(", 0, 2}, Row{"ab;c(", 3, 4}, Row{"ab", 0, 2}, Row{"", 0, 0}, Row{"", 7, 0},
        Row{"ab;", 9, 3}, Row{"a\xFF", 0, 1}, Row{std::string_view("\0;", 2), 0, 1}}) {
    CAPTURE(row.text);
    CHECK(kMarks.find_in(row.text, row.from) == row.found);
  }
}

TEST_CASE("what is not UTF-8 becomes the replacement character, byte by byte") {
  struct Row {
    std::string_view bytes;
    std::string_view text;
  };
  constexpr Row kRows[] = {
      {"plain", "plain"},
      {"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
      {"\xE6\xB3\xA8\xE6\x96\x87", "\xE6\xB3\xA8\xE6\x96\x87"},
      {"\xF0\x9F\x93\xAC", "\xF0\x9F\x93\xAC"},
      {"tab\tand\nline", "tab\tand\nline"},
      {"latin \xFC", "latin \xEF\xBF\xBD"},
      {"cut \xE6\xB3", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
      {"overlong \xC0\xAF", "overlong \xEF\xBF\xBD\xEF\xBF\xBD"},
      {"surrogate \xED\xA0\x80", "surrogate \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"above \xF4\x90\x80\x80", "above \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"escape \x1B[2J", "escape \xEF\xBF\xBD[2J"},
  };
  for (const Row& row : kRows) {
    CHECK(to_valid_utf8(row.bytes) == row.text);
    CHECK(to_valid_utf8(std::string(row.bytes)) == row.text);
    CHECK(is_valid_utf8(to_valid_utf8(row.bytes)));
  }
  CHECK(to_valid_utf8(std::string_view("nul \0.", 6)) == "nul \xEF\xBF\xBD.");
}

TEST_CASE("each byte is told from printable ASCII, wherever it stands") {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, '~');
      text[at] = static_cast<char>(byte);
      const bool is_kept = (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n';
      std::string wanted = text;
      if (!is_kept) wanted.replace(at, 1, "\xEF\xBF\xBD");
      CAPTURE(byte);
      CAPTURE(at);
      CHECK(to_valid_utf8(text) == wanted);
      CHECK(to_valid_utf8(std::string(text)) == wanted);
    }
}

TEST_CASE("a line ends at CRLF, LF or bare CR, and the last needs no end") {
  std::string_view text = "a\r\nb\nc\rd\n\ne";
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(take_line(text));
  CHECK(lines == std::vector<std::string>{"a", "b", "c", "d", "", "e"});
}

TEST_CASE("case is folded for ASCII letters only") {
  CHECK(equal_ignoring_case("MAILER-daemon", "mailer-DAEMON"));
  CHECK_FALSE(equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
  CHECK_FALSE(equal_ignoring_case("[", "{"));
  CHECK(find_ignoring_case("Undelivered MAIL", "mail") == 12);
  CHECK(find_ignoring_case("mai", "mail") == std::string_view::npos);
  CHECK(find_ignoring_case("", "") == 0);
  CHECK(starts_with_ignoring_case("Re: x", "re:"));
  CHECK(ends_with_ignoring_case("mx.Example.ORG", ".org"));
}

TEST_CASE("a text is found whatever its case, first place first") {
  struct Row {
    std::string_view text;
    std::string_view needle;
    std::size_t from;
    std::size_t found;
  };
  constexpr std::size_t kNone = std::string_view::npos;
  for (const Row& row :
       {Row{"The Host said: hOst unknown", "host", 0, 4},
        Row{"The Host said: hOst unknown", "host", 5, 15},
        Row{"The Host said: hOst unknown", "host", 16, kNone}, Row{"hhhhhhost", "host", 0, 5},
        Row{"HhHhHos", "host", 0, kNone}, Row{"hos", "host", 0, kNone}, Row{"", "host", 0, kNone},
        Row{"xHOST", "host", 0, 1}, Row{"a.b", ".b", 0, 1}, Row{"..", ".b", 0, kNone},
        Row{"abc", "", 2, 2}, Row{"abc", "", 3, 3}, Row{"abc", "", 4, kNone},
        Row{"abc", "c", 9, kNone}, Row{"ABC", "c", 2, 2}}) {
    CAPTURE(row.text);
    CAPTURE(row.needle);
    CHECK(find_ignoring_case(row.text, row.needle, row.from) == row.found);
  }
}

TEST_CASE("a short word is one number, whatever its case, and no other word's") {
  CHECK(short_word("From") == short_word("fROM"));
  CHECK(short_word("longest") != 0);
  CHECK(short_word("too long") == 0);
  using namespace std::string_view_literals;
  const std::string_view words[] = {"",     "a",      "by", "by "sv, " by"sv, "by\0"sv, "\0by"sv,
                                    "\0"sv, "\0\0"sv, "yb", "\xC2y", "b",     "longest"};
  for (const std::string_view& one : words)
    for (const std::string_view& other : words)
      if (&one != &other) CHECK(short_word(one) != short_word(other));
}

TEST_CASE("white space is blanks, line ends, form feed and vertical tab") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    CAPTURE(byte);
    CHECK(is_space(c) ==
          (c != '\0' && std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos));
  }
  CHECK(trim(" \t\r\n\f\v a b \v\f\n\r\t ") == "a b");
  CHECK(trim("\n \n").empty());
}

TEST_CASE("splitting keeps empty pieces") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
}

TEST_CASE("a cut never splits a UTF-8 sequence") {
  CHECK(cut_utf8("abc", 2) == "ab");
  CHECK(cut_utf8("a\xC3\xBC", 2) == "a");
  CHECK(cut_utf8("a\xC3\xBC", 3) == "a\xC3\xBC");
}

}  // namespace unsent

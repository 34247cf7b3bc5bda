// SPDX-License-Identifier: MIT
#include "mail/lines.h"

#include <doctest/doctest.h>

#include <string>

using namespace unsent;

TEST_CASE("lines end in LF wherever one occurs, in CR only where none does") {
  struct Case {
    const char* what;
    std::string bytes;
    const char* ending;
  };
  for (const Case& c : {
           Case{"nothing", "", "\n"},
           Case{"no terminator", "Subject", "\n"},
           Case{"LF", "A: b\nC: d\r\n", "\n"},
           Case{"CRLF", "A: b\r\nC: d\n", "\r\n"},
           Case{"bare CR", "A: b\rC: d\r", "\r"},
           Case{"bare CR within a line", "A: b\rC: d\n", "\n"},
           Case{"bare CR within a line of CRLF", "A: b\rC: d\r\n", "\r\n"},
           Case{"an LF far behind many CR", std::string(5000, '\r') + "C: d\n", "\n"},
           Case{"a bare CR at the very end", "A: b\r", "\r"},
           Case{"several CR before LF", "A: b\r\r\nC: d\n", "\r\n"},
           Case{"LF far behind the start", std::string(5000, 'x') + "\nC: d\r\n", "\n"},
           Case{"CRLF far behind the start", std::string(5000, 'x') + "\r\nC: d\n", "\r\n"},
           Case{"bare CR far behind the start", std::string(5000, 'x') + "\rC: d", "\r"},
           Case{"no terminator far and wide", std::string(5000, 'x'), "\n"},
       }) {
    CAPTURE(c.what);
    CHECK(line_ending(c.bytes) == c.ending);
  }
}

TEST_CASE("CRLF is CRLF wherever it stands") {
  for (std::size_t before = 500; before < 530; ++before) {
    CAPTURE(before);
    CHECK(line_ending(std::string(before, 'x') + "\r\nC: d\n") == "\r\n");
    CHECK(line_ending(std::string(before, 'x') + "\rC: d\n") == "\n");
    CHECK(line_ending(std::string(before, 'x') + "\rC: d\r") == "\r");
    CHECK(line_ending(std::string(before, 'x') + "\nC: d\r\n") == "\n");
  }
}

TEST_CASE("lines that do not begin so are passed over, whatever ends them") {
  struct Case {
    const char* what;
    std::string bytes;
    std::string found;  // lines, with a "|" behind each
  };
  for (const Case& c : {
           Case{"nothing", "", ""},
           Case{"none", "a\nb\n", ""},
           Case{"the first", "--a\nb\n", "--a|"},
           Case{"some, the last without an end", "a\n--b\n\n-c\n---d", "--b|---d|"},
           Case{"CRLF", "a\r\n--b\r\nc\r\n--d\r\n", "--b|--d|"},
           Case{"bare CR", "a\r--b\rc\r--d", "--b|--d|"},
           Case{"bare CR within a line", "a\r--b\nc\n", ""},
           Case{"half of it at the end", "a\n-", ""},
           Case{"it alone at the end", "a\n--", "--|"},
           Case{"within a line", "a--\n b--\n --c\n", ""},
       }) {
    CAPTURE(c.what);
    std::string found;
    Lines lines(c.bytes);
    while (lines.seek_line_with("--")) found += std::string(lines.next().text) + '|';
    CHECK(found == c.found);
    CHECK(lines.at_end());
  }
}

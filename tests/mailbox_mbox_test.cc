// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "mailbox/find_from.h"
#include "mailbox/from_line.h"
#include "mbox_pieces.h"

namespace unsent {
namespace {

const std::string kFrom = "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n";

std::string mail(std::string_view body, std::string_view extra = {}) {
  return kFrom + "From: alice@ourshop.example\n" + std::string(extra) + "\n" + std::string(body);
}

}  // namespace

TEST_CASE("From_ lines of every age are known by their date") {
  for (const char* line : {
           "From alice@ourshop.example Mon Nov 23 10:00:00 2026",
           "From alice Mon Nov  3 10:00:00 2026\r",
           "From - Mon Nov 23 10:00:00 2026",
           "From ???@??? Mon Nov 23 10:00:00 2026",
           "From MAILER-DAEMON Mon Nov 23 10:00 2026",
           "From alice@ourshop.example Mon Nov 23 10:00:00 CET 2026",
           "From alice@ourshop.example  Mon Nov 23 10:00:00 +0100 2026",
           "From 1781234567890123456@xxx Mon Nov 23 10:00:00 +0000 2026",
           "From alice@ourshop.example Mon Nov 23 10:00:00 2026 remote from relay",
           "From \"al ice\"@ourshop.example Mon Nov 23 10:00:00 2026",
           "From alice@ourshop.example Mon, 23 Nov 2026 10:00:00 +0100",
           "From  Mon Nov 23 10:00:00 2026",
       }) {
    CAPTURE(line);
    CHECK(classify_from_line(line) == FromLine::dated);
  }
}

TEST_CASE(
    "a From_ line may have a date of another order or tongue, and counts where all else fits") {
  const std::string field = "A: b\n\nx\n";
  for (const char* line : {
           "From alice@ourshop.example Mo 23. Nov 10:00:00 CET 2026",
           "From alice@ourshop.example lun. 23 nov. 2026 10:00:00",
           "From alice@ourshop.example 2026-11-23T10:00:00Z",
           "From alice@ourshop.example 2026-11-23 10:00",
           "From MAILER-DAEMON 23.11.2026 10:00:00",
           "From - \xE6\x9C\x88 11/23/2026 10:00",
       }) {
    CAPTURE(line);
    CHECK(classify_from_line(line) == FromLine::foreign);
    const std::string begin = std::string(line) + '\n' + field;
    CHECK(begins_message(begin, After::empty_line));
    CHECK_FALSE(begins_message(begin, After::text));
    CHECK_FALSE(begins_message(std::string(line) + "\nprose\n", After::empty_line));
    CHECK(split(begin + '\n' + begin + '\n' + begin).size() == 3);
  }
  for (const char* line : {
           "From alice@ourshop.example at 10:00",
           "From alice@ourshop.example in 2026",
           "From alice@ourshop.example 20261 10:00",
           "From alice on 2026-11-23 10:00",
           "From alice@ourshop.example 1826 10:00",
       }) {
    CAPTURE(line);
    CHECK(classify_from_line(line) == FromLine::none);
  }
}

TEST_CASE("prose that begins with From is no From_ line") {
  for (const char* line : {
           "",
           "From",
           "From ",
           "from alice Mon Nov 23 10:00:00 2026",
           ">From a Mon Nov 23 10:00:00 2026",
           "From: alice@ourshop.example",
           "From Monday on we open at 10:00",
           "From what I hear",
           "From Mon to Fri at 10:00",
           "From the Mon Nov issue of 23",
           "From Mon Nov 23",
           "From alice@ourshop.example and others",
           "FROM alice Mon Nov 23 10:00:00 2026",
       }) {
    CAPTURE(line);
    CHECK(classify_from_line(line) == FromLine::none);
  }
  CHECK(classify_from_line("From alice@ourshop.example") == FromLine::undated);
  CHECK(classify_from_line("From -") == FromLine::undated);
  const std::string endless = "From " + std::string(2000, 'x') + " Mon Nov 23 10:00:00 2026";
  CHECK(classify_from_line(endless) == FromLine::none);
}

TEST_CASE("messages are split at their From_ lines, and nothing is lost between them") {
  const std::string a = mail("one\n\n");
  const std::string b = mail(">From quoted\n\nFrom here on prose\n\n");
  const std::string c = mail("no end of line");
  const std::string all = a + b + c;
  for (const std::size_t bite : {1U, 7U, 64U, 1U << 20U}) {
    CAPTURE(bite);
    const auto found = split(all, bite);
    REQUIRE(found.size() == 3);
    CHECK(found[0].bytes == a);
    CHECK(found[1].bytes == b);
    CHECK(found[2].bytes == c);
    CHECK(found[1].offset == a.size());
    CHECK(found[2].offset == a.size() + b.size());
  }
}

TEST_CASE("how many messages an mbox holds") {
  const std::string rest = "Subject: x\n\nbody\n";
  const struct {
    const char* what;
    std::string text;
    std::size_t count;
  } cases[] = {
      {"nothing", "", 0},
      {"only empty lines", "\n\n\r\n", 0},
      {"a From_ line alone", kFrom, 1},
      {"empty lines first", "\n\n" + mail("x\n"), 1},
      {"a From_ line directly behind a body, a field behind it", mail("x\n") + mail("y\n"), 2},
      {"the same without a field behind it", mail("x\n") + kFrom + "just text\n", 1},
      {"a dated line behind an empty line, without field", mail("x\n\n") + kFrom + "text\n", 1},
      {"the same, and nothing more", mail("x\n\n") + kFrom, 1},
      {"a From_ line, a quoted one, a field", mail("x\n\n") + kFrom + ">From a\nA: b\n\ny\n", 2},
      {"a header that a From_ line cuts", kFrom + "A: b\n" + mail("y\n"), 2},
      {"an undated line with field", mail("x\n\n") + "From bob@remote.example\n" + rest, 2},
      {"an undated line without field", mail("x\n\n") + "From bob@remote.example\nmy best\n", 1},
      {"an undated line without empty line", mail("x\n") + "From bob@remote.example\n" + rest, 1},
      {"quoted lines", mail("\n>From a@b.example Mon Nov 23 10:00:00 2026\nSubject: x\n"), 1},
      {"two From_ lines in a row", mail("x\n\n") + kFrom + kFrom + rest, 2},
      {"NULs", mail(std::string("\0\0\n\n", 4)) + mail("x\n"), 2},
  };
  for (const auto& each : cases) {
    CAPTURE(each.what);
    for (const std::size_t bite : {1U, 13U, 1U << 20U})
      CHECK(split(each.text, bite).size() == each.count);
  }
}

TEST_CASE("CRLF and bare CR mailboxes are split too") {
  for (const char* end : {"\r\n", "\r"}) {
    std::string text;
    for (const char c : mail("x\n\n") + mail("y\n\n") + mail("z\n"))
      c == '\n' ? text.append(end) : text.append(1, c);
    CHECK(split(text).size() == 3);
    CHECK(split(text, 1).size() == 3);
  }
}

TEST_CASE("behind messages whose lines end in CR others may come whose lines end in LF") {
  std::string text;
  for (const char c : mail(std::string(6000, 'x') + "\n\n") + mail("y\n\n"))
    text += c == '\n' ? '\r' : c;
  for (const std::size_t bite : {1U, 1U << 20U})
    CHECK(split(text + mail("z\n\n") + mail("z\n\n"), bite).size() == 4);
}

TEST_CASE("Content-Length is believed only where it fits exactly") {
  const std::string body = "x\n\n" + mail("inner\n\n");
  const auto with_length = [&](std::size_t length) {
    return mail(body, "Content-Length: " + std::to_string(length) + "\n") + mail("next\n");
  };
  for (const std::size_t bite : {1U, 100U, 1U << 20U}) {
    CHECK(split(with_length(body.size()), bite).size() == 2);
    CHECK(split(with_length(body.size() - 1), bite).size() == 2);  // the separator is not counted
    CHECK(split(with_length(body.size() + 1), bite).size() == 3);
    CHECK(split(with_length(body.size() - 5), bite).size() == 3);
    CHECK(split(with_length(0), bite).size() == 3);
  }
  CHECK(split(mail(body, "Content-Length: 99999999999999999999\n")).size() == 2);
  CHECK(split(mail(body, "Content-Length: -1\n")).size() == 2);
  CHECK(split(mail(body, "Content-Length: " + std::to_string(body.size()) + "\n")).size() == 1);
}

TEST_CASE("of a message that is too large the beginning is kept, and its size known") {
  std::string large(3 << 20, 'x');
  for (std::size_t i = 70; i < large.size(); i += 71) large[i] = '\n';
  const std::string first = mail(large + "\n\n");
  const std::string text = first + mail("small\n");
  for (const std::size_t bite : {4099U, 1U << 20U}) {
    const auto found = split(text, bite, 100000);
    REQUIRE(found.size() == 2);
    CHECK(found[0].size == first.size());
    CHECK(found[0].bytes == first.substr(0, 100000));
    CHECK(found[1].offset == first.size());
    CHECK(found[1].bytes == mail("small\n"));
  }
}

TEST_CASE("the search finds a From_ line at every position of a block") {
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text(300, '\n');
    text.replace(at, 6, "\nFrom ");
    CHECK(find_from(text, '\n') == at);
    CHECK(find_from(std::string_view(text).substr(0, at + 6), '\n') == at);
    CHECK(find_from(std::string_view(text).substr(0, at + 5), '\n') == std::string_view::npos);
  }
  CHECK(find_from("", '\n') == std::string_view::npos);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "mail/lead.h"

#include <doctest/doctest.h>

#include "mail/message.h"
#include "mail/utf16.h"

namespace unsent {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

std::string utf16(std::string_view ascii, std::string_view mark, bool is_little) {
  std::string out(mark);
  for (const char c : ascii) {
    if (!is_little) out += '\0';
    out += c;
    if (is_little) out += '\0';
  }
  return out;
}

}  // namespace

TEST_CASE("marks, empty lines and a server's answers before a header are none of it") {
  const std::string header = "Return-Path: <>\nSubject: a\n\nbody\n";
  const std::string mark(kMark);
  for (const std::string& lead : {
           std::string(),
           mark,
           mark + mark,
           mark + "\n",
           std::string("\n\n"),
           std::string(" \t\n"),
           std::string("From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n"),
           mark + "From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n",
           "From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n" + mark,
           std::string(">From alice@ourshop.example Mon Nov 23 10:00:00 2026\n"),
           std::string("From a Mon\n>From b Mon\n"),
           std::string("\nFrom a Mon Nov 23 10:00:00 2026\n"),
           std::string("+OK 1234 octets\n"),
           std::string("+OK\n\n"),
           std::string("* 12 FETCH (RFC822 {1234}\n"),
           std::string("* 12 FETCH (UID 5 FLAGS (\\Seen) BODY[] {1234}\n"),
           std::string(")\na3 OK Fetch completed.\n* 13 FETCH (BODY[] {99}\n"),
           std::string(".\n+OK message follows\n"),
           mark + "+OK\n" + mark,
           std::string("354 End data with <CR><LF>.<CR><LF>\n"),
           std::string("\1\1\1\1\n"),
           std::string("\f\n"),
           std::string(1, '\0'),
           std::string("\xE2\x80\x8B"),
           std::string("\xC2\xA0\n"),
           std::string("\xC3\xAF\xC2\xBB\xC2\xBF"),
       }) {
    CAPTURE(lead);
    for (const bool is_crlf : {false, true}) {
      std::string bytes = lead + header;
      if (is_crlf)
        for (std::size_t at = 0; (at = bytes.find('\n', at)) != bytes.npos; at += 2)
          bytes.insert(at, 1, '\r');
      const Message message = Message::view(bytes);
      CHECK(message.headers().text("Return-Path") == "<>");
      CHECK(message.headers().text("Subject") == "a");
      CHECK(message.body() == (is_crlf ? "body\r\n" : "body\n"));
      CHECK(message.bytes() == bytes);
      CHECK(message.bytes_before_body().size() + message.body().size() == bytes.size());
    }
  }
}

TEST_CASE("what no field follows stays the text that it is") {
  for (const std::string_view text :
       {"\xEF\xBB\xBF", "\xEF\xBB\xBFHello\n", "+OK\nHello\n", "* 1 FETCH (x\n", "\n\nHello\n",
        ".\n", "* one point\nNote: x\n", "* 1 EXISTS\nSubject: a\n", " OK x\nSubject: a\n",
        "OK\nSubject: a\n", "250 grams\nNote: x\n", "\xE2\x80\x8BHello\n"}) {
    CAPTURE(text);
    Defects defects;
    CHECK(read_lead(text, defects).length == 0);
    CHECK(defects.list().empty());
  }
  Defects defects;
  CHECK(read_lead(std::string(5000, '\n') + "Subject: a\n", defects).length == 0);
}

TEST_CASE("a From_ line is told whatever stands before it") {
  CHECK(Message::view("\xEF\xBB\xBF"
                      "From a Mon\nSubject: b\n\n")
            .from_line() == "From a Mon");
  CHECK(Message::view("\n\nFrom a Mon\nSubject: b\n\n").from_line() == "From a Mon");
  CHECK(Message::view("Subject: b\n\nFrom a Mon\n").from_line().empty());
}

TEST_CASE("a mark before a field within a header is no part of its name") {
  const Message message =
      Message::view("Received: from x by y; z\n\xEF\xBB\xBFSubject: a\nFrom: b\n\nbody");
  CHECK(message.headers().text("Received") == "from x by y; z");
  CHECK(message.headers().text("Subject") == "a");
  CHECK(Message::view("Subject: a\n\xEF\xBB\xBFtext\n").headers().text("Subject") == "a");
}

TEST_CASE("a message in UTF-16 is read as its UTF-8") {
  const std::string text = "Subject: a\n\nbody\n";
  struct Row {
    std::string_view mark;
    bool is_little;
  };
  for (const Row& row :
       {Row{"\xFF\xFE", true}, Row{"\xFE\xFF", false}, Row{"", true}, Row{"", false}}) {
    const std::string bytes = utf16(text, row.mark, row.is_little);
    const Message message = Message::parse(bytes);
    CHECK(message.headers().text("Subject") == "a");
    CHECK(message.body() == "body\n");
    CHECK(message.bytes() == bytes);
    CHECK(message.is_converted());
    CHECK(message.bytes_before_body() == bytes);
  }
}

TEST_CASE("UTF-16 becomes UTF-8, halves of characters the sign for what is none") {
  struct Row {
    std::string_view bytes;
    std::string_view text;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"\xFF\xFE\x3D\xD8\xEC\xDC"sv, "\xF0\x9F\x93\xAC"},
      {"\xFE\xFF\xD8\x3D\xDC\xEC"sv, "\xF0\x9F\x93\xAC"},
      {"\xFF\xFE\xE9\x00\x0D\x00\x0A\x00"sv, "\xC3\xA9\r\n"},
      {"\xFF\xFE\x3D\xD8\x61\x00"sv,
       "\xEF\xBF\xBD"
       "a"},
      {"\xFF\xFE\xEC\xDC"sv, "\xEF\xBF\xBD"},
      {"\xFF\xFE\x3D\xD8"sv, "\xEF\xBF\xBD"},
      {"\xFF\xFE\x61\x00\x62"sv, "a"},
  };
  for (const Row& row : rows) CHECK(utf8_of_utf16(row.bytes) == std::string(row.text));
  for (const std::string_view bytes :
       {""sv, "\xFF\xFE"sv, "abcd"sv, "a\0b"sv, "a\0\0\0"sv, "\0\0\0\0"sv,
        "\xEF\xBB\xBF"
        "ab"sv})
    CHECK_FALSE(utf8_of_utf16(bytes));
}

}  // namespace unsent

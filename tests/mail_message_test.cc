// SPDX-License-Identifier: MIT
#include "mail/message.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a From_ line is kept apart from the header") {
  struct Row {
    std::string_view bytes;
    std::string_view from_line;
    std::string_view body;
  };
  const Row rows[] = {
      {"From MAILER-DAEMON Mon Nov 23 10:00:00 2026\nSubject: a\n\nbody\n",
       "From MAILER-DAEMON Mon Nov 23 10:00:00 2026", "body\n"},
      {"From - Mon\r\nSubject: a\r\n\r\nbody", "From - Mon", "body"},
      {"Subject: a\n\nFrom here\n", "", "From here\n"},
      {"From: a@b.example\n\nbody", "", "body"},
      {"From ", "From ", ""},
      {"", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    const Message message = Message::parse(std::string(row.bytes));
    CHECK(message.from_line() == row.from_line);
    CHECK(message.body() == row.body);
    CHECK(message.bytes() == row.bytes);
    CHECK(Message::view(row.bytes).from_line() == row.from_line);
  }
}

TEST_CASE("a message may be moved: its views go with it") {
  Message message = Message::parse("Subject: a\n\nb");
  const Message moved = std::move(message);
  CHECK(moved.headers().text("Subject") == "a");
  CHECK(moved.body() == "b");
}

}  // namespace unsent

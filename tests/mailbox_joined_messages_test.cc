// SPDX-License-Identifier: MIT
#include "mailbox/joined_messages.h"

#include <doctest/doctest.h>

#include <string>

namespace unsent {

TEST_CASE("messages one behind the other are not one message") {
  const std::string mail =
      "From: a@ourshop.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
      "To: b@remote.example\nSubject: x\nMessage-ID: <1@ourshop.example>\n\n"
      "Hello,\n\nAlice\n";
  const std::string parts = "Content-Type: multipart/mixed;\n boundary=\"b\"\n";
  const std::string two_parts = "\n--b\n\nHello\n\n" + mail + "\n--b--\n";
  const auto position = [](const std::string& text) {
    const std::size_t at = find_joined(text);
    return at == std::string::npos ? -1 : static_cast<int>(at);
  };
  const auto size = static_cast<int>(mail.size());
  CHECK(position(mail) == -1);
  CHECK(position(mail + '\n' + mail) == size + 1);
  CHECK(position(mail + "\n\n" + mail + '\n' + mail) == size + 2);
  CHECK(position(parts + two_parts + '\n' + mail) ==
        static_cast<int>(parts.size() + two_parts.size()) + 1);
  for (const std::string& text : {
           parts + two_parts,                          // in a part of its own
           parts + "\n--b\n\nHello\n\n" + mail,        // that never ends
           "Content-Type: message/rfc822\n\n" + mail,  // all of the body
           mail + "\n----- Forwarded message -----\n\n" + mail,
           mail + "\nThis is what you sent:\n\n" + mail,
           mail + "\n> said\n\n" + mail,
           mail + "\nFrom: here\nDate: tomorrow\nand so on\n",  // no header
           mail + "\nNote: this\nSubject: to change\n\nx\n",
           mail + mail,  // what follows no empty line is text
           std::string(),
       }) {
    CAPTURE(text);
    CHECK(position(text) == -1);
  }
}

}  // namespace unsent

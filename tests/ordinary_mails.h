// SPDX-License-Identifier: MIT
// Mail that looks like a report, for the tests of what is one and what is none.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "bounce/recognise.h"

namespace unsent {

struct Row {
  const char* rule;
  std::string text;
  Kind kind;
};

template <std::size_t N>
void check(const Row (&rows)[N]) {
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    CHECK(recognise(Message::parse(row.text)).kind == row.kind);
  }
}

// Of Alice's to somebody.
inline std::string mail_to(std::string_view recipient) {
  return "Received: from relay.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
         "Message-ID: <a1@ourshop.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
         "From: Alice <alice@ourshop.example>\nTo: " +
         std::string(recipient) + "\nSubject: Your order\n\nHello\n";
}

// Words in a mail to Alice, and behind them a mail as a part of its own.
inline std::string attaching(std::string_view header, std::string_view words,
                             std::string_view attached) {
  return std::string(header) +
         "\nTo: alice@ourshop.example\nMessage-ID: <r1@remote.example>\nMIME-Version: 1.0\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" +
         std::string(words) + "\n\n--b\nContent-Type: message/rfc822\n\n" + std::string(attached) +
         "\n--b--\n";
}

// The parts of a report as a mail program passes them on.
inline std::string parts_of_report(std::string_view header,
                                   std::string_view type = "multipart/mixed") {
  return std::string(header) +
         "\nTo: alice@ourshop.example\nMessage-ID: <r1@remote.example>\nMIME-Version: 1.0\n"
         "Content-Type: " +
         std::string(type) +
         "; boundary=b\n\n--b\nContent-Type: text/plain\n\nI got this. What is it?\n\n"
         "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.remote.example\n\n"
         "Final-Recipient: rfc822; bob@remote.example\nAction: failed\nStatus: 5.1.1\n\n"
         "--b\nContent-Type: message/rfc822\n\n" +
         mail_to("bob@remote.example") + "\n--b--\n";
}

inline std::string saying(std::string_view header, std::string_view words) {
  return std::string(header) + "\nTo: alice@ourshop.example\nMessage-ID: <r1@remote.example>\n\n" +
         std::string(words) + "\n";
}

}  // namespace unsent

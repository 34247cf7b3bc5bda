// SPDX-License-Identifier: MIT
#include "mailbox/sent_look.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace unsent {
namespace {

const std::string kBy = "Received: from a.example by mx.ourshop.example; 23 Nov 2026\n";

std::string from(const std::string& who, const std::string& more) {
  return more + "From: " + who + "@remote.example\nTo: alice@ourshop.example\n\nx\n";
}

MailboxLook look_at(const std::vector<std::string>& messages, const std::string& ours = "") {
  SentLook look([&](const Address& address) { return address.text() == ours; });
  for (const std::string& message : messages) look.add(Message::parse(message));
  return look.look();
}

}  // namespace

TEST_CASE("mail came to a mailbox from many, or to whom its last server says") {
  const std::string to_alice = "Delivered-To: alice@ourshop.example\n" + kBy;
  const std::string to_self = "Delivered-To: bob@remote.example\n" + kBy;
  const std::string bounce = "Return-Path: <>\n" + kBy;
  const std::string report =
      "Content-Type: multipart/report;\n report-type=delivery-status; boundary=x\n";
  const struct {
    std::vector<std::string> messages;
    bool came;
  } rows[] = {
      {{from("bob", to_alice), from("bob", to_alice)}, true},
      {{from("bob", to_alice)}, true},
      {{from("bob", "Envelope-To: alice@ourshop.example\n" + kBy)}, true},
      {{from("bob", bounce)}, true},
      {{from("bob", report)}, true},
      {{from("bob", kBy), from("carol", kBy), from("dave", kBy)}, true},
      // What is kept of what was sent, also where a server was asked for the copy.
      {{from("bob", kBy), from("bob", kBy)}, false},
      {{from("bob", ""), from("carol", ""), from("dave", "")}, false},
      {{from("bob", to_self), from("bob", to_self)}, false},
      {{from("bob", "Delivered-To: alice@ourshop.example\n")}, false},
      {{from("bob", "Return-Path: <bob@remote.example>\n" + kBy)}, false},
      {{from("bob", ""), from("bob", ""), from("bob", bounce)}, false},
      {{from("bob", "Content-Type: multipart/report; report-type=disposition-notification\n")},
       false},
      {{}, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.messages);
    CHECK(look_at(row.messages).looks_received() == row.came);
  }
  CHECK_FALSE(look_at({from("bob", to_alice)}, "bob@remote.example").looks_received());
}

TEST_CASE("why it looks so is said in words") {
  const std::string bounce = "Return-Path: <>\n" + kBy;
  CHECK(look_at({from("bob", bounce)}).why_received() ==
        "1 of 1 message was delivered to somebody else than who wrote it, or is a bounce");
  CHECK(look_at({from("a", kBy), from("b", kBy), from("c", kBy)}).why_received() ==
        "3 of 3 messages were carried by servers, and 2 are from others");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/original.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/base64.h"
#include "bounce/recognise.h"

namespace unsent {
namespace {

using Ids = std::vector<std::string>;

Original read(const std::string& header) {
  Original original;
  Defects defects;
  read_original(original, header + "\nHello\n", Extent::full, defects);
  return original;
}

const std::string kHeader =
    "From: Alice <alice@ourshop.example>\nTo: bob@remote.example\nSubject: Your order\n"
    "Message-ID: <a1@ourshop.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";

std::string utf16(std::string_view ascii) {
  std::string units = "\xFF\xFE";
  for (const char c : ascii) units += std::string{c, '\0'};
  return units;
}

std::string report_header(const std::string& to = "alice@ourshop.example") {
  return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: " + to +
         "\nSubject: Undelivered Mail Returned to Sender\nDate: Mon, 23 Nov 2026 10:05:00 +0000\n"
         "Message-ID: <r1@mx.remote.example>\nMIME-Version: 1.0\n";
}

std::string parted(const std::string& words, const std::string& type, const std::string& body) {
  return report_header() + "Content-Type: multipart/mixed; boundary=\"m\"\n\n--m\n\n" + words +
         "\n--m\nContent-Type: " + type + "\n\n" + body + "\n--m--\n";
}

Bounce recognise_text(const std::string& text) { return recognise(Message::parse(text)); }

}  // namespace

TEST_CASE("half of an id or an address, where a returned header was cut, is none") {
  const auto returned = [](const std::string& header) {
    return recognise_text(parted("Delivery failed: <bob@remote.example>: 550 5.1.1 unknown",
                                 "text/rfc822-headers", header))
        .original;
  };
  const std::string from = "From: Alice <alice@ourshop.example>\n";
  for (const char* torn : {"<a1@oursh", "<a1", "<", "\n <a1@ourshop.exampl"}) {
    CAPTURE(torn);
    const Original original = returned(from + "Message-ID: " + torn);
    CHECK(original.message_id.empty());
    CHECK(original.from == "alice@ourshop.example");
  }
  CHECK(returned(from + "References: <a1@ourshop.example> <b2@ours").other_message_ids ==
        Ids{"a1@ourshop.example"});
  CHECK(returned("Message-ID: <a1@ourshop.example>\nFrom: Alice <alice@our").from.empty());
  CHECK(returned(from + "To: bob@remote.example, Carol <carol@remo").recipients ==
        std::vector<std::string>{"bob@remote.example"});
  // What a reporter puts for the rest of it.
  for (const char* rest : {"\n\n", "\n[...]\n", "\n*** message truncated ***\n"}) {
    CAPTURE(rest);
    CHECK(returned(from + "Message-ID: <a1@oursh" + rest).message_id.empty());
  }
  // Another field follows: somebody wrote it so.
  CHECK(returned("Message-ID: <a1@ourshop.example\n" + from).message_id == "a1@ourshop.example");
  CHECK(returned(from + "Message-ID: <a1@ourshop.example>").message_id == "a1@ourshop.example");
  CHECK(returned(from + "Message-ID: a1@ourshop.example").message_id == "a1@ourshop.example");
}

TEST_CASE("what stands before a returned header is none of it") {
  const std::string mark = "\xEF\xBB\xBF";
  for (const std::string& lead :
       {mark, mark + "\n", std::string("\n\n"),
        std::string("From alice Mon Nov 23 10:00:00 2026\n"),
        std::string(">From alice Mon Nov 23 10:00:00 2026\n"), "\n" + mark + ">From alice Mon\n",
        std::string("* 1 FETCH (RFC822 {123}\n"), std::string("+OK 123\n")}) {
    CAPTURE(lead);
    const Original original = read(lead + kHeader);
    CHECK(original.from == "alice@ourshop.example");
    CHECK(original.message_id == "a1@ourshop.example");
    CHECK(original.extent == Extent::full);
    for (const char* type : {"message/rfc822", "text/rfc822-headers", "text/plain"}) {
      CAPTURE(type);
      const Bounce bounce = recognise_text(
          parted("Your message could not be delivered.\n\n<bob@remote.example>: unknown user\n",
                 type, lead + kHeader + "\nHello\n"));
      CHECK(bounce.original.message_id == "a1@ourshop.example");
      CHECK(bounce.original.from == "alice@ourshop.example");
    }
  }
}

TEST_CASE("a header that came back as UTF-16 is read") {
  for (const std::string type :
       {"text/rfc822-headers", "message/rfc822", "text/plain; charset=utf-16"}) {
    CAPTURE(type);
    const Bounce bounce = recognise_text(parted(
        "Your message could not be delivered.\n\n<bob@remote.example>: unknown user\n",
        type + "\nContent-Transfer-Encoding: base64", encode_base64(utf16(kHeader + "\nHello\n"))));
    CHECK(bounce.kind == Kind::bounce);
    CHECK(bounce.original.message_id == "a1@ourshop.example");
  }
}

TEST_CASE("every id that the returned header shows is kept, the surest first") {
  struct Row {
    std::string fields;
    std::string id;
    Ids others;
  };
  const std::string own = "From: a@ourshop.example\nMessage-ID: <1@esp.example>\n";
  const Row rows[] = {
      {own, "1@esp.example", {}},
      {own + "X-Google-Original-Message-ID: <a1@o.example>\n", "1@esp.example", {"a1@o.example"}},
      {own + "X-Microsoft-Original-Message-ID:\n <a1@o.example>\n",
       "1@esp.example",
       {"a1@o.example"}},
      {own + "X-Original-Message-ID: a1@o.example\n", "1@esp.example", {"a1@o.example"}},
      {own + "Original-Message-Id: <a1@o.example>\nResent-Message-ID: <2@o.example>\n",
       "1@esp.example",
       {"a1@o.example", "2@o.example"}},
      {"X-MS-Original-MessageID: <a1@o.example>\n" + own, "1@esp.example", {"a1@o.example"}},
      {own + "References: <x@r.example> <a1@o.example>\n",
       "1@esp.example",
       {"x@r.example", "a1@o.example"}},
      {own + "References: <a1@o.example>\nX-Original-Message-ID: <2@o.example>\n",
       "1@esp.example",
       {"2@o.example", "a1@o.example"}},
      {own + "Message-ID: <2@o.example>\n", "1@esp.example", {"2@o.example"}},
      // A provider's number, the id itself, and what it answers are none.
      {own + "X-SES-Message-ID: 0102018\n", "1@esp.example", {}},
      {own + "X-Message-ID: <1@esp.example>\nIn-Reply-To: <x@r.example>\n", "1@esp.example", {}},
      {own + "X-Message-ID:\nReferences:\n", "1@esp.example", {}},
      {"From: a@o.example\nX-Original-Message-ID: <a1@o.example>\n", "", {"a1@o.example"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    const Original original = read(row.fields);
    CHECK(original.message_id == row.id);
    CHECK(original.other_message_ids == row.others);
  }
  std::string many = own + "References:";
  for (int i = 0; i < 500; ++i) many += " <" + std::to_string(i) + "@o.example>\n";
  const Ids nearest = read(many).other_message_ids;
  CHECK(nearest.size() == 20);
  CHECK(nearest.back() == "499@o.example");
}

TEST_CASE("an envelope id that is a Message-ID, and one that the status part states, are kept") {
  const auto of = [](const std::string& fields) {
    return recognise_text(report_header() +
                          "Content-Type: multipart/report; report-type=delivery-status; "
                          "boundary=r\n\n--r\nContent-Type: message/delivery-status\n\n" +
                          fields +
                          "Reporting-MTA: dns; mx.remote.example\n\nFinal-Recipient: rfc822; "
                          "bob@remote.example\nAction: failed\n\n--r\nContent-Type: "
                          "message/rfc822\n\n" +
                          kHeader + "\nHello\n\n--r--\n")
        .original;
  };
  CHECK(of("Original-Envelope-Id: <2@o.example>\n").other_message_ids == Ids{"2@o.example"});
  CHECK(of("Original-Envelope-Id: +3C2@o.example+3E\n").other_message_ids == Ids{"2@o.example"});
  CHECK(of("Original-Envelope-Id: QQ314159\n").other_message_ids.empty());
  const Original stated = of("X-Original-Message-ID: <3@o.example>\n");
  CHECK(stated.message_id == "a1@ourshop.example");
  CHECK(stated.other_message_ids == Ids{"3@o.example"});
}

TEST_CASE("without a From the sender is whoever else the header names as such") {
  const std::string rest = "Date: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <1@o.example>\n";
  CHECK(read(rest + "X-Envelope-From: <a@o.example>\n").from == "a@o.example");
  CHECK(read(rest + "X-Envelope-From: <a@o.example>\n").reverse_path == "a@o.example");
  CHECK(read("Return-Path: <a@o.example>\n" + rest).from == "a@o.example");
  CHECK(read("Return-Path: <b@o.example>\nFrom: a@o.example\n" + rest).from == "a@o.example");
  CHECK(read("Return-Path: <b@o.example>\nFrom: Alice\n" + rest).from == "b@o.example");
  CHECK(read("Return-Path: <>\n" + rest).from.empty());
}

TEST_CASE("a status part is read whatever its type, its first field or its charset") {
  const std::string rest =
      "Reporting-MTA: dns; mx.remote.example\n\nFinal-Recipient: rfc822; bob@remote.example\n"
      "Action: delayed\nStatus: 4.4.1\n";
  for (const std::string type :
       {"application/octet-stream; name=ATT00001", "text/plain; name=details.txt", "text/plain",
        "text/delivery-status", "application/x-unknown"})
    for (const std::string first : {"", "Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\n", "\n\n",
                                    "Received-From-MTA: dns; x.example\n", "\xEF\xBB\xBF",
                                    "X-Postfix-Queue-ID: 4F2A1\n", "Original-Envelope-Id: x\n"}) {
      CAPTURE(type);
      CAPTURE(first);
      const Bounce bounce = recognise_text(parted("x\n", type, first + rest));
      CHECK(bounce.kind == Kind::delay);
      REQUIRE(bounce.recipients.size() == 1);
      CHECK(bounce.recipients[0].address == "bob@remote.example");
      CHECK(bounce.recipients[0].status == "4.4.1");
    }
}

TEST_CASE("a header right below an indented line of words is found, and no other one in its body") {
  const Bounce bounce = recognise_text(
      report_header() +
      "\nThe original message was received at Mon, 23 Nov 2026 10:00:00 GMT\n\n"
      "   ----- The following addresses had permanent fatal errors -----\n<bob@remote.example>\n\n"
      "   ----- Original message follows -----\nReceived: from x by y; z\n" +
      kHeader +
      "\nNo, thank you.\n\n>Received: from spam.example by x; z\n>Message-Id: <7@ourshop.example>\n"
      ">From: alice@ourshop.example\n>Subject: an offer\n>\n>Buy\n");
  CHECK(bounce.original.message_id == "a1@ourshop.example");
}

TEST_CASE("where nothing names a recipient the only one of the returned header is meant") {
  const std::string words = "  ------- Failure Reasons  --------\n\nUser not listed\n";
  Bounce bounce = recognise_text(parted(words, "message/rfc822", kHeader + "\nHello\n"));
  REQUIRE(bounce.recipients.size() == 1);
  CHECK(bounce.recipients[0].address == "bob@remote.example");
  CHECK(bounce.recipients[0].is_guessed);
  // Of several none is known to have failed.
  bounce = recognise_text(
      parted(words, "message/rfc822", kHeader + "Cc: dave@remote.example\n\nHello\n"));
  CHECK(bounce.kind == Kind::bounce);
  CHECK(bounce.recipients.empty());
}

TEST_CASE("a report that is addressed to the failed recipient is about him") {
  const auto of = [](const std::string& to, const std::string& named) {
    return recognise_text(report_header(to) + "\nYour message could not be delivered to " + named +
                          ".\n\nReceived: from x by y; z\n" + kHeader)
        .recipients;
  };
  const auto failed = of("bob@remote.example", "bob@remote.example");
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].address == "bob@remote.example");
  // Its reader is not, though the words name him.
  const auto other = of("alice@ourshop.example", "alice@ourshop.example");
  REQUIRE(other.size() == 1);
  CHECK(other[0].address == "bob@remote.example");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/recognise.h"

#include <doctest/doctest.h>

#include "bounce/texts.h"

namespace unsent {
namespace {

Bounce recognise_text(std::string_view text) {
  return recognise(Message::parse(std::string(text)));
}

std::string dsn(std::string_view action, std::string_view returned_type,
                std::string_view encoding = "7bit", std::string_view returned = "") {
  std::string text =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Message-ID: <bounce@mx.remote.example>\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n"
      "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
      "--b\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\n"
      "Reporting-MTA: dns; mx.remote.example\n\nFinal-Recipient: rfc822; bob@remote.example\n";
  text += "Action: " + std::string(action) + "\nStatus: 5.1.1\n\n--b\nContent-Type: ";
  text +=
      std::string(returned_type) + "\nContent-Transfer-Encoding: " + std::string(encoding) + "\n\n";
  text += returned.empty()
              ? "From: Alice <alice@ourshop.example>\nTo: bob@remote.example\n"
                "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
                "Message-ID:\n <a1@ourshop.example>\n\nHello\n"
              : std::string(returned);
  return text + "\n--b--\n";
}

// A report from an everyday address, as gateways write it.
std::string plain_report(std::string_view header, std::string_view returned) {
  std::string text = "To: alice@ourshop.example\nDate: Mon, 23 Nov 2026 10:05:00 +0000\n";
  text += header;
  text += "\n\nThe following message could not be delivered to bob@remote.example.\n\n";
  return text + std::string(returned);
}

}  // namespace

TEST_CASE("the action tells bounce, delay and success apart") {
  struct Row {
    std::string_view action;
    Kind kind;
  };
  for (const Row& row :
       {Row{"failed", Kind::bounce}, Row{"FAILURE", Kind::bounce}, Row{"error", Kind::bounce},
        Row{"delayed", Kind::delay}, Row{"delivered", Kind::success}, Row{"relayed", Kind::success},
        Row{"expanded", Kind::success}, Row{"odd", Kind::bounce}}) {
    CAPTURE(row.action);
    CHECK(recognise_text(dsn(row.action, "message/rfc822")).kind == row.kind);
  }
}

TEST_CASE(
    "the original is read from whatever part returns it, never from the bounce's own fields") {
  for (const char* type : {"message/rfc822", "message/global", "text/rfc822-headers",
                           "message/global-headers", "Text/RFC822-Headers; charset=us-ascii"}) {
    CAPTURE(type);
    const Bounce bounce = recognise_text(dsn("failed", type));
    CHECK(bounce.rule == "dsn");
    CHECK(bounce.reporter == "mx.remote.example");
    CHECK(bounce.original.message_id == "a1@ourshop.example");
    CHECK(bounce.original.from == "alice@ourshop.example");
    CHECK(bounce.original.subject ==
          "Gr\xC3\xBC\xC3\x9F"
          "e");
    REQUIRE(bounce.original.date);
    CHECK(format_rfc3339(*bounce.original.date) == "2026-11-23T10:00:00Z");
    CHECK(bounce.original.recipients == std::vector<std::string>{"bob@remote.example"});
    const bool is_whole = std::string_view(type).substr(0, 7) == "message" &&
                          std::string_view(type).find("headers") == std::string_view::npos;
    CHECK(bounce.original.extent == (is_whole ? Extent::full : Extent::headers));
  }
}

TEST_CASE("an encoded original is decoded") {
  const Bounce bounce = recognise_text(dsn("failed", "message/rfc822", "base64",
                                           "RnJvbTogYWxpY2VAb3Vyc2hvcC5leGFtcGxlCk1lc3NhZ2UtSUQ6IDx"
                                           "iNjRAb3Vyc2hvcC5leGFtcGxlPgoKSGkK\n"));
  CHECK(bounce.original.message_id == "b64@ourshop.example");
  CHECK(bounce.original.extent == Extent::full);
}

TEST_CASE("an original without an id has none, and a header that says nothing is a fragment") {
  CHECK(
      recognise_text(dsn("failed", "message/rfc822", "7bit", "From: a@b.example\nDate: x\n\nHi\n"))
          .original.message_id.empty());
  CHECK(recognise_text(
            dsn("failed", "text/rfc822-headers", "7bit", "Subject: only\nTo: b@c.example\n"))
            .original.extent == Extent::fragment);
  CHECK(recognise_text(dsn("failed", "message/rfc822", "7bit", "no header here at all\n"))
            .original.extent == Extent::none);
}

TEST_CASE("a status part for each recipient tells of each") {
  const auto part = [](const std::string& recipient) {
    return "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.remote.example\n\n"
           "Final-Recipient: rfc822; " +
           recipient + "\nAction: failed\nStatus: 5.1.1\n\n";
  };
  const Bounce bounce = recognise_text(
      "From: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\nSubject: x\n"
      "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"
      "\n--b\n\nFailed.\n\n" +
      part("bob@remote.example") + part("carol@remote.example") + "--b--\n");
  REQUIRE(bounce.recipients.size() == 2);
  CHECK(bounce.recipients[1].address == "carol@remote.example");
  CHECK(bounce.recipients[1].action == Action::failed);
}

TEST_CASE("of a bounce's bounce the outer returned mail is the original") {
  const Bounce bounce =
      recognise_text(dsn("failed", "message/rfc822", "7bit",
                         "From: MAILER-DAEMON@x.example\nMessage-ID: "
                         "<outer@x.example>\nContent-Type: message/rfc822\n\n"
                         "Message-ID: <inner@y.example>\nFrom: z@y.example\n\nHi\n"));
  CHECK(bounce.original.message_id == "outer@x.example");
  CHECK(bounce.original.other_message_ids == std::vector<std::string>{"inner@y.example"});
}

TEST_CASE("a report in prose is recognised by its sender, its words and what it reports on") {
  const std::string_view qmail =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: failure notice\n\nHi. This is the qmail-send program at mx.remote.example.\n"
      "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
      "<bob@remote.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
      "--- Below this line is a copy of the message.\n\nReturn-Path: <alice@ourshop.example>\n"
      "Received: from mail.ourshop.example (192.0.2.10)\n  by mx.remote.example with SMTP; 23 Nov "
      "2026 10:00:00 -0000\n"
      "Message-ID: <q1@ourshop.example>\nFrom: alice@ourshop.example\nTo: "
      "bob@remote.example\n\nHello\n";
  const Bounce bounce = recognise_text(qmail);
  CHECK(bounce.kind == Kind::bounce);
  CHECK(bounce.original.message_id == "q1@ourshop.example");
  CHECK(bounce.original.reverse_path == "alice@ourshop.example");
  CHECK(bounce.original.extent == Extent::full);
  REQUIRE(bounce.recipients.size() == 1);
  CHECK(bounce.recipients[0].address == "bob@remote.example");
  CHECK(bounce.recipients[0].status == "5.1.1");
  CHECK_FALSE(bounce.recipients[0].is_guessed);
}

TEST_CASE("an everyday address reports if subject and words say so and what it returns is ours") {
  const std::string ours =
      "Received: from desk.ourshop.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
      "Message-ID: <g1@ourshop.example>\nFrom: Alice <Alice@ourshop.example>\n"
      "To: bob@remote.example\nSubject: Your order\n\nHello\n";
  const std::string others =
      "Received: from x\nMessage-ID: <g1@x.example>\nFrom: "
      "carol@x.example\nTo: bob@remote.example\nSubject: y\n\nHello\n";
  struct Row {
    std::string_view header;
    std::string_view returned;
    Kind kind;
  };
  const Row rows[] = {
      {"From: gateway@remote.example\nSubject: Mail could not be delivered", ours, Kind::bounce},
      {"From: gateway@remote.example\nSubject: Returned Mail - Error During Delivery", ours,
       Kind::bounce},
      {"From: gateway@remote.example\nSubject: [x] Undeliverable: Your order", ours, Kind::bounce},
      {"From: gateway@remote.example\nSubject: =?utf-8?B?RGVsaXZlcnkgZmFpbHVyZQ==?=", ours,
       Kind::bounce},
      // Nobody's address, what a mail system writes without one.
      {"From: \"Mail System\" <>\nSubject: Mail Error", "", Kind::bounce},
      {"From: <>\nSubject: Notice", others, Kind::bounce},
      // A person passes on what concerns somebody else, answers, or asks.
      {"From: bob@remote.example\nSubject: Mail could not be delivered", others, Kind::ordinary},
      {"From: bob@remote.example\nSubject: Mail could not be delivered", "", Kind::ordinary},
      {"From: bob@remote.example\nSubject: Re: Mail could not be delivered", ours, Kind::ordinary},
      {"From: bob@remote.example\nSubject: Fwd: Undeliverable: Your order", ours, Kind::ordinary},
      {"From: bob@remote.example\nSubject: Your order", ours, Kind::ordinary},
      {"From: bob@remote.example\nSubject: Delivery failure\nUser-Agent: Mutt/2.2", ours,
       Kind::ordinary},
      {"From: bob@remote.example\nSubject: Delivery failure\nIn-Reply-To: <g1@ourshop.example>",
       ours, Kind::ordinary},
  };
  for (const Row& row : rows) {
    CAPTURE(row.header);
    CAPTURE(row.returned);
    const Bounce bounce = recognise_text(plain_report(row.header, row.returned));
    CHECK(bounce.kind == row.kind);
    if (row.kind != Kind::bounce) continue;
    REQUIRE(bounce.recipients.size() == 1);
    CHECK(bounce.recipients[0].address == "bob@remote.example");
    if (row.returned == ours) CHECK(bounce.original.message_id == "g1@ourshop.example");
  }
}

TEST_CASE("a report that a scanner passes on as an attachment is read like the report itself") {
  const std::string report = dsn("failed", "message/rfc822");
  const std::string as_attachment =
      "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: "
      "message/rfc822\n\n" +
      report + "\n--o--\n";
  const std::string same =
      "From: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: Undelivered Mail Returned to Sender";
  const Bounce bounce =
      recognise_text(same + "\nMessage-ID: <bounce@mx.remote.example>" + as_attachment);
  CHECK(bounce.kind == Kind::bounce);
  CHECK(bounce.rule == "dsn");
  CHECK(bounce.original.message_id == "a1@ourshop.example");
  CHECK(bounce.recipients.size() == 1);
  CHECK(recognise_text(same + as_attachment).original.message_id == "a1@ourshop.example");
  // A bounce of that bounce goes to whoever sent it: the bounce is what it returns.
  const Bounce outer = recognise_text(
      "From: MAILER-DAEMON@mx.remote.example\nTo: postmaster@mx.remote.example\n"
      "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <2@mx.remote.example>" +
      as_attachment);
  CHECK(outer.original.message_id == "bounce@mx.remote.example");
}

TEST_CASE("status fields that stand in the header of their part are read") {
  const Bounce bounce = recognise_text(
      "From: postmaster@remote.example\nSubject: Returned Mail\nContent-Type: multipart/report; "
      "report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
      "Content-Type: message/delivery-status\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\n"
      "Final-Recipient: RFC822; bob@remote.example\nAction: failed\n\n--b--\n");
  REQUIRE(bounce.recipients.size() == 1);
  CHECK(bounce.recipients[0].address == "bob@remote.example");
}

TEST_CASE("the original is found where no part of its own returns it") {
  const std::string head =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: failure notice\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
      "boundary=b\n\n--b\nContent-Type: text/plain\n\nundeliverable:\n bob@remote.example\n--b\n";
  const std::string original =
      "Received: from desk.ourshop.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
      "Message-ID: <o1@ourshop.example>\nFrom: alice@ourshop.example\nTo: bob@remote.example\n"
      "Subject: Your order\n";
  std::string indented;
  std::string quoted;
  for (std::size_t at = 0; at < original.size();) {
    const std::size_t end = original.find('\n', at) + 1;
    indented += ' ' + original.substr(at, end - at);
    quoted += "> " + original.substr(at, end - at);
    at = end;
  }
  const std::string bodies[] = {
      original + "\nHello\n",                                   // as the part's own header
      "Content-Type: text/rfc822\n\n\n" + indented,             // behind a blank
      "Content-Type: text/plain\n\nYou wrote:\n" + quoted,      // quoted
      "Content-Type: text/plain\n\n" + original + "\nHello\n",  // an attachment of another type
      "Content-Transfer-Encoding: 8bit\nContent-Type: application/octet-stream\n\n" + original,
      // behind an empty line too many
      "Content-Type: message/rfc822\n\nContent-Transfer-Encoding: 8bit\n\n" + original +
          "\nHello\n",
  };
  for (const std::string& body : bodies) {
    CAPTURE(body);
    const Bounce bounce = recognise_text(head + body + "--b--\n");
    CHECK(bounce.kind == Kind::bounce);
    CHECK(bounce.original.message_id == "o1@ourshop.example");
    CHECK(bounce.original.from == "alice@ourshop.example");
    REQUIRE(bounce.recipients.size() == 1);
    CHECK(bounce.recipients[0].address == "bob@remote.example");
  }
}

TEST_CASE("a last delimiter behind a returned header is no body") {
  CHECK(recognise_text("From: MAILER-DAEMON@mx.remote.example\nSubject: failure notice\n\n"
                       "undeliverable\n\nMessage-ID: <o1@ourshop.example>\nFrom: "
                       "alice@ourshop.example\n\n--lost-boundary--\n")
            .original.extent == Extent::headers);
}

TEST_CASE("the kinds that are no bounces are told apart") {
  struct Row {
    std::string_view name;
    std::string_view text;
    Kind kind;
  };
  const Row rows[] = {
      {"read receipt",
       "From: bob@remote.example\nContent-Type: multipart/report; "
       "report-type=disposition-notification; boundary=b\n\n"
       "--b\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: "
       "rfc822; bob@remote.example\n"
       "Original-Message-ID: <m1@ourshop.example>\nDisposition: manual-action/MDN-sent-manually; "
       "displayed\n--b--\n",
       Kind::read_receipt},
      {"disposition deleted",
       "From: bob@remote.example\nContent-Type: multipart/report; "
       "report-type=disposition-notification; boundary=b\n\n"
       "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; "
       "bob@remote.example\n"
       "Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n",
       Kind::bounce},
      {"ARF",
       "From: fbl@remote.example\nContent-Type: multipart/report; report-type=feedback-report; "
       "boundary=b\n\n"
       "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n",
       Kind::report},
      {"DMARC",
       "From: noreply@remote.example\nSubject: Report Domain: ourshop.example Submitter: "
       "remote.example Report-ID: <1>\n\nx\n",
       Kind::report},
      {"vacation",
       "From: bob@remote.example\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n",
       Kind::auto_reply},
      {"vacation by subject",
       "From: bob@remote.example\nSubject: Out of Office: order\n\nI am away.\n", Kind::auto_reply},
      {"Exchange's answer, in a language that no list here knows",
       "From: bob@remote.example\nSubject: Arpus biroja atbilde: Your order\n"
       "Thread-Topic: Your order\n\nI am out of the office.\n",
       Kind::auto_reply},
      {"an absence that a responder tells a list",
       "From: bob@remote.example\nSubject: [talk] Bob/Sales is out of the office.\n"
       "List-Id: <talk.list.example>\n\nI will be out of the office until Monday.\n",
       Kind::auto_reply},
      {"Notes' answer",
       "From: bob@remote.example\nSubject: AUTO: Bob is out of the office. (returning "
       "05/12/2026)\n\nI am away.\n",
       Kind::auto_reply},
      {"a responder without any field of its own: bulk, from the null path",
       "Return-Path: <>\nFrom: bob@remote.example\nSubject: Thank you for your e-mail\n"
       "Precedence: bulk\n\nI will reply soon.\n",
       Kind::auto_reply},
      {"Outlook's receipt",
       "From: bob@remote.example\nSubject: Gelesen: Your order\n"
       "Content-Type: application/ms-tnef; name=winmail.dat\n\nx\n",
       Kind::read_receipt},
      {"a host to its own postmaster",
       "From: root <root@mx.remote.example>\nTo: postmaster@mx.remote.example\n"
       "Auto-Submitted: auto-replied\nSubject: The filter has frozen\n\n\n",
       Kind::report},
      {"delay in prose",
       "Return-Path: <>\nFrom: Mailer-Daemon@remote.example\nX-Failed-Recipients: "
       "bob@remote.example\n"
       "Subject: Warning: message delayed 24 hours\n\nThe message has not yet been delivered; it "
       "will be retried.\n",
       Kind::delay},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(recognise_text(row.text).kind == row.kind);
  }
}

TEST_CASE("mail about bounces is ordinary") {
  const std::string report = dsn("failed", "message/rfc822");
  const std::string_view texts[] = {
      "",
      "From: bob@remote.example\nSubject: Undelivered Mail Returned to Sender\n\nWhat does this "
      "mean?\n> User unknown\n",
      "From: bob@remote.example\nSubject: Re: failure notice\n\nI was unable to deliver your "
      "message, says qmail.\n",
      "From: \"Mail Delivery\" <promo@shop.example>\nSubject: Your parcel could not be "
      "delivered\n\nClick here.\n",
      "From: Postmaster <postmaster@remote.example>\nSubject: Maintenance on Sunday\n\nWe will be "
      "down.\n",
      "Return-Path: <>\nFrom: reports@remote.example\nSubject: Weekly figures\n\nAll is well.\n",
      "From: Mail Delivery System <mailer-daemon@spam.example>\nList-Id: <l.example>\n"
      "Subject: Undeliverable: Outgoing mail failed\n\nLog in to release your mail: "
      "https://spam.example/\n",
      "From: bob@remote.example\nSubject: Re: Out of Office\n\nWhen are you back?\n",
      "From: bob@remote.example\nSubject: [talk] Re: Bob/Sales is out of the office.\n\nAgain!\n",
      "From: bob@remote.example\nSubject: Out of office on Friday\nList-Id: <talk.list.example>\n"
      "\nPlease ask Carol then.\n",
      "From: bob@remote.example\nSubject: AW: Your order\nThread-Topic: Your order\n\nI was out "
      "of the office.\n",
      "From: bob@remote.example\nSubject: Some notes on: Your order\nThread-Topic: Your order\n\n"
      "It came.\n",
      "From: bob@remote.example\nX-Autoreply:\nSubject: Your question\n\nA person answers.\n",
      "Return-Path: <news@shop.example>\nFrom: news@shop.example\nPrecedence: bulk\n"
      "Subject: Thank you for your e-mail address\n\nNews!\n",
      "From: bob@remote.example\nSubject: Read: this\nContent-Type: text/plain\n\nDo.\n",
      "From: bob@remote.example\nSubject: The plan\nContent-Type: application/ms-tnef\n\nx\n",
      "From: bob@remote.example\nX-Delivery-Agent: TMDA/1.1.12\nSubject: Re: patent on TMDA-like "
      "systems\n\nIt asks you to confirm your message.\n",
  };
  for (const std::string_view text : texts) {
    CAPTURE(text);
    CHECK(recognise_text(text).kind == Kind::ordinary);
  }
  CHECK(recognise_text("From: bob@remote.example\nSubject: Fwd: bounce\nContent-Type: "
                       "multipart/mixed; boundary=o\n\n"
                       "--o\n\nLook at this.\n--o\nContent-Type: message/rfc822\n\n" +
                       report + "\n--o--\n")
            .kind == Kind::ordinary);
}

TEST_CASE("a header block in text needs two usual fields; a body's look-alikes are passed over") {
  CHECK(find_header_block("words\n\nFrom: a@b.example\nSubject: x\n\nbody") == 7);
  CHECK(find_header_block("Subject: alone\n\nwords\n") == std::string_view::npos);
  CHECK(find_header_block("  To: a@b.example\n  Subject: x\n") == std::string_view::npos);
  CHECK(find_header_block("") == std::string_view::npos);
  const std::string_view two =
      "To: x@y.example\nSubject: list\n\nReceived: from a\nMessage-ID: <1@a>\nFrom: "
      "a@b.example\n\n";
  CHECK(find_header_block(two) == two.find("Received"));
}

TEST_CASE("a report cut short anywhere is still read without harm") {
  const std::string text = dsn("failed", "message/rfc822");
  for (std::size_t length = 0; length < text.size(); ++length)
    recognise_text(std::string_view(text).substr(0, length));
  CHECK(recognise_text(text.substr(0, text.find("Hello"))).original.message_id ==
        "a1@ourshop.example");
}

TEST_CASE("hostile reports end at the limits") {
  std::string many = "From: mailer-daemon@x.example\nSubject: failure notice\n\n";
  for (int i = 0; i < 40000; ++i)
    many += "<user" + std::to_string(i) + "@x.example>: user unknown\n";
  CHECK(recognise_text(many).recipients.size() <= 1000);
  std::string almost = "From: mailer-daemon@x.example\nSubject: failure notice\n\nundeliverable\n";
  for (int i = 0; i < 60000; ++i) almost += "Subject: x\n\nFrom: y\n> \n";
  CHECK(recognise_text(almost).kind == Kind::bounce);
  // A status part with more recipients than anybody has, in as many blocks and in one.
  for (const std::string_view between : {"\n", ""}) {
    std::string status =
        "From: mailer-daemon@x.example\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; x.example\n\n";
    for (int i = 0; i < 50000; ++i) {
      status += "Final-Recipient: rfc822; u" + std::to_string(i) + "@x.example\n";
      status += between;
    }
    CHECK(recognise_text(status).recipients.size() <= 1000);
  }
  std::string fields = "From: mailer-daemon@x.example\nX-Failed-Recipients: ";
  for (int i = 0; i < 50000; ++i) fields += "u" + std::to_string(i) + "@x.example,";
  CHECK(recognise_text(fields + "\n\nundeliverable\n").recipients.size() == 1000);
  fields = "From: mailer-daemon@x.example\n";
  for (int i = 0; i < 1500; ++i)
    fields += "X-Failed-Recipients: u" + std::to_string(i) + "@x.example\n";
  CHECK(recognise_text(fields + "\nundeliverable\n").recipients.size() == 1000);
  // Many messages beside each other, and reports each wrapped in one that is its like.
  std::string beside =
      "From: mailer-daemon@x.example\nSubject: undeliverable\nContent-Type: multipart/mixed; "
      "boundary=b\n\n";
  for (int i = 0; i < 10000; ++i)
    beside += "--b\nContent-Type: message/rfc822\n\nMessage-ID: <m" + std::to_string(i) +
              "@x.example>\nSubject: undeliverable\n\nx\n";
  const Bounce many_messages = recognise_text(beside);
  CHECK(many_messages.original.message_id == "m0@x.example");
  CHECK(many_messages.original.other_message_ids.size() <= 100);
  std::string wrapped;
  for (int i = 0; i < 10000; ++i)
    wrapped +=
        "Message-ID: <m@x.example>\nFrom: mailer-daemon@x.example\nSubject: failure notice\n"
        "Content-Type: message/rfc822\n\n";
  recognise_text(wrapped);
  std::string nested = "From: mailer-daemon@x.example\nContent-Type: message/rfc822\n\n";
  for (int i = 0; i < 10000; ++i) nested += "Content-Type: message/rfc822\n\n";
  recognise_text(nested);
}

}  // namespace unsent

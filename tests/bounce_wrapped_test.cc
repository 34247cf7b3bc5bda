// SPDX-License-Identifier: MIT
#include "bounce/wrapped.h"

#include <doctest/doctest.h>

#include <string>

#include "ber_bytes.h"
#include "bounce/recognise.h"
#include "tnef_bytes.h"

namespace unsent {
namespace {

Bounce recognise_text(const std::string& text) { return recognise(Message::parse(text)); }

const std::string kStatus =
    "Reporting-MTA: dns; mx.remote.example\n\nFinal-Recipient: rfc822; bob@remote.example\n"
    "Action: failed\nStatus: 5.1.1\n";

const std::string kOriginal =
    "From: Alice <alice@ourshop.example>\nTo: bob@remote.example\nSubject: Your order\n"
    "Message-ID: <a1@ourshop.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\nHello\n";

std::string report_entity() {
  return "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\n"
         "Sorry.\n\n--b\nContent-Type: message/delivery-status\n\n" +
         kStatus + "\n--b\nContent-Type: message/rfc822\n\n" + kOriginal + "\n--b--\n";
}

struct Fields {
  std::string from = "MAILER-DAEMON@mx.remote.example";
  std::string to = "alice@ourshop.example";
  std::string subject = "Undelivered Mail Returned to Sender";
  std::string id = "r1@mx.remote.example";
};

std::string header(const Fields& fields) {
  return "From: " + fields.from + "\nTo: " + fields.to + "\nSubject: " + fields.subject +
         "\nDate: Mon, 23 Nov 2026 10:05:00 +0000\nMessage-ID: <" + fields.id +
         ">\nMIME-Version: 1.0\n";
}

std::string report() { return "Return-Path: <>\n" + header({}) + report_entity(); }

std::string qmail_report() {
  return "Return-Path: <>\n" + header({}) +
         "\nHi. This is the qmail-send program at mx.remote.example.\n"
         "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
         "<bob@remote.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
         "--- Below this line is a copy of the message.\n\nReceived: from x by y; z\n" +
         kOriginal;
}

std::string around(const Fields& cover, const std::string& inside,
                   const std::string& fields = "X-Spam-Flag: YES\n",
                   const std::string& type = "message/rfc822; x-spam-type=original") {
  return "Return-Path: <>\n" + fields + header(cover) +
         "Content-Type: multipart/mixed; boundary=\"sa\"\n\n--sa\nContent-Type: text/plain\n\n"
         "Spam detection software has found this mail.\nYour message could not be delivered.\n\n"
         "--sa\nContent-Type: " +
         type + "\n\n" + inside + "\n--sa--\n";
}

void check_is_report(const Bounce& bounce) {
  CHECK(bounce.kind == Kind::bounce);
  CHECK(bounce.original.message_id == "a1@ourshop.example");
  REQUIRE(bounce.recipients.size() == 1);
  CHECK(bounce.recipients[0].address == "bob@remote.example");
}

}  // namespace

TEST_CASE("a report that a filter wrapped is read as it came, whatever the filter did to it") {
  struct Row {
    std::string name;
    Fields cover;
  };
  const Row rows[] = {
      {"as it is", {}},
      {"stars", {.subject = "*****SPAM***** Undelivered Mail Returned to Sender"}},
      {"brackets", {.subject = "[SPAM] Undelivered Mail Returned to Sender"}},
      {"braces", {.subject = "{Spam?} Undelivered Mail Returned to Sender"}},
      {"behind", {.subject = "Undelivered Mail Returned to Sender (spam)"}},
      {"encoded", {.subject = "=?utf-8?Q?[SPAM]_Undelivered_Mail_Returned_to_Sender?="}},
      {"a new id", {.id = "scan7@mx.ourshop.example"}},
      {"the filter's sender", {.from = "Filter <filter@mx.ourshop.example>", .id = "s@x.example"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    for (const std::string& inside : {report(), qmail_report()}) {
      check_is_report(recognise_text(around(row.cover, inside)));
      check_is_report(recognise_text(around(row.cover, inside, "X-Spam-Status: Yes, score=7\n",
                                            "text/plain; x-spam-type=original")));
      check_is_report(recognise_text(around(row.cover, inside, "X-Spam-Status: Yes\n",
                                            "application/octet-stream; name=\"mail.eml\"")));
      check_is_report(recognise_text(
          around(row.cover, inside, "X-Ourshop-MailScanner-SpamCheck: spam\n", "message/rfc822")));
      check_is_report(recognise_text(around(row.cover, around({}, inside))));
    }
  }
}

TEST_CASE("a wrapped answer of somebody's program is one, though its cover does not say so") {
  const Fields bob{.from = "bob@remote.example", .subject = "I am away", .id = "o@remote.example"};
  Fields cover = bob;
  cover.subject = "[SPAM] I am away";
  std::string text = around(cover, "Auto-Submitted: auto-replied\n" + header(bob) + "\nAway.\n");
  text.erase(0, text.find('\n') + 1);
  CHECK(recognise_text(text).kind == Kind::auto_reply);
}

TEST_CASE("ordinary mail that a filter wrapped is ordinary") {
  const Fields person{.from = "bob@remote.example", .subject = "Delivery failure of the parcel"};
  const std::string mail =
      header(person) + "Content-Type: text/plain\n\nYour parcel could not be delivered.\n";
  Fields cover = person;
  cover.subject = "[SPAM] " + cover.subject;
  CHECK(recognise_text(around(cover, mail)).kind == Kind::ordinary);
}

TEST_CASE("what a person forwards, or an archive copies, is his own mail") {
  const Fields dave{.from = "Dave <dave@ourshop.example>", .id = "f1@ourshop.example"};
  const std::string forward = header(dave) +
                              "Content-Type: multipart/mixed; boundary=\"f\"\n\n--f\n\nDo you know "
                              "why?\n\n--f\nContent-Type: message/rfc822; name=\"bounce.eml\"\n\n" +
                              report() + "\n--f--\n";
  CHECK(recognise_text("Return-Path: <dave@ourshop.example>\n" + forward).kind == Kind::ordinary);
  const Fields archive{.from = "journal@ourshop.example", .to = "archive@ourshop.example"};
  CHECK(
      recognise_text(around(archive, report(), "X-MS-Journal-Report:\n", "message/rfc822")).kind ==
      Kind::ordinary);
}

TEST_CASE("a report that a filter hands over to its addressee is opened, a returned one is not") {
  const Fields filter{
      .from = "postmaster@filter.example", .subject = "Released", .id = "q@f.example"};
  check_is_report(recognise_text(around(filter, report(), "", "message/rfc822")));
  // The bounce of a bounce goes to the sender of that one.
  const Fields twice{.to = "postmaster@mx.remote.example", .id = "2@mx.remote.example"};
  const Bounce bounce = recognise_text(around(twice, report(), "", "message/rfc822"));
  CHECK(bounce.original.message_id == "r1@mx.remote.example");
}

TEST_CASE("a report within opaque signed data is opened, at any depth") {
  const auto sign = [](const std::string& entity) {
    return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
           "Content-Transfer-Encoding: 8bit\n\n" +
           ber_bytes::signed_data(ber_bytes::element(0x04, entity)) + "\n";
  };
  const std::string once = sign(report_entity());
  check_is_report(recognise_text("Return-Path: <>\n" + header({}) + once));
  check_is_report(recognise_text("Return-Path: <>\n" + header({}) + sign(once)));
  // Under an everyday sender, and by the name of the file.
  check_is_report(recognise_text(header({.from = "noreply@remote.example"}) + once));
  const std::size_t semicolon = once.find(';');
  check_is_report(recognise_text("Return-Path: <>\n" + header({}) +
                                 "Content-Type: application/octet-stream" +
                                 once.substr(semicolon)));
  // What a person signed is his own mail.
  CHECK(recognise_text(header({.from = "bob@remote.example", .subject = "Hello"}) +
                       sign("Content-Type: text/plain\n\nUndelivered mail.\n"))
            .kind == Kind::ordinary);
  std::string deep = report_entity();
  for (int i = 0; i < 20; ++i) deep = sign(deep);
  CHECK(recognise_text("Return-Path: <>\n" + header({}) + deep).original.extent == Extent::none);
}

TEST_CASE("a report that was signed beside its text, or in clear, is read") {
  check_is_report(recognise_text(
      header({.from = "noreply@remote.example"}) +
      "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"s\"\n\n"
      "--s\n" +
      report_entity() +
      "\n--s\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP "
      "SIGNATURE-----\n\n--s--\n"));
  std::string text = qmail_report();
  const std::size_t body = text.find("\n\n") + 2;
  const std::size_t copy = text.find("--- Below");
  text.insert(copy, "- ");
  text.insert(body, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n");
  text += "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n";
  check_is_report(recognise_text(text));
}

TEST_CASE("a report in winmail.dat is read: its recipients, and what it returns") {
  using namespace tnef_bytes;
  const auto in_outlook = [](const std::string& tnef) {
    return "Return-Path: <>\n" +
           header({.from = "System Administrator <postmaster@remote.example>"}) +
           "Content-Type: multipart/mixed; boundary=\"w\"\n\n--w\nContent-Type: text/plain\n\n"
           "Votre message n'est pas parvenu.\n\n--w\nContent-Type: application/ms-tnef; "
           "name=winmail.dat\nContent-Transfer-Encoding: 8bit\n\n" +
           tnef + "\n--w--\n";
  };
  const std::string message_class = attribute(0x00078008, "REPORT.IPM.Note.NDR" + zero());
  const std::string row =
      number(1, 4) + properties({text(0x39FE, "bob@remote.example"), number_of(0x0C20, 511)});
  const std::string returned =
      stream(attribute(0x00069003, properties({unicode(0x007D, kOriginal)})));
  const Bounce bounce = recognise_text(
      in_outlook(stream(message_class + attribute(0x00069004, row) +
                        attribute(0x00069005, properties({object(0x3701, returned)})))));
  check_is_report(bounce);
  CHECK(bounce.recipients[0].status == "5.1.1");
  CHECK(bounce.original.extent == Extent::headers);
  // As files, of whatever class.
  check_is_report(recognise_text(
      in_outlook(stream(attribute(0x0006800F, kStatus) + attribute(0x0006800F, kOriginal)))));
  // Outlook's delivery report.
  CHECK(recognise_text(in_outlook(stream(attribute(0x00078008, "REPORT.IPM.Note.DR" + zero()) +
                                         attribute(0x00069004, row))))
            .kind == Kind::success);
  // What a person attaches is no report of his.
  std::string mail = in_outlook(stream(attribute(0x0006800F, kStatus)));
  mail.erase(0, mail.find('\n') + 1);
  mail.replace(0, mail.find('\n'), "From: bob@remote.example");
  CHECK(recognise_text(mail).kind == Kind::ordinary);
}

TEST_CASE("certified mail's envelope is opened, whatever its subject says") {
  const auto envelope = [](const std::string& transport, const std::string& inside) {
    return "X-Trasporto: " + transport + "\n" +
           header({.from = "\"Per conto di: x\" <posta-certificata@pec.ourshop.example>",
                   .subject = "ANOMALIA MESSAGGIO: Undelivered Mail Returned to Sender"}) +
           "Content-Type: multipart/signed; boundary=\"p\"; "
           "protocol=\"application/pkcs7-signature\""
           "\n\n--p\nContent-Type: multipart/mixed; boundary=\"q\"\n\n--q\n\nAnomalia\n\n--q\n"
           "Content-Type: message/rfc822; name=\"postacert.eml\"\n\n" +
           inside + "\n--q--\n\n--p--\n";
  };
  check_is_report(recognise_text(envelope("errore", report())));
  check_is_report(recognise_text(envelope("errore", qmail_report())));
  CHECK(recognise_text(envelope("posta-certificata", kOriginal)).kind == Kind::ordinary);
}

}  // namespace unsent

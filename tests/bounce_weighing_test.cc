// SPDX-License-Identifier: MIT
// What no rule and no standard form tells: the signs of a report, weighed.
#include <doctest/doctest.h>

#include "bounce/recognise.h"

namespace unsent {
namespace {

Kind kind_of_text(const std::string& text) { return recognise(Message::parse(text)).kind; }

constexpr std::string_view kHeader =
    "From: Alice <alice@ourshop.example>\nTo: bob@remote.example\nSubject: Your order\n"
    "Message-ID: <a1@ourshop.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";

std::string mail(std::string_view header, std::string_view body) {
  std::string text(header);
  text += "\nTo: alice@ourshop.example\nMessage-ID: <r1@mx.remote.example>\nMIME-Version: 1.0\n";
  return text + "Content-Type: text/plain; charset=utf-8\n\n" + std::string(body) + "\n";
}

// Words, and the original in a part of its own.
std::string returning(std::string_view header, std::string_view words,
                      std::string_view type = "message/rfc822",
                      std::string_view original = kHeader) {
  std::string text(header);
  text += "\nTo: alice@ourshop.example\nMIME-Version: 1.0\n";
  text +=
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
      "charset=utf-8\n\n";
  text += std::string(words) + "\n--b\nContent-Type: " + std::string(type) + "\n\n";
  return text + std::string(original) + "\nHello\n\n--b--\n";
}

struct Row {
  std::string text;
  Kind kind;
};

template <std::size_t N>
void check(const Row (&rows)[N]) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(kind_of_text(row.text) == row.kind);
    std::string crlf;
    for (const char c : row.text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
    CHECK(kind_of_text(crlf) == row.kind);
  }
}

}  // namespace

TEST_CASE("what a mail system returns to its author is a report in a language of nobody") {
  const std::string_view words = "Xu qel tovar mibe.\n\nbob@remote.example\n";
  const Row rows[] = {
      {returning("Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: Xu", words),
       Kind::bounce},
      {returning("From: MAILER-DAEMON@mx.remote.example\nSubject: Xu", words), Kind::bounce},
      {returning("From: MAILER-DAEMON@mx.remote.example\nSubject: Xu", words,
                 "text/rfc822-headers"),
       Kind::bounce},
      {returning("Return-Path: <>\nFrom: Qel <qel@remote.example>\nSubject: Xu", words),
       Kind::bounce},
      {returning("From: postmaster@remote.example\nSubject: Xu", words), Kind::bounce},
      {returning("Return-Path: <>\nFrom: \"Microsoft Outlook\" "
                 "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@remote.example>\nSubject: Xu",
                 words),
       Kind::bounce},
      {mail("Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: Xu",
            "Xu qel:\n\n<bob@remote.example>: 550 5.1.1 tovar mibe\n"),
       Kind::bounce},
      // A person, or a program that copies all mail, sends a message along.
      {returning("From: Qel <qel@remote.example>\nSubject: Xu", words), Kind::ordinary},
      {returning("From: postmaster@remote.example\nSubject: Xu\nUser-Agent: Mutt/2.2", words),
       Kind::ordinary},
      {returning("From: postmaster@remote.example\nSubject: Re: Xu\nIn-Reply-To: "
                 "<a1@ourshop.example>",
                 words),
       Kind::ordinary},
      {returning("Return-Path: <>\nFrom: \"Microsoft Outlook\" "
                 "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@ourshop.example>\nSubject: "
                 "Undeliverable: Your order\nX-MS-Journal-Report:",
                 "Sender: alice@ourshop.example"),
       Kind::ordinary},
      // It is somebody else's.
      {returning("Return-Path: <>\nFrom: Qel <qel@remote.example>\nSubject: Xu", words,
                 "message/rfc822", "From: carol@x.example\nTo: y@x.example\nSubject: z\n"),
       Kind::ordinary},
      {mail("Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: Xu", "Xu qel."),
       Kind::ordinary},
  };
  check(rows);
}

TEST_CASE("one phrase decides nothing, whoever says it") {
  const std::string_view null_sender = "Return-Path: <>\nFrom: Parcels <info@remote.example>\n";
  const std::string_view postmaster = "From: Dora <postmaster@remote.example>\n";
  struct Phrases {
    std::string_view subject;
    std::string_view words;
  };
  const Phrases rows[] = {
      {"Your parcel 4711", "Your parcel could not be delivered. Nobody was at home."},
      {"Ihr Paket", "Wir konnten Ihr Paket nicht zustellen. Bitte Adresse angeben."},
      {"Votre dossier", "Votre dossier n'a pas été complet."},
      {"Uw vraag", "Uw vraag heeft ons niet bereikt via het formulier."},
      {"Conferma", "Il messaggio a bob@remote.example è stato consegnato."},
      {"Your payment", "The payment was rejected: the account does not exist."},
      {"Build 42 failed", "fatal error: no such user; the job was aborted. See ci@remote.example"},
      {"[shop/app] Mail code (#42)", "It stops with \"user unknown\"; the mail was rejected."},
      {"Quarantine", "These messages were not delivered:\n\n1. You won (win@spam.example)\n"},
      {"Mail statistics",
       "   3 bounced\n\n   mx.remote.example (total: 3)\n      3 user unknown\n"},
      {"Question", "Your host writes every night to a user that does not exist here."},
      {"Recall", "The recall failed: the message could not be found.\n"},
      {"Delay", "Sorry, your order is delayed. We will keep trying."},
      {"Delivery failed", "Delivery failed: nobody was at home."},
      {"Zustellung fehlgeschlagen", "Zustellung fehlgeschlagen. Wir kommen morgen wieder."},
      {"Zustellung fehlgeschlagen",
       "Zustellung fehlgeschlagen. Fragen Sie uns:\n\nservice@remote.example\n"},
      {"Mancata consegna", "Mancata consegna del pacco 4711."},
      {"Delivery delayed: parcel 4711", "Your parcel is delayed until Monday."},
      {"Documents", "Returned mail was found in room 5. Delivery failed on Monday."},
  };
  for (const Phrases& said : rows)
    for (const std::string_view maker : {null_sender, postmaster}) {
      const std::string text =
          mail(std::string(maker) + "Subject: " + std::string(said.subject), said.words);
      CAPTURE(text);
      CHECK(kind_of_text(text) == Kind::ordinary);
    }
}

TEST_CASE("words have company where a report is meant") {
  const std::string null_sender = "Return-Path: <>\nFrom: Gate <gate@remote.example>\nSubject: ";
  const std::string postmaster = "From: Postmaster <postmaster@remote.example>\nSubject: ";
  const Row rows[] = {
      {mail(
           null_sender + "Mail delivery failed",
           "Your message could not be delivered:\n\nbob@remote.example\n  mailbox full (#5.2.2)\n"),
       Kind::bounce},
      {mail(null_sender + "Notice",
            "Your message was not delivered:\n\nbob@remote.example\n   550 "
            "5.1.1 user unknown\n"),
       Kind::bounce},
      {mail(postmaster + "Undeliverable: Your order",
            "Your message could not be delivered.\n\nbob@remote.example\n   550 user unknown\n"),
       Kind::bounce},
      {mail("From: MAILER-DAEMON@mx.remote.example\nSubject: Notice",
            "Your message could not be delivered:\n\nbob@remote.example\n"),
       Kind::bounce},
      {mail("From: x@remote.example\nX-Failed-Recipients: bob@remote.example\nSubject: Xu", "Xu."),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("a mail system that names whom it did not reach needs no original") {
  const std::string system = "Return-Path: <>\nFrom: postmaster@remote.example\nSubject: ";
  const std::string daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: ";
  const Row rows[] = {
      // In its sentence …
      {mail(system + "Non remis : Your order",
            "Votre message à bob@remote.example n'a pas pu être remis."),
       Kind::bounce},
      {mail(system + "Mail kunne ikke leveres",
            "Din mail til bob@remote.example kunne ikke leveres."),
       Kind::bounce},
      {mail(daemon + "Xu", "Xu qel bob@remote.example tovar."), Kind::bounce},
      {mail(system + "Delivery delayed: Your order",
            "Your message to bob@remote.example has been delayed."),
       Kind::delay},
      // … and not in another one, or as the one to whom it writes.
      {mail(system + "Delivery failed",
            "Delivery failed on Monday.\n\nPlease write to service@remote.example."),
       Kind::ordinary},
      {mail(system + "Mailbox full", "Your mailbox alice@ourshop.example is full."),
       Kind::ordinary},
      {mail("Return-Path: <>\nFrom: postmaster@ourshop.example\nSubject: Message blocked",
            "A message of win@spam.example to you was blocked and not delivered."),
       Kind::ordinary},
      {mail("Return-Path: <>\nFrom: postmaster@ourshop.example\nSubject: Undeliverable: Your order",
            "Your message to bob@remote.example could not be delivered."),
       Kind::bounce},
      {mail("Return-Path: <>\nFrom: MAILER-DAEMON@mx.ourshop.example\nSubject: Xu",
            "Xu qel helpdesk@ourshop.example tovar."),
       Kind::ordinary},
      {mail("Return-Path: <>\nFrom: Parcels <info@remote.example>\nSubject: Delivery failed",
            "We could not deliver to bob@remote.example."),
       Kind::ordinary},
      {mail("Return-Path: <>\nFrom: Builds <ci@remote.example>\nSubject: Job 42 has failed\n"
            "Auto-Submitted: auto-generated",
            "Job 42 has failed: mail could not be sent to bob@remote.example: 550 user unknown"),
       Kind::ordinary},
      // A server writes about its day, with the null sender, as anybody may.
      {mail("Return-Path: <>\nFrom: logwatch@ourshop.example\nSubject: Logwatch for mx",
            "   3   550 5.1.1 User unknown\n       bob@remote.example\n"),
       Kind::ordinary},
  };
  check(rows);
}

TEST_CASE("a delay that tells of an end to come is none yet") {
  const std::string daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: ";
  const std::string late = "Your message to bob@remote.example is delayed. ";
  const Row rows[] = {
      {mail(daemon + "Message delayed", late + "You will be notified if it fails permanently."),
       Kind::delay},
      {mail(daemon + "Message delayed", late + "If it is still undeliverable then, it will be "
                                               "a message that has been returned."),
       Kind::delay},
      {mail(daemon + "Verzögerung bei der Zustellung",
            "Ihre Nachricht an bob@remote.example konnte noch nicht zugestellt werden. Sie "
            "erhalten eine Nachricht, falls die Zustellung endgültig fehlschlägt."),
       Kind::delay},
      // The Subject tells no delay, or a server refused for good.
      {mail(daemon + "Xu", late + "It is undeliverable now."), Kind::bounce},
      {mail(daemon + "Message delayed", late + "It is undeliverable: 550 5.1.1 User unknown"),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("a report whose status part was lost is what its words say") {
  const std::string head =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: Xu\nMIME-Version: 1.0\nContent-Type: multipart/report; "
      "report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n";
  const std::string tail = "\n\n<bob@remote.example>: x\n--b\nContent-Type: message/rfc822\n\n" +
                           std::string(kHeader) + "\nHello\n\n--b--\n";
  const Row rows[] = {
      {head + "Your message has been delayed. We will keep trying." + tail, Kind::delay},
      {head + "Your message could not be delivered." + tail, Kind::bounce},
      {head + "Xu." + tail, Kind::bounce},
  };
  check(rows);
}

TEST_CASE("addresses among words that need no blanks") {
  struct Named {
    std::string_view words;
    std::string_view address;
  };
  const Named rows[] = {
      {"bob@remote.example에게 보낸 메시지를 배달할 수 없습니다.", "bob@remote.example"},
      {"您发给bob@remote.example的邮件发送失败。", "bob@remote.example"},
      {"收件人：bob@remote.example（不存在）", "bob@remote.example"},
      {"「bob@remote.example」への配信に失敗しました。", "bob@remote.example"},
      {"Nicht zugestellt an „bob@remote.example“.", "bob@remote.example"},
      {"Not delivered to bób@remote.example.", "bób@remote.example"},
      {"未送达 鲍勃@例子.测试", "鲍勃@例子.测试"},
  };
  for (const Named& row : rows) {
    CAPTURE(row.words);
    const Bounce bounce = recognise(Message::parse(
        mail("Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: Undeliverable: x",
             row.words)));
    REQUIRE(bounce.recipients.size() == 1);
    CHECK(bounce.recipients[0].address == row.address);
  }
}

TEST_CASE("what many get who can leave, and what a person writes, answers nobody") {
  const std::string news = "List-Unsubscribe: <https://remote.example/x>\nFrom: x@remote.example\n";
  const std::string answers = "In-Reply-To: <a1@ourshop.example>\n";
  const Row rows[] = {
      {mail(news + "Return-Path: <>\nPrecedence: bulk\nSubject: Xu", "Xu."), Kind::ordinary},
      {mail(news + "Precedence: bulk\nSubject: Im Urlaub: 20 %", "Im Urlaub."), Kind::ordinary},
      {mail(news + "Auto-Submitted: auto-replied\nSubject: Xu", "Xu."), Kind::auto_reply},
      {mail(answers + "Return-Path: <>\nUser-Agent: Mozilla Thunderbird\nFrom: "
                      "bob@remote.example\nSubject: Re: x",
            "Xu."),
       Kind::ordinary},
      {mail(answers + "Return-Path: <>\nUser-Agent: Xu\nAuto-Submitted: auto-generated\nFrom: "
                      "bob@remote.example\nSubject: Re: x",
            "Xu."),
       Kind::auto_reply},
      // By a rule of Bob's mailbox; and what that forwards, of somebody else.
      {mail(answers + "X-MS-Exchange-Inbox-Rules-Loop: bob@remote.example\nFrom: Bob "
                      "<bob@remote.example>\nSubject: Xu",
            "Xu."),
       Kind::auto_reply},
      {mail(answers + "X-MS-Exchange-Inbox-Rules-Loop: bob@remote.example\nFrom: Carol "
                      "<carol@third.example>\nSubject: Xu",
            "Xu."),
       Kind::ordinary},
      // A list tells the writer that his mail waits.
      {mail(answers + "Auto-Submitted: auto-replied\nList-Id: <team.remote.example>\nFrom: "
                      "team-bounces@remote.example\nSubject: Xu",
            "Xu."),
       Kind::auto_reply},
  };
  check(rows);
}

TEST_CASE("a Subject that speaks of absence needs a second sign") {
  const std::string colleague = "From: Carol <carol@ourshop.example>\nSubject: ";
  const std::string outlook = "X-Mailer: Microsoft Outlook 16.0\n" + colleague;
  const std::string_view own = "I am on holiday next week. Who takes the orders?";
  const Row rows[] = {
      {mail(colleague + "On vacation next week", own), Kind::ordinary},
      {mail(colleague + "Abwesenheit 24.-28.11.", own), Kind::ordinary},
      {mail(colleague + "Out of office assistant does not work", own), Kind::ordinary},
      {mail(colleague + "Automatic reply of the shop has a typo", own), Kind::ordinary},
      {mail(outlook + "Out of office: Monday to Friday", own), Kind::ordinary},
      {mail(outlook + "Abwesenheit: 24.-28.11.", own), Kind::ordinary},
      {mail(outlook + "Out of office", own), Kind::ordinary},
      {mail(colleague + "Re: Out of office: Your order", own), Kind::ordinary},
      {mail("List-Id: <staff.ourshop.example>\n" + colleague + "Out of office: Monday", own),
       Kind::ordinary},
      // The second sign
      {mail(colleague + "Out of office: Your order", own), Kind::auto_reply},
      {mail(outlook + "Out of office: Your order", "Thank you for your message. I am away."),
       Kind::auto_reply},
      {mail("Return-Path: <>\n" + colleague + "On vacation next week", own), Kind::auto_reply},
      {mail("Auto-Submitted: auto-generated\n" + colleague + "On vacation", own), Kind::auto_reply},
      {mail("X-Auto-Response-Suppress: All\n" + colleague + "Out of office till Monday", own),
       Kind::auto_reply},
      {mail("Precedence: bulk\n" + colleague + "Out of office till Monday", own), Kind::auto_reply},
  };
  check(rows);
}

TEST_CASE("a program that answers a mail of ours does so in any language") {
  const std::string bob = "From: Bob <bob@remote.example>\nSubject: Xu qel: Your order\n";
  const std::string answers = "In-Reply-To: <a1@ourshop.example>";
  const Row rows[] = {
      {mail(bob + "Auto-Submitted: auto-generated\n" + answers, "Xu."), Kind::auto_reply},
      {mail(bob + "Auto-Submitted: auto-replied", "Xu."), Kind::auto_reply},
      {mail(bob + "X-Auto-Response-Suppress: All\n" + answers, "Xu."), Kind::auto_reply},
      {mail("Return-Path: <>\n" + bob + answers, "Xu."), Kind::auto_reply},
      {mail("Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n" + bob +
                "Thread-Topic: Your order",
            "Xu."),
       Kind::auto_reply},
      {mail(bob + "Auto-Submitted: auto-generated\nReferences: <x@y.example> <a1@ourshop.example>",
            "Xu."),
       Kind::auto_reply},
      {mail(bob + "Auto-Submitted: auto-generated\nIn-Reply-To: <x1@eurprd01.prod.outlook.com>",
            "Xu."),
       Kind::auto_reply},
      // It goes on with a thread of its own, or answers nobody.
      {mail(bob + "Auto-Submitted: auto-generated\nIn-Reply-To: <shop/42@git.remote.example>",
            "Xu."),
       Kind::ordinary},
      {mail(bob + "Auto-Submitted: auto-generated\nIn-Reply-To: <42@tracker.third.example>", "Xu."),
       Kind::ordinary},
      {mail(bob + "Auto-Submitted: auto-generated", "Xu."), Kind::ordinary},
      {mail(bob + "Auto-Submitted: no\n" + answers, "Xu."), Kind::ordinary},
      {mail(bob + answers, "Xu."), Kind::ordinary},
      {mail("List-Id: <app.git.remote.example>\n" + bob + "X-Auto-Response-Suppress: All\n" +
                answers,
            "Xu."),
       Kind::ordinary},
      {mail("From: postmaster@remote.example\nSubject: Xu\nX-Auto-Response-Suppress: All\n" +
                answers,
            "Xu."),
       Kind::ordinary},
  };
  check(rows);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Mail that looks like a report and is none, beside the report that it looks like.
#include <doctest/doctest.h>

#include "bounce/recognise.h"

namespace unsent {
namespace {

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
std::string mail_to(std::string_view recipient) {
  return "Received: from relay.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
         "Message-ID: <a1@ourshop.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
         "From: Alice <alice@ourshop.example>\nTo: " +
         std::string(recipient) + "\nSubject: Your order\n\nHello\n";
}

// Words in a mail to Alice, and behind them a mail as a part of its own.
std::string attaching(std::string_view header, std::string_view words, std::string_view attached) {
  return std::string(header) +
         "\nTo: alice@ourshop.example\nMessage-ID: <r1@remote.example>\nMIME-Version: 1.0\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" +
         std::string(words) + "\n\n--b\nContent-Type: message/rfc822\n\n" + std::string(attached) +
         "\n--b--\n";
}

// The parts of a report as a mail program passes them on.
std::string parts_of_report(std::string_view header, std::string_view type = "multipart/mixed") {
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

std::string saying(std::string_view header, std::string_view words) {
  return std::string(header) + "\nTo: alice@ourshop.example\nMessage-ID: <r1@remote.example>\n\n" +
         std::string(words) + "\n";
}

}  // namespace

TEST_CASE("somebody who writes of a mail that he has is no gateway that returns it") {
  const std::string carol =
      "Return-Path: <carol@remote.example>\nFrom: Carol <carol@remote.example>\n";
  const std::string gateway = "From: gateway@remote.example\nSubject: Delivery failure";
  const std::string his = mail_to("carol@remote.example");
  const std::string others = mail_to("bob@remote.example");
  const Row rows[] = {
      {"he attaches what was sent to him",
       attaching("From: Carol <carol@remote.example>\nSubject: Delivery problem: order 4711",
                 "The parcel could not be delivered, and now I get this invoice.", his),
       Kind::ordinary},
      {"he pastes it",
       saying("From: Carol <carol@remote.example>\nSubject: Undelivered order",
              "The parcel could not be delivered, and now I get this:\n\n" + his),
       Kind::ordinary},
      {"… whatever codes he speaks of",
       attaching("From: Carol <carol@remote.example>\nSubject: Delivery failure",
                 "Delivery failed twice: 550 5.1.1 it said.", his),
       Kind::ordinary},
      {"he has it from the one to whom it went",
       attaching("From: Carol <carol@remote.example>\nSubject: Your message could not be opened",
                 "I could not open the invoice that Bob got from you. Please send it again.",
                 others),
       Kind::ordinary},
      {"… and writes by another account",
       attaching("Return-Path: <carol.jones@mail.example>\nFrom: Carol <carol@remote.example>\n"
                 "Subject: Not delivered: 3 chairs",
                 "The chairs did not come. What shall we do?", others),
       Kind::ordinary},
      {"… and quotes what his program shows of it",
       saying("Return-Path: <carol.jones@mail.example>\nFrom: Carol <carol@remote.example>\n"
              "Subject: Delivery problem",
              "The goods never came. The invoice was:\n\nFrom: Alice <alice@ourshop.example>\n"
              "To: bob@remote.example\nSubject: Your order\n"
              "Date: Mon, 23 Nov 2026 10:00:00 +0000\n\nPay now"),
       Kind::ordinary},
      {"a gateway has all of its header",
       saying(gateway, "Xu qel tovar.\n\n---- Returned ----\n" + others), Kind::bounce},
      {"a responder with a name of its own returns it",
       attaching("From: Qel <qel@remote.example>\nAuto-Submitted: auto-replied\nSubject: Xu",
                 "<bob@remote.example>: 550 5.1.1 mibe", others),
       Kind::bounce},
      {"he is to hear what becomes of his mail",
       attaching(carol + "Subject: Delivery failed?",
                 "Your message could not be delivered to bob@remote.example, he says. Is it yours?",
                 others),
       Kind::ordinary},
      {"he answers",
       attaching("From: Carol <carol@remote.example>\nIn-Reply-To: <x1@ourshop.example>\n"
                 "Subject: Delivery problem",
                 "Your message could not be delivered to bob@remote.example.", others),
       Kind::ordinary},
      {"a gateway speaks for the one who could not have it",
       attaching("From: Carol <carol@remote.example>\nAuto-Submitted: auto-generated\n"
                 "Subject: Delivery failure",
                 "Your message to carol@remote.example could not be delivered.", his),
       Kind::bounce},
      {"a gateway returns what was sent to another",
       attaching(gateway, "Your message could not be delivered to bob@remote.example.", others),
       Kind::bounce},
      {"… which says that no person wrote it",
       attaching(
           "Return-Path: <gateway@remote.example>\nAuto-Submitted: auto-generated\n" + gateway,
           "Your message could not be delivered to bob@remote.example.", others),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("the parts of a report that somebody passes on are no report of his") {
  const Row rows[] = {
      {"under a Subject of his own",
       parts_of_report("From: bob@remote.example\nSubject: Fwd: This"), Kind::ordinary},
      {"under the report's",
       parts_of_report("Return-Path: <bob@remote.example>\nFrom: bob@remote.example\n"
                       "Subject: Undelivered Mail Returned to Sender"),
       Kind::ordinary},
      {"through a desk that marks its mail",
       parts_of_report("From: help@ourshop.example\nAuto-Submitted: auto-generated\n"
                       "Subject: [#4711] Strange bounce"),
       Kind::ordinary},
      {"a postmaster answers with it",
       parts_of_report("From: Bob <postmaster@remote.example>\nIn-Reply-To: <x@ourshop.example>\n"
                       "Subject: Fwd: Undelivered Mail"),
       Kind::ordinary},
      {"from a mail program whose server is set up wrong",
       parts_of_report("Return-Path: <>\nFrom: bob@remote.example\nSubject: Fwd: This\n"
                       "User-Agent: Mutt/2.2"),
       Kind::ordinary},
      {"a gateway typed the report anew",
       parts_of_report("From: MAILER-DAEMON@mx.remote.example\nSubject: Undelivered Mail"),
       Kind::bounce},
      {"… and kept the null sender",
       parts_of_report("Return-Path: <>\nFrom: gateway@remote.example\nSubject: Notice"),
       Kind::bounce},
      {"the report itself, whoever sends it",
       parts_of_report("From: gateway@remote.example\nSubject: Notice",
                       "multipart/report; report-type=delivery-status"),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("who is called like a mail system, or sends with no reverse path, must say a cause") {
  const std::string others = mail_to("bob@remote.example");
  const std::string_view question = "One of our users got the attached mail. Is it from you?";
  const std::string_view unread = "Xu qel tovar mibe.";  // in a language of nobody
  const std::string strangers =
      "Message-ID: <t1@x.example>\nFrom: dave@x.example\nTo: team@ourshop.example\n"
      "Subject: Hello\n\nHi\n";
  const std::string inbound =
      "Received: from filter.example by mail.ourshop.example; Mon, 23 Nov 2026 10:05:00 +0000\n";
  const std::string colleagues =
      "Message-ID: <t1@ourshop.example>\nFrom: carol@ourshop.example\n"
      "To: alice@ourshop.example\nSubject: Hello\n\nHi\n";
  const Row rows[] = {
      {"a postmaster asks about a mail",
       attaching("Return-Path: <postmaster@remote.example>\nFrom: Postmaster "
                 "<postmaster@remote.example>\nSubject: Question",
                 question, others),
       Kind::ordinary},
      {"… with a line that begins with his address",
       attaching("Return-Path: <postmaster@remote.example>\nFrom: postmaster@remote.example\n"
                 "Subject: Question",
                 "Is this from you?\n\njohn@remote.example\n", others),
       Kind::ordinary},
      {"a postmaster says what happened",
       attaching("Return-Path: <postmaster@remote.example>\nFrom: postmaster@remote.example\n"
                 "Subject: Notice",
                 "The message could not be delivered to bob@remote.example.", others),
       Kind::bounce},
      {"a firm's name",
       attaching("From: Postmaster Ltd <info@remote.example>\nSubject: Offer", question, others),
       Kind::ordinary},
      {"… and another's",
       attaching("From: Mail-System Support <info@remote.example>\nSubject: Offer", question,
                 others),
       Kind::ordinary},
      {"the name alone",
       attaching("From: Mail-System <info@remote.example>\nSubject: Xu", unread, others),
       Kind::bounce},
      {"… in quotes",
       attaching("From: \"Mailsystem\" <info@remote.example>\nSubject: Xu", unread, others),
       Kind::bounce},
      {"a local part",
       attaching("From: Xu <mail-system@remote.example>\nSubject: Xu", unread, others),
       Kind::bounce},
      {"somebody whose server is set up wrong",
       attaching("Return-Path: <>\nFrom: Carol <carol@remote.example>\nSubject: Strange mail",
                 "Hi Alice, do you know this?", others),
       Kind::ordinary},
      {"a daemon in a language of nobody",
       attaching("Return-Path: <>\nFrom: MAILER-DAEMON@remote.example\nSubject: Xu", unread,
                 others),
       Kind::bounce},
      {"a postmaster's server in such a language",
       attaching("Return-Path: <>\nFrom: postmaster@remote.example\nSubject: Xu", unread, others),
       Kind::bounce},
      {"a postmaster complains of what was rejected",
       attaching("Return-Path: <postmaster@remote.example>\nFrom: Peter "
                 "<postmaster@remote.example>\nSubject: Spam in your name",
                 "Your domain is used for spam. The attached mail was rejected by our filter.",
                 others),
       Kind::ordinary},
      {"whom it reached, through a group that sends with no reverse path",
       attaching("Return-Path: <>\nFrom: Bob <bob@remote.example>\nSubject: Is this from you?",
                 "It says that the account does not exist, and our filter that it was rejected.",
                 others),
       Kind::ordinary},
      {"… who passes on a report",
       parts_of_report("Return-Path: <>\nFrom: Bob <bob@remote.example>\n"
                       "Subject: WG: Undelivered Mail"),
       Kind::ordinary},
      {"… in one text",
       saying(
           "Return-Path: <>\nFrom: Carol <carol@remote.example>\nSubject: [EXT] Fwd: Failure",
           "I tried to write to you:\n\n550 5.1.1 <bob@remote.example>: User unknown\n\n" + others),
       Kind::ordinary},
      {"the null sender, and a server's reply",
       attaching("Return-Path: <>\nFrom: Qel <qel@remote.example>\nSubject: Xu",
                 "Xu qel: 550 5.1.1 tovar", others),
       Kind::bounce},
      {"a mail program behind a wrong set-up",
       attaching("Return-Path: <>\nFrom: Bob <bob@remote.example>\nUser-Agent: Mutt/2.2\n"
                 "Subject: Fwd: Failure",
                 "Delivery failed: bob@remote.example 550 5.1.1 User unknown", others),
       Kind::ordinary},
      {"a filter of the house keeps a stranger's mail",
       attaching("Return-Path: <>\nFrom: postmaster@ourshop.example\nSubject: Quarantined mail",
                 "The attached message was not delivered to team@ourshop.example.", strangers),
       Kind::ordinary},
      {"… under the name of one here",
       attaching(inbound + "Return-Path: <>\nFrom: Filter <postmaster@mail.ourshop.example>\n"
                           "Subject: VIRUS (Eicar) in mail TO YOU",
                 "A mail to you was rejected.\n\nThe message WAS NOT relayed to:\n"
                 "  <alice@ourshop.example>:\n   554 5.7.0 Reject\n",
                 colleagues),
       Kind::ordinary},
      {"… and tells the reader that it was blocked",
       attaching("Delivered-To: alice@ourshop.example\nReturn-Path: <>\n"
                 "From: postmaster@ourshop.example\nSubject: Message blocked: Hello",
                 "A message from carol@ourshop.example to you was rejected.", colleagues),
       Kind::ordinary},
      {"… where no field says to whom it was delivered",
       attaching(inbound + "Return-Path: <>\nFrom: postmaster@ourshop.example\n"
                           "Subject: Undeliverable: Hello",
                 "A message from carol@ourshop.example to you was rejected.", colleagues),
       Kind::ordinary},
      {"a hosted filter keeps a stranger's mail",
       attaching(inbound + "Return-Path: <>\nFrom: noreply@filter.example\n"
                           "Subject: Undeliverable: Hello",
                 "A message to you was rejected: 550 5.7.1 spam",
                 "Message-ID: <t1@x.example>\nFrom: dave@x.example\n"
                 "To: alice@ourshop.example\nSubject: Hello\n\nHi\n"),
       Kind::ordinary},
      {"the failed recipient is in the report's To",
       attaching("Return-Path: <>\nFrom: postmaster@remote.example\n"
                 "Subject: Undeliverable: Your order\nX-To:",
                 "It could not be delivered: 550 5.1.1 unknown", others),
       Kind::bounce},
      {"one of the house is told of what went elsewhere, too",
       attaching(inbound + "Return-Path: <>\nFrom: postmaster@ourshop.example\n"
                           "Subject: Undeliverable: Hello",
                 "<bob@remote.example>: 550 5.1.1 unknown",
                 "Message-ID: <t1@ourshop.example>\nFrom: sales@ourshop.example\n"
                 "To: bob@remote.example\nCc: alice@ourshop.example\nSubject: Hello\n\nHi\n"),
       Kind::bounce},
      {"somebody through a group, under a Subject that reports have",
       attaching("Return-Path: <>\nFrom: Carol <carol@x.example>\n"
                 "Subject: Not delivered: 3 chairs",
                 "The chairs did not come. What shall we do?", others),
       Kind::ordinary},
      {"a postmaster who was written to",
       attaching("Return-Path: <postmaster@remote.example>\nFrom: postmaster@remote.example\n"
                 "Subject: Delivery problem",
                 "I got the attached mail from you, and the chairs did not come.", others),
       Kind::ordinary},
      {"a list's program",
       attaching("Return-Path: <>\nFrom: cats-help@remote.example\nSubject: failure notice",
                 "Sorry, only subscribers may post.", others),
       Kind::bounce},
      {"a ticket system refuses what came to its own address",
       attaching("Return-Path: <>\nFrom: Help <help@remote.example>\n"
                 "Subject: Undeliverable: Your order",
                 "Reason: your address is not registered here.", mail_to("help@remote.example")),
       Kind::bounce},
      {"a mail program's add-on asks for no answers",
       attaching("Return-Path: <bob@remote.example>\nFrom: Bob <bob@remote.example>\n"
                 "X-Auto-Response-Suppress: All\nSubject: Not delivered: 3 chairs",
                 "The chairs did not come. What shall we do?", others),
       Kind::ordinary},
      {"… and returns one of the house",
       attaching("Return-Path: <>\nFrom: postmaster@ourshop.example\nSubject: Mail",
                 "The attached message was not delivered to bob@remote.example.", others),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("what one's own filter or a nightly job tells answers nothing") {
  const Row rows[] = {
      {"a filter tells of new mail (RFC 5436)",
       saying("Return-Path: <>\nFrom: Postmaster <postmaster@ourshop.example>\n"
              "Auto-Submitted: auto-notified; owner-email=\"alice@ourshop.example\"\n"
              "Precedence: bulk\nSubject: [SIEVE] New message: Undeliverable: Hello",
              "You received a new message from bob@remote.example: \"Undeliverable: Hello\"."),
       Kind::ordinary},
      {"… that is an answer",
       saying("Return-Path: <>\nFrom: alice@ourshop.example\nAuto-Submitted: auto-notified\n"
              "Subject: Automatic reply: Your order",
              "New mail."),
       Kind::ordinary},
      {"a daemon marks its report so",
       attaching("Return-Path: <>\nFrom: MAILER-DAEMON@remote.example\n"
                 "Auto-Submitted: auto-notified\nSubject: Failure",
                 "Delivery failed.", mail_to("bob@remote.example")),
       Kind::bounce},
      {"a newsletter",
       saying("Return-Path: <>\nFrom: Shop <news@remote.example>\nPrecedence: bulk\n"
              "Subject: Black Friday",
              "Everything 50% off."),
       Kind::ordinary},
      {"a job of the night",
       saying("Return-Path: <>\nFrom: Cron <root@remote.example>\nPrecedence: bulk\n"
              "Auto-Submitted: auto-generated\nSubject: Cron /usr/bin/sync",
              "rsync: done"),
       Kind::ordinary},
      {"a responder names the question",
       saying("Return-Path: <>\nFrom: bob@remote.example\nPrecedence: bulk\n"
              "Subject: Re: Your order",
              "Xu qel."),
       Kind::auto_reply},
      {"… or its id",
       saying("Return-Path: <>\nFrom: bob@remote.example\nPrecedence: bulk\n"
              "References: <x9@else.example>\nSubject: Xu",
              "Xu qel."),
       Kind::auto_reply},
  };
  check(rows);
}

TEST_CASE("what returns no mail must list whom it is about, or say it in Subject and words") {
  const std::string null_sender = "Return-Path: <>\nFrom: Notices <noreply@remote.example>\n";
  const std::string postmaster =
      "Return-Path: <postmaster@remote.example>\nFrom: postmaster@remote.example\n";
  const Row rows[] = {
      {"an HTTP status",
       saying(null_sender + "Subject: Failed delivery of webhook",
              "Delivery failed.\n\nResponse: 500 Internal Server Error\n"),
       Kind::ordinary},
      {"a fax",
       saying(null_sender + "Subject: Message could not be delivered: fax",
              "Your fax message could not be delivered. Status 5.1.1 (busy)."),
       Kind::ordinary},
      {"an amount",
       saying(null_sender + "Subject: Failure notice: direct debit",
              "The debit of 500 EUR failed. The account does not exist."),
       Kind::ordinary},
      {"goods, an address and a size",
       saying(null_sender + "Subject: Delivery problem",
              "Email address: bob@remote.example\nThe 512 GB disk was not delivered to me.\n"),
       Kind::ordinary},
      {"an amount behind a label",
       saying(null_sender + "Subject: Failed delivery of invoice",
              "The invoice could not be delivered.\nbob@remote.example\nAmount: 450 EUR\n"),
       Kind::ordinary},
      {"an amount of euros",
       saying(null_sender + "Subject: Failed delivery",
              "The parcel could not be delivered.\nservice@remote.example\n"
              "Declared value: 450 Euro\n- 500 envelopes\n"),
       Kind::ordinary},
      {"a room",
       saying(null_sender + "Subject: Notification: Delivery failure review",
              "bob@remote.example - organizer\nRoom 450 first floor\n"),
       Kind::ordinary},
      {"a parcel, and whom to ask",
       saying(null_sender + "Subject: Delivery failed: your parcel",
              "We were unable to deliver your parcel.\nDepot 550 - ask service@remote.example\n"),
       Kind::ordinary},
      {"a quota",
       saying("Return-Path: <>\nFrom: postmaster@ourshop.example\nSubject: Almost full",
              "550 MB of 600 MB. If it is full, mail could not be delivered."),
       Kind::ordinary},
      {"a log that goes to many people",
       saying(null_sender + "Precedence: bulk\nSubject: Logwatch",
              "postfix: 3 bounced\n   bob@remote.example  5.1.1 User unknown\n"),
       Kind::ordinary},
      {"a postmaster's request",
       saying(postmaster + "Subject: mail delivery problem",
              "Your server sends us mail for\n\nbob@remote.example\n\nwhich does not exist. We "
              "answered 550 5.1.1 User unknown 4000 times today."),
       Kind::ordinary},
      {"a postmaster lists somebody, and what a server said",
       saying(postmaster + "Subject: Returned mail: user unknown",
              "These addresses had fatal errors:\n<bob@remote.example>\n\nTranscript:\n"
              "550 5.1.1 <bob@remote.example>... User unknown\n"),
       Kind::bounce},
      {"Subject and words say it",
       saying(null_sender + "Subject: Undeliverable: Your order",
              "Your message to bob@remote.example could not be "
              "delivered.\n550 5.1.1 User unknown\n"),
       Kind::bounce},
      {"a postmaster's server says it",
       saying("Return-Path: <>\nFrom: postmaster@remote.example\nSubject: Undeliverable: Order",
              "Your message could not be delivered to Bob: 550 user unknown\n"),
       Kind::bounce},
  };
  check(rows);
}

TEST_CASE("words before a thread's topic are an answer's only if no person wrote them") {
  const std::string carol =
      "Return-Path: <carol@remote.example>\nFrom: carol@remote.example\nThread-Topic: Budget\n";
  const std::string_view words = "I am out of the office on Friday; let us decide on Tuesday.";
  const Row rows[] = {
      {"a gateway's mark before a reply",
       saying("From: carol@remote.example\nThread-Topic: Budget\nSubject: [EXT] Re: Budget", words),
       Kind::ordinary},
      {"… of stars",
       saying("From: carol@remote.example\nThread-Topic: Budget\nSubject: "
              "***SPAM*** Re: Budget",
              words),
       Kind::ordinary},
      {"an answer to an invitation", saying(carol + "Subject: Declined: Budget", words),
       Kind::ordinary},
      {"a change of one", saying(carol + "Subject: Updated invitation: Budget", words),
       Kind::ordinary},
      {"a mail program",
       saying("From: carol@remote.example\nThread-Topic: Budget\n"
              "User-Agent: x\nSubject: Xu qel tovar: Budget",
              words),
       Kind::ordinary},
      {"a responder's null sender",
       saying("Return-Path: <>\nFrom: carol@remote.example\n"
              "Thread-Topic: Budget\nSubject: Xu qel tovar: Budget",
              words),
       Kind::auto_reply},
      {"a responder's mark behind a gateway's",
       saying(carol + "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
                      "Subject: [EXT] Xu qel tovar: Budget",
              "Xu."),
       Kind::auto_reply},
  };
  check(rows);
}

TEST_CASE("a tracker's thread and a mail program that wants no answers answer nothing") {
  const std::string carol = "Return-Path: <carol@remote.example>\nFrom: carol@remote.example\n";
  const std::string answer = "In-Reply-To: <a1@ourshop.example>\nSubject: FW: Budget";
  const std::string_view thanks = "Bob wrote: Thank you for your message. I merge it tonight.";
  const Row rows[] = {
      {"a tracker goes on with its own thread",
       saying("From: jira@remote.example\nAuto-Submitted: auto-generated\n"
              "In-Reply-To: <JIRA.1@remote.example>\nSubject: Checkout broken",
              thanks),
       Kind::ordinary},
      {"a desk confirms what came in",
       saying("From: desk@remote.example\nAuto-Submitted: auto-generated\nSubject: Your order",
              thanks),
       Kind::auto_reply},
      {"a person whose program asks for no absence notes",
       saying(carol + "X-Auto-Response-Suppress: OOF, AutoReply\n" + answer, "Here they are."),
       Kind::ordinary},
      {"a responder under a path of its own",
       saying("Return-Path: <bounces@remote.example>\nFrom: carol@remote.example\n"
              "X-Auto-Response-Suppress: All\n" +
                  answer,
              "Xu qel."),
       Kind::auto_reply},
  };
  check(rows);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Mail that looks like a report and is none, beside the report that it looks like.
#include "ordinary_mails.h"

namespace unsent {

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

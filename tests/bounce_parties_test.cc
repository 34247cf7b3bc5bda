// SPDX-License-Identifier: MIT
// Who writes a report, and to whom, beside people who write the like of it.
#include "bounce/parties.h"

#include "ordinary_mails.h"

namespace unsent {

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

}  // namespace unsent

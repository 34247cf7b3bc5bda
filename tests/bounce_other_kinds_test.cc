// SPDX-License-Identifier: MIT
// What comes by itself, or speaks of bounces, and is none.
#include <doctest/doctest.h>

#include "bounce/recognise.h"

namespace unsent {
namespace {

struct Row {
  std::string_view what;
  std::string_view text;
  Kind kind;
};

void check(const Row& row) {
  CAPTURE(row.what);
  CHECK(recognise(Message::parse(std::string(row.text))).kind == row.kind);
  std::string crlf;
  for (const char c : row.text) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  CHECK(recognise(Message::parse(crlf)).kind == row.kind);
}

constexpr std::string_view kBounce =
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
    "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@mx.remote.example>\n"
    "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
    "boundary=\"b\"\n\n--b\n\nI'm sorry to have to inform you that your message could not\nbe "
    "delivered to one or more recipients.\n\n<bob@remote.example>: user unknown\n\n--b\n"
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.remote.example\n\n"
    "Final-Recipient: rfc822; bob@remote.example\nAction: failed\nStatus: 5.1.1\n\n--b\n"
    "Content-Type: message/rfc822\n\nFrom: alice@ourshop.example\nTo: bob@remote.example\n"
    "Message-ID: <a1@ourshop.example>\nSubject: Your order\n\nHello\n\n--b--\n";

}  // namespace

TEST_CASE("automatic answers, as the programs write them") {
  const Row rows[] = {
      {"vacation(1)",
       "Return-Path: <bob@remote.example>\nFrom: bob@remote.example (Bob)\n"
       "To: alice@ourshop.example\nSubject: away from my mail\nDelivered-By-The-Graces-Of: The "
       "Vacation program\nAuto-Submitted: auto-replied\nPrecedence: bulk\n\nI will not be reading "
       "my mail for a while.\nYour mail regarding \"Your order\" will be read when I return.\n",
       Kind::auto_reply},
      {"Sieve vacation",
       "Return-Path: <>\nFrom: bob@remote.example\nTo: alice@ourshop.example\n"
       "Subject: Auto: Your order\nIn-Reply-To: <a1@ourshop.example>\nReferences: "
       "<a1@ourshop.example>\nAuto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n"
       "X-Sieve: Pigeonhole Sieve 0.5\n\nIch bin bis Montag nicht da.\n",
       Kind::auto_reply},
      {"Exchange's out of office, from the null sender",
       "Return-Path: <>\nFrom: Bob <bob@remote.example>\nTo: alice@ourshop.example\n"
       "Subject: Automatic reply: Your order\nX-Auto-Response-Suppress: All\n"
       "auto-submitted: auto-generated\nIn-Reply-To: <a1@ourshop.example>\nMIME-Version: 1.0\n"
       "Content-Type: text/plain\n\nI am away.\n",
       Kind::auto_reply},
      {"Gmail's responder",
       "Return-Path: <>\nFrom: Bob <bob@remote.example>\nTo: alice@ourshop.example\n"
       "Subject: I am away Re: Your order\nIn-Reply-To: <a1@ourshop.example>\nPrecedence: bulk\n"
       "X-Autoreply: yes\nAuto-Submitted: auto-replied\n\nBack on Monday.\n",
       Kind::auto_reply},
      {"a help desk's receipt",
       "From: Help Desk <help@remote.example>\nTo: alice@ourshop.example\n"
       "Subject: [remote.example #4711] AutoReply: My mail was not delivered\nPrecedence: bulk\n"
       "Auto-Submitted: auto-replied\nX-RT-Loop-Prevention: remote.example\n\nThis message has "
       "been automatically generated: delivery failed, you write.\n",
       Kind::auto_reply},
      {"cPanel's responder",
       "From: Bob <bob@remote.example>\nTo: alice@ourshop.example\nSubject: Thank you\n"
       "X-Autorespond: Your order\nPrecedence: auto_reply\n\nWe have your mail.\n",
       Kind::auto_reply},
      {"an absence in Japanese",
       "From: bob@remote.example\nTo: alice@ourshop.example\n"
       "Subject: =?UTF-8?B?6Ieq5YuV6L+U5L+hOiDms6jmloc=?=\n\n...\n",
       Kind::auto_reply},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("challenges, scanners' notices, receipts and reports") {
  const Row rows[] = {
      {"a challenge that asks for an answer",
       "Return-Path: <>\nFrom: bob@remote.example\nTo: alice@ourshop.example\n"
       "Subject: Please confirm your message\nAuto-Submitted: auto-replied\n\n"
       "To prove you are human, please confirm your message by replying.\n",
       Kind::challenge},
      {"amavis to the sender",
       "Return-Path: <>\nFrom: \"Content-filter at mx.remote.example\" "
       "<postmaster@mx.remote.example>\nTo: alice@ourshop.example\n"
       "Subject: VIRUS (Eicar-Test-Signature) in mail FROM YOU\n\nOur content checker found\n"
       "    virus: Eicar-Test-Signature\n",
       Kind::virus_notice},
      {"a receipt of Thunderbird",
       "From: bob@remote.example\nTo: alice@ourshop.example\nSubject: Return Receipt (displayed) - "
       "Your order\nContent-Type: multipart/report; report-type=disposition-notification; "
       "boundary=b\n\n--b\n\nThis is a Return Receipt.\n--b\nContent-Type: "
       "message/disposition-notification\n\nReporting-UA: x\nFinal-Recipient: "
       "rfc822;bob@remote.example\nOriginal-Message-ID: <a1@ourshop.example>\n"
       "Disposition: manual-action/MDN-sent-manually; displayed\n--b\n"
       "Content-Type: text/rfc822-headers\n\nMessage-ID: <a1@ourshop.example>\nFrom: "
       "alice@ourshop.example\n--b--\n",
       Kind::read_receipt},
      {"a complaint (RFC 5965) with the mail that it is about",
       "Return-Path: <>\nFrom: fbl@remote.example\nTo: abuse@ourshop.example\nSubject: FW: Your "
       "order\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\n"
       "This is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\n"
       "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n--b\nContent-Type: message/rfc822\n\n"
       "From: alice@ourshop.example\nMessage-ID: <a1@ourshop.example>\n\nHello\n--b--\n",
       Kind::report},
      {"DMARC, the aggregate",
       "Return-Path: <>\nFrom: noreply-dmarc@remote.example\nTo: dmarc@ourshop.example\n"
       "Subject: Report domain: ourshop.example Submitter: remote.example Report-ID: 1\n"
       "MIME-Version: 1.0\nContent-Type: application/gzip; name=r.xml.gz\n"
       "Content-Transfer-Encoding: base64\n\nH4sIAA==\n",
       Kind::report},
      {"TLS-RPT (RFC 8460)",
       "From: tlsrpt@remote.example\nTo: tls@ourshop.example\nSubject: Report Domain: "
       "ourshop.example Submitter: remote.example Report-ID: <1>\nTLS-Report-Domain: "
       "ourshop.example\nTLS-Report-Submitter: remote.example\nContent-Type: multipart/report; "
       "report-type=\"tlsrpt\"; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
       "application/tlsrpt+gzip\n\nx\n--b--\n",
       Kind::report},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("what list servers and other programs answer is ordinary mail") {
  const Row rows[] = {
      {"Mailman holds a posting",
       "From: talk-bounces@list.example\nTo: alice@ourshop.example\n"
       "Subject: Your message to Talk awaits moderator approval\nPrecedence: bulk\n"
       "X-List-Administrivia: yes\nX-BeenThere: talk@list.example\nList-Id: <talk.list.example>\n"
       "Sender: talk-bounces@list.example\n\nYour mail to 'Talk' with the subject\n\n    Your "
       "order\n\nIs being held until the list moderator can review it for approval.\n",
       Kind::ordinary},
      {"Mailman refuses a posting and returns it",
       "From: talk-owner@list.example\nTo: alice@ourshop.example\nSubject: Your order\n"
       "X-List-Administrivia: yes\nList-Id: <talk.list.example>\nMIME-Version: 1.0\n"
       "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nYou are not allowed to post to this "
       "mailing list, and your message has\nbeen automatically rejected.\n--b\nContent-Type: "
       "message/rfc822\n\nFrom: alice@ourshop.example\nMessage-ID: <a1@ourshop.example>\n\nHi\n"
       "--b--\n",
       Kind::ordinary},
      {"Mailman tells a list's owner of a bounce",
       "From: mailman-bounces@list.example\nTo: talk-owner@list.example\n"
       "Subject: Bounce action notification\nX-List-Administrivia: yes\nMIME-Version: 1.0\n"
       "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nThis is a Mailman mailing list bounce "
       "action notice:\n\n    List:       Talk\n    Member:     bob@remote.example\n    Action:    "
       " "
       "Subscription disabled.\n    Reason:     Excessive or fatal bounces.\n--o\nContent-Type: "
       "message/rfc822\n\nReturn-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nSubject: failure "
       "notice\nMessage-ID: <b1@mx.remote.example>\n\nuser unknown\n--o--\n",
       Kind::ordinary},
      {"Majordomo",
       "From: Majordomo-Owner@list.example\nTo: alice@ourshop.example\nSubject: Majordomo results: "
       "Your order\n\n--\n\n>>>> Dear all,\n**** Command 'dear' not recognized.\n>>>> \n**** No "
       "valid commands found.\n",
       Kind::ordinary},
      {"LISTSERV",
       "From: \"L-Soft list server at LIST.EXAMPLE\" <LISTSERV@list.example>\nTo: "
       "alice@ourshop.example\nSubject: Output of your job \"alice\"\n\n> subscribe talk\nUnknown "
       "list - \"TALK\". Command could not be processed.\n",
       Kind::ordinary},
      {"Sympa",
       "From: SYMPA <sympa@list.example>\nTo: alice@ourshop.example\nSubject: Results of your "
       "commands\nAuto-Submitted: auto-generated\n\n> hello\nCommand not understood: ignoring end "
       "of message.\n",
       Kind::ordinary},
      {"cron",
       "From: root@mx.ourshop.example (Cron Daemon)\nTo: root@mx.ourshop.example\nSubject: Cron "
       "<root@mx> mailq\nAuto-Submitted: auto-generated\n\n2 messages are undeliverable\n",
       Kind::ordinary},
      {"a mailbox's own first message",
       "From MAILER-DAEMON Mon Nov 23 10:00:00 2026\nDate: 23 Nov 2026 10:00:00 +0000\n"
       "From: Mail System Internal Data <MAILER-DAEMON@mx.ourshop.example>\n"
       "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nMessage-ID: "
       "<1@mx.ourshop.example>\nX-IMAP: 1 0\nStatus: RO\n\nThis text is part of the internal "
       "format of your mail folder, and is not\na real message.  It is created automatically by "
       "the mail system software.\nIf deleted, important folder data will be lost, and it will be "
       "re-created\nwith the data reset to initial values.\n",
       Kind::ordinary},
      {"a host to its postmaster about a queue",
       "From: root <root@mx.ourshop.example>\nTo: postmaster@mx.ourshop.example\nSubject: Logwatch "
       "for mx (Linux)\n\n 12 messages undeliverable, 3 returned to sender\n",
       Kind::ordinary},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("a person who quotes, forwards or asks about a bounce writes ordinary mail") {
  const std::string bounce(kBounce);
  const std::string person =
      "From: Bob <bob@remote.example>\nTo: help@ourshop.example\nMIME-Version: 1.0\n";
  std::string quoted;
  for (std::size_t at = 0; at < bounce.size();) {
    const std::size_t end = bounce.find('\n', at) + 1;
    quoted += "> " + bounce.substr(at, end - at);
    at = end;
  }
  const auto attached = [&](std::string_view type) {
    return "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nWhat is "
           "this?\n--o\nContent-Type: " +
           std::string(type) + "\n\n" + bounce + "\n--o--\n";
  };
  const std::string texts[] = {
      person + "Subject: Re: Undelivered Mail Returned to Sender\n\nWhy?\n\n" + quoted,
      person + "Subject: Undelivered Mail Returned to Sender\n\nWhy did I get this?\n\n" + quoted,
      person +
          "Subject: Fwd: Undelivered Mail Returned to Sender\n\n---------- Forwarded message "
          "---------\n" +
          bounce,
      person + "Subject: Undelivered Mail Returned to Sender\n\nSee below.\n\n" + bounce,
      person + "Subject: WG: Unzustellbar: Your order\n\n-----Original Message-----\n" + bounce,
      person + "Subject: Undelivered Mail Returned to Sender\n" + attached("message/rfc822"),
      person + "Subject: a bounce\n" + attached("text/plain"),
      person + "Subject: a bounce\n" + attached("application/octet-stream"),
      person +
          "Subject: Talk Digest, Vol 1\nList-Id: <talk.list.example>\n"
          "Content-Type: multipart/digest; boundary=o\n\n--o\n\n" +
          bounce + "\n--o--\n",
      person +
          "Subject: [Ticket #12] mail problem\nAuto-Submitted: auto-generated\n\nBob "
          "writes:\n\n" +
          bounce,
  };
  for (const std::string& text : texts) check({text, text, Kind::ordinary});
}

}  // namespace unsent

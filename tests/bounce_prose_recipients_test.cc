// SPDX-License-Identifier: MIT
// Whom the words of a report name as not reached, and how surely.
#include "bounce/prose_recipients.h"

#include <doctest/doctest.h>

#include "bounce/recognise.h"

namespace unsent {
namespace {

struct Row {
  const char* rule;
  std::string_view prose;
  std::string_view recipients;  // a guess has "?" behind it
};

// Of a report to alice@ on her mail to bob@ and dora@.
std::string recipients_in(std::string_view prose) {
  Named named;
  named.others = {"alice@ourshop.example", "office@ourshop.example", "a1@ourshop.example"};
  named.addressees = {"bob@remote.example", "dora@remote.example"};
  std::vector<RecipientReport> recipients;
  read_prose_recipients(prose, named, recipients);
  std::string text;
  for (const RecipientReport& one : recipients)
    text += (text.empty() ? "" : " ") + one.address + (one.is_guessed ? "?" : "");
  return text;
}

template <std::size_t N>
void check(const Row (&rows)[N]) {
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    CHECK(recipients_in(row.prose) == row.recipients);
  }
}

}  // namespace

TEST_CASE("what a mail system lists is stated") {
  const Row rows[] = {
      {"a colon behind it", "<x@isp.example>:\nno such user\n", "x@isp.example"},
      {"a label before it", "Recipient: x@isp.example\n", "x@isp.example"},
      {"a label of another script", "收件人：x@isp.example\n", "x@isp.example"},
      {"a reply before it", "550 <x@isp.example>... User unknown\n", "x@isp.example"},
      {"in brackets, a reply below it", "<x@isp.example>\n550 no such user\n", "x@isp.example"},
      {"indented, a reply below it", "  x@isp.example\n    550 5.1.1 unknown\n", "x@isp.example"},
      {"a reply beside it", "x@isp.example 550 5.1.1 unknown\n", "x@isp.example"},
      {"a list, and a server's reply further below",
       "These failed:\n<x@isp.example>\n\nTranscript:\n550 <x@isp.example>... unknown\n",
       "x@isp.example"},
      {"one whom the original was sent to", "It did not reach:\n\nbob@remote.example\n",
       "bob@remote.example"},
      {"where one of those went on to",
       "<x@isp.example> (expanded from <bob@remote.example>):\n550 unknown\n", "x@isp.example"},
  };
  check(rows);
}

TEST_CASE("an address that running text or a signature has at the start of a line is a guess") {
  const Row rows[] = {
      {"running text was wrapped",
       "Your mail to bob@remote.example could not be delivered. Please write to\n"
       "support@isp.example and quote this.\n",
       "bob@remote.example?"},
      {"in brackets, too",
       "Your mail to bob@remote.example could not be delivered. Please write to\n"
       "<support@isp.example> and quote this.\n",
       "bob@remote.example?"},
      {"a help desk in a line of its own",
       "Your mail to bob@remote.example was lost.\n\nQuestions?\n\nsupport@isp.example\n",
       "bob@remote.example?"},
      {"a reply above the signature",
       "Your mail to dora@remote.example was lost.\n550 5.1.1 Unknown\n\n-- "
       "\nsupport@isp.example\n",
       "dora@remote.example?"},
      {"nobody to whom it was sent is named",
       "It could not be delivered: mailbox unavailable. Contact:\n\nsupport@isp.example\n",
       "support@isp.example?"},
      {"in sentences alone", "We could not reach x@isp.example, sorry.\n", "x@isp.example?"},
  };
  check(rows);
}

TEST_CASE("a label that a help desk has, too, is a guess where the mail went elsewhere") {
  const Row rows[] = {
      {"a help desk's address", "It was lost.\nEmail address: helpdesk@isp.example\n",
       "helpdesk@isp.example?"},
      {"… in another script", "未能送达\n客服邮箱：helpdesk@isp.example\n",
       "helpdesk@isp.example?"},
      {"… and a recipient", "dora@remote.example was lost.\nEmail address: desk@isp.example\n",
       "dora@remote.example"},
      {"of a house to which it went", "Email address: ben@remote.example\n", "ben@remote.example"},
      {"a server's reply", "Email address: x@isp.example\n550 5.1.1 unknown\n", "x@isp.example"},
      {"a recipient's label", "Failed address: x@isp.example\n", "x@isp.example"},
      {"… in German", "Empfänger: x@isp.example\n", "x@isp.example"},
      {"… in Russian", "Получатель: x@isp.example\n", "x@isp.example"},
      {"a colon, whoever the mail names", "x@isp.example: mailbox is full\n", "x@isp.example"},
      {"dots", "x@isp.example... not known here\n", "x@isp.example"},
      {"an id with a label", "Lost: bob@remote.example\nMessage ID: q7@isp.example\n",
       "bob@remote.example?"},
      {"… and somebody behind it", "Message-ID: <q7@y.example>, Recipient: <x@isp.example>\n",
       "x@isp.example"},
  };
  check(rows);
}

TEST_CASE("the original's author and its id are no recipients") {
  const Row rows[] = {
      {"an id in a line of its own",
       "Your mail\n<a1@ourshop.example>\nto bob@remote.example was lost.\n550 unknown\n",
       "bob@remote.example?"},
      {"its sender", "The mail of\noffice@ourshop.example\nto bob@remote.example was lost.\n",
       "bob@remote.example?"},
      {"nothing else", "Your mail <a1@ourshop.example> was lost.\n", ""},
  };
  check(rows);
}

TEST_CASE("the sender and the postmaster are passed over, and not the line that names them") {
  const Row rows[] = {
      {"a sentence", "The mail from office@ourshop.example to x@isp.example was lost.\n",
       "x@isp.example?"},
      {"a day", "Your e-mail from Monday to x@isp.example was lost.\n", "x@isp.example?"},
      {"fields in one line", "Sender: y@isp.example, Recipient: x@isp.example, Error: 550 x\n",
       "x@isp.example"},
      {"… of a header", "From: y@isp.example To: x@isp.example Subject: z\n", "x@isp.example"},
      {"the sender's line alone", "From: y@isp.example\n", ""},
      {"a name in it", "Sender: Recipe <y@isp.example>\n", ""},
      {"an SMTP dialogue",
       ">>> MAIL FROM:<y@isp.example>\n<<< 250 ok\n>>> RCPT TO:<x@isp.example>\n<<< 550 no\n",
       "x@isp.example"},
      {"whom to ask, in the same line",
       "Your message to x@isp.example was lost. Please ask postmaster@remote.example.\n",
       "x@isp.example?"},
      {"whom to ask, in a line of his own", "Lost: x@isp.example\n\npostmaster@isp.example\n",
       "x@isp.example?"},
      {"the postmaster himself", "<postmaster@isp.example>: 550 unknown\n",
       "postmaster@isp.example"},
      {"two beside each other", "These failed: <x@isp.example>, <y@isp.example>\n",
       "x@isp.example? y@isp.example?"},
      {"two and a word between", "x@isp.example failed, ask y@isp.example\n", "x@isp.example?"},
  };
  check(rows);
}

TEST_CASE("authors, ids and addressees are those of the returned header") {
  const auto bounce = recognise(Message::parse(
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: bounces@ourshop.example\n"
      "Subject: Undelivered Mail\n\nThe mail\n<a1@ourshop.example>\nof\nalice@ourshop.example\n"
      "to bob@remote.example could not be delivered.\n550 5.1.1 User unknown\n\n"
      "Message-ID: <a1@ourshop.example>\nFrom: Alice <alice@ourshop.example>\n"
      "Reply-To: office@ourshop.example\nTo: bob@remote.example\nSubject: Your order\n\nHello\n"));
  REQUIRE(bounce.recipients.size() == 1);
  CHECK(bounce.recipients[0].address == "bob@remote.example");
  CHECK(bounce.recipients[0].is_guessed);
}

}  // namespace unsent

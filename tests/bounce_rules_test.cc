// SPDX-License-Identifier: MIT
// The built-in rules against their samples, and what they must leave alone.
#include <doctest/doctest.h>

#include <ctime>

#include "bounce/recognise.h"
#include "bounce/rule_check.h"

namespace unsent {
namespace {

Bounce recognise_text(std::string text) { return recognise(Message::parse(std::move(text))); }

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

constexpr const char* kQmail =
    "Hi. This is the qmail-send program at mx.remote.example.\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    "<bob@remote.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    "--- Below this line is a copy of the message.\n\n"
    "Received: by desk; 23 Nov 2026 10:00:00 -0000\nMessage-ID: <a1@ourshop.example>\n"
    "From: alice@ourshop.example\nTo: bob@remote.example\nSubject: Hi\n\nHello\n";

}  // namespace

TEST_CASE("every built-in rule does what it promises, and no rule takes another's sample") {
  RuleSet rules;
  const auto checks = check_rules(rules);
  CHECK(checks.size() > 70);
  for (const RuleCheck& check : checks) {
    CAPTURE(check.rule->name);
    for (const std::string& failure : check.failures) FAIL_CHECK(failure);
  }
  for (const std::string& problem : rules.problems()) FAIL_CHECK(problem);
}

TEST_CASE("the address that was expanded is the one to which it was sent") {
  const Bounce bounce = recognise_text(
      "From: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: Returned mail: User unknown\n\n"
      "The original message was received at Mon, 23 Nov 2026 10:00:00 GMT\n\n"
      "   ----- The following addresses had permanent fatal errors -----\n"
      "zoe@elsewhere.example\n    (reason: 550 5.1.1 no such user)\n"
      "    (expanded from: <bob@remote.example>)\nCarol <carol@remote.example>\n\n"
      "   ----- Transcript of session follows -----\n550 5.1.1 no such user\n\n"
      "   ----- Original message follows -----\nMessage-ID: <a1@ourshop.example>\n"
      "From: alice@ourshop.example\nTo: bob@remote.example\n\nHello\n");
  REQUIRE(bounce.recipients.size() == 2);
  CHECK(bounce.recipients[0].address == "zoe@elsewhere.example");
  CHECK(bounce.recipients[0].original == "bob@remote.example");
  CHECK(bounce.recipients[0].diagnostic == "(reason: 550 5.1.1 no such user)");
  CHECK(bounce.recipients[1].address == "carol@remote.example");
  CHECK(bounce.recipients[1].original.empty());
}

TEST_CASE("with CRLF a sample is read as with LF") {
  RuleSet rules;
  for (const Rule* rule : rules.rules()) {
    CAPTURE(rule->name);
    const Bounce lf = recognise_text(rule->sample);
    const Bounce crlf = recognise_text(with_crlf(rule->sample));
    CHECK(crlf.kind == lf.kind);
    CHECK(crlf.rule == lf.rule);
    CHECK(crlf.original.message_id == lf.original.message_id);
    CHECK(crlf.original.extent == lf.original.extent);
    REQUIRE(crlf.recipients.size() == lf.recipients.size());
    for (std::size_t i = 0; i < lf.recipients.size(); ++i) {
      CHECK(crlf.recipients[i].address == lf.recipients[i].address);
      CHECK(crlf.recipients[i].diagnostic == lf.recipients[i].diagnostic);
    }
  }
}

TEST_CASE("every kind that a rule may state is a kind") {
  for (const std::string_view kind : kRuleKinds) CHECK(name_of(parse_kind(kind)) == kind);
}

TEST_CASE("a rule that breaks its promise is told in words") {
  struct Row {
    const char* more;
    const char* failure;
  };
  const std::string sample = "From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n";
  for (const Row& row : {Row{"expect.recipients = [\"carol@remote.example\"]\n",
                             "its sample names the recipients bob@remote.example"},
                         Row{"expect.message_id = \"other\"\n",
                             "its sample returns the Message-ID a1@ourshop.example"},
                         Row{"original = 'nowhere'\nbody = 'nothing like it'\n",
                             "its sample is not recognised by it, but by qmail"}}) {
    RuleSet rules;
    rules.add_file(
        "t.toml",
        "[[rule]]\nname = \"t\"\nsystem = \"s\"\ndescription = \"d\"\nkind = \"bounce\"\n"
        "near = [\"qmail-send program\"]\nsample = '''\n" +
            sample + kQmail + "'''\n" + row.more);
    bool is_told = false;
    for (const RuleCheck& check : check_rules(rules))
      if (check.rule->name == "t")
        for (const std::string& failure : check.failures)
          is_told = is_told || failure == row.failure;
    CHECK(is_told);
  }
}

TEST_CASE("a person who quotes or forwards a bounce writes no bounce") {
  for (const std::string head : {"From: Bob <bob@remote.example>\nSubject: what is this?\n\n",
                                 "Return-Path: <bob@remote.example>\nFrom: bob@remote.example\n"
                                 "Subject: Fwd: failure notice\n\n"})
    CHECK(recognise_text(head + kQmail).kind == Kind::ordinary);
  // A ticket system, a robot: no words of a mail system begin its mail.
  const Bounce ticket = recognise_text(
      "From: Help <help@remote.example>\nAuto-Submitted: auto-generated\nSubject: [#12] mail\n\n"
      "Bob writes:\n\n" +
      std::string(kQmail));
  CHECK(ticket.rule != "qmail");
}

TEST_CASE("the original is the outer one where a bounce is returned within a bounce") {
  std::string inner =
      "From: MAILER-DAEMON@inner.example\nMessage-ID: <inner@inner.example>\n"
      "To: alice@ourshop.example\nSubject: failure notice\n\n" +
      std::string(kQmail);
  std::string text = kQmail;
  text = text.substr(0, text.find("Received:"));
  const Bounce bounce = recognise_text(
      "From: MAILER-DAEMON@mx.remote.example\nSubject: failure notice\n\n" + text + inner);
  CHECK(bounce.rule == "qmail");
  CHECK(bounce.original.message_id == "inner@inner.example");
}

TEST_CASE("a hostile report is judged in half a second") {
  RuleSet rules;
  std::size_t size = 2'000'000;
  for (const Rule* rule : rules.rules()) {
    CAPTURE(rule->name);
    std::string words;
    for (const std::string& literal : rule->near) words += literal + "\n";
    std::string header;
    for (const std::string& literal : rule->near_header) header += literal + " x\n";
    for (const std::string piece :
         {"<a@b>", " ", "a@b: ", "\n", "    a\n", "5.1.1 <", "\t(", "aaaa@"}) {
      std::string text = "From: MAILER-DAEMON@x.example\nSubject: x\n" + header + "\n" + words;
      while (text.size() < size) text += piece;
      const std::clock_t begin = std::clock();
      recognise(Message::view(text));
      CHECK(std::clock() - begin < CLOCKS_PER_SEC / 2);
    }
    size = 2 * RuleSet::kMaxWords;  // more is not looked at
  }
}

}  // namespace unsent

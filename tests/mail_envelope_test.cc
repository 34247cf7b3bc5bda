// SPDX-License-Identifier: MIT
#include "mail/envelope.h"

#include <doctest/doctest.h>

#include <map>

namespace unsent {
namespace {

using Variables = std::map<std::string, std::string>;

Envelope read(const Variables& variables, const EnvelopeOptions& options = {}) {
  return read_envelope(options, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string recipient_of(const Variables& variables, const EnvelopeOptions& options = {}) {
  const auto envelope = read(variables, options);
  return envelope.recipient ? envelope.recipient->text() : "";
}

}  // namespace

TEST_CASE("every way of writing the null sender is known, and nothing else is one") {
  for (const char* sender : {"", "<>", " <> ", "< >", "MAILER-DAEMON", "mailer-daemon",
                             "MAILER-DAEMON@mail.ourshop.example", "<MAILER-DAEMON>",
                             "<Mailer-Daemon@mx.remote.example>", "#@[]", "<#@[]>"}) {
    CAPTURE(sender);
    CHECK(is_null_sender(sender));
    CHECK(read({{"SENDER", sender}}).sender == EnvelopeSender::null);
    CHECK(read({}, {.sender = sender}).sender == EnvelopeSender::null);
    const std::string line = std::string("Return-Path: ") + sender + "\n";
    CHECK(read({{"RPLINE", line}}).sender == EnvelopeSender::null);
  }
  for (const char* sender :
       {"alice@ourshop.example", "<alice@ourshop.example>", "alice", "postmaster@ourshop.example",
        "mailer-daemons@ourshop.example", "x-mailer-daemon@ourshop.example", "<", ">", "@", "#@"}) {
    CAPTURE(sender);
    CHECK(!is_null_sender(sender));
    CHECK(read({{"SENDER", sender}}).sender == EnvelopeSender::named);
  }
}

TEST_CASE(
    "the sender: the option before SENDER, SENDER before RPLINE; unknown where none says it") {
  CHECK(read({}).sender == EnvelopeSender::unknown);
  CHECK(read({{"RPLINE", ""}}).sender == EnvelopeSender::unknown);
  CHECK(read({{"SENDER", ""}, {"RPLINE", "Return-Path: <a@b.example>\n"}}).sender ==
        EnvelopeSender::null);
  CHECK(read({{"SENDER", ""}}, {.sender = "alice@ourshop.example"}).sender ==
        EnvelopeSender::named);
  CHECK(read({{"SENDER", "a@b.example"}}, {.sender = "<>"}).sender == EnvelopeSender::null);
}

TEST_CASE("an unset SENDER is the null sender only where the caller says so") {
  const EnvelopeOptions dovecot{.is_null_if_unset = true};
  CHECK(read({}, dovecot).sender == EnvelopeSender::null);
  CHECK(read({{"SENDER", "a@b.example"}}, dovecot).sender == EnvelopeSender::named);
  CHECK(read({{"SENDER", ""}}, dovecot).sender == EnvelopeSender::null);
}

TEST_CASE("the recipient: the option, as it was before aliases, as delivered, a stranger's word") {
  const EnvelopeOptions told{.recipient = Address::parse("told@ourshop.example")};
  Variables all = {{"ORIGINAL_RECIPIENT", "sales@ourshop.example"},
                   {"RECIPIENT", "alice@ourshop.example"},
                   {"DTLINE", "Delivered-To: dt@ourshop.example\n"},
                   {"ORIG_RECIPIENT", "stranger@remote.example"}};
  CHECK(recipient_of(all, told) == "told@ourshop.example");
  for (const auto& [name, expected] : Variables{{"1", "sales@ourshop.example"},
                                                {"2", "alice@ourshop.example"},
                                                {"3", "dt@ourshop.example"},
                                                {"4", "stranger@remote.example"}}) {
    CHECK(recipient_of(all) == expected);
    for (const char* variable : {"ORIGINAL_RECIPIENT", "RECIPIENT", "DTLINE", "ORIG_RECIPIENT"})
      if (all.erase(variable) > 0) break;
  }
  CHECK(recipient_of(all).empty());
}

TEST_CASE("an extension that the recipient has lost is put back, one that it has is not doubled") {
  CHECK(recipient_of({{"RECIPIENT", "alice@ourshop.example"}, {"EXTENSION", "tag"}}) ==
        "alice+tag@ourshop.example");
  CHECK(recipient_of({{"RECIPIENT", "alice-tag@ourshop.example"}, {"EXT", "tag"}}) ==
        "alice-tag@ourshop.example");
  CHECK(recipient_of({{"RECIPIENT", "alice@ourshop.example"}, {"EXTENSION", ""}}) ==
        "alice@ourshop.example");
}

TEST_CASE("what is no address is no recipient") {
  for (const char* value : {"", "alice", "<>", "@", "a b", "\n"}) {
    CAPTURE(value);
    CHECK(recipient_of({{"RECIPIENT", value}}).empty());
    CHECK(recipient_of({{"DTLINE", value}}).empty());
  }
  CHECK(recipient_of({{"RECIPIENT", "alice"}, {"DTLINE", "Delivered-To: dt@ourshop.example"}}) ==
        "dt@ourshop.example");
}

}  // namespace unsent

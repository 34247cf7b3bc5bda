// SPDX-License-Identifier: MIT
#include "submit/sendmail_call.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

using Words = std::vector<std::string>;

SendmailCall call_of(const Words& words) {
  const auto call = parse_sendmail_call(words);
  REQUIRE(call);
  return *call;
}

std::string recipients_of(const Words& words, const char* text) {
  const Entry entry = entry_of_call(call_of(words), Message::parse(text), Time());
  std::string list;
  for (const Address& recipient : entry.recipients) list += recipient.text() + ' ';
  return list + (entry.has_all_recipients ? "" : "…");
}

}  // namespace

TEST_CASE("sendmail's options are understood as getopt does, and passed on as they came") {
  const Words words = {"-oi",
                       "-f",
                       "alice@ourshop.example",
                       "-Fx y",
                       "-N",
                       "never",
                       "bob@remote.example",
                       "-V",
                       "e1@ourshop.example",
                       "-R",
                       "hdrs",
                       "--",
                       "-odd@remote.example"};
  const SendmailCall call = call_of(words);
  CHECK(call.words == words);
  CHECK(call.sender == "alice@ourshop.example");
  CHECK(call.envelope_id == "e1@ourshop.example");
  CHECK(!call.ends_at_dot);
  CHECK(call.is_submission);
  CHECK(call.recipients == Words{"bob@remote.example", "-odd@remote.example"});
}

TEST_CASE("options in one word, with and without their values") {
  CHECK(call_of({"-ti"}).takes_header_recipients);
  CHECK(!call_of({"-ti"}).ends_at_dot);
  CHECK(call_of({"-tfalice@ourshop.example"}).sender == "alice@ourshop.example");
  CHECK(call_of({"-ralice@ourshop.example"}).sender == "alice@ourshop.example");
  CHECK(call_of({"-oem", "-oi", "-t"}).recipients.empty());
  CHECK(call_of({"-t"}).ends_at_dot);
  CHECK(!call_of({"-OIgnoreDots=true"}).ends_at_dot);
  CHECK(call_of({"-"}).recipients == Words{"-"});
  CHECK(call_of({"-f"}).sender == std::nullopt);
  CHECK(call_of({"-f", ""}).sender == "");
  CHECK(call_of({}).words.empty());
}

TEST_CASE("where no message comes in, the real program takes over") {
  for (const char* word : {"-bs", "-bp", "-bi", "-bd", "-q", "-q30m", "-bv"})
    CHECK(!call_of({word}).is_submission);
  for (const char* word : {"-bm", "-i", "-v", "-odq"}) CHECK(call_of({word}).is_submission);
}

TEST_CASE("our own options are taken out, in both forms; one without its value is an error") {
  const SendmailCall call =
      call_of({"--real", "/bin/x", "-t", "--ledger=l.db", "--domain", "ourshop.example"});
  CHECK(call.real == "/bin/x");
  CHECK(call.ledger == "l.db");
  CHECK(call.domain == "ourshop.example");
  CHECK(call.words == Words{"-t"});
  CHECK(call_of({"--", "--real", "x"}).recipients == Words{"--real", "x"});
  CHECK(!parse_sendmail_call({"--real"}));
  CHECK(!parse_sendmail_call({"-t", "--ledger"}));
}

TEST_CASE("the recipients are those of the call, with -t those of the header, Bcc among them") {
  constexpr const char* kMail =
      "From: alice@ourshop.example\nTo: Bob <bob@remote.example>, team: carol@else.example;\n"
      "Bcc: dave@remote.example\nMessage-ID: <a1@ourshop.example>\n\nHi\n";
  CHECK(recipients_of({"erin@else.example"}, kMail) == "erin@else.example ");
  CHECK(recipients_of({"-t"}, kMail) ==
        "bob@remote.example carol@else.example dave@remote.example ");
  CHECK(recipients_of({"-t", "erin@else.example", "BOB@remote.example"}, kMail) ==
        "BOB@remote.example carol@else.example dave@remote.example erin@else.example ");
  CHECK(recipients_of({"-t"}, "To: bob@remote.example\nResent-To: erin@else.example\n\n") ==
        "erin@else.example ");
  CHECK(recipients_of({"root"}, kMail) == "…");
  CHECK(recipients_of({"root", "erin@else.example"}, kMail) == "erin@else.example …");
  CHECK(recipients_of({}, kMail).empty());
}

TEST_CASE("a message without Message-ID gets one, in its own line ends; one that has keeps it") {
  CHECK(with_message_id("From: a\n\nb\n", "i@d") == "Message-ID: <i@d>\nFrom: a\n\nb\n");
  CHECK(with_message_id("From: a\r\n\r\nb\r\n", "i@d") ==
        "Message-ID: <i@d>\r\nFrom: a\r\n\r\nb\r\n");
  CHECK(with_message_id("From alice Mon Nov 23 10:00:00 2026\nTo: b\n\n", "i@d") ==
        "From alice Mon Nov 23 10:00:00 2026\nMessage-ID: <i@d>\nTo: b\n\n");
  CHECK(with_message_id("message-id: <x@y>\n\nb\n", "i@d") == "message-id: <x@y>\n\nb\n");
  CHECK(with_message_id("", "i@d") == "Message-ID: <i@d>\n");
  CHECK(with_message_id("A: b\n\nMessage-ID: <x@y>\n", "i@d") ==
        "Message-ID: <i@d>\nA: b\n\nMessage-ID: <x@y>\n");
}

TEST_CASE("a line of one dot ends the message where it is asked to") {
  CHECK(find_dot_line("a\n.\nb", 0) == 4);
  CHECK(find_dot_line("a\r\n.\r\nb", 0) == 6);
  CHECK(find_dot_line(".\n", 0) == 2);
  for (const char* text : {"", ".", "a.\n", "..\n", ". \n", "a\n.", "a\n.b\n"})
    CHECK(find_dot_line(text, 0) == std::string_view::npos);
}

TEST_CASE(
    "the envelope sender is that of the call, and an envelope id like a Message-ID is one more") {
  const Message message =
      Message::parse("From: a@else.example\nReturn-Path: <x@else.example>\nMessage-ID: <a1@d>\n\n");
  const Entry entry = entry_of_call(
      call_of({"-falice@ourshop.example", "-V", "e1@ourshop.example"}), message, Time());
  CHECK(entry.reverse_path == "alice@ourshop.example");
  CHECK(entry.message_ids == Words{"a1@d", "e1@ourshop.example"});
  CHECK(entry_of_call(call_of({"-f", "<>", "-V", "QQ1"}), message, Time()).reverse_path.empty());
  CHECK(entry_of_call(call_of({"-V", "QQ1"}), message, Time()).message_ids == Words{"a1@d"});
}

}  // namespace unsent

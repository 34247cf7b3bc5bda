// SPDX-License-Identifier: MIT
#include "ledger/entry.h"

#include <doctest/doctest.h>

#include "ledger/coverage.h"

namespace unsent {
namespace {

Entry entry_of_text(std::string_view text) { return entry_of(Message::view(text)); }

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a Sent mail tells its ids, people, date and envelope sender") {
  const Entry entry = entry_of_text(
      "Return-Path: <bounces@ourshop.example>\r\n"
      "Message-ID: <a1@ourshop.example>\r\n"
      "X-Microsoft-Original-Message-ID:\r\n <a0@ourshop.example>\r\n"
      "X-Google-Original-Message-ID: <a2@ourshop.example>\r\n"
      "Resent-Message-ID: <a1@ourshop.example>\r\n"
      "Original-Message-ID: <somebody-elses@remote.example>\r\n"
      "In-Reply-To: <another@remote.example>\r\n"
      "From: =?utf-8?Q?Al=C3=ADce?= <Alice@OurShop.example>\r\n"
      "To: Bob <bob@remote.example>, carol@else.example\r\n"
      "Cc: BOB@remote.example\r\nBcc: hidden@else.example\r\n"
      "Date: Mon, 23 Nov 2026 11:00:00 +0100\r\n"
      "Subject: =?utf-8?Q?Your_order?=\r\n 4711\r\n\r\nbody");
  CHECK(entry.message_ids == Ids{"a1@ourshop.example", "a0@ourshop.example", "a2@ourshop.example"});
  CHECK(entry.recipients.size() == 3);
  CHECK(entry.has_all_recipients);
  CHECK(entry.reverse_path == "bounces@ourshop.example");
  CHECK(entry.sender() == "alice@ourshop.example");
  CHECK(entry.subject == "Your order 4711");
  REQUIRE(entry.fingerprint);
  CHECK(entry.fingerprint->subject == "Yourorder4711");
  CHECK(format_rfc3339(*entry.time()) == "2026-11-23T10:00:00Z");
}

TEST_CASE("what a mail lacks stays unknown") {
  const Entry bare = entry_of_text("Message-ID: <>\nTo: undisclosed-recipients:;\nSubject: x\n\n");
  CHECK(bare.message_ids.empty());
  CHECK(bare.recipients.empty());
  CHECK_FALSE(bare.has_all_recipients);
  CHECK_FALSE(bare.fingerprint);
  CHECK_FALSE(bare.is_usable());
  CHECK(entry_of_text("Message-ID: <a@b>\n\n").is_usable());
  CHECK(entry_of_text("From: a@b.example\nDate: 23 Nov 2026 10:00:00 +0000\n\n").is_usable());
  CHECK_FALSE(entry_of_text("").is_usable());
}

TEST_CASE("ids are compared without brackets and white space, with their case") {
  const struct {
    std::string_view written;
    std::string id;
  } cases[] = {
      {"<a@b>", "a@b"}, {"a@b", "a@b"}, {" <a@ \r\n\tb> ", "a@b"},
      {"<A@B>", "A@B"}, {"", ""},       {"<>", ""},
      {" ", ""},        {"<", "<"},     {"a\xFF", "a\uFFFD"},
      {"a\0b", "a"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.written);
    CHECK(normal_id(each.written) == each.id);
  }
  CHECK(normal_id(std::string(5000, 'x')).size() == 1000);
}

TEST_CASE("a JSON line is read, whatever else stands in it") {
  const auto entry = parse_entry(
      R"({"queue_id": "51924AA820B", "server": {"name": ["x", {"message_ids": ["no"]}], "n": 1.5},
          "message_ids": ["<a1@ourshop.example>", "", "a1@ourshop.example", "b1@relay.example"],
          "date": "Mon, 23 Nov 2026 11:00:00 +0100", "sent_at": "2026-11-23T10:00:05Z",
          "from": "Alice <alice@ourshop.example>", "reverse_path": null,
          "recipients": ["bob@remote.example", "postmaster"], "subject": "注文", "flag": true})");
  REQUIRE(entry);
  CHECK(entry->message_ids == Ids{"a1@ourshop.example", "b1@relay.example"});
  CHECK(entry->recipients.size() == 1);
  CHECK(entry->reverse_path.empty());
  CHECK(entry->fingerprint->subject == "注文");
  CHECK(format_rfc3339(*entry->sent_at) == "2026-11-23T10:00:05Z");
}

TEST_CASE("a line that is wrong says how") {
  const std::string deep(100000, '[');
  const struct {
    std::string line;
    const char* says;
  } cases[] = {
      {"", "broken JSON at byte"},
      {"{", "broken JSON at byte"},
      {"{}", "neither a Message-ID"},
      {"[]", "not an object"},
      {"\"x\"", "not an object"},
      {"null", "not an object"},
      {"17", "not an object"},
      {R"({"message_ids": ["a@b"]} x)", "broken JSON at byte"},
      {R"({"message_ids": 1})", "\"message_ids\" is a number"},
      {R"({"message_ids": [1]})", "\"message_ids\" is a number"},
      {R"({"message_ids": [["a@b"]]})", "\"message_ids\" holds a list"},
      {R"({"message_ids": [{"a": "b"}]})", "\"message_ids\" holds an object"},
      {R"({"message_ids": {"a": "b"}})", "\"message_ids\" is an object"},
      {R"({"recipients": true})", "\"recipients\" is true or false"},
      {R"({"subject": ["a"]})", "\"subject\" is a list"},
      {R"({"subject": 1})", "\"subject\" is a number"},
      {R"({"all_recipients": "no", "message_ids": ["a@b"]})", "\"all_recipients\" is text"},
      {R"({"message_ids": ["a@b"], "sent_at": "yesterday"})", "\"sent_at\" is no RFC 3339 time"},
      {R"({"message_ids": ["", "<>"], "from": "a@b.example"})", "neither a Message-ID"},
      {R"({"from": "nobody", "date": "Mon, 23 Nov 2026 10:00:00 +0000"})", "neither a Message-ID"},
      {"{\"message_ids\": [\"a\xFF\"]}", "broken JSON at byte"},
      {"{\"x\": " + deep, "broken JSON at byte"},
      {"{\"message_ids\": [\"" + std::string(kMaxEntryLine, 'x') + "\"]}", "more than 4 MB"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.line.substr(0, 100));
    const auto entry = parse_entry(each.line);
    REQUIRE_FALSE(entry);
    CHECK(entry.error().code == ErrorCode::data);
    CAPTURE(entry.error().message);
    CHECK(entry.error().message.find(each.says) != std::string::npos);
  }
}

TEST_CASE("what is printed is read back as the same entry") {
  for (
      const char* line :
      {R"({"message_ids": ["a1@ourshop.example"], "recipients": []})",
       R"({"message_ids": ["a\"\\1@ourshop.example", "b"], "date": "Mon, 23 Nov 2026 11:00:00 +0100",
            "sent_at": "2026-11-23T10:00:05Z", "from": "\"Müller, A.\" <alice@ourshop.example>",
            "reverse_path": "x@ourshop.example", "recipients": ["bob@remote.example", "c@d.example"],
            "subject": "=?utf-8?Q?a?= \u0001\t☃ \"", "all_recipients": false})"}) {
    const auto entry = parse_entry(line);
    REQUIRE(entry);
    const auto again = parse_entry(format_entry(*entry));
    REQUIRE(again);
    CHECK(*again == *entry);
    CHECK(format_entry(*again) == format_entry(*entry));
    CHECK(format_entry(*entry).find('\n') == std::string::npos);
  }
}

TEST_CASE("a line of many ids is read in the time that it takes to read it, each id once") {
  std::string ids;
  for (int i = 0; i < 200000; ++i) ids += "\"" + std::to_string(i % 150000) + "@a\",";
  ids.pop_back();
  const auto entry = parse_entry("{\"message_ids\": [" + ids + "]}");
  REQUIRE(entry);
  CHECK(entry->message_ids.size() == 150000);
}

TEST_CASE("when two entries are the same message") {
  const auto entry = [](const char* ids, const char* subject) {
    return *parse_entry(std::string(R"({"message_ids": [)") + ids +
                        R"(], "from": "a@b.example", "date": "23 Nov 2026 10:00:00 +0000",)" +
                        R"("subject": ")" + subject + "\"}");
  };
  const auto bare = *parse_entry(R"({"message_ids": ["one"]})");
  CHECK(are_same_message(entry("\"one\"", "x"), entry("\"two\", \"one\"", "x")));
  CHECK(are_same_message(entry("\"one\"", "x"), bare));
  CHECK(are_same_message(entry("", "x"), entry("", "x")));
  CHECK_FALSE(are_same_message(entry("\"one\"", "x"), entry("\"one\"", "y")));
  CHECK_FALSE(are_same_message(entry("\"one\"", "x"), entry("\"two\"", "x")));
  CHECK_FALSE(are_same_message(entry("\"one\"", "x"), entry("", "x")));
  CHECK_FALSE(are_same_message(entry("", "x"), entry("", "y")));
}

TEST_CASE("a scope is a domain or an address") {
  CHECK(*parse_scope("OurShop.example.") == "ourshop.example");
  CHECK(*parse_scope("@ourshop.example") == "ourshop.example");
  CHECK(*parse_scope(" Alice@OurShop.example ") == "alice@ourshop.example");
  for (const char* text : {"", "@", "alice@", "two words", "a@b@"}) {
    CAPTURE(text);
    const auto scope = parse_scope(text);
    REQUIRE_FALSE(scope);
    CHECK(scope.error().code == ErrorCode::usage);
  }
}

}  // namespace unsent

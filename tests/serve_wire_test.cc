// SPDX-License-Identifier: MIT
#include "serve/wire.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

const std::string kOdd("tab\t line\n end%\r \0 \xFF", 20);

std::string_view without_end(const std::string& line) {
  REQUIRE(line.back() == '\n');
  REQUIRE(line.find('\n') == line.size() - 1);
  return std::string_view(line).substr(0, line.size() - 1);
}

SentMessage a_message() {
  SentMessage one;
  one.row = 7;
  one.message_ids = {"0011223344556677", ""};
  one.from = "aa";
  one.date = Time(seconds(1795428000));
  one.senders = {"bb"};
  one.recipients = {{"cc", ""}, {"dd", "ee"}};
  one.has_all_recipients = false;
  one.sent_at = Time(seconds(-5));
  return one;
}

}  // namespace

TEST_CASE("a request is one line, and comes back as it was") {
  const Time at(seconds(1795428000));
  const Request all[] = {FindRequest{ByMessageId{kOdd}, "a@ourshop.example"},
                         FindRequest{Fingerprint{"a@b.example", at, kOdd}, ""},
                         FindRequest{ByNotice{kOdd}, kOdd},
                         SenderRequest{kOdd, at},
                         CountRequest{"a", kOdd, at, Time(seconds(-1))},
                         WithoutIdRequest{kOdd, at, Time(seconds(-1))},
                         IdentityRequest{},
                         NoteRequest{BounceAbout{-3, kOdd}},
                         NoteRequest{BounceTo{"a", kOdd}},
                         NoteRequest{Proof{kOdd, true, at}},
                         CompareRequest{kOdd},
                         RecordRequest{R"({"message_ids": ["a@b"]})", "record"}};
  for (const Request& request : all) {
    const std::string line = encode_request(request);
    const auto again = decode_request(without_end(line));
    REQUIRE(again);
    CHECK(again->index() == request.index());
    CHECK(encode_request(*again) == line);
  }
}

TEST_CASE("what is no whole request is none") {
  const std::string good(without_end(encode_request(FindRequest{ByMessageId{"a@b"}, "c"})));
  REQUIRE(decode_request(good));
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(decode_request(good.substr(0, size)));
  for (const char* line :
       {"", ".", "\t.", "find-id\t.", "find-id\ta\tb\tc\t.", "Find-id\ta\tb\t.", "identity\tx\t.",
        "sender\ta\tx\t.", "sender\ta\t1x\t.", "sender\ta\t 1\t.", "sender\ta\t\t.",
        "count\ta\tb\t1\t.", "proof\ta\t2\t0\t.", "bounce-about\t99999999999999999999\ta\t.",
        "sender\ta\t9223372036854775807\t.", "sender\ta\t-9223372036854775808\t."})
    CHECK_FALSE(decode_request(line));
  CHECK_FALSE(decode_request("compare\t" + std::string(kMostRequest, 'x') + "\t."));
}

TEST_CASE("an answer comes back as it was") {
  const std::string found = encode_found({a_message(), SentMessage{}});
  const auto messages = decode_found(without_end(found));
  REQUIRE(messages.is_available());
  REQUIRE(messages.value.size() == 2);
  CHECK(messages.value[0].recipients == a_message().recipients);
  CHECK(messages.value[0].date == a_message().date);
  CHECK_FALSE(messages.value[1].date);
  CHECK(encode_found(messages.value) == found);

  const std::string sender = encode_sender({true, {true, kOdd}, true});
  CHECK(decode_sender(without_end(sender)).value.coverage.detail == kOdd);
  CHECK(decode_number(without_end(encode_number(-4))).value == -4);
  const std::string identity = encode_identity({5, {{kOdd, 2}}, {{"host", 3}, {"", 0}}, true});
  CHECK(encode_identity(decode_identity(without_end(identity)).value) == identity);
  CHECK(decode_tokens(without_end(encode_tokens({"a", "b"}))).value.brief == "b");
}

TEST_CASE("what is no such answer is unavailable, and so is a refusal") {
  const std::string refusal = encode_refusal(kOdd);
  CHECK(decode_found(without_end(refusal)).unavailable == kOdd);
  CHECK_FALSE(decode_number(without_end(encode_refusal(""))).is_available());
  const std::string good(without_end(encode_found({a_message()})));
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(decode_found(good.substr(0, size)).is_available());
  for (const char* line : {"", "ok", "ok\t.", "ok\t2\t.", "ok\t-1\t.", "ok\t99999999999\t.",
                           "no\t.", "yes\t0\t.", "ok\t0\t0\t.", "ok\t1\t1\t\t\t\t0\t0\t9999\t."})
    CHECK_FALSE(decode_found(line).is_available());
  CHECK_FALSE(decode_sender("ok\t1\t1\t\t2\t.").is_available());
  CHECK_FALSE(decode_number("ok\tx\t.").is_available());
}

}  // namespace unsent

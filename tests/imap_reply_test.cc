// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "imap/fetched.h"
#include "imap/reply.h"

using namespace unsent;

namespace {

// Gives what a server says in pieces of so many bytes.
class Said : public ImapInput {
 public:
  explicit Said(std::string bytes, std::size_t piece = 7)
      : bytes_(std::move(bytes)), piece_(piece) {}
  Result<std::string_view> more() override {
    if (at_ == bytes_.size()) return fail(ErrorCode::io, "broken");
    const std::string_view some = std::string_view(bytes_).substr(at_, piece_);
    at_ += some.size();
    return some;
  }

 private:
  std::string bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

ErrorCode error_of(const std::string& bytes, ImapReplyReader::Limits limits = {}) {
  Said said(bytes);
  ImapReplyReader reader(said, limits);
  const auto reply = reader.next();
  return reply ? ErrorCode::software : reply.error().code;
}

}  // namespace

TEST_CASE("a status has its code and its words, which may look like anything") {
  Said said("* OK [UIDVALIDITY 38] fine \"( {3}\r\nu1 NO [OVERQUOTA] full\r\n* BYE\r\n+ \r\n");
  ImapReplyReader reader(said);
  auto reply = reader.next();
  REQUIRE(reply.has_value());
  CHECK((*reply)->tag == "*");
  CHECK((*reply)->status == ImapStatus::ok);
  CHECK((*reply)->code == "UIDVALIDITY");
  CHECK((*reply)->code_args == "38");
  CHECK((*reply)->text == "fine \"( {3}");
  reply = reader.next();
  REQUIRE(reply.has_value());
  CHECK((*reply)->tag == "u1");
  CHECK((*reply)->status == ImapStatus::no);
  CHECK((*reply)->code == "OVERQUOTA");
  REQUIRE((reply = reader.next()).has_value());
  CHECK((*reply)->status == ImapStatus::bye);
  REQUIRE((reply = reader.next()).has_value());
  CHECK((*reply)->tag == "+");
  CHECK(!reader.next().has_value());
}

TEST_CASE("a message comes in a literal, whatever is in it and however it is cut into pieces") {
  const std::string text = "Subject: x\r\n\r\n) {5}\r\nu1 OK\r\n\0\xFF";
  const std::string whole(text.data(), text.size());
  for (const std::size_t piece : {1U, 2U, 5U, 1000U}) {
    Said said(
        "* 12 FETCH (FLAGS (\\Seen \"a b\") UID 7 RFC822.SIZE 99 INTERNALDATE "
        "\" 1-Nov-2026 10:00:00 +0100\" X-OTHER (1 (2) 3) BODY[] {" +
            std::to_string(whole.size()) + "}\r\n" + whole + " BODY[HEADER.FIELDS (A B)] NIL)\r\n",
        piece);
    ImapReplyReader reader(said);
    const auto reply = reader.next();
    REQUIRE(reply.has_value());
    CHECK((*reply)->number == 12);
    const auto fetched = read_fetched(**reply);
    REQUIRE(fetched.has_value());
    CHECK(fetched->uid == 7);
    CHECK(fetched->size == 99);
    CHECK(fetched->date == parse_rfc3339("2026-11-01T09:00:00Z"));
    REQUIRE(fetched->flags.has_value());
    CHECK(fetched->flags->size() == 2);
    REQUIRE(fetched->body.has_value());
    CHECK(fetched->body->bytes == whole);
    REQUIRE(fetched->header.has_value());
    CHECK(fetched->header->bytes.empty());
  }
}

TEST_CASE("of a literal that is too large only the beginning is held, and the rest is read by") {
  ImapReplyReader::Limits limits;
  limits.literal = 10;
  Said said("* 1 FETCH (UID 1 BODY[] {5000}\r\n" + std::string(5000, 'x') + ")\r\n* 2 EXISTS\r\n");
  ImapReplyReader reader(said, limits);
  auto reply = reader.next();
  REQUIRE(reply.has_value());
  const auto fetched = read_fetched(**reply);
  REQUIRE(fetched.has_value());
  CHECK(fetched->body->bytes == "xxxxxxxxxx");
  CHECK(fetched->body->size == 5000);
  REQUIRE((reply = reader.next()).has_value());
  CHECK((*reply)->is_untagged("exists"));
}

TEST_CASE("what makes no sense ends it, and what breaks off is the connection's end") {
  ImapReplyReader::Limits limits;
  limits.line = 100;
  limits.held = 100;
  limits.literals = 3;
  limits.tokens = 10;
  limits.depth = 3;
  for (const std::string& bytes : {
           std::string("\r\n"),
           std::string("* LIST (\\Sent \".\" x\r\n"),
           std::string("* LIST \\Sent) x\r\n"),
           std::string("* LIST \"abc\r\n"),
           std::string("u1 MAYBE\r\n"),
           "* SEARCH " + std::string(200, '1') + "\r\n",
           "* OK " + std::string(200, 'x'),
           std::string("* X ((((a))))\r\n"),
           std::string("* SEARCH 1 2 3 4 5 6 7 8 9 10 11\r\n"),
           "* X {99}\r\n" + std::string(99, 'x') + " {99}\r\n" + std::string(99, 'x') + "\r\n",
           std::string("* X {1}\r\na {1}\r\na {1}\r\na {1}\r\na {1}\r\na\r\n"),
       }) {
    CAPTURE(bytes);
    CHECK(error_of(bytes, limits) == ErrorCode::data);
  }
  for (const char* bytes : {"", "* OK", "* 1 FETCH (BODY[] {10}\r\nabc",
                            "* 1 FETCH (BODY[] {3}\r\nabc", "* X {99999999999}\r\nabc"}) {
    CAPTURE(bytes);
    CHECK(error_of(bytes) == ErrorCode::io);
  }
}

TEST_CASE("no FETCH is made of what is none") {
  for (const char* line : {"* FETCH (UID 1)\r\n", "* 1 FETCH\r\n", "* 1 FETCH UID 1\r\n",
                           "u1 OK [FETCH (UID 1)]\r\n", "* 1 EXISTS\r\n"}) {
    Said said(line);
    ImapReplyReader reader(said);
    const auto reply = reader.next();
    REQUIRE(reply.has_value());
    CHECK(!read_fetched(**reply).has_value());
  }
  Said said("* 1 FETCH (UID 0 RFC822.SIZE -1 INTERNALDATE NIL FLAGS x BODY[] (a))\r\n");
  ImapReplyReader reader(said);
  const auto reply = reader.next();
  REQUIRE(reply.has_value());
  const auto fetched = read_fetched(**reply);
  REQUIRE(fetched.has_value());
  CHECK(!fetched->uid.has_value());
  CHECK(!fetched->size.has_value());
  CHECK(!fetched->date.has_value());
  CHECK(!fetched->body.has_value());
}

TEST_CASE("dates of the server are with a zone, or none") {
  CHECK(parse_internal_date("17-Jul-1996 02:44:25 -0700") == parse_rfc3339("1996-07-17T09:44:25Z"));
  CHECK(parse_internal_date(" 7-jul-1996 02:44:25 +0000") == parse_rfc3339("1996-07-07T02:44:25Z"));
  for (const char* text : {"", "17-Jul-1996", "17-Xyz-1996 02:44:25 +0000",
                           "32-Jul-1996 02:44:25 +0000", "17-Jul-1996 02:44 +0000",
                           "17-Jul-1996 02:44:25 +00", "1 2 3", "17-Jul-1996 02:44:25 0x000"})
    CHECK(!parse_internal_date(text).has_value());
}

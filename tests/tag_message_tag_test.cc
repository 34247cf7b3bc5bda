// SPDX-License-Identifier: MIT
#include "tag/message_tag.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");
constexpr seconds kRetention{60 * 86400};
const std::string kHeader =
    "From: Alice <alice@ourshop.example>\nTo: Bob <bob@remote.example>\nCc: carol@other.example\n"
    "Subject: Hi\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1@ourshop.example>\n\n";

KeyRing two_keys() {
  return *KeyRing::parse("1 2026-01-01 first-secret\n2 2026-10-01 second-secret\n", "keys");
}

std::optional<std::string> make(const std::string& header, int key = 2, Time now = kNow) {
  Defects defects;
  return make_tag(Headers::read(header, defects), *two_keys().find(key), now);
}

std::string tagged(const std::string& header, int key = 2, Time now = kNow) {
  return "X-Unsent-Tag: " + make(header, key, now).value_or("none") + "\n" + header;
}

TagCheck check(const std::string& text, Time now = kNow, const KeyRing& ring = two_keys()) {
  Defects defects;
  return check_tag(Headers::read(text, defects), ring, now, kRetention);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("what was tagged is known again, whatever relays do to its form") {
  const std::string text = tagged(kHeader);
  const std::string forms[] = {
      text,
      tagged(kHeader, 1),
      replaced(text, "Subject: Hi", "Subject: [SPAM] Hi"),
      replaced(text, "Alice <alice@ourshop.example>", "\"A. L. Ice\"\n <ALICE@OurShop.example>"),
      replaced(text, "Mon, 23 Nov 2026 10:00:00 +0000", "23 Nov 2026 11:00:00 +0100 (CET)"),
      replaced(text, "Message-ID: <", "Message-Id:\n\t<"),
      replaced(text, "; f=", ";\n f="),
      "Received: x\n" + text,
  };
  for (const std::string& form : forms) {
    CAPTURE(form);
    const TagCheck done = check(form);
    CHECK(done.result == TagResult::valid);
    CHECK(done.covers_recipients);
    CHECK(done.day == *parse_rfc3339("2026-11-24T00:00:00Z"));
  }
  const std::string swapped =
      replaced(replaced(text, "Bob <bob@remote.example>", "carol@OTHER.example"),
               "Cc: carol@other.example", "Cc: Bob <bob@remote.example>");
  CHECK(check(swapped).covers_recipients);
}

TEST_CASE("other recipients leave the tag valid, but are not covered") {
  const std::string text = tagged(kHeader);
  for (const auto& [from, to] : {std::pair("bob@remote", "eve@stranger"),
                                 {"Cc: carol", "Cc: eve"},
                                 {"Cc: carol@other.example\n", ""},
                                 {"Subject:", "To: eve@stranger.example\nSubject:"}}) {
    const TagCheck done = check(replaced(text, from, to));
    CHECK(done.result == TagResult::valid);
    CHECK_FALSE(done.covers_recipients);
  }
  CHECK_FALSE(check(text.substr(0, text.find(";\n\tr=")) + "\n" + kHeader).covers_recipients);
}

TEST_CASE("what a server adds on the way does not harm, what stands there twice does") {
  const std::string no_id = replaced(kHeader, "Message-ID: <a1@ourshop.example>\n", "");
  const std::string no_date = replaced(kHeader, "Date: Mon, 23 Nov 2026 10:00:00 +0000\n", "");
  CHECK(check("Message-ID: <added@mx.example>\n" + tagged(no_id)).result == TagResult::valid);
  CHECK(check("Date: Tue, 24 Nov 2026 10:00:00 +0000\n" + tagged(no_date)).result ==
        TagResult::valid);
  for (const char* more : {"From: eve@x.example\n", "Date: Tue, 24 Nov 2026 10:00:00 +0000\n",
                           "Message-ID: <b@x.example>\n"})
    CHECK(check(more + tagged(kHeader)).result == TagResult::mismatch);
}

TEST_CASE("a header that nothing can be held on to gets no tag") {
  const char* headers[] = {
      "",
      "Subject: x\n\n",
      "From: alice@ourshop.example\nSubject: x\n\n",
      "Date: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a@b.example>\n\n",
      "From: alice@ourshop.example\nFrom: b@ourshop.example\nMessage-ID: <a@b.example>\n\n",
      "From: nobody\nMessage-ID: <a@b.example>\n\n",
      "From: alice@ourshop.example\nDate: someday\nMessage-ID:\n\n",
  };
  for (const char* header : headers) {
    CAPTURE(header);
    CHECK_FALSE(make(header));
  }
}

TEST_CASE("forged, changed, strange and misdated tags") {
  const std::string text = tagged(kHeader);
  const std::string value = *make(kHeader);
  const std::pair<std::string, TagResult> cases[] = {
      {kHeader, TagResult::no_tag},
      {replaced(text, "alice@", "bob@"), TagResult::mismatch},
      {replaced(text, "10:00:00", "10:00:01"), TagResult::mismatch},
      {replaced(text, "<a1@", "<a2@"), TagResult::mismatch},
      {replaced(text, "<a1@", "<A1@"), TagResult::mismatch},
      {replaced(text, "Message-ID: <a1@ourshop.example>\n", ""), TagResult::mismatch},
      {replaced(text, "d=20781", "d=20782"), TagResult::mismatch},
      {replaced(text, "f=fdi", "f=fd"), TagResult::mismatch},
      {replaced(text, "k=2", "k=1"), TagResult::mismatch},
      {replaced(text, "k=2", "k=3"), TagResult::unknown_key},
      {replaced(text, "k=2", "k=-2"), TagResult::malformed},
      {replaced(text, "k=2", "k=12345678901234567890"), TagResult::malformed},
      {replaced(text, "k=2", "k="), TagResult::malformed},
      {replaced(text, "k=2", "k=2; k=2"), TagResult::malformed},
      {replaced(text, " 1;", " 2;"), TagResult::malformed},
      {replaced(text, "f=fdi", "f=f"), TagResult::malformed},
      {replaced(text, "f=fdi", "f="), TagResult::malformed},
      {replaced(text, "; h=", "; x="), TagResult::malformed},
      {"X-Unsent-Tag:\n" + kHeader, TagResult::malformed},
      {"X-Unsent-Tag: 1\n" + kHeader, TagResult::malformed},
      {"X-Unsent-Tag: " + std::string(60000, ';') + "\n" + kHeader, TagResult::malformed},
      {"X-Unsent-Tag: 1; k=2; d=20781; f=fdi; h=AAAAAAAAAAAAAAAAAAAAAA\n" + kHeader,
       TagResult::mismatch},
      {"X-Unsent-Tag: " + value + "\n" + text, TagResult::malformed},
      {tagged(kHeader, 2, kNow + seconds(86400)), TagResult::future},
      {tagged(kHeader, 2, kNow - seconds(62 * 86400)), TagResult::expired},
  };
  for (const auto& [one, result] : cases) {
    CAPTURE(one.substr(0, 200));
    const TagCheck done = check(one);
    CHECK(done.result == result);
    CHECK(done.note.empty() == (result == TagResult::no_tag));
  }
  CHECK(check(tagged(kHeader, 2, kNow - seconds(59 * 86400))).result == TagResult::valid);
  CHECK(check(text, kNow, KeyRing()).result == TagResult::unknown_key);
  // A clock that is a little behind, at midnight.
  CHECK(check(text, *parse_rfc3339("2026-11-23T23:30:00Z")).result == TagResult::valid);
  CHECK(check(text, *parse_rfc3339("2026-11-23T22:30:00Z")).result == TagResult::future);
}

TEST_CASE("keys are rolled without losing the old ones") {
  KeyRing ring;
  CHECK(ring.newest() == nullptr);
  REQUIRE(ring.add(kNow));
  REQUIRE(ring.add(kNow, "a-secret-of-exim"));
  REQUIRE(ring.add(kNow));
  CHECK(ring.newest()->number == 3);
  CHECK(ring.find(1)->secret.size() == 32);
  CHECK(ring.find(1)->secret != ring.find(3)->secret);
  const auto again = KeyRing::parse(ring.text(), "keys");
  REQUIRE(again);
  REQUIRE(again->keys().size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(again->keys()[i].secret == ring.keys()[i].secret);
    CHECK(again->keys()[i].number == ring.keys()[i].number);
    CHECK(again->keys()[i].made_day == 20781);
  }
  for (const std::string& secret :
       {std::string("short"), std::string(65, 'x'), std::string("two words"), std::string()})
    CHECK_FALSE(ring.add(kNow, secret));
}

TEST_CASE("a key file that is none is refused with its line") {
  for (const char* text :
       {"x", "1 2026-01-01", "0 2026-01-01 secret-secret", "-1 2026-01-01 secret-secret",
        "99999 2026-01-01 secret-secret", "1 2026-13-01 secret-secret", "1 2026-01-01 short",
        "1 2026-01-01 secret-secret more",
        "1 2026-01-01 secret-secret\n1 2026-01-02 other-secret"}) {
    CAPTURE(text);
    const auto ring = KeyRing::parse("# keys\n" + std::string(text) + "\n", "keys");
    REQUIRE_FALSE(ring);
    CHECK(ring.error().message.find("keys:") == 0);
  }
  CHECK(KeyRing::parse("", "keys")->empty());
  CHECK(KeyRing::parse("\r\n# x\r\n1 2026-01-01  secret-secret\r\n", "keys")->keys().size() == 1);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "imap/folder_name.h"
#include "imap/uid_set.h"
#include "imap/url.h"

using namespace unsent;

TEST_CASE("a URL names user, server and folder, and is written back as it was meant") {
  struct Row {
    const char* text;
    const char* user;
    const char* host;
    int port;
    const char* folder;
    const char* again;
  };
  const Row rows[] = {
      {"imaps://alice@mail.example", "alice", "mail.example", 993, "",
       "imaps://alice@mail.example"},
      {"imaps://alice@mail.example/", "alice", "mail.example", 993, "",
       "imaps://alice@mail.example"},
      {"IMAPS://alice@MAIL.example/INBOX", "alice", "mail.example", 993, "INBOX",
       "imaps://alice@mail.example/INBOX"},
      {"imaps://alice%40ourshop.example@mail.example:1993/Sent%20Items", "alice@ourshop.example",
       "mail.example", 1993, "Sent Items",
       "imaps://alice%40ourshop.example@mail.example:1993/Sent%20Items"},
      {"imaps://alice@ourshop.example@mail.example", "alice@ourshop.example", "mail.example", 993,
       "", "imaps://alice%40ourshop.example@mail.example"},
      {"imap://mail.example", "", "mail.example", 143, "", "imap://mail.example"},
      {"imaps://a@[2001:db8::1]:99/x", "a", "2001:db8::1", 99, "x", "imaps://a@[2001:db8::1]:99/x"},
      {"imaps://a;AUTH=PLAIN@h.example/A/B;UIDVALIDITY=7", "a", "h.example", 993, "A/B",
       "imaps://a@h.example/A/B"},
      {"imaps://a@h.example/Entw%C3%BCrfe", "a", "h.example", 993, "Entwürfe",
       "imaps://a@h.example/Entwürfe"},
      {"imaps://a@h.example/[Gmail]/Sent%20Mail", "a", "h.example", 993, "[Gmail]/Sent Mail",
       "imaps://a@h.example/[Gmail]/Sent%20Mail"},
      {"imaps://a@h.example/what%3Fever%0A", "a", "h.example", 993, "what?ever\n",
       "imaps://a@h.example/what%3Fever%0A"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_imap_url(row.text);
    REQUIRE(url.has_value());
    CHECK(url->user == row.user);
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->folder == row.folder);
    CHECK(text_of(*url) == row.again);
    CHECK(*parse_imap_url(row.again) == *url);
  }
}

TEST_CASE("what is no such URL is refused, and a password in it is not said again") {
  for (const char* text :
       {"", "imap", "imaps:/x", "imaps://", "imaps://@", "imaps://a@", "imaps://a@h.example:0",
        "imaps://a@h.example:70000", "imaps://a@h.example:x", "imaps://a@h example/INBOX",
        "imaps://a%4@h.example", "imaps://a%zz@h.example", "imaps://a%00@h.example",
        "imaps://a@h.example/%FF", "imaps://a@h.example/%", "imaps://a@[2001:db8::1",
        "mail.example", "imaps://a@h\xc3\xa4.example", "https://a@h.example/"}) {
    CAPTURE(text);
    CHECK(!parse_imap_url(text).has_value());
  }
  const auto url = parse_imap_url("imaps://alice:secret@mail.example/INBOX");
  REQUIRE(!url.has_value());
  CHECK(url.error().message.find("secret") == std::string::npos);
  CHECK(url.error().message.find("alice") == std::string::npos);
}

TEST_CASE("folder names are modified UTF-7 on the wire") {
  const std::pair<const char*, const char*> rows[] = {
      {"INBOX", "INBOX"},
      {"A & B", "A &- B"},
      {"Entwürfe", "Entw&APw-rfe"},
      {"Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"},
      {"台北/日本語", "&U,BTFw-/&ZeVnLIqe-"},  // RFC 3501 5.1.3
      {"\xF0\x9F\x92\x8C mail", "&2D3cjA- mail"},
  };
  for (const auto& [text, wire] : rows) {
    CAPTURE(text);
    CHECK(folder_to_wire(text) == wire);
    CHECK(folder_from_wire(wire) == text);
  }
}

TEST_CASE("what is no modified UTF-7 is shown as it stands, in valid UTF-8") {
  for (const char* wire :
       {"&", "&APw", "&A-", "&AP!w-", "&2D0-", "&3Iw-", "&AAA-", "a\xFF", "&APz-"}) {
    CAPTURE(wire);
    const std::string name = folder_from_wire(wire);
    CHECK(!name.empty());
    CHECK(name.find('\xFF') == std::string::npos);
  }
}

TEST_CASE("names that a quoted string cannot have want a literal") {
  CHECK(is_quotable("Sent \"Items\" \\"));
  CHECK(quoted("a\"b\\") == "\"a\\\"b\\\\\"");
  for (const char* name : {"a\nb", "a\rb", "\xC3\xBC", "\x7F"}) CHECK(!is_quotable(name));
}

TEST_CASE("sets of UIDs are read and written, and are no more than they say") {
  for (const char* text : {"1", "1:5", "3,1:2,9", "4294967295", "5:5"}) {
    const auto set = UidSet::parse(text);
    REQUIRE(set.has_value());
    CHECK(set->text() == (std::string(text) == "5:5" ? "5" : text));
  }
  CHECK(UidSet::parse("9:7")->text() == "7:9");
  CHECK(UidSet::parse("1:4294967295")->count() == 4294967295U);
  for (const char* text :
       {"", ",", "1,", ",1", "0", "1:", ":1", "*", "1:*", "4294967296", "a", "1 2", "1:2:3", "-1"})
    CHECK(!UidSet::parse(text).has_value());
  CHECK(!UidSet::parse("1,3,5", 2).has_value());
}

TEST_CASE("a set gives its first, and knows what it has") {
  UidSet set = *UidSet::parse("9,1:5,4:7");
  set.sort();
  CHECK(set.text() == "1:7,9");
  CHECK(set.has(7));
  CHECK(!set.has(8));
  CHECK(set.has(9));
  CHECK(!set.has(10));
  CHECK(set.take(3).text() == "1:3");
  CHECK(set.take(10).text() == "4:7,9");
  CHECK(set.empty());
  CHECK(UidSet::parse("3,1:2")->list() == std::vector<Uid>{3, 1, 2});
}

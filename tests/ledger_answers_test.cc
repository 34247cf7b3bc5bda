// SPDX-License-Identifier: MIT
// What a ledger answers to evidence, on disk and in memory.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "ledger/memory_ledger.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {

TEST_CASE("what was recorded is found by id and by fingerprint, in both ledgers") {
  const ScratchFolder folder;
  const Entry entry = entry_with("a1@ourshop.example", "bob@remote.example");
  add_all(folder / "ledger.db", {entry});
  MemoryLedger memory;
  CHECK(memory.add(entry, kNow));
  const auto opened = LedgerReader::open(folder / "ledger.db");
  REQUIRE(opened);
  for (Ledger* ledger : {static_cast<Ledger*>(opened->get()), static_cast<Ledger*>(&memory)}) {
    const auto by_id = ledger->find(ByMessageId{"a1@ourshop.example"});
    REQUIRE(by_id.is_available());
    REQUIRE(by_id.value.size() == 1);
    CHECK(by_id.value[0].has_fingerprint(*entry.fingerprint));
    CHECK(by_id.value[0].recipients.size() == entry.recipients.size());
    for (const Address& address : entry.recipients) CHECK(by_id.value[0].went_to(address));
    CHECK(by_id.value[0].sent_at == *entry.sent_at);
    CHECK(ledger->find(ByMessageId{"A1@ourshop.example"}).value.empty());
    CHECK(ledger->find(ByMessageId{""}).value.empty());
    CHECK(ledger->find(*entry.fingerprint).value.size() == 1);
    Fingerprint other = *entry.fingerprint;
    other.subject += "x";
    CHECK(ledger->find(other).value.empty());
  }
}

TEST_CASE("who asks often hinders no writer, and soon sees what was written") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a1@ourshop.example", "bob@remote.example")});
  const auto reader = LedgerReader::open(path);
  const auto writer = LedgerWriter::open(path);
  REQUIRE(reader);
  REQUIRE(writer);
  const Address alice = *Address::parse("alice@ourshop.example");
  for (int i = 0; i < 500; ++i) {
    CHECK((*reader)->find(ByMessageId{"a1@ourshop.example"}).value.size() == 1);
    CHECK_FALSE((*reader)->sender(alice, kNow).value.coverage.is_covered);
  }
  REQUIRE((*writer)->record(entry_with("a2@ourshop.example", "bob@remote.example"), "test", kNow));
  REQUIRE((*writer)->declare_complete("ourshop.example", *parse_rfc3339("2026-11-01T00:00:00Z")));
  constexpr int kSoon = 40;
  int asked = 0;
  while (asked < kSoon && ((*reader)->find(ByMessageId{"a2@ourshop.example"}).value.empty() ||
                           !(*reader)->sender(alice, kNow).value.coverage.is_covered))
    ++asked;
  CHECK(asked < kSoon);
  // A gap takes back what was promised, as soon.
  REQUIRE((*writer)->record_gap({"test", *parse_rfc3339("2026-11-20T00:00:00Z"), kNow}));
  for (asked = 0; asked < kSoon && (*reader)->sender(alice, kNow).value.coverage.is_covered;)
    ++asked;
  CHECK(asked < kSoon);
  // What one connection itself has written it knows at once.
  REQUIRE((*writer)->record_gap({"other", *parse_rfc3339("2026-11-20T00:00:00Z"), kNow}));
  CHECK_FALSE((*writer)->sender(alice, kNow).value.coverage.is_covered);
}

TEST_CASE("adding the same message again changes nothing, adding more of it fills it in") {
  const ScratchFolder folder;
  const auto ledger = LedgerWriter::open(folder / "ledger.db");
  REQUIRE(ledger);
  const Entry entry = entry_with("a1@ourshop.example", "bob@remote.example");
  Entry more = entry;
  more.recipients = {*Address::parse("carol@remote.example"),
                     *Address::parse("BOB@remote.example")};
  more.message_ids.push_back("renamed@relay.example");
  CHECK(*(*ledger)->record(entry, "test", kNow));
  const auto before = export_lines(folder / "ledger.db");
  CHECK_FALSE(*(*ledger)->record(entry, "test", kNow));
  CHECK(export_lines(folder / "ledger.db") == before);
  CHECK_FALSE(*(*ledger)->record(more, "test", kNow));
  CHECK_FALSE(*(*ledger)->record(more, "test", kNow));
  const auto found = (*ledger)->find(ByMessageId{"renamed@relay.example"});
  REQUIRE(found.value.size() == 1);
  CHECK(found.value[0].message_ids.size() == 2);
  CHECK(found.value[0].recipients.size() == 2);
  const auto stats = (*ledger)->stats();
  REQUIRE(stats);
  CHECK(stats->messages == 1);
  CHECK(stats->message_ids == 2);
  CHECK(stats->recipients == 2);
}

TEST_CASE("a message without id and without fingerprint is refused") {
  const ScratchFolder folder;
  const auto ledger = LedgerWriter::open(folder / "ledger.db");
  Entry nameless;
  nameless.recipients = {*Address::parse("bob@remote.example")};
  nameless.from = "alice@ourshop.example";
  CHECK_FALSE((*ledger)->record(nameless, "test", kNow));
  CHECK((*ledger)->stats()->messages == 0);
}

TEST_CASE("one id with two fingerprints is two messages") {
  const ScratchFolder folder;
  Entry one = entry_with("same@ourshop.example", "bob@remote.example");
  Entry two = one;
  two.subject = "another";
  two.fingerprint->subject = "another";
  add_all(folder / "ledger.db", {one, two});
  const auto ledger = LedgerReader::open(folder / "ledger.db");
  CHECK((*ledger)->find(ByMessageId{"same@ourshop.example"}).value.size() == 2);
}

TEST_CASE("an entry with two ids joins the two rows that it shows to be one") {
  const ScratchFolder folder;
  Entry one = entry_with("one@ourshop.example", "bob@remote.example");
  Entry two = one;
  two.message_ids = {"two@ourshop.example"};
  two.recipients = {*Address::parse("carol@remote.example")};
  Entry both = one;
  both.message_ids = {"one@ourshop.example", "two@ourshop.example"};
  add_all(folder / "ledger.db", {one, two, both});
  const auto ledger = LedgerReader::open(folder / "ledger.db");
  const auto found = (*ledger)->find(ByMessageId{"two@ourshop.example"});
  REQUIRE(found.value.size() == 1);
  CHECK(found.value[0].recipients.size() == 2);
  const auto stats = (*ledger)->stats();
  CHECK(stats->messages == 1);
  CHECK(stats->message_ids == 2);
  CHECK(stats->recipients == 2);
  const auto identity = (*ledger)->identity();
  CHECK(identity.value.messages == 1);
  REQUIRE(identity.value.message_id_hosts.size() == 1);
  CHECK(identity.value.message_id_hosts[0].count == 2);
}

TEST_CASE("coverage counts for its domain or address, from its time on") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  const Time since = *parse_rfc3339("2026-11-01T00:00:00Z");
  const auto at = [](const char* text) { return *parse_rfc3339(text); };
  {
    const auto writer = LedgerWriter::open(path);
    const Time later = since + std::chrono::hours(24);
    REQUIRE((*writer)->declare_complete("OurShop.example", later));
    REQUIRE((*writer)->declare_complete("OurShop.example", since));
    REQUIRE((*writer)->declare_complete("ourshop.example", later));
    REQUIRE((*writer)->declare_complete("dave@else.example", since, at("2026-11-10T00:00:00Z")));
    CHECK_FALSE((*writer)->declare_complete("not a domain", since));
    CHECK_FALSE((*writer)->declare_complete("ourshop.example", std::nullopt));
    CHECK((*writer)->stats()->coverage.size() == 2);
  }
  const auto ledger = LedgerReader::open(path);
  const struct {
    const char* sender;
    const char* time;
    bool is_covered;
  } cases[] = {
      {"alice@ourshop.example", "2026-11-01T00:00:00Z", true},
      {"ALICE@OURSHOP.example", "2027-11-01T00:00:00Z", true},
      {"alice@ourshop.example", "2026-10-31T23:59:59Z", false},
      {"alice@sub.ourshop.example", "2026-11-05T00:00:00Z", true},
      {"alice@yourshop.example", "2026-11-05T00:00:00Z", false},
      {"dave@else.example", "2026-11-05T00:00:00Z", true},
      {"Dave@else.example", "2026-11-10T00:00:01Z", false},
      {"erin@else.example", "2026-11-05T00:00:00Z", false},
  };
  for (const auto& each : cases) {
    CAPTURE(each.sender);
    CAPTURE(each.time);
    const auto answer = (*ledger)->sender(*Address::parse(each.sender), at(each.time));
    REQUIRE(answer.is_available());
    CHECK(answer.value.coverage.is_covered == each.is_covered);
  }
  const auto said = (*ledger)->sender(*Address::parse("alice@ourshop.example"), kNow);
  CHECK(said.value.coverage.detail == "complete for ourshop.example since 2026-11-01T00:00:00Z");
}

TEST_CASE("without a time the ledger is complete since the earliest message that can be true") {
  const ScratchFolder folder;
  const auto ledger = LedgerWriter::open(folder / "ledger.db");
  const auto add = [&](const char* from, const char* time) {
    Entry entry = entry_with(std::string(from) + time, "bob@remote.example");
    entry.from = entry.reverse_path = from;
    entry.date.clear();
    entry.fingerprint.reset();
    entry.sent_at = parse_rfc3339(time);
    CHECK(*(*ledger)->record(entry, "test", kNow));
  };
  add("carol@else.example", "2026-11-01T00:00:00Z");
  add("carol@yourshop.example", "2026-11-01T00:00:00Z");
  for (const char* time : {"1970-01-01T00:00:00Z", "2080-01-01T00:00:00Z", "2026-11-03T00:00:00Z",
                           "2026-11-02T00:00:00Z"})
    add("alice@ourshop.example", time);
  add("dave@sub.ourshop.example", "2026-11-02T12:00:00Z");
  const auto since = [&](const char* scope) {
    const auto declared = (*ledger)->declare_complete(scope, std::nullopt);
    return declared ? format_rfc3339(*declared) : declared.error().message;
  };
  CHECK(since("ourshop.example") == "2026-11-02T00:00:00Z");
  CHECK(since("Dave@sub.ourshop.example") == "2026-11-02T12:00:00Z");
  CHECK(since("shop.example") == "no message of shop.example is in the ledger");
  const auto stats = (*ledger)->stats();
  CHECK(stats->messages == 7);
  CHECK(format_rfc3339(*stats->earliest) == "2026-11-01T00:00:00Z");
  CHECK(format_rfc3339(*stats->latest) == "2026-11-03T00:00:00Z");
}

TEST_CASE("what a sender wrote to a recipient is counted between two times") {
  const ScratchFolder folder;
  MemoryLedger memory;
  std::vector<Entry> entries;
  for (int day = 1; day <= 9; ++day) {
    Entry entry = entry_with("d" + std::to_string(day) + "@ourshop.example", "bob@remote.example");
    entry.sent_at = from_civil({2026, 11, day, 0, 0, 0});
    entries.push_back(entry);
    memory.add(entry, kNow);
  }
  add_all(folder / "ledger.db", entries);
  const auto opened = LedgerReader::open(folder / "ledger.db");
  const auto alice = *Address::parse("Alice@ourshop.example");
  const auto bob = *Address::parse("BOB@remote.example");
  const Time from = *from_civil({2026, 11, 3, 0, 0, 0});
  const Time to = *from_civil({2026, 11, 5, 0, 0, 0});
  for (Ledger* ledger : {static_cast<Ledger*>(opened->get()), static_cast<Ledger*>(&memory)}) {
    CHECK(ledger->count_sent(alice, bob, from, to).value == 3);
    CHECK(ledger->count_sent(bob, alice, from, to).value == 0);
    const auto identity = ledger->identity();
    CHECK(identity.value.messages == 9);
    REQUIRE(identity.value.senders.size() == 1);
    CHECK(identity.value.senders[0].name == "alice@ourshop.example");
    CHECK(identity.value.senders[0].count == 9);
    REQUIRE(identity.value.message_id_hosts.size() == 1);
    CHECK(identity.value.message_id_hosts[0].count == 9);
  }
}

TEST_CASE("what a sender wrote without an id is known by its time, in both ledgers") {
  const ScratchFolder folder;
  Entry bare = entry_with("a1@ourshop.example", "bob@remote.example");
  bare.message_ids.clear();
  bare.sent_at.reset();
  REQUIRE(bare.time());
  MemoryLedger memory;
  const std::vector<Entry> entries = {bare, entry_with("b2@ourshop.example", "bob@remote.example")};
  for (const Entry& entry : entries) memory.add(entry, kNow);
  add_all(folder / "ledger.db", entries);
  const auto opened = LedgerReader::open(folder / "ledger.db");
  const auto alice = *Address::parse("Alice@ourshop.example");
  const auto bob = *Address::parse("bob@remote.example");
  const Time at = *bare.time();
  const seconds day{86400};
  for (Ledger* ledger : {static_cast<Ledger*>(opened->get()), static_cast<Ledger*>(&memory)}) {
    CHECK(ledger->count_without_id(alice, at - day, at + day).value == 1);
    CHECK(ledger->count_without_id(bob, at - day, at + day).value == 0);
    CHECK(ledger->count_without_id(alice, at + day, at + day * 2).value == 0);
  }
}

TEST_CASE("a notice leads to the message that it is about, in both ledgers") {
  const ScratchFolder folder;
  Entry entry = entry_with("a1@ourshop.example", "bob@remote.example");
  entry.notices = {"9A40BAA8159", "20261123203504.9A40BAA8159@mail.ourshop.example"};
  add_all(folder / "ledger.db", {entry, entry_with("b2@ourshop.example", "bob@remote.example")});
  MemoryLedger memory;
  CHECK(memory.add(entry, kNow));
  const auto opened = LedgerReader::open(folder / "ledger.db");
  REQUIRE(opened);
  for (Ledger* ledger : {static_cast<Ledger*>(opened->get()), static_cast<Ledger*>(&memory)}) {
    for (const std::string& notice : entry.notices) {
      const auto found = ledger->find(ByNotice{notice});
      REQUIRE(found.value.size() == 1);
      CHECK(found.value[0].has_id("a1@ourshop.example"));
      CHECK(found.value[0].row == ledger->find(ByMessageId{"a1@ourshop.example"}).value[0].row);
    }
    CHECK(ledger->find(ByNotice{"9A40BAA8150"}).value.empty());
    CHECK(ledger->find(ByNotice{""}).value.empty());
  }
}

TEST_CASE("in a gap of a source nothing is complete, until the gap is filled") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  const auto at = [](const char* text) { return *parse_rfc3339(text); };
  const auto ledger = LedgerWriter::open(path);
  REQUIRE((*ledger)->declare_complete("ourshop.example", at("2026-11-01T00:00:00Z")));
  const auto gap = [&](const char* since, const char* until) {
    return CoverageGap{"mail.log", at(since), at(until)};
  };
  REQUIRE((*ledger)->record_gap(gap("2026-11-10T10:00:00Z", "2026-11-10T11:00:00Z")));
  REQUIRE((*ledger)->record_gap(gap("2026-11-10T10:30:00Z", "2026-11-10T12:00:00Z")));
  CHECK_FALSE((*ledger)->record_gap(gap("2026-11-10T10:30:00Z", "2026-11-10T10:00:00Z")));
  const auto covers = [&](const char* time) {
    return (*ledger)->sender(*Address::parse("alice@ourshop.example"), at(time)).value.coverage;
  };
  CHECK(covers("2026-11-10T08:59:59Z").is_covered);
  CHECK_FALSE(covers("2026-11-10T09:00:00Z").is_covered);
  CHECK_FALSE(covers("2026-11-10T11:30:00Z").is_covered);
  CHECK_FALSE(covers("2026-11-10T13:00:00Z").is_covered);
  CHECK(covers("2026-11-10T13:00:01Z").is_covered);
  CHECK(covers("2026-11-10T11:00:00Z").detail ==
        "mail.log was not read from 2026-11-10T10:00:00Z to 2026-11-10T12:00:00Z");
  CHECK((*ledger)->stats()->gaps.size() == 1);
  REQUIRE((*ledger)->fill_gap(gap("2026-11-10T10:50:00Z", "2026-11-10T11:10:00Z")));
  REQUIRE((*ledger)->stats()->gaps.size() == 2);
  CHECK((*ledger)->stats()->gaps[0].until == at("2026-11-10T10:50:00Z"));
  CHECK((*ledger)->stats()->gaps[1].since == at("2026-11-10T11:10:00Z"));
  REQUIRE((*ledger)->fill_gap(gap("2026-11-10T09:00:00Z", "2026-11-10T13:00:00Z")));
  CHECK((*ledger)->stats()->gaps.empty());
  CHECK(covers("2026-11-10T11:00:00Z").is_covered);
}

TEST_CASE("a ledger tells who sends, and each message by whom it was sent") {
  const ScratchFolder folder;
  Entry entry = entry_with("a1@ourshop.example", "bob@remote.example");
  entry.reverse_path = "Bounces@ourshop.example";
  add_all(folder / "ledger.db", {entry}, Texts::hashed);
  MemoryLedger memory;
  CHECK(memory.add(entry, kNow));
  const auto opened = LedgerReader::open(folder / "ledger.db");
  for (Ledger* ledger : {static_cast<Ledger*>(opened->get()), static_cast<Ledger*>(&memory)}) {
    const SentMessage sent = ledger->find(ByMessageId{"a1@ourshop.example"}).value.front();
    for (const char* text : {"ALICE@ourshop.example", "bounces@ourshop.example"}) {
      CHECK(sent.was_sent_by(*Address::parse(text)));
      CHECK(ledger->sender(*Address::parse(text), kNow).value.has_sent);
    }
    CHECK_FALSE(sent.was_sent_by(*Address::parse("bob@remote.example")));
    CHECK_FALSE(ledger->sender(*Address::parse("bob@remote.example"), kNow).value.has_sent);
  }
}

TEST_CASE("an export imported elsewhere is the same export again") {
  const ScratchFolder folder;
  Entry merged = entry_with("m1@ourshop.example", "zoe@remote.example");
  Entry nameless = entry_with("", "bob@remote.example");
  nameless.message_ids.clear();
  Entry bare;
  bare.message_ids = {"only-an-id"};
  Entry more = merged;
  more.recipients = {*Address::parse("adam@remote.example"), *Address::parse("bob@remote.example")};
  more.reverse_path = "bounces@ourshop.example";
  more.has_all_recipients = false;
  add_all(folder / "a.db", {merged, nameless, bare, more});
  const auto lines = export_lines(folder / "a.db");
  REQUIRE(lines.size() == 3);
  std::vector<Entry> entries;
  for (const std::string& line : lines) {
    auto entry = parse_entry(line);
    REQUIRE(entry);
    entries.push_back(*entry);
  }
  add_all(folder / "b.db", entries);
  CHECK(export_lines(folder / "b.db") == lines);
}

TEST_CASE("who asks on and on sees what was sent meanwhile, and who ends a look does at once") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("first@ourshop.example", "bob@remote.example")});
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  const auto knows = [&](const char* id) {
    return !(*ledger)->find(ByMessageId{id}).value.empty();
  };
  for (int i = 0; i < 80; ++i) CHECK(knows("first@ourshop.example"));
  add_all(path, {entry_with("second@ourshop.example", "bob@remote.example")});
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(knows("second@ourshop.example"));
  (*ledger)->begin_look();
  CHECK(knows("first@ourshop.example"));
  (*ledger)->end_look();
  add_all(path, {entry_with("third@ourshop.example", "bob@remote.example")});
  CHECK(knows("third@ourshop.example"));
}

}  // namespace unsent

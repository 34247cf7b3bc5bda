// SPDX-License-Identifier: MIT
// A ledger that keeps hashes: it answers as one that keeps texts, and shows nothing to
// whoever lacks its key.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/file.h"
#include "base/file_system.h"
#include "evidence/sent.h"
#include "ledger/ledger_file.h"
#include "ledger/memory_ledger.h"
#include "ledger/packed_row.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

Entry with_everything() {
  Entry entry = entry_with("a1@ourshop.example", "bob@remote.example");
  entry.message_ids.push_back("renamed.a1@relay.example");
  entry.recipients.push_back(*Address::parse("Carol@Else.example"));
  entry.reverse_path = "bounces@ourshop.example";
  entry.notices = {"9A40BAA8159"};
  return entry;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

// Every byte that the ledger wrote, whichever file it is in.
std::string all_bytes(const std::string& path) {
  std::string bytes = *read_file(path);
  if (const auto wal = read_file(path + "-wal")) bytes += *wal;
  return bytes;
}

}  // namespace

TEST_CASE("hashes answer what texts answer") {
  const ScratchFolder folder;
  add_all(folder / "hashed.db", {with_everything()}, Texts::hashed);
  add_all(folder / "texts.db", {with_everything()}, Texts::kept);
  for (const char* name : {"hashed.db", "texts.db"}) {
    CAPTURE(name);
    const auto ledger = LedgerReader::open(folder / name);
    REQUIRE(ledger);
    for (const char* id : {"a1@ourshop.example", "renamed.a1@relay.example"}) {
      const auto found = (*ledger)->find(ByMessageId{id});
      REQUIRE(found.value.size() == 1);
      const SentMessage& sent = found.value.front();
      CHECK(sent.has_id(id));
      CHECK_FALSE(sent.has_id("A1@ourshop.example"));
      CHECK(sent.went_to(*Address::parse("BOB@remote.example")));
      CHECK(sent.went_to(*Address::parse("carol@else.example")));
      CHECK_FALSE(sent.went_to(*Address::parse("dave@remote.example")));
      CHECK(sent.went_to_organisation_of("mail.remote.example"));
      CHECK_FALSE(sent.went_to_organisation_of("third.example"));
      CHECK(sent.is_from(*Address::parse("ALICE@ourshop.example")) == true);
      CHECK(sent.is_from(*Address::parse("bounces@ourshop.example")) == false);
      CHECK(sent.has_subject("your order 4711") == false);
      CHECK(sent.has_subject("Your order\r\n 4711") == true);
      CHECK(sent.has_fingerprint(*with_everything().fingerprint));
      CHECK(sent.sent_at == *with_everything().sent_at);
    }
    CHECK((*ledger)->find(ByNotice{"9A40BAA8159"}).value.size() == 1);
    CHECK((*ledger)->find(ByMessageId{"9A40BAA8159"}).value.empty());
    CHECK((*ledger)->find(ByNotice{"a1@ourshop.example"}).value.empty());
    CHECK((*ledger)->find(*with_everything().fingerprint).value.size() == 1);
    const Time day = *with_everything().sent_at;
    for (const char* sender : {"alice@ourshop.example", "Bounces@ourshop.example"})
      CHECK((*ledger)
                ->count_sent(*Address::parse(sender), *Address::parse("bob@remote.example"),
                             day - seconds(5), day + seconds(5))
                .value == 1);
    const auto identity = (*ledger)->identity();
    REQUIRE(identity.value.senders.size() == 2);
    CHECK(identity.value.senders[0].name.find("@ourshop.example") != std::string::npos);
    CHECK(identity.value.message_id_hosts.size() == 2);
  }
}

TEST_CASE("a copied ledger shows no id, no address and no subject") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {with_everything()}, Texts::hashed);
  const std::string bytes = all_bytes(path);
  for (const char* text :
       {"a1@", "alice", "bob", "arol", "bounces@", "order 4711", "remote", "9A40"}) {
    CAPTURE(text);
    CHECK(bytes.find(text) == std::string::npos);
  }
  add_all(folder / "texts.db", {with_everything()}, Texts::kept);
  CHECK(all_bytes(folder / "texts.db").find("bob@remote.example") != std::string::npos);
}

TEST_CASE("the key is for its owner only, is never replaced, and two ledgers have two") {
  const ScratchFolder folder;
  const mode_t before = ::umask(0);
  add_all(folder / "a.db", {with_everything()}, Texts::hashed);
  add_all(folder / "b.db", {with_everything()}, Texts::hashed);
  ::umask(before);
  CHECK(mode_of(folder / "a.db.key") == 0600);
  const std::string key = *read_file(folder / "a.db.key");
  add_all(folder / "a.db", {entry_with("b2@ourshop.example", "bob@remote.example")});
  CHECK(*read_file(folder / "a.db.key") == key);
  CHECK(*read_file(folder / "b.db.key") != key);
  CHECK(all_bytes(folder / "a.db").find(key.substr(20, 32)) == std::string::npos);
}

TEST_CASE("without its key, or with another, a ledger is one clear error with the mend") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  const std::string key = path + ".key";
  add_all(path, {with_everything()}, Texts::hashed);
  add_all(folder / "other.db", {with_everything()}, Texts::hashed);
  const std::string own = *read_file(key);
  const struct {
    std::string text;  // "" is no file
    const char* says;
  } cases[] = {
      {"", ": the key of the ledger is missing"},
      {"nonsense", ": not the key of a ledger"},
      {own.substr(0, own.size() - 3), ": a damaged key"},
      {"unsent ledger key 1 \n", ": not the key of a ledger"},
      {"unsent ledger key 1 " + std::string(64, 'x'), ": a damaged key"},
      {own.substr(0, own.size() - 1) + "00", ": a damaged key"},
      {*read_file(folder / "other.db.key"), ": not the key of "},
  };
  for (const auto& each : cases) {
    CAPTURE(each.says);
    std::filesystem::remove(key);
    if (!each.text.empty()) write_file(key, each.text);
    for (const auto& error : {LedgerReader::open(path).error(), LedgerWriter::open(path).error()}) {
      CHECK(error.code == ErrorCode::config);
      CHECK(error.message.find(key + each.says) == 0);
      CHECK(error.hint.find("put the key back") == 0);
    }
    CHECK(std::filesystem::exists(key) == !each.text.empty());
  }
  write_file(key, own);
  CHECK((*LedgerReader::open(path))->find(ByMessageId{"a1@ourshop.example"}).value.size() == 1);
}

TEST_CASE("sealed rows merge under the same key, and are refused under another") {
  const ScratchFolder folder;
  add_all(folder / "a.db", {with_everything(), entry_with("b2@ourshop.example", "x@y.example")},
          Texts::hashed);
  std::filesystem::copy_file(folder / "a.db.key", folder / "same.db.key");
  const auto lines = export_lines(folder / "a.db");
  REQUIRE(lines.size() == 2);
  std::vector<Entry> entries;
  for (const std::string& line : lines) {
    CHECK(line.find("ourshop") == std::string::npos);
    entries.push_back(*parse_entry(line));
  }
  add_all(folder / "same.db", {with_everything()}, Texts::hashed);
  add_all(folder / "same.db", entries, Texts::hashed);
  CHECK(export_lines(folder / "same.db") == lines);
  const auto other = LedgerWriter::open(folder / "other.db");
  const auto refused = (*other)->record(entries.front(), "test", kNow);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::data);
  CHECK(refused.error().message.find("sealed under the key ") == 0);
  Entry damaged = entries.front();
  damaged.sealed.resize(20);
  CHECK_FALSE((*LedgerWriter::open(folder / "same.db"))->record(damaged, "test", kNow));
  CHECK((*other)->stats()->messages == 0);
}

TEST_CASE("a cut id is that of the whole one, whichever came first, and of no other like it") {
  const std::string stem(120, 'x');
  const std::string one = stem + "1@ourshop.example";
  const std::string two = stem + "2@ourshop.example";
  const std::string cut = cut_forms(one).front();
  for (const bool is_cut_first : {false, true}) {
    const ScratchFolder folder;
    const auto ledger = LedgerWriter::open(folder / "ledger.db");
    const auto add = [&](const std::string& id, const char* recipient) {
      Entry entry = entry_with(id, recipient);
      entry.fingerprint.reset();
      return *(*ledger)->record(entry, "test", kNow);
    };
    if (is_cut_first) {
      CHECK(add(cut, "bob@remote.example"));
      CHECK_FALSE(add(one, "carol@remote.example"));
    } else {
      CHECK(add(one, "carol@remote.example"));
      CHECK(add(two, "dave@remote.example"));
      CHECK_FALSE(add(cut, "bob@remote.example"));
      CHECK((*ledger)->find(ByMessageId{two}).value.size() == 1);
    }
    const auto found = (*ledger)->find(ByMessageId{one});
    REQUIRE(found.value.size() == 1);
    CHECK(found.value.front().recipients.size() >= 2);
  }
}

TEST_CASE("what a log told and what a mailbox tells later is one message, found by both") {
  const ScratchFolder folder;
  const auto ledger = LedgerWriter::open(folder / "ledger.db", Texts::kept);
  Entry logged = entry_with("a1@ourshop.example", "bob@remote.example");
  logged.fingerprint.reset();
  logged.from = logged.date = logged.subject = "";
  logged.sent_at = *parse_rfc3339("2026-11-23T10:20:00Z");
  CHECK(*(*ledger)->record(logged, "log", kNow));
  const std::int64_t row = (*ledger)->find(ByMessageId{"a1@ourshop.example"}).value.front().row;
  const auto reader = LedgerReader::open(folder / "ledger.db", nullptr, Notes::written);
  CHECK((*reader)->note(BounceAbout{row, "one"}).value == 1);
  const Entry mailed = entry_with("a1@ourshop.example", "carol@remote.example");
  CHECK_FALSE(*(*ledger)->record(mailed, "mailbox", kNow));
  CHECK_FALSE(*(*ledger)->record(mailed, "mailbox", kNow));
  CHECK_FALSE(*(*ledger)->record(logged, "log", kNow));
  CHECK((*ledger)->stats()->messages == 1);
  CHECK((*ledger)->find(*mailed.fingerprint).value.size() == 1);
  const auto found = (*ledger)->find(ByMessageId{"a1@ourshop.example"});
  REQUIRE(found.value.size() == 1);
  CHECK(found.value.front().recipients.size() == 2);
  CHECK(found.value.front().row != row);
  CHECK((*reader)->note(BounceAbout{found.value.front().row, "two"}).value == 2);
  const auto texts = (*ledger)->find_entries("a1@ourshop.example");
  REQUIRE(texts->size() == 1);
  CHECK(texts->front().subject == "Your order 4711");
}

TEST_CASE("tens of thousands of messages in one second, and in many, are each found") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  std::vector<Entry> entries;
  for (int i = 0; i < 20000; ++i) {
    Entry entry = entry_with("n" + std::to_string(i) + "@ourshop.example",
                             "r" + std::to_string(i % 7000) + "@remote.example");
    if (i % 2 == 0) {
      entry.date = format_rfc3339(*entry.sent_at + seconds(i));
      entry.fingerprint->date = *entry.sent_at + seconds(i);
    }
    entries.push_back(entry);
  }
  for (std::size_t from = 0; from < entries.size(); from += 3000)
    add_all(path,
            {entries.begin() + static_cast<std::ptrdiff_t>(from),
             entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), from + 3000))},
            Texts::hashed);
  add_all(path, entries, Texts::hashed);
  const auto ledger = LedgerReader::open(path);
  CHECK((*ledger)->stats()->messages == 20000);
  for (int i = 0; i < 20000; i += 37)
    CHECK((*ledger)->find(ByMessageId{"n" + std::to_string(i) + "@ourshop.example"}).value.size() ==
          1);
  CHECK((*ledger)->find(ByMessageId{"n20000@ourshop.example"}).value.empty());
  CHECK(check_ledger(path)->empty());
}

TEST_CASE("a packed row is unpacked as it was, and nonsense is none") {
  const LedgerKey key(std::string(32, 'k'));
  std::vector<Entry> entries = {with_everything(), entry_with("", "bob@remote.example")};
  entries[1].message_ids.clear();
  entries[1].has_all_recipients = false;
  Entry bare;
  bare.message_ids = {"x"};
  for (const char* time :
       {"1970-01-01T00:00:00Z", "2019-12-31T23:59:59Z", "2080-01-01T00:00:00Z"}) {
    bare.sent_at = *parse_rfc3339(time);
    entries.push_back(bare);
  }
  for (const Entry& entry : entries) {
    Row row = row_of(entry, key);
    row.number = first_number_of(number_time(row)) + 5;
    row.source = 3;
    const std::string packed = pack_row(row);
    CHECK(unpack_row(row.number, packed) == row);
    for (std::size_t size = 0; size < packed.size(); ++size)
      CHECK_FALSE(unpack_row(row.number, packed.substr(0, size)));
    CHECK_FALSE(unpack_row(row.number, packed + 'x'));
  }
  CHECK_FALSE(unpack_row(1, std::string("\x40\x01\xFF\xFF\xFF\xFF\x7F", 7)));
}

TEST_CASE("no WAL across a network") {
  CHECK(can_share_memory(0xEF53));      // ext4
  CHECK(can_share_memory(0x01021994));  // tmpfs
  for (const std::int64_t network : {std::int64_t{0x6969}, std::int64_t{0x517B},
                                     std::int64_t{0xFF534D42}, std::int64_t{0x65735546}})
    CHECK_FALSE(can_share_memory(network));
}

TEST_CASE("in a shared ledger one user's message is none for a bounce to another") {
  MemoryLedger ledger;
  for (const char* sender : {"alice@ourshop.example", "dave@ourshop.example"}) {
    Entry entry;
    entry.message_ids = {std::string("of.") + sender};
    entry.from = entry.reverse_path = sender;
    entry.recipients = {*Address::parse("bob@remote.example")};
    CHECK(ledger.add(entry, Time{}));
  }
  const SentMessage sent = ledger.find(ByMessageId{"of.alice@ourshop.example"}).value.front();
  Identity identity;
  identity.aliases = {
      {*Address::parse("sales@ourshop.example"), *Address::parse("alice@ourshop.example")}};
  const struct {
    const char* recipient;
    bool is_of_another;
  } cases[] = {{"alice@ourshop.example", false},
               {"Alice+news@ourshop.example", false},
               {"prvs=123456789a=alice@ourshop.example", false},
               {"sales@ourshop.example", false},
               {"mailbox7@ourshop.example", false},  // sends nothing: perhaps an alias
               {"dave@ourshop.example", true},
               {"Dave+news@ourshop.example", true},
               {"prvs=123456789a=dave@ourshop.example", true}};
  for (const auto& each : cases) {
    CAPTURE(each.recipient);
    CHECK(is_of_another_user(sent, Address::parse(each.recipient), identity, ledger) ==
          each.is_of_another);
  }
  CHECK_FALSE(is_of_another_user(sent, std::nullopt, identity, ledger));
}

}  // namespace unsent

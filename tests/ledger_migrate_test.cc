// SPDX-License-Identifier: MIT
// Ledgers of older versions: read as they are, brought up to date, and killed on the way.
#include "ledger/migrate.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/packed_row.h"
#include "ledger/row_store.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

// What a ledger of that version must answer, whoever brought it up to date, or nobody yet.
void check_answers(LedgerReader& ledger, int version) {
  for (const char* id : {"a1@ourshop.example", "renamed.a1@relay.example"}) {
    const auto found = ledger.find(ByMessageId{id});
    REQUIRE(found.value.size() == 1);
    CHECK(found.value[0].went_to(*Address::parse("bob@remote.example")));
    CHECK(found.value[0].went_to(*Address::parse("carol@else.example")));
    CHECK(format_rfc3339(found.value[0].sent_at) == "2026-11-23T10:00:05Z");
  }
  const auto print = entry_with("a1@ourshop.example", "bob@remote.example").fingerprint;
  CHECK(ledger.find(*print).value.size() == 2);
  CHECK(ledger.find(ByMessageId{"only-an-id@host.ourshop.example"}).value.size() == 1);
  CHECK(ledger.find(ByMessageId{"nobody@ourshop.example"}).value.empty());
  CHECK(ledger.find(ByNotice{"9A40BAA8159"}).value.size() == (version >= 2 ? 1 : 0));
  const Address alice = *Address::parse("alice@ourshop.example");
  CHECK(ledger.sender(alice, kNow).value.coverage.is_covered);
  CHECK(ledger
            .count_sent(alice, *Address::parse("bob@remote.example"), kNow - seconds(30 * 86400),
                        kNow)
            .value == 1);
  for (int n = 0; n < 65 && version == 5; ++n)
    CHECK(ledger.find(ByMessageId{"n" + std::to_string(n) + "@ourshop.example"}).value.size() == 1);
  const auto stats = ledger.stats();
  REQUIRE(stats);
  const int more = version == 5 ? 65 : 0;
  CHECK(stats->messages == 3 + more);
  CHECK(stats->recipients == 3 + more);
  CHECK(stats->gaps.size() == (version >= 3 ? 1 : 0));
  CHECK(stats->sources.size() == 2);
  CHECK(stats->senders.size() == 2);
}

}  // namespace

TEST_CASE("a filled ledger of every older version is brought up to date and answers the same") {
  for (const int version : {1, 2, 3, 4, 5}) {
    CAPTURE(version);
    const ScratchFolder folder;
    const std::string path = folder / "ledger.db";
    const std::string sample = SOURCE_DIR "/tests/ledger-v" + std::to_string(version);
    const bool is_readable = version >= 4;
    if (is_readable) std::filesystem::copy_file(sample + ".key", path + ".key");
    make_database(path, *read_file(sample + ".sql"));
    std::size_t lines = 0;
    {
      const auto older = LedgerReader::open(path);
      REQUIRE(older.has_value() == is_readable);
      if (is_readable) {
        check_answers(**older, version);
        CHECK(check_ledger(path)->empty());
        lines = export_lines(path).size();
      } else {
        CHECK(older.error().message == path + ": written by an older unsent");
      }
    }
    {
      const auto ledger = LedgerWriter::open(path);
      REQUIRE(ledger);
      CHECK_FALSE(
          *(*ledger)->record(entry_with("a1@ourshop.example", "bob@remote.example"), "test", kNow));
      const auto feed = (*ledger)->find_feed(-4704122973234822342);
      REQUIRE(feed->has_value() == (version >= 2));
      if (version >= 2) CHECK((**feed).state == "AAAAA1 alice@ourshop.example");
    }
    CHECK(check_ledger(path)->empty());
    const auto ledger = LedgerReader::open(path);
    REQUIRE(ledger);
    check_answers(**ledger, version);
    if (is_readable) CHECK(export_lines(path).size() == lines);
    std::string bytes = *read_file(path);
    if (const auto wal = read_file(path + "-wal")) bytes += *wal;
    CHECK(bytes.find("bob@remote.example") == std::string::npos);
    CHECK(bytes.find("order 4711") == std::string::npos);
  }
}

TEST_CASE("who reads while an older ledger is carried over is always answered") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  std::filesystem::copy_file(SOURCE_DIR "/tests/ledger-v5.key", path + ".key");
  make_database(path, *read_file(SOURCE_DIR "/tests/ledger-v5.sql"));
  const auto reader = LedgerReader::open(path);
  check_answers(**reader, 5);
  auto database = Database::open(path, Database::Access::write);
  REQUIRE(migrate(*database, Texts::hashed));
  check_answers(**reader, 5);
  // A part is carried over.
  const auto key = LedgerKey::read(path + ".key");
  {
    RowStore rows(*database, *key);
    auto transaction = Transaction::begin(*database);
    auto packed = PackedRows(*database, "packed_").between(INT64_MIN, INT64_MAX, 30);
    REQUIRE(packed->size() == 30);
    for (Row& row : *packed) REQUIRE(rows.insert_numbered(row));
    REQUIRE(database->execute("DELETE FROM packed_messages WHERE id <= " +
                              std::to_string(packed->back().number)));
    REQUIRE(transaction->commit());
  }
  check_answers(**reader, 5);
  check_answers(**LedgerReader::open(path), 5);
  CHECK(check_ledger(path)->empty());
  CHECK(export_lines(path).size() == 68);
  REQUIRE(unpack_all(*database, *key));
  check_answers(**reader, 5);
  check_answers(**LedgerReader::open(path), 5);
}

namespace {

// Packs messages as version 5 kept them; found by what waited for a segment then.
void make_packed(const std::string& path, int count) {
  std::filesystem::copy_file(SOURCE_DIR "/tests/ledger-v5.key", path + ".key");
  make_database(path, *read_file(SOURCE_DIR "/tests/ledger-v5.sql"));
  const auto key = LedgerKey::read(path + ".key");
  auto database = Database::open(path, Database::Access::write);
  REQUIRE(database->execute("PRAGMA journal_mode = WAL"));
  auto transaction = Transaction::begin(*database);
  auto message = database->prepare("INSERT INTO messages VALUES (?1, ?2)");
  auto posting = database->prepare("INSERT INTO fresh VALUES (?1, ?2, 0)");
  for (int i = 0; i < count; ++i) {
    Row row = row_of(entry_with(numbered("p", i), "bob@remote.example"), **key);
    row.date = *row.date + seconds(864000 + i);
    row.number = first_number_of(*row.date);
    row.source = 1;
    std::int64_t hash = 0;
    for (int byte = 0; byte < 7; ++byte)
      hash = hash * 256 + static_cast<unsigned char>(row.ids[0][static_cast<std::size_t>(byte)]);
    REQUIRE(message->bind(1, row.number).bind_blob(2, pack_row(row)).run());
    REQUIRE(posting->bind(1, hash).bind(2, row.number).run());
  }
  REQUIRE(database->execute("UPDATE totals SET value = value + " + std::to_string(count) +
                            " WHERE name IN ('messages', 'ids', 'recipients')"));
  REQUIRE(transaction->commit());
}

}  // namespace

TEST_CASE("kill -9 at any moment of the carrying over loses nothing, and the next goes on") {
  constexpr int kCount = 30000;
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  make_packed(path, kCount);
  int killed = 0;
  for (int round = 0; round < 40; ++round) {
    const pid_t child = in_child([&] { return LedgerWriter::open(path) ? 0 : 77; });
    ::usleep(static_cast<unsigned>(20000 + round * 4000));
    ::kill(child, SIGKILL);
    const int status = status_of(child);
    const auto ledger = LedgerReader::open(path);
    INFO((ledger ? std::string() : ledger.error().message));
    REQUIRE(ledger);
    for (int i = round; i < kCount; i += 997) {
      CAPTURE(i);
      CHECK((*ledger)->find(ByMessageId{numbered("p", i)}).value.size() == 1);
    }
    if (status == 0) break;
    CHECK(status == 1000 + SIGKILL);
    ++killed;
  }
  CHECK(killed > 2);
  REQUIRE(LedgerWriter::open(path));
  CHECK(count_messages(path) == kCount + 68);
  CHECK(check_ledger(path)->empty());
}

TEST_CASE("a record beside the carrying over is not refused") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  make_packed(path, 20000);
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i)
    children.push_back(in_child(
        [&] { return record_many(path, "w" + std::to_string(i) + '.', 1, 1, [](int) {}); }));
  for (const pid_t child : children) CHECK(status_of(child) == 0);
  CHECK(count_messages(path) == 20000 + 68 + 4);
  CHECK(check_ledger(path)->empty());
}

TEST_CASE("an older ledger keeps its texts where texts are kept") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  make_database(path, *read_file(SOURCE_DIR "/tests/ledger-v2.sql"));
  REQUIRE(LedgerWriter::open(path, Texts::kept));
  const auto lines = export_lines(path);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("\"recipients\": [\"bob@remote.example\", \"carol@else.example\"]") !=
        std::string::npos);
}

}  // namespace unsent

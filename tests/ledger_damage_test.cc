// SPDX-License-Identifier: MIT
// Ledgers in which bytes have changed: whatever is asked, the answer comes, is no longer than
// what was recorded, and what is whole is given.
#include <doctest/doctest.h>

#include <fstream>
#include <limits>
#include <random>
#include <string>

#include "ledger/import_record.h"
#include "ledger/ledger_writer.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

constexpr int kMessages = 400;
const Time kStart = *parse_rfc3339("2026-11-01T00:00:00Z");

Entry entry(int number) {
  Entry entry;
  entry.message_ids = {"m" + std::to_string(number) + "@ourshop.example"};
  entry.reverse_path = "alice@ourshop.example";
  for (int i = 0; i < 1 + number % 7; ++i)
    entry.recipients.push_back(
        *Address::parse("r" + std::to_string(number * 7 + i) + "@remote.example"));
  entry.sent_at = kStart + seconds(number * 600);
  return entry;
}

void fill(const std::string& path) {
  auto ledger = LedgerWriter::open(path, Texts::hashed);
  REQUIRE(ledger);
  auto transaction = (*ledger)->begin();
  REQUIRE(transaction);
  for (int i = 0; i < kMessages; ++i)
    REQUIRE((*ledger)->record(entry(i), "test", kStart + seconds(86400 * 30)));
  REQUIRE(transaction->commit());
  REQUIRE((*ledger)->declare_complete("ourshop.example", kStart));
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

struct Given {
  int rows = 0;
  bool is_in_order = true;
  bool is_whole = true;
};

Given walk(LedgerReader& ledger) {
  Given given;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  const auto done =
      ledger.for_each_row([&](const Row& row, const std::optional<Entry>&) -> Result<void> {
        ++given.rows;
        given.is_in_order = given.is_in_order && row.number > last;
        last = row.number;
        if (given.rows > 2 * kMessages) return fail(ErrorCode::software, "without end");
        return {};
      });
  given.is_whole = done.has_value();
  return given;
}

// Everything that is asked of a ledger; none of it may end but by an answer.
int ask_all(const std::string& path) {
  int rows = 0;
  if (auto ledger = LedgerReader::open(path)) {
    const Given given = walk(**ledger);
    CHECK(given.rows <= 2 * kMessages);
    CHECK(given.is_in_order);
    rows = given.rows;
    static_cast<void>((*ledger)->stats());
    static_cast<void>((*ledger)->promises());
    static_cast<void>((*ledger)->first_sent_by("ourshop.example"));
    static_cast<void>((*ledger)->find(ByMessageId{"m17@ourshop.example"}));
    static_cast<void>((*ledger)->sender(*Address::parse("alice@ourshop.example"), kStart));
    static_cast<void>((*ledger)->identity());
  }
  static_cast<void>(check_ledger(path));
  return rows;
}

// What changes it; each on what the one before has left.
void change_all(const std::string& path) {
  if (auto ledger = LedgerWriter::open(path))
    static_cast<void>((*ledger)->record(entry(kMessages), "test", kStart + seconds(86400 * 30)));
  static_cast<void>(expire_ledger(path, kStart + seconds(86400)));
  static_cast<void>(undo_import(path));
}

std::string scratch_copy(const ScratchFolder& scratch, const std::string& key) {
  const std::string path = scratch / "copy.db";
  write(path + ".key", key);
  return path;
}

}  // namespace

TEST_CASE("a thousand ledgers with changed bytes: every question has an end, and an order") {
  const ScratchFolder scratch;
  const std::string whole = scratch / "whole.db";
  fill(whole);
  const std::string good = bytes_of(whole);
  const std::string copy = scratch_copy(scratch, bytes_of(whole + ".key"));
  std::mt19937 random(4711);
  const auto any = [&](std::size_t below) { return random() % below; };
  for (int round = 0; round < 1000; ++round) {
    CAPTURE(round);
    std::string bytes = good;
    // Most of the harm lies in the pages' heads and lists of cells.
    for (std::size_t change = 0, count = 1 + any(8); change < count; ++change) {
      const std::size_t page = any(bytes.size() / 4096) * 4096;
      const std::size_t at = page + (any(3) != 0 ? any(64) : any(4096));
      bytes[at] = static_cast<char>(any(256));
    }
    write(copy, bytes);
    ask_all(copy);
    if (round % 10 == 0) change_all(copy);
  }
}

TEST_CASE("what is whole of a damaged ledger is given: all but what lies in the damaged page") {
  const ScratchFolder scratch;
  const std::string whole = scratch / "whole.db";
  fill(whole);
  const std::string good = bytes_of(whole);
  const std::string copy = scratch_copy(scratch, bytes_of(whole + ".key"));
  int most_lost = 0;
  int damaged = 0;
  for (std::size_t page = 4096; page < good.size(); page += 4096) {
    if (good[page] != 0x0D) continue;  // a leaf of a table
    std::string bytes = good;
    bytes[page] = 0x55;
    write(copy, bytes);
    auto ledger = LedgerReader::open(copy);
    if (!ledger) continue;
    const Given given = walk(**ledger);
    if (given.is_whole) continue;
    ++damaged;
    most_lost = std::max(most_lost, kMessages - given.rows);
  }
  CHECK(damaged >= 5);
  CHECK(most_lost > 0);
  CHECK(most_lost < kMessages / 3);
}

TEST_CASE("a file of a newer SQLite is not damaged, and not our fault") {
  const ScratchFolder scratch;
  const std::string whole = scratch / "whole.db";
  fill(whole);
  const std::string good = bytes_of(whole);
  const std::string copy = scratch_copy(scratch, bytes_of(whole + ".key"));
  for (const auto& [at, value] : {std::pair(19, 3), {19, 127}, {47, 5}}) {
    CAPTURE(at);
    std::string bytes = good;
    bytes[static_cast<std::size_t>(at)] = static_cast<char>(value);
    write(copy, bytes);
    const auto ledger = LedgerWriter::open(copy);
    REQUIRE(!ledger);
    CHECK(ledger.error().code == ErrorCode::data);
    const auto checked = check_ledger(copy);
    if (!checked) CHECK(checked.error().code == ErrorCode::data);
  }
}

}  // namespace unsent

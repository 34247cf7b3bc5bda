// SPDX-License-Identifier: MIT
// What a writer keeps in memory while it holds the lock must never make a message of two,
// or two of one, whatever the order, whoever writes in between, and whatever fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

std::string id_of(std::size_t n) { return "n" + std::to_string(n) + "@ourshop.example"; }

// Message n, always of one second, as a mailbox or as a log tells of it.
Entry message(std::size_t n, std::size_t seconds_of_all, bool is_logged) {
  Entry entry = entry_with(id_of(n), "r" + std::to_string(n % 7) + "@remote.example");
  const Time date = *entry.sent_at + seconds(static_cast<std::int64_t>(n * 31 % seconds_of_all));
  entry.sent_at = date + seconds(n % 3);
  entry.subject = "Your order " + std::to_string(n);
  entry.fingerprint = {{"alice@ourshop.example", date, entry.subject}};
  entry.date = format_rfc3339(date);
  if (!is_logged) return entry;
  entry.fingerprint.reset();
  entry.from = entry.date = entry.subject = "";
  return entry;
}

void check_each_is_there_once(const std::string& path, const std::set<std::size_t>& messages) {
  const auto ledger = SqliteLedger::open_for_reading(path);
  REQUIRE(ledger);
  CHECK((*ledger)->stats()->messages == static_cast<std::int64_t>(messages.size()));
  for (const std::size_t n : messages) {
    CAPTURE(n);
    CHECK((*ledger)->find_message_id(id_of(n)).value.size() == 1);
  }
  const auto findings = check_ledger(path);
  REQUIRE(findings);
  CHECK(findings->empty());
}

}  // namespace

TEST_CASE("in whatever order messages come, each is there once, and none of what was rolled back") {
  std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (const std::size_t seconds_of_all : {1U, 3U, 40U, 5000U}) {
    CAPTURE(seconds_of_all);
    const ScratchFolder folder;
    const auto ledger = SqliteLedger::open_for_writing(folder / "ledger.db", Texts::hashed);
    REQUIRE(ledger);
    std::set<std::size_t> kept;
    for (int batch = 0; batch < 24; ++batch) {
      auto transaction = (*ledger)->begin();
      REQUIRE(transaction);
      std::vector<std::size_t> numbers;
      for (int i = 0; i < 150; ++i) numbers.push_back(random() % 1500);
      if (batch % 3 == 0) std::sort(numbers.begin(), numbers.end());
      const bool is_kept = batch % 4 != 1;
      for (const std::size_t n : numbers) {
        const auto recorded =
            (*ledger)->record(message(n, seconds_of_all, random() % 3 == 0), "test", kNow);
        REQUIRE(recorded);
        if (is_kept) CHECK(*recorded == kept.insert(n).second);
      }
      if (is_kept) REQUIRE(transaction->commit());
    }
    check_each_is_there_once(folder / "ledger.db", kept);
  }
}

TEST_CASE("two writers that take turns see what the other wrote, in every turn") {
  const ScratchFolder folder;
  const auto one = SqliteLedger::open_for_writing(folder / "ledger.db", Texts::hashed);
  const auto two = SqliteLedger::open_for_writing(folder / "ledger.db", Texts::hashed);
  std::set<std::size_t> all;
  // Each takes half of what the other just wrote; some turns are enough for a segment.
  for (std::size_t turn = 0; turn < 10; ++turn) {
    const auto& ledger = turn % 2 == 0 ? *one : *two;
    const std::size_t size = turn < 6 ? 40 : 3000;
    auto transaction = ledger->begin();
    REQUIRE(transaction);
    const std::size_t first = all.size() - std::min(all.size(), size / 2);
    for (std::size_t n = first; n < first + size; ++n)
      CHECK(*ledger->record(message(n, 90, turn % 5 == 4), "test", kNow) == all.insert(n).second);
    REQUIRE(transaction->commit());
  }
  check_each_is_there_once(folder / "ledger.db", all);
}

TEST_CASE("a date far in the past or to come, and a full second, hide nothing from a writer") {
  const ScratchFolder folder;
  const auto ledger = SqliteLedger::open_for_writing(folder / "ledger.db", Texts::hashed);
  std::vector<Entry> entries;
  for (const char* date : {"2080-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-11-23T10:00:00Z",
                           "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-23T10:00:01Z"})
    for (std::size_t i = 0; i < 70; ++i) {
      Entry entry = entry_with(std::string(date) + '.' + std::to_string(i), "bob@remote.example");
      entry.fingerprint->date = *parse_rfc3339(date);
      entries.push_back(entry);
    }
  for (const bool is_new : {true, false}) {
    auto transaction = (*ledger)->begin();
    for (const Entry& entry : entries) {
      CAPTURE(entry.message_ids.front());
      const auto recorded = (*ledger)->record(entry, "test", kNow);
      INFO((recorded ? std::string() : recorded.error().message));
      REQUIRE(recorded);
      CHECK(*recorded == is_new);
    }
    REQUIRE(transaction->commit());
    std::reverse(entries.begin(), entries.end());
  }
  CHECK((*ledger)->stats()->messages == static_cast<std::int64_t>(entries.size()));
  CHECK((*ledger)->find_fingerprint(*entries.front().fingerprint).value.size() == 70);
}

TEST_CASE(
    "what bounces leave in the WAL stays little: each process that opens the ledger reads it") {
  constexpr std::uintmax_t kFrame = 4096 + 24;
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {message(1, 1, false)}, Texts::hashed);
  std::uintmax_t most = 0;
  for (int i = 0; i < 400; ++i) {
    const auto ledger = SqliteLedger::open_for_reading(path);
    const auto found = (*ledger)->find_message_id(id_of(1));
    REQUIRE(found.value.size() == 1);
    CHECK((*ledger)->count_bounce(found.value.front(), std::to_string(i)).value == i + 1);
    most = std::max(most, std::filesystem::file_size(path + "-wal"));
  }
  CHECK(most > 0);
  CHECK(most < 150 * kFrame);
}

}  // namespace unsent

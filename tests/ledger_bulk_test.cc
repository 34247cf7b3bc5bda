// SPDX-License-Identifier: MIT
// What a writer keeps in memory while it holds the lock must never make a message of two,
// or two of one, whatever the order, whoever writes in between, and whatever fails.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <set>
#include <thread>

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
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  CHECK((*ledger)->stats()->messages == static_cast<std::int64_t>(messages.size()));
  for (const std::size_t n : messages) {
    CAPTURE(n);
    CHECK((*ledger)->find(ByMessageId{id_of(n)}).value.size() == 1);
  }
  const auto findings = check_ledger(path);
  REQUIRE(findings);
  CHECK(findings->empty());
}

bool somebody_waits(const std::string& path) {
  const FileDescriptor queue(::open(LedgerKey::path_for(path).c_str(), O_RDONLY | O_CLOEXEC));
  return ::flock(queue.get(), LOCK_EX | LOCK_NB) != 0;
}

}  // namespace

TEST_CASE("in whatever order messages come, each is there once, and none of what was rolled back") {
  std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (const std::size_t seconds_of_all : {1U, 3U, 40U, 5000U}) {
    CAPTURE(seconds_of_all);
    const ScratchFolder folder;
    const auto ledger = LedgerWriter::open(folder / "ledger.db", Texts::hashed);
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
  const auto one = LedgerWriter::open(folder / "ledger.db", Texts::hashed);
  const auto two = LedgerWriter::open(folder / "ledger.db", Texts::hashed);
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
  const auto ledger = LedgerWriter::open(folder / "ledger.db", Texts::hashed);
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
  CHECK((*ledger)->find(*entries.front().fingerprint).value.size() == 70);
}

namespace {

// Puts entries of messages that are gone beside those that wait, so many that each slice is due.
void make_due(const std::string& path) {
  auto file = open_ledger_to_write(path);
  REQUIRE(file);
  REQUIRE(file->database.execute(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 64 * 8192 - 1) "
      "INSERT INTO fresh_postings SELECT ((i / 8192) << 58) + 3 * (i % 8192), 7 FROM n"));
}

std::int64_t count_in(const std::string& path, const std::string& table) {
  auto file = open_ledger_to_read(path);
  REQUIRE(file);
  return *file->database.integer("SELECT count(*) FROM " + table);
}

}  // namespace

TEST_CASE("what waits goes over a slice at a time, and is found at every moment, killed or not") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  std::set<std::size_t> all;
  std::vector<Entry> entries;
  for (std::size_t n = 0; n < 300; ++n) {
    all.insert(n);
    entries.push_back(message(n, 90, false));
  }
  add_all(path, entries, Texts::hashed);
  const std::int64_t real = count_in(path, "fresh_postings");
  make_due(path);
  const std::int64_t waiting = count_in(path, "fresh_postings");
  REQUIRE(waiting == real + 64 * 8192);
  for (int round = 0;; ++round) {
    const pid_t child = in_child([&] {
      const auto ledger = LedgerWriter::open(path);
      for (int i = 0; i < 32; ++i)
        if (!ledger || !(*ledger)->begin()) return 77;
      return 0;
    });
    ::usleep(static_cast<unsigned>(30000 + round * 20000));
    ::kill(child, SIGKILL);
    const int status = status_of(child);
    const auto ledger = LedgerReader::open(path);
    for (const std::size_t n : all) CHECK((*ledger)->find(ByMessageId{id_of(n)}).value.size() == 1);
    CHECK(count_in(path, "fresh_postings") + count_in(path, "postings") == waiting);
    if (status == 0) break;
    REQUIRE(status == 1000 + SIGKILL);
  }
  CHECK(count_in(path, "fresh_postings") < real);
  check_each_is_there_once(path, all);
  // What found messages that are gone goes with the next that are forgotten.
  CHECK(*expire_ledger(path, *parse_rfc3339("2026-11-01T00:00:00Z")) == 0);
  CHECK(count_in(path, "fresh_postings") + count_in(path, "postings") == real);
  check_each_is_there_once(path, all);
}

TEST_CASE(
    "what bounces leave in the WAL stays little: each process that opens the ledger reads it") {
  constexpr std::uintmax_t kFrame = 4096 + 24;
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {message(1, 1, false)}, Texts::hashed);
  std::uintmax_t most = 0;
  for (int i = 0; i < 400; ++i) {
    const auto ledger = LedgerReader::open(path, nullptr, Notes::written);
    const auto found = (*ledger)->find(ByMessageId{id_of(1)});
    REQUIRE(found.value.size() == 1);
    CHECK((*ledger)->note(BounceAbout{found.value.front().row, std::to_string(i)}).value == i + 1);
    most = std::max(most, std::filesystem::file_size(path + "-wal"));
  }
  CHECK(most > 0);
  CHECK(most < 150 * kFrame);
}

TEST_CASE("of a crowded second the first are looked through by fingerprint, and all by id") {
  const ScratchFolder folder;
  const auto ledger = LedgerWriter::open(folder / "ledger.db", Texts::hashed);
  REQUIRE(ledger);
  constexpr std::size_t kCount = RowStore::kMostOfSecond + 10;
  for (int round = 0; round < 2; ++round) {
    auto transaction = (*ledger)->begin();
    REQUIRE(transaction);
    for (std::size_t n = 0; n < kCount; ++n)
      REQUIRE((*ledger)->record(message(n, 1, false), "test", Time(seconds(1795428000))));
    REQUIRE(transaction->commit());
  }
  CHECK((*ledger)->stats()->messages == static_cast<std::int64_t>(kCount));
  const auto by_print = [&](std::size_t n) {
    return (*ledger)->find(SentKey(*message(n, 1, false).fingerprint)).value.size();
  };
  CHECK(by_print(0) == 1);
  CHECK(by_print(kCount - 1) == 0);
  CHECK((*ledger)->find(ByMessageId{id_of(kCount - 1)}).value.size() == 1);
}

TEST_CASE("who waits to write comes before the next transaction of one who writes on and on") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  const auto writer = LedgerWriter::open(path);
  REQUIRE(writer);
  int transactions = 0;
  for (int round = 0; round < 5; ++round) {
    std::atomic<bool> is_done = false;
    auto held = std::optional((*writer)->begin());
    REQUIRE(*held);
    std::thread other([&] {
      const auto ledger = LedgerWriter::open(path);
      CHECK((*ledger)->record(message(static_cast<std::size_t>(round), 5000, false), "t", kNow));
      is_done = true;
    });
    while (!somebody_waits(path)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    while (!is_done && ++transactions < 1000) {
      held.reset();
      held.emplace((*writer)->begin());
      REQUIRE(*held);
    }
    held.reset();
    other.join();
  }
  CHECK(transactions <= 25);  // without a queue ten times as many
}

}  // namespace unsent

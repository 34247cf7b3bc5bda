// SPDX-License-Identifier: MIT
// Entries, databases and children for the tests of the ledger.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/ledger_file.h"
#include "ledger/ledger_writer.h"
#include "scratch_folder.h"

namespace unsent {

constexpr Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1);

inline Entry entry_with(const std::string& id, const std::string& recipient) {
  Entry entry;
  entry.message_ids = {id};
  entry.from = "Alice <alice@ourshop.example>";
  entry.date = "Mon, 23 Nov 2026 11:00:00 +0100";
  entry.subject = "Your order 4711";
  entry.fingerprint = make_fingerprint(entry.from, entry.date, entry.subject);
  entry.reverse_path = "alice@ourshop.example";
  entry.recipients = {*Address::parse(recipient)};
  entry.sent_at = *parse_rfc3339("2026-11-23T10:00:05Z");
  return entry;
}

inline void add_all(const std::string& path, const std::vector<Entry>& entries,
                    Texts texts = Texts::kept) {
  const auto ledger = LedgerWriter::open(path, texts);
  REQUIRE(ledger);
  auto batch = (*ledger)->begin();
  REQUIRE(batch);
  for (const Entry& entry : entries) REQUIRE((*ledger)->record(entry, "test", kNow));
  REQUIRE(batch->commit());
}

inline std::vector<std::string> export_lines(const std::string& path) {
  std::vector<std::string> lines;
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  REQUIRE((*ledger)->for_each([&](const Entry& entry) -> Result<void> {
    lines.push_back(format_entry(entry));
    return {};
  }));
  return lines;
}

inline void make_database(const std::string& path, const std::string& sql) {
  write_file(path, "");
  auto database = Database::open(path, Database::Access::write);
  REQUIRE(database);
  REQUIRE(database->execute(sql));
}

// What body returns is the exit status; 77 stands for a failed check.
inline pid_t in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(body());
  return child;
}

inline int status_of(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

inline std::string numbered(const std::string& prefix, int number) {
  return prefix + std::to_string(number) + "@ourshop.example";
}

// Records prefix0, prefix1 …, batch by batch, and reports each commit.
inline int record_many(const std::string& path, const std::string& prefix, int count,
                       int batch_size, const std::function<void(int)>& committed) {
  const auto ledger = LedgerWriter::open(path);
  if (!ledger) return 77;
  for (int i = 0; i < count;) {
    auto batch = (*ledger)->begin();
    if (!batch) return 77;
    for (const int end = i + batch_size; i < end; ++i)
      if (!(*ledger)->record(entry_with(numbered(prefix, i), "bob@remote.example"), "test", kNow))
        return 77;
    if (!batch->commit()) return 77;
    committed(i);
  }
  return 0;
}

inline std::int64_t count_messages(const std::string& path) {
  auto file = open_ledger_to_read(path);
  REQUIRE(file);
  Database* database = &file->database;
  auto check = database->prepare("PRAGMA integrity_check");
  REQUIRE(check->step());
  CHECK(check->text(0) == "ok");
  const auto count = database->integer("SELECT count(*) FROM messages");
  REQUIRE(count);
  CHECK(*database->integer("SELECT value FROM totals WHERE name = 'messages'") == *count);
  return *count;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Temporary folders and entries for the tests of the ledger.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {

constexpr Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1);

// Gone with everything in it at the end.
class ScratchFolder {
 public:
  ScratchFolder() : path_((std::filesystem::temp_directory_path() / "unsent-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

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
  const auto ledger = SqliteLedger::open_for_writing(path, texts);
  REQUIRE(ledger);
  auto batch = (*ledger)->begin();
  REQUIRE(batch);
  for (const Entry& entry : entries) REQUIRE((*ledger)->record(entry, "test", kNow));
  REQUIRE(batch->commit());
}

inline std::vector<std::string> export_lines(const std::string& path) {
  std::vector<std::string> lines;
  const auto ledger = SqliteLedger::open_for_reading(path);
  REQUIRE(ledger);
  REQUIRE((*ledger)->for_each([&](const Entry& entry) -> Result<void> {
    lines.push_back(format_entry(entry));
    return {};
  }));
  return lines;
}

}  // namespace unsent

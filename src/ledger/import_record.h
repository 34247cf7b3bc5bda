// SPDX-License-Identifier: MIT
// What one import brought into the ledger beside its messages, so that it can be taken back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/counts.h"
#include "ledger/entry.h"

namespace unsent {

struct ImportRecord {
  std::string name;  // never twice; its messages come from the sources "import NAME", "log NAME"
  std::vector<std::string> from;                          // what was read
  std::vector<std::string> scopes;                        // said to be complete by it
  std::set<std::pair<std::int64_t, std::string>> places;  // keys and paths of feeds
  // Senders and hosts of ids, and how often; the first 20,000.
  std::map<std::pair<NameKind, std::string>, std::int64_t> names;

  void count_names_of(const Entry& entry);
  // A line a fact, for the state of a feed (which is encrypted); and back.
  std::string text() const;
  static ImportRecord parse(std::string_view text);
};

// The feeds that hold records are found by this path, and each by its key.
inline constexpr std::string_view kImportRecords = "import";
std::int64_t key_of_record(std::string_view name);

struct UndoneImport {
  ImportRecord record;
  Time at{};
  std::int64_t messages = 0;  // that are removed
};

// Takes back the last import that was not taken back yet: its messages, the places that it
// reached, the promises that it made. What it only told more of, of messages that were there,
// stays. nullopt: there is none.
Result<std::optional<UndoneImport>> undo_import(const std::string& path);

}  // namespace unsent

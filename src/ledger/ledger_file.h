// SPDX-License-Identifier: MIT
// A ledger as a file, with its key beside it: both made so that only their owner can read
// them, brought up to this version's schema, and refused if they are something else.
#pragma once

#include <memory>
#include <string>

#include "ledger/ledger_key.h"
#include "ledger/recorder.h"
#include "ledger/sqlite.h"

namespace unsent {

// "Unst" in the file's header, so that file(1) and we know it.
constexpr std::int64_t kLedgerApplicationId = 0x556E7374;
// The version that this program writes; schema/0001-…, 0002-… lead there.
std::int64_t ledger_version();

// What is there is for certain no ledger, not even one that nobody can use: a folder, or a
// file that can be read and begins as another. What cannot be read may be one.
bool is_something_else(const std::string& path);

struct LedgerFile {
  Database database;
  std::shared_ptr<const LedgerKey> key;
};

// Makes and changes nothing, and with Access::read cannot. A key that is missing, of another
// ledger or that may not be read is an error: without it nothing in the ledger can be found.
// deadline: see Database::wait_by; may be null.
Result<LedgerFile> open_ledger_to_read(const std::string& path, const Deadline* deadline = nullptr,
                                       Database::Access access = Database::Access::read);
// Makes the file (mode 0600), its folders (0700) and its key if they are missing, and
// brings an older version up to date; texts says whether it keeps the texts of that.
Result<LedgerFile> open_ledger_to_write(const std::string& path, Texts texts = Texts::hashed);

}  // namespace unsent

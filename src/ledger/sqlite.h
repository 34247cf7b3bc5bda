// SPDX-License-Identifier: MIT
// Owners of SQLite's handles, without policy: prepared, bound, rolled back unless
// committed. A busy database is waited for, 5 seconds by default.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace unsent {

struct SqliteClose {
  void operator()(sqlite3* handle) const;
};
struct SqliteFinalize {
  void operator()(sqlite3_stmt* handle) const;
};

enum class Step { row, done, busy, failed };

// One prepared statement; usable while its database lives.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  // Resets the statement and binds the values from 1 on. Text is copied.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  Step step();
  void reset();

  std::int64_t integer(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const;

 private:
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const std::optional<std::int64_t>& value);
  void bind_one(int index, const std::optional<std::string>& value);

  std::unique_ptr<sqlite3_stmt, SqliteFinalize> handle_;
};

class Database {
 public:
  enum class Mode { read_only, read_write };
  // read_write creates the file, mode 0600, if it is missing; read_only never does.
  static Result<Database> open(const std::string& path, Mode mode, int busy_milliseconds = 5000);

  // Several statements without results.
  Result<void> run(const char* sql);
  // sql is ours and right: a failure is that of the file. Ends with the error's text.
  Result<Statement> prepare(const char* sql);
  Result<std::int64_t> integer(const char* sql);  // first column of the first row
  std::int64_t last_insert_id() const;

  // What SQLite says went wrong last, as an error with the path and a mend.
  Unexpected failure() const;
  const std::string& path() const { return path_; }

 private:
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  std::unique_ptr<sqlite3, SqliteClose> handle_;
  std::string path_;
};

// Rolls back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace unsent

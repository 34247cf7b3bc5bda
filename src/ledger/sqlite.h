// SPDX-License-Identifier: MIT
// Owners of SQLite's handles. No policy: what to store, and where, is decided elsewhere.
// Every failure is an Error that names the database file, the reason and a mend.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/deadline.h"
#include "base/file.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace unsent {

class Database;

// What lies in the file is not what we wrote: an error that says what.
Unexpected damaged(const Database& database, const std::string& what);

// One prepared statement. Binding counts from 1, columns from 0. Must not outlive its Database.
class Statement {
 public:
  Statement() = default;  // none

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);        // copied
  Statement& bind_blob(int index, std::string_view bytes);  // copied
  Statement& bind_null(int index);
  template <typename T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }

  // True at a row, false behind the last one; then, and on failure, it is reset.
  Result<bool> step();
  // Runs it to its end and resets it.
  Result<void> run();
  // The one number that it asks for, 0 if there is none; resets it.
  Result<std::int64_t> number();
  void reset();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // or blob; valid until the next step
  bool is_null(int column) const;
  bool is_prepared() const { return handle_ != nullptr; }
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
  const std::string* path_ = nullptr;
};

class Database {
 public:
  enum class Access {
    read,
    read_unchanging,  // nobody writes it meanwhile: needs no files beside it
    write,
  };

  static constexpr int kLongWait = 5000;  // milliseconds

  Database() = default;  // none
  // path must exist. A wait for another program's lock ends after that time.
  static Result<Database> open(const std::string& path, Access access,
                               int wait_milliseconds = kLongWait);
  // From now on a wait ends after half of what is left of it, too. It must outlive this.
  void wait_by(const Deadline& deadline);
  // From now on a wait ends after that time; what it was before.
  int wait_at_most(int milliseconds);
  // Closing it does not write the WAL into the database: whoever comes next does.
  void leave_wal_behind();

  const std::string& path() const { return *path_; }
  Result<Statement> prepare(std::string_view sql);
  // One or more statements without results.
  Result<void> execute(const std::string& sql);
  // The first column of the first row; 0 if there is none.
  Result<std::int64_t> integer(std::string_view sql);
  // Another one whenever another connection has written.
  Result<std::int64_t> data_version();
  std::int64_t changed_rows() const;  // by the last statement
  bool is_in_transaction() const;     // but for one that only waits for the next reading

  // A transaction that only reads; both are prepared once, for every lookup wants them. Who
  // reads often is given a larger cache: the inner pages of a hundred million rows; and where
  // that hinders no writer (WAL), readings in a row see one state of the database: up to 32
  // within 20 ms.
  Result<void> begin_reading();
  void end_reading();
  void end_lingering();
  // Takes the write lock, in turn: who waits for it stands in a queue (a shared lock on the key's
  // file), and who has written before lets the queue by first, for 100 ms at most.
  Result<void> begin_writing();
  // From now on, and from the first on, readings in a row see one state; for no longer than one
  // message is judged, for until end_look() a writer may wait for it.
  void begin_look() { is_looking_ = true; }
  void end_look();
  // Another number whenever what is read may have changed: all that is read under one number, in a
  // transaction, is of one state.
  std::uint64_t state() const { return state_; }

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  Unexpected failure() const;
  Result<void> expect_many_readings();

  struct Wait {
    int milliseconds = 0;
    const Deadline* deadline = nullptr;
    std::string queue;     // while it waits to write: the file
    FileDescriptor place;  // in it
  };
  static int wait_for_lock(void* wait, int times_called);
  void let_others_in() const;

  std::unique_ptr<const std::string> path_;  // statements point to it
  std::unique_ptr<Wait> wait_;               // SQLite's handler points to it
  std::unique_ptr<sqlite3, Closer> handle_;
  Statement begin_, rollback_, data_version_;
  int readings_ = 0;
  bool has_written_ = false;
  bool may_linger_ = false;
  bool is_looking_ = false;
  bool is_lingering_ = false;  // between two readings of one transaction
  int lingered_ = 0;           // readings of it
  std::uint64_t state_ = 0;
  std::chrono::steady_clock::time_point begun_;
};

// A statement that is prepared when it is first needed. sql must outlive it.
class LazyStatement {
 public:
  explicit LazyStatement(std::string_view sql) : sql_(sql) {}
  // Always of the same database.
  Result<Statement*> in(Database& database);

 private:
  std::string_view sql_;
  std::optional<Statement> statement_;
};

// Several readings of one state of the database; none if a transaction is open already.
class ReadTransaction {
 public:
  static Result<ReadTransaction> begin(Database& database);
  ReadTransaction(ReadTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(Database* database) : database_(database) {}
  Database* database_;
};

// Takes the write lock at once; rolls back unless committed.
class Transaction {
 public:
  // before_commit writes what belongs into the same transaction; rolled_back is told of
  // the other end. Both must stay callable as long as the transaction.
  struct Hooks {
    std::function<Result<void>()> before_commit;
    std::function<void()> rolled_back;
  };

  static Result<Transaction> begin(Database& database, Hooks hooks = {});
  Transaction(Transaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)), hooks_(std::move(other.hooks_)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // On the disk when it returns. After a failure nothing of it is.
  Result<void> commit();

 private:
  Transaction(Database& database, Hooks hooks) : database_(&database), hooks_(std::move(hooks)) {}
  Database* database_;
  Hooks hooks_;
};

}  // namespace unsent

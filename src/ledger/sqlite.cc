// SPDX-License-Identifier: MIT
#include "ledger/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>

#include "base/file.h"

namespace unsent {
namespace {

Unexpected sqlite_failure(const std::string& path, sqlite3* handle, int code) {
  const std::string text = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorCode::temp_fail, path + ": locked by another program",
                  "try again when it has finished");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return fail(ErrorCode::config, path + ": not a ledger: " + text,
                  "move it away, then import again, or name another with --ledger");
    case SQLITE_FULL:
      return fail(ErrorCode::io, path + ": the disk is full", "make room and run it again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return fail(ErrorCode::no_permission, path + ": cannot be written: " + text,
                  "check its owner and mode, and those of its folder");
    case SQLITE_CANTOPEN:
      return fail(ErrorCode::cant_create, path + ": cannot be opened",
                  "check its folder's owner and mode");
    default:
      return fail(ErrorCode::io, path + ": " + text);
  }
}

// SQLite would create the file with the umask's mode: who writes to whom is private.
Result<void> create_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return os_failure(path, errno);
  const FileDescriptor closes(fd);
  return {};
}

}  // namespace

void SqliteClose::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
void SqliteFinalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Step Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return Step::row;
  if (code == SQLITE_DONE) return Step::done;
  return (code & 0xFF) == SQLITE_BUSY ? Step::busy : Step::failed;
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(handle_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

void Statement::bind_one(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), index, value);
}

void Statement::bind_one(int index, std::string_view value) {
  sqlite3_bind_text(handle_.get(), index, value.empty() ? "" : value.data(),
                    static_cast<int>(value.size()), SQLITE_TRANSIENT);
}

void Statement::bind_one(int index, const std::optional<std::int64_t>& value) {
  if (value)
    bind_one(index, *value);
  else
    sqlite3_bind_null(handle_.get(), index);
}

void Statement::bind_one(int index, const std::optional<std::string>& value) {
  if (value)
    bind_one(index, *value);
  else
    sqlite3_bind_null(handle_.get(), index);
}

Result<Database> Database::open(const std::string& path, Mode mode, int busy_milliseconds) {
  if (mode == Mode::read_write)
    if (auto created = create_private(path); !created) return created.failure();
  sqlite3* handle = nullptr;
  const int flags = (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(handle, path);
  if (code != SQLITE_OK) return sqlite_failure(path, handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_milliseconds);
  return database;
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK)
    return failure();
  return Statement(statement);
}

Result<std::int64_t> Database::integer(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.failure();
  const Step step = statement->step();
  if (step == Step::row) return statement->integer(0);
  if (step == Step::done) return std::int64_t{0};
  return failure();
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

Unexpected Database::failure() const {
  return sqlite_failure(path_, handle_.get(), sqlite3_extended_errcode(handle_.get()));
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun.failure();
  return Transaction(database);
}

Transaction::~Transaction() {
  // A failed rollback leaves nothing to do: closing the database rolls back too.
  if (database_ != nullptr) static_cast<void>(database_->run("ROLLBACK").has_value());
}

Result<void> Transaction::commit() {
  auto committed = database_->run("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace unsent

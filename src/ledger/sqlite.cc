// SPDX-License-Identifier: MIT
#include "ledger/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "ledger/ledger_key.h"

namespace unsent {
namespace {

// How much memory it uses nobody asks: it would be counted under a lock at each allocation.
void count_no_memory() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(once);
}

constexpr int kManyReadings = 64;
constexpr int kMostLingering = 32;
constexpr std::chrono::milliseconds kLongestLingering{20};
constexpr int kMostLetIn = 100;  // milliseconds
constexpr const char* kLargeCache = "PRAGMA cache_size = -16384";

// The first bytes of a file say which versions may write and read it
// (sqlite.org/fileformat2.html 1.3.3); from the third on we know nothing of it.
bool is_of_newer_format(const std::string& path) {
  const auto file = open_file(path, O_RDONLY);
  std::array<char, 20> head{};
  if (!file || ::pread(file->get(), head.data(), head.size(), 0) != 20) return false;
  return std::string_view(head.data(), 15) == "SQLite format 3" && (head[18] > 2 || head[19] > 2);
}

Unexpected newer_format(const std::string& path) {
  return fail(ErrorCode::data, path + ": written by a newer SQLite, in a format not known here",
              "upgrade unsent, or name another ledger with --ledger");
}

Unexpected damaged_file(const std::string& path, const std::string& reason) {
  return fail(ErrorCode::config, path + ": damaged (" + reason + ")",
              "restore it from a backup, or move it away and import again");
}

Unexpected sqlite_failure(const std::string& path, sqlite3* database) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(database);
  const std::string reason =
      database == nullptr ? sqlite3_errstr(SQLITE_NOMEM) : sqlite3_errmsg(database);
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorCode::temp_fail, path + ": locked by another program",
                  "try again later; fuser shows which program holds it");
    case SQLITE_NOTADB:
      if (is_of_newer_format(path)) return newer_format(path);
      return fail(ErrorCode::config, path + ": not a ledger (not a SQLite database)",
                  "name the right file, or move this one away");
    // Our statements are right, and so is what we bind: then it is the file that is not.
    case SQLITE_ERROR:
      if (reason == "unsupported file format") return newer_format(path);
      [[fallthrough]];
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_SCHEMA:
    case SQLITE_TOOBIG:
      return damaged_file(path, reason);
    case SQLITE_FULL:
      return fail(ErrorCode::io, path + ": no space left on the disk",
                  "free some space; what was acknowledged is kept");
    case SQLITE_NOMEM:
      return fail(ErrorCode::temp_fail, path + ": out of memory", "try again later");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      if (is_of_newer_format(path)) return newer_format(path);
      return fail(ErrorCode::no_permission, path + ": cannot be written (" + reason + ")",
                  "check who owns the file and its folder, and whether the disk is read-only");
    case SQLITE_CANTOPEN:
      return fail(errno == EACCES ? ErrorCode::no_permission : ErrorCode::no_input,
                  path + ": cannot be opened", "check that it exists and is yours");
    case SQLITE_IOERR:
      return fail(ErrorCode::io, path + ": " + reason + " (" + std::to_string(code) + ")",
                  "check the disk: space, limits, errors");
    default:
      return fail(ErrorCode::software, path + ": " + reason);
  }
}

// Any byte may be part of a path, few of a URI. A relative path must not look like
// ":memory:" or a host: behind two slashes one stands, and several are one to the system.
std::string uri_of(const std::string& path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = path.substr(0, 1) == "/" ? "file:" : "file:./";
  for (const char c : path) {
    if (c == '/' && uri.back() == '/') continue;
    const auto byte = static_cast<unsigned char>(c);
    if (is_alnum(c) || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 15U];
    }
  }
  return uri;
}

}  // namespace

Unexpected damaged(const Database& database, const std::string& what) {
  return damaged_file(database.path(), what);
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(handle_.get(), index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  sqlite3_bind_blob64(handle_.get(), index, data, bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(handle_.get(), index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  auto failure = sqlite_failure(*path_, sqlite3_db_handle(handle_.get()));
  reset();
  return failure;
}

Result<void> Statement::run() {
  for (;;) {
    const auto row = step();
    if (!row) return row.failure();
    if (!*row) return {};
  }
}

Result<std::int64_t> Statement::number() {
  const auto row = step();
  if (!row) return row.failure();
  const std::int64_t number = *row ? integer(0) : 0;
  reset();
  return number;
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  // Only the pointer of column_blob is that of the bytes as they are stored.
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

// SQLite's own handler sleeps up to 100 ms at a time: among busy writers it comes too
// late again and again. Of a message's time at most half is waited: the ledger is not the
// only one that is asked.
int Database::wait_for_lock(void* wait, int times_called) {
  Wait& how = *static_cast<Wait*>(wait);
  if (times_called >= how.milliseconds) return 0;
  if (how.deadline != nullptr && times_called >= how.deadline->left().count()) return 0;
  // Who looks whether somebody waits holds the file for an instant: then it is tried again.
  if (!how.queue.empty() && !how.place.is_open()) {
    auto place = open_file(how.queue, O_RDONLY);
    if (place && ::flock(place->get(), LOCK_SH | LOCK_NB) == 0) how.place = std::move(*place);
  }
  ::usleep(1000);
  return 1;
}

void Database::Closer::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Access access, int wait_milliseconds) {
  count_no_memory();
  const int flags = access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const std::string suffix = access == Access::read_unchanging ? "?immutable=1" : "";
  const std::string name = uri_of(path) + suffix;
  Database database;
  database.path_ = std::make_unique<const std::string>(path);
  sqlite3* handle = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(name.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return database.failure();
  sqlite3_extended_result_codes(handle, 1);
  database.wait_ = std::make_unique<Wait>();
  database.wait_->milliseconds = wait_milliseconds;
  sqlite3_busy_handler(handle, wait_for_lock, database.wait_.get());
  return database;
}

void Database::leave_wal_behind() {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::wait_by(const Deadline& deadline) { wait_->deadline = &deadline; }

int Database::wait_at_most(int milliseconds) {
  return std::exchange(wait_->milliseconds, milliseconds);
}

Unexpected Database::failure() const { return sqlite_failure(*path_, handle_.get()); }

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return failure();
  Statement statement;
  statement.handle_.reset(handle);
  statement.path_ = path_.get();
  return statement;
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure();
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.failure();
  return statement->number();
}

Result<std::int64_t> Database::data_version() {
  if (!data_version_.is_prepared()) {
    auto prepared = prepare("PRAGMA data_version");
    if (!prepared) return prepared.failure();
    data_version_ = std::move(*prepared);
  }
  return data_version_.number();
}

std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_.get()); }

bool Database::is_in_transaction() const {
  return !is_lingering_ && sqlite3_get_autocommit(handle_.get()) == 0;
}

Result<void> Database::begin_reading() {
  const auto now = std::chrono::steady_clock::now();
  if (std::exchange(is_lingering_, false) && is_in_transaction()) {
    if (++lingered_ < kMostLingering && now - begun_ < kLongestLingering) return {};
    if (auto ended = rollback_.run(); !ended) return ended;
  }
  if (readings_ < kManyReadings && ++readings_ == kManyReadings)
    if (auto grown = expect_many_readings(); !grown) return grown;
  for (auto [statement, sql] : {std::pair(&begin_, "BEGIN"), {&rollback_, "ROLLBACK"}}) {
    if (statement->is_prepared()) continue;
    auto prepared = prepare(sql);
    if (!prepared) return prepared.failure();
    *statement = std::move(*prepared);
  }
  lingered_ = 0;
  begun_ = now;
  ++state_;
  return begin_.run();
}

Result<void> Database::expect_many_readings() {
  auto mode = prepare("PRAGMA journal_mode");
  if (!mode) return mode.failure();
  const auto row = mode->step();
  if (!row) return row.failure();
  may_linger_ = *row && mode->text(0) == "wal";
  return execute(kLargeCache);
}

void Database::end_reading() {
  is_lingering_ = (may_linger_ || is_looking_) && is_in_transaction();
  if (!is_lingering_) static_cast<void>(rollback_.run());
}

void Database::end_lingering() {
  if (std::exchange(is_lingering_, false)) static_cast<void>(rollback_.run());
}

void Database::end_look() {
  is_looking_ = false;
  end_lingering();
}

Result<void> Database::begin_writing() {
  end_lingering();
  ++state_;
  if (std::exchange(has_written_, true)) let_others_in();
  wait_->queue = LedgerKey::path_for(path());
  auto begun = execute("BEGIN IMMEDIATE");
  wait_->queue.clear();
  wait_->place = FileDescriptor();
  return begun;
}

void Database::let_others_in() const {
  const auto queue = open_file(LedgerKey::path_for(path()), O_RDONLY);
  for (int i = 0; queue && i < kMostLetIn; ++i) {
    if (::flock(queue->get(), LOCK_EX | LOCK_NB) == 0) return;
    ::usleep(1000);
  }
}

Result<Statement*> LazyStatement::in(Database& database) {
  if (!statement_) {
    auto prepared = database.prepare(sql_);
    if (!prepared) return prepared.failure();
    statement_ = std::move(*prepared);
  }
  return &*statement_;
}

Result<ReadTransaction> ReadTransaction::begin(Database& database) {
  if (database.is_in_transaction()) return ReadTransaction(nullptr);
  if (const auto begun = database.begin_reading(); !begun) return begun.failure();
  return ReadTransaction(&database);
}

ReadTransaction::~ReadTransaction() {
  if (database_ != nullptr) database_->end_reading();
}

Result<Transaction> Transaction::begin(Database& database, Hooks hooks) {
  const auto begun = database.begin_writing();
  if (!begun) return begun.failure();
  return Transaction(database, std::move(hooks));
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // After some failures SQLite has rolled back already: then this changes nothing.
  static_cast<void>(database_->execute("ROLLBACK"));
  if (hooks_.rolled_back) hooks_.rolled_back();
}

Result<void> Transaction::commit() {
  auto prepared = hooks_.before_commit ? hooks_.before_commit() : Result<void>();
  if (!prepared) return prepared;
  auto committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace unsent

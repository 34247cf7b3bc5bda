// SPDX-License-Identifier: MIT
#include "ledger/ledger_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/base64.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/file_system.h"
#include "base/open.h"
#include "ledger/old_rows.h"

namespace unsent {

extern const EmbeddedFile kSchema[];
extern const std::size_t kSchema_size;

namespace {

Unexpected explained(const std::string& path, int error_number) {
  const Error error = std::move(os_failure(path, error_number)).take();
  switch (error_number) {
    case ENOENT:
      return fail(ErrorCode::no_input, path + ": there is no ledger yet",
                  "make one with `unsent import` or `unsent record`, or name it with --ledger");
    case EACCES:
    case EPERM:
      return fail(ErrorCode::no_permission, error.message,
                  "run it as the user who owns the ledger");
    case EROFS:
      return fail(ErrorCode::cant_create, error.message, "name another place with --ledger");
    default:
      return fail(error.code, error.message, "name another place with --ledger");
  }
}

Result<void> check_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return explained(path, errno);
  if (S_ISDIR(status.st_mode)) return explained(path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::config, path + ": not a ledger (not a file)", "name the right file");
  if (::access(path.c_str(), R_OK) != 0) return explained(path, errno);
  return {};
}

Result<void> make_folders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != path.npos;
       slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST || errno == EISDIR) continue;
    const int reason = errno;
    if (::access(folder.c_str(), F_OK) == 0) continue;
    const Error error = std::move(os_failure(folder, reason)).take();
    return fail(reason == EACCES ? ErrorCode::no_permission : ErrorCode::cant_create, error.message,
                "name another place with --ledger");
  }
  return {};
}

// The mode holds from the first moment on, whatever the umask allows.
Result<void> make_file(const std::string& path) {
  auto folders = make_folders(path);
  if (!folders) return folders;
  errno = 0;
  const auto file = open_file(path, O_RDWR | O_CREAT | O_EXCL);
  return file || errno == EEXIST ? Result<void>() : explained(path, errno);
}

Unexpected not_a_ledger(const std::string& path) {
  return fail(ErrorCode::config, path + ": a database, but not a ledger",
              "name the right file with --ledger");
}

struct Stamp {
  std::int64_t application = 0;
  std::int64_t version = 0;
};

Result<Stamp> read_stamp(Database& database) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return application.failure();
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.failure();
  if (*application == kLedgerApplicationId && *version > ledger_version())
    return fail(ErrorCode::config,
                database.path() + ": written by a newer unsent (version " +
                    std::to_string(*version) + ", this one knows " +
                    std::to_string(ledger_version()) + ")",
                "upgrade unsent, or name another ledger with --ledger");
  return Stamp{*application, *version};
}

// An empty database may become a ledger, another program's must not. One that is filled
// was perhaps made a ledger by another process this instant.
Result<bool> may_become_ledger(Database& database) {
  const auto objects = database.integer("SELECT count(*) FROM sqlite_master");
  if (!objects) return objects.failure();
  if (*objects == 0) return true;
  const auto stamp = read_stamp(database);
  if (!stamp) return stamp.failure();
  return stamp->application == kLedgerApplicationId;
}

constexpr std::int64_t kHashedVersion = 4;  // the first that has a key
// The first that a reader understands: what came later is for writers only.
constexpr std::int64_t kReadableVersion = 4;

Result<std::string> key_name(Database& database) {
  auto query = database.prepare("SELECT value FROM about WHERE name = 'key'");
  if (!query) return query.failure();
  const auto row = query->step();
  if (!row) return row.failure();
  return *row ? std::string(query->text(0)) : std::string();
}

// A ledger that cannot even say which key it wants answers nothing later either, and says
// then why; it must not be written.
Result<std::shared_ptr<const LedgerKey>> open_key(Database& database, Database::Access access) {
  const std::string path = LedgerKey::path_for(database.path());
  auto key = LedgerKey::read(path);
  if (!key) return key;
  const auto name = key_name(database);
  if (!name && access == Database::Access::write) return name.failure();
  if (name && *name != (*key)->name())
    return fail(ErrorCode::config,
                path + ": not the key of " + database.path() + " (it is " + (*key)->name() +
                    ", the ledger wants " + *name + ")",
                "put the key back that was made with the ledger");
  return key;
}

// In pieces, so that no more than some thousands of postings wait in memory.
Result<void> carry_over(Database& database, const std::shared_ptr<const LedgerKey>& key,
                        Texts texts) {
  constexpr std::int64_t kPiece = 10000;
  RowStore rows(database, key);
  Recorder recorder(rows, texts);
  std::int64_t count = 0;
  const Time now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  auto carried = for_each_old_row(
      database, [&](const Entry& entry, const std::string& source) -> Result<void> {
        const auto recorded = recorder.record(entry, source, now);
        if (!recorded) return recorded.failure();
        return ++count % kPiece == 0 ? recorder.before_commit() : Result<void>();
      });
  if (!carried) return carried;
  if (auto flushed = recorder.before_commit(); !flushed) return flushed;
  return database.execute(
      "DROP TABLE old_notices; DROP TABLE old_recipients; DROP TABLE old_messages;"
      "DROP TABLE old_addresses; DROP TABLE old_sources");
}

// What a log has left open names addresses as well.
Result<void> seal_feeds(Database& database, const LedgerKey& key) {
  auto query = database.prepare("SELECT first_line, state FROM feeds WHERE state <> ''");
  if (!query) return query.failure();
  auto update = database.prepare("UPDATE feeds SET state = ?2 WHERE first_line = ?1");
  if (!update) return update.failure();
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return {};
    update->bind(1, query->integer(0)).bind(2, encode_base64(key.seal(query->text(1))));
    if (auto updated = update->run(); !updated) return updated;
  }
}

// The pages that held texts are overwritten.
Result<void> turn_to_hashes(Database& database, Texts texts) {
  if (auto wiping = database.execute("PRAGMA secure_delete = ON"); !wiping) return wiping;
  const auto key = LedgerKey::read_or_make(LedgerKey::path_for(database.path()));
  if (!key) return key.failure();
  auto add = database.prepare("INSERT INTO about VALUES ('key', ?1)");
  if (!add) return add.failure();
  if (auto added = add->bind(1, (*key)->name()).run(); !added) return added;
  if (auto sealed = seal_feeds(database, **key); !sealed) return sealed;
  return carry_over(database, *key, texts);
}

Result<void> migrate(Database& database, Texts texts) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.failure();
  const auto stamp = read_stamp(database);  // another process may have been faster
  if (!stamp) return stamp.failure();
  for (auto i = static_cast<std::size_t>(stamp->version); i < kSchema_size; ++i) {
    auto done = database.execute(std::string(kSchema[i].text));
    if (!done) return done;
  }
  if (stamp->version < kHashedVersion)
    if (auto turned = turn_to_hashes(database, texts); !turned) return turned;
  auto stamped =
      database.execute("PRAGMA application_id = " + std::to_string(kLedgerApplicationId) +
                       "; PRAGMA user_version = " + std::to_string(ledger_version()));
  if (!stamped) return stamped;
  return transaction->commit();
}

// FULL: what is committed is on the disk. A WAL that a large merge has filled is cut again.
Result<void> tune_to_write(Database& database) {
  struct statfs where {};
  const bool is_local =
      ::statfs(database.path().c_str(), &where) != 0 || can_share_memory(where.f_type);
  return database.execute(std::string("PRAGMA journal_mode = ") + (is_local ? "WAL" : "TRUNCATE") +
                          "; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
                          "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
}

// SQLite wants its -shm file beside a WAL database even to read it. Where we may not make
// one, and nobody has a -wal there, the file alone is the whole ledger.
bool cannot_be_written_beside(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  struct stat status {};
  const bool has_wal = ::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
  return !has_wal && ::access(folder.c_str(), W_OK) != 0;
}

}  // namespace

std::int64_t ledger_version() { return static_cast<std::int64_t>(kSchema_size); }

// SQLite's file format: its name in the first 16 bytes, the application in bytes 68 to 71.
bool is_something_else(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  if (!S_ISREG(status.st_mode)) return true;
  const auto file = open_file(path, O_RDONLY);
  if (!file) return false;
  std::string head(72, '\0');
  const ssize_t size = ::pread(file->get(), head.data(), head.size(), 0);
  if (size < 0) return false;
  std::int64_t application = 0;
  for (std::size_t i = 68; i < 72; ++i)
    application = application << 8U | static_cast<unsigned char>(head[i]);
  return head.substr(0, 16) != std::string_view("SQLite format 3", 16) ||
         application != kLedgerApplicationId;
}

Result<LedgerFile> open_ledger_to_read(const std::string& path, const Deadline* deadline) {
  const auto checked = check_file(path);
  if (!checked) return checked.failure();
  auto database = Database::open(path, Database::Access::read);
  if (!database) return database.failure();
  if (deadline != nullptr) database->wait_by(*deadline);
  auto stamp = read_stamp(*database);
  if (!stamp && cannot_be_written_beside(path)) {
    database = Database::open(path, Database::Access::read_unchanging);
    if (!database) return database.failure();
    stamp = read_stamp(*database);
  }
  if (!stamp) return stamp.failure();
  if (stamp->application != kLedgerApplicationId) {
    const auto unmade = may_become_ledger(*database);
    if (!unmade) return unmade.failure();
    return *unmade ? explained(path, ENOENT) : not_a_ledger(path);
  }
  if (stamp->version < kReadableVersion)
    return fail(ErrorCode::config, path + ": written by an older unsent",
                "run `unsent import` or `unsent record` once, which brings it up to date");
  auto key = open_key(*database, Database::Access::read);
  if (!key) return key.failure();
  return LedgerFile{std::move(*database), std::move(*key)};
}

Result<LedgerFile> open_ledger_to_write(const std::string& path, Texts texts) {
  if (::access(path.c_str(), F_OK) != 0) {
    const auto made = make_file(path);
    if (!made) return made.failure();
  }
  const auto checked = check_file(path);
  if (!checked) return checked.failure();
  if (::access(path.c_str(), W_OK) != 0) return explained(path, errno);
  auto database = Database::open(path, Database::Access::write);
  if (!database) return database.failure();
  const auto stamp = read_stamp(*database);
  if (!stamp) return stamp.failure();
  if (stamp->application != kLedgerApplicationId) {
    const auto ours = may_become_ledger(*database);
    if (!ours) return ours.failure();
    if (!*ours) return not_a_ledger(path);
  }
  if (const auto tuned = tune_to_write(*database); !tuned) return tuned.failure();
  if (stamp->application != kLedgerApplicationId || stamp->version < ledger_version()) {
    const auto migrated = migrate(*database, texts);
    if (!migrated) return migrated.failure();
  }
  auto key = open_key(*database, Database::Access::write);
  if (!key) return key.failure();
  return LedgerFile{std::move(*database), std::move(*key)};
}

}  // namespace unsent

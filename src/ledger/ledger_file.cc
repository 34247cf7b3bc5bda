// SPDX-License-Identifier: MIT
#include "ledger/ledger_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/file_system.h"
#include "base/open.h"
#include "ledger/migrate.h"

namespace unsent {

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
  if (S_ISSOCK(status.st_mode))
    return fail(
        ErrorCode::config, path + ": the socket of a service, not a ledger",
        "who owns the ledger may name it with --ledger; others can ask it by check, filter, "
        "deliver, scan, record and sendmail alone");
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
  if (path.ends_with(".sock"))
    return fail(ErrorCode::unavailable, path + ": the socket of a service that is not there",
                "start unsent-serve, or name a ledger with --ledger");
  auto folders = make_folders(path);
  if (!folders) return folders;
  errno = 0;
  const auto file = open_file(path, O_RDWR | O_CREAT | O_EXCL);
  if (file) return give_to_owner_of_folder(file->get(), path);
  return errno == EEXIST ? Result<void>() : explained(path, errno);
}

Unexpected not_a_ledger(const std::string& path) {
  return fail(ErrorCode::config, path + ": a database, but not a ledger",
              "name the right file with --ledger");
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

// Of a file that is a ledger which can be read.
Result<std::shared_ptr<const LedgerKey>> open_key_to_read(Database& database) {
  const std::string& path = database.path();
  const auto reading = ReadTransaction::begin(database);
  if (!reading) return reading.failure();
  const auto stamp = read_stamp(database);
  if (!stamp) return stamp.failure();
  if (stamp->application != kLedgerApplicationId) {
    const auto unmade = may_become_ledger(database);
    if (!unmade) return unmade.failure();
    return *unmade ? explained(path, ENOENT) : not_a_ledger(path);
  }
  if (stamp->version < kReadableVersion)
    return fail(ErrorCode::config, path + ": written by an older unsent",
                "run `unsent import` or `unsent record` once, which brings it up to date");
  return open_key(database, Database::Access::read);
}

}  // namespace

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

Result<LedgerFile> open_ledger_to_read(const std::string& path, const Deadline* deadline,
                                       Database::Access access) {
  const auto checked = check_file(path);
  if (!checked) return checked.failure();
  auto database = Database::open(path, access);
  if (!database) return database.failure();
  if (deadline != nullptr) database->wait_by(*deadline);
  database->leave_wal_behind();
  auto key = open_key_to_read(*database);
  if (!key && cannot_be_written_beside(path)) {
    database = Database::open(path, Database::Access::read_unchanging);
    if (!database) return database.failure();
    key = open_key_to_read(*database);
  }
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
  if (const auto unpacked = unpack_all(*database, *key); !unpacked) return unpacked.failure();
  return LedgerFile{std::move(*database), std::move(*key)};
}

}  // namespace unsent

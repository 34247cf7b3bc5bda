// SPDX-License-Identifier: MIT
#include "ledger/ledger_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/embed.h"
#include "base/file.h"

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
    if (::access(folder.c_str(), F_OK) != 0) return explained(folder, reason);
  }
  return {};
}

// The mode holds from the first moment on, whatever the umask allows.
Result<void> make_file(const std::string& path) {
  auto folders = make_folders(path);
  if (!folders) return folders;
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open() && errno != EEXIST) return explained(path, errno);
  return {};
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

Result<void> migrate(Database& database) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.failure();
  const auto stamp = read_stamp(database);  // another process may have been faster
  if (!stamp) return stamp.failure();
  for (auto i = static_cast<std::size_t>(stamp->version); i < kSchema_size; ++i) {
    auto done = database.execute(std::string(kSchema[i].text));
    if (!done) return done;
  }
  auto stamped =
      database.execute("PRAGMA application_id = " + std::to_string(kLedgerApplicationId) +
                       "; PRAGMA user_version = " + std::to_string(ledger_version()));
  if (!stamped) return stamped;
  return transaction->commit();
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

Result<Database> open_ledger_to_read(const std::string& path) {
  const auto checked = check_file(path);
  if (!checked) return checked.failure();
  auto database = Database::open(path, Database::Access::read);
  if (!database) return database;
  auto stamp = read_stamp(*database);
  if (!stamp && cannot_be_written_beside(path)) {
    database = Database::open(path, Database::Access::read_unchanging);
    if (!database) return database;
    stamp = read_stamp(*database);
  }
  if (!stamp) return stamp.failure();
  if (stamp->application != kLedgerApplicationId) {
    const auto unmade = may_become_ledger(*database);
    if (!unmade) return unmade.failure();
    return *unmade ? explained(path, ENOENT) : not_a_ledger(path);
  }
  if (stamp->version < ledger_version())
    return fail(ErrorCode::config, path + ": written by an older unsent",
                "run `unsent import` or `unsent record` once, which brings it up to date");
  return database;
}

Result<Database> open_ledger_to_write(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) {
    const auto made = make_file(path);
    if (!made) return made.failure();
  }
  const auto checked = check_file(path);
  if (!checked) return checked.failure();
  if (::access(path.c_str(), W_OK) != 0) return explained(path, errno);
  auto database = Database::open(path, Database::Access::write);
  if (!database) return database;
  const auto stamp = read_stamp(*database);
  if (!stamp) return stamp.failure();
  if (stamp->application != kLedgerApplicationId) {
    const auto ours = may_become_ledger(*database);
    if (!ours) return ours.failure();
    if (!*ours) return not_a_ledger(path);
  }
  const auto tuned = database->execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
      "PRAGMA wal_autocheckpoint = 16000");
  if (!tuned) return tuned.failure();
  if (stamp->application != kLedgerApplicationId || stamp->version < ledger_version()) {
    const auto migrated = migrate(*database);
    if (!migrated) return migrated.failure();
  }
  return database;
}

}  // namespace unsent

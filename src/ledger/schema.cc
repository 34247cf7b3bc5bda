// SPDX-License-Identifier: MIT
#include "ledger/schema.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/embed.h"
#include "base/file.h"

namespace unsent {

extern const EmbeddedFile kSchema[];
extern const std::size_t kSchema_size;

namespace {

constexpr std::int64_t kApplicationId = 0x756E7331;  // "uns1"

std::int64_t present_version() { return static_cast<std::int64_t>(kSchema_size); }

Unexpected not_a_ledger(const Database& database) {
  return fail(ErrorCode::config, database.path() + ": not a ledger: another program's database",
              "name another file with --ledger");
}

Unexpected newer(const Database& database, std::int64_t version) {
  return fail(ErrorCode::config,
              fmt::format("{}: version {} of the ledger is newer than this program, which knows {}",
                          database.path(), version, present_version()),
              "use the newer unsent, or name another file with --ledger");
}

struct Version {
  std::int64_t application = 0;
  std::int64_t schema = 0;
};

Result<Version> read_version(Database& database) {
  auto application = database.integer("PRAGMA application_id");
  if (!application) return application.failure();
  auto schema = database.integer("PRAGMA user_version");
  if (!schema) return schema.failure();
  return Version{*application, *schema};
}

Result<bool> is_empty(Database& database) {
  auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.failure();
  return *tables == 0;
}

}  // namespace

Result<void> check_version(Database& database) {
  const auto version = read_version(database);
  if (!version) return version.failure();
  if (version->application != kApplicationId) return not_a_ledger(database);
  if (version->schema > present_version()) return newer(database, version->schema);
  if (version->schema < present_version())
    return fail(ErrorCode::config, database.path() + ": an older version of the ledger",
                "any import or record brings it up to date");
  return {};
}

Result<void> migrate(Database& database) {
  if (auto wal = database.run("PRAGMA journal_mode = WAL"); !wal) return wal;
  if (auto keys = database.run("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL"); !keys)
    return keys;
  const auto before = read_version(database);
  if (!before) return before.failure();
  if (before->application == kApplicationId && before->schema == present_version()) return {};
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.failure();
  const auto version = read_version(database);  // another process may have been faster
  if (!version) return version.failure();
  if (version->application == kApplicationId && version->schema > present_version())
    return newer(database, version->schema);
  if (version->application != kApplicationId) {
    const auto empty = is_empty(database);
    if (!empty) return empty.failure();
    if (!*empty || version->schema != 0) return not_a_ledger(database);
  }
  for (std::int64_t step = version->schema; step < present_version(); ++step)
    if (auto done = database.run(std::string(kSchema[step].text).c_str()); !done) return done;
  const std::string stamp = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        kApplicationId, present_version());
  if (auto stamped = database.run(stamp.c_str()); !stamped) return stamped;
  return transaction->commit();
}

Result<void> make_parent_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) continue;
    struct stat status {};
    const int error = errno;
    if (::stat(folder.c_str(), &status) == 0) continue;  // a read-only system's own folder
    return os_failure(folder, error);
  }
  return {};
}

}  // namespace unsent

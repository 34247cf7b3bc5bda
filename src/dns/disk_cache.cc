// SPDX-License-Identifier: MIT
#include "dns/disk_cache.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/file_system.h"
#include "base/open.h"

namespace unsent {
namespace {

constexpr std::int64_t kMaxPositive = 86400;
constexpr std::int64_t kMaxNegative = 300;
constexpr int kBusyMilliseconds = 100;

// A row means: until expires (seconds since 1970) the DNS answers so for name and type.
// Example: ('d.example', 1, 0, 1795000000, x'04c0000207').
constexpr const char* kSchema =
    "PRAGMA journal_mode=WAL;"
    "CREATE TABLE IF NOT EXISTS answers ("
    " name TEXT NOT NULL, type INTEGER NOT NULL, status INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, type)"
    ") STRICT, WITHOUT ROWID;";

constexpr const char* kFind =
    "SELECT status, expires, data FROM answers WHERE name = ? AND type = ? AND expires > ?";
constexpr const char* kKeep = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)";
// 8192 pages are 32 MB; then the cache begins anew. It is worth no waiting for the disk; and
// whoever comes next reads the log that the last one left, so that is short.
constexpr const char* kLimits =
    "PRAGMA synchronous=OFF; PRAGMA max_page_count=8192; PRAGMA wal_autocheckpoint=64;";

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Query = std::unique_ptr<sqlite3_stmt, Finalize>;

Query prepare(sqlite3* handle, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
  return Query(statement);
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

// Ours alone, a plain file, and where programs can share it; made if it is missing.
bool is_safe(const std::string& path) {
  const std::string folder = folder_of(path);
  if (!path_exists(folder) && !make_folders(folder)) return false;
  const auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  struct stat status {};
  struct statfs where {};
  return file && fstat(file->get(), &status) == 0 && status.st_uid == geteuid() &&
         (status.st_mode & 0022U) == 0 && fstatfs(file->get(), &where) == 0 &&
         can_share_memory(where.f_type);
}

void remove_all(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

// Each value with its length before it, in four bytes; addresses as bytes.
void append(std::string& out, std::string_view value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value.size() >> shift & 0xFFU);
  }
  out += value;
}

std::optional<std::string_view> take(std::string_view& data) {
  if (data.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (unsigned i = 0; i < 4; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(data[i])) << (8 * i);
  }
  data.remove_prefix(4);
  if (size > data.size()) return std::nullopt;
  const std::string_view value = data.substr(0, size);
  data.remove_prefix(size);
  return value;
}

bool has_addresses(DnsType type) { return type == DnsType::a || type == DnsType::aaaa; }

std::string pack(const DnsAnswer& answer) {
  std::string out;
  for (const IpAddress& ip : answer.addresses) append(out, ip.bytes());
  for (const std::string& text : answer.texts) append(out, text);
  return out;
}

bool unpack(std::string_view data, DnsType type, DnsAnswer& answer) {
  while (!data.empty()) {
    const std::optional<std::string_view> value = take(data);
    if (!value) return false;
    if (!has_addresses(type)) {
      answer.texts.emplace_back(*value);
      continue;
    }
    const std::optional<IpAddress> ip = IpAddress::from_bytes(*value);
    if (!ip) return false;
    answer.addresses.push_back(*ip);
  }
  return answer.is_ok() != (answer.texts.empty() && answer.addresses.empty());
}

}  // namespace

struct DiskCache::Store {
  Handle handle;
  Query find;
  Query keep;

  bool can_write = true;  // nobody kept us waiting

  static std::unique_ptr<Store> open(const std::string& path);
  bool prepare_find();
  bool is_damaged() const;
  std::optional<DnsAnswer> read(const DnsQuestion& question, Time now) const;
  void write(const DnsQuestion& question, const DnsAnswer& answer, Time now);
};

// With the table in it, so that it is ours.
bool DiskCache::Store::is_damaged() const {
  return find != nullptr && sqlite3_errcode(handle.get()) == SQLITE_CORRUPT;
}

// Most runs find the table there and only read: no more is paid for then.
bool DiskCache::Store::prepare_find() {
  find = prepare(handle.get(), kFind);
  if (!find && sqlite3_exec(handle.get(), kSchema, nullptr, nullptr, nullptr) == SQLITE_OK)
    find = prepare(handle.get(), kFind);
  return find != nullptr;
}

std::unique_ptr<DiskCache::Store> DiskCache::Store::open(const std::string& path) {
  if (!is_safe(path)) return nullptr;
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  auto store = std::make_unique<Store>();
  store->handle.reset(raw);
  if (opened != SQLITE_OK) return nullptr;
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return store->prepare_find() ? std::move(store) : nullptr;
}

std::optional<DnsAnswer> DiskCache::Store::read(const DnsQuestion& question, Time now) const {
  sqlite3_stmt* query = find.get();
  sqlite3_reset(query);
  const std::int64_t seconds_now = now.time_since_epoch().count();
  bind_text(query, 1, question.name);
  sqlite3_bind_int(query, 2, static_cast<int>(question.type));
  sqlite3_bind_int64(query, 3, seconds_now);
  std::optional<DnsAnswer> found;
  if (sqlite3_step(query) == SQLITE_ROW) {
    const int status = sqlite3_column_int(query, 0);
    const std::int64_t left = sqlite3_column_int64(query, 1) - seconds_now;
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(query, 2));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(query, 2));
    if (status >= 0 && status <= static_cast<int>(DnsStatus::nxdomain) && left <= kMaxPositive) {
      found.emplace();
      found->status = static_cast<DnsStatus>(status);
      found->ttl = seconds{left};
      if (!unpack(bytes ? std::string_view(bytes, size) : std::string_view(), question.type,
                  *found)) {
        found.reset();
      }
    }
  }
  sqlite3_reset(query);
  return found;
}

void DiskCache::Store::write(const DnsQuestion& question, const DnsAnswer& answer, Time now) {
  if (!can_write) return;
  if (!answer.is_ok() && !answer.is_void()) return;
  const std::int64_t cap = answer.is_ok() ? kMaxPositive : kMaxNegative;
  const std::int64_t life = std::min<std::int64_t>(answer.ttl.count(), cap);
  if (life <= 0) return;
  if (!keep && sqlite3_exec(handle.get(), kLimits, nullptr, nullptr, nullptr) == SQLITE_OK) {
    keep = prepare(handle.get(), kKeep);
  }
  if (!keep) return;
  const std::string data = pack(answer);
  sqlite3_stmt* insert = keep.get();
  sqlite3_reset(insert);
  bind_text(insert, 1, question.name);
  sqlite3_bind_int(insert, 2, static_cast<int>(question.type));
  sqlite3_bind_int(insert, 3, static_cast<int>(answer.status));
  sqlite3_bind_int64(insert, 4, now.time_since_epoch().count() + life);
  sqlite3_bind_blob(insert, 5, data.data(), static_cast<int>(data.size()), SQLITE_STATIC);
  const int written = sqlite3_step(insert);
  if (written == SQLITE_FULL)
    sqlite3_exec(handle.get(), "DELETE FROM answers", nullptr, nullptr, nullptr);
  can_write = written == SQLITE_DONE || written == SQLITE_FULL;
  sqlite3_reset(insert);
  sqlite3_clear_bindings(insert);
}

DiskCache::DiskCache(std::string path, std::function<Time()> clock)
    : path_(std::move(path)), clock_(std::move(clock)) {
  if (!clock_)
    clock_ = [] { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); };
}

DiskCache::~DiskCache() = default;

DiskCache::Store* DiskCache::store() {
  if (!is_tried_) store_ = Store::open(path_);
  is_tried_ = true;
  return store_.get();
}

std::optional<DnsAnswer> DiskCache::find(const DnsQuestion& question) {
  if (store() == nullptr) return std::nullopt;
  auto found = store_->read(question, clock_());
  if (!found && store_->is_damaged()) {
    remove_all(path_);
    store_.reset();
  }
  return found;
}

void DiskCache::keep(const DnsQuestion& question, const DnsAnswer& answer) {
  if (store() != nullptr) store_->write(question, answer, clock_());
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "dns/disk_cache.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/open.h"
#include "spf/name.h"

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
// 8192 pages are 32 MB; then the cache begins anew.
constexpr const char* kLimits = "PRAGMA synchronous=NORMAL; PRAGMA max_page_count=8192;";

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

// Ours alone, and a plain file; made if it is missing.
bool is_safe(const std::string& path) {
  const auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  struct stat status {};
  return file && fstat(file->get(), &status) == 0 && status.st_uid == geteuid() &&
         (status.st_mode & 0022U) == 0;
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

  static std::unique_ptr<Store> open(const std::string& path);
  std::optional<DnsAnswer> read(std::string_view name, DnsType type, Time now) const;
  void write(std::string_view name, DnsType type, const DnsAnswer& answer, Time now);
};

std::unique_ptr<DiskCache::Store> DiskCache::Store::open(const std::string& path) {
  if (!is_safe(path)) return nullptr;
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  auto store = std::make_unique<Store>();
  store->handle.reset(raw);
  if (opened != SQLITE_OK) return nullptr;
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  // Most runs find the table there and only read: no more is paid for then.
  store->find = prepare(raw, kFind);
  if (!store->find && sqlite3_exec(raw, kSchema, nullptr, nullptr, nullptr) == SQLITE_OK) {
    store->find = prepare(raw, kFind);
  }
  if (!store->find) return nullptr;
  return store;
}

std::optional<DnsAnswer> DiskCache::Store::read(std::string_view name, DnsType type,
                                                Time now) const {
  sqlite3_stmt* query = find.get();
  sqlite3_reset(query);
  const std::int64_t seconds_now = now.time_since_epoch().count();
  bind_text(query, 1, name);
  sqlite3_bind_int(query, 2, static_cast<int>(type));
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
      if (!unpack(bytes ? std::string_view(bytes, size) : std::string_view(), type, *found)) {
        found.reset();
      }
    }
  }
  sqlite3_reset(query);
  return found;
}

void DiskCache::Store::write(std::string_view name, DnsType type, const DnsAnswer& answer,
                             Time now) {
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
  bind_text(insert, 1, name);
  sqlite3_bind_int(insert, 2, static_cast<int>(type));
  sqlite3_bind_int(insert, 3, static_cast<int>(answer.status));
  sqlite3_bind_int64(insert, 4, now.time_since_epoch().count() + life);
  sqlite3_bind_blob(insert, 5, data.data(), static_cast<int>(data.size()), SQLITE_STATIC);
  if (sqlite3_step(insert) == SQLITE_FULL) {
    sqlite3_exec(handle.get(), "DELETE FROM answers", nullptr, nullptr, nullptr);
  }
  sqlite3_reset(insert);
  sqlite3_clear_bindings(insert);
}

DiskCache::DiskCache(Resolver& next, std::string path, Time now)
    : next_(next), path_(std::move(path)), now_(now) {}

DiskCache::~DiskCache() = default;

DnsAnswer DiskCache::lookup(std::string_view name, DnsType type) {
  const std::optional<std::string> wanted = query_name(name);
  if (!wanted) return {DnsStatus::nxdomain, {}, {}, {}};
  if (!is_tried_) store_ = Store::open(path_);
  is_tried_ = true;
  if (!store_) return next_.lookup(*wanted, type);
  if (std::optional<DnsAnswer> known = store_->read(*wanted, type, now_)) return *std::move(known);
  DnsAnswer answer = next_.lookup(*wanted, type);
  store_->write(*wanted, type, answer, now_);
  return answer;
}

}  // namespace unsent

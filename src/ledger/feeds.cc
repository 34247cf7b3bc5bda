// SPDX-License-Identifier: MIT
#include "ledger/feeds.h"

#include "base/base64.h"
#include "base/text.h"

namespace unsent {
namespace {

// Addresses of mail that is on its way.
std::string seal_text(const LedgerKey& key, std::string_view text) {
  return text.empty() ? std::string() : encode_base64(key.seal(text));
}

std::string unseal_text(const LedgerKey& key, std::string_view text) {
  return text.empty() ? std::string() : key.unseal(parse_base64(text).value_or(std::string()));
}

// The columns first_line, path, last_start, next_start, last_line, last_read.
Feed feed_in(const Statement& row) {
  return {row.integer(0),
          std::string(row.text(1)),
          static_cast<std::uint64_t>(row.integer(2)),
          static_cast<std::uint64_t>(row.integer(3)),
          row.integer(4),
          Time(seconds(row.integer(5))),
          {}};
}

}  // namespace

Result<std::vector<Feed>> read_feeds(Database& database, const LedgerKey& key,
                                     std::int64_t first_line, const std::string& path) {
  auto query = database.prepare(
      "SELECT first_line, path, last_start, next_start, last_line, last_read, state FROM feeds "
      "WHERE first_line = ?1 ORDER BY path <> ?2, last_read DESC LIMIT 100");
  if (!query) return query.failure();
  query->bind(1, first_line).bind(2, to_valid_utf8(path));
  std::vector<Feed> feeds;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return feeds;
    feeds.push_back(feed_in(*query));
    feeds.back().state = unseal_text(key, query->text(6));
  }
}

Result<std::optional<Feed>> read_last_feed_of(Database& database, const std::string& path) {
  auto query = database.prepare(
      "SELECT first_line, path, last_start, next_start, last_line, last_read FROM feeds "
      "WHERE path = ?1 ORDER BY last_read DESC, last_start DESC LIMIT 1");
  if (!query) return query.failure();
  const auto row = query->bind(1, to_valid_utf8(path)).step();
  if (!row) return row.failure();
  if (!*row) return std::optional<Feed>();
  Feed feed = feed_in(*query);
  feed.path = path;
  return std::optional<Feed>(std::move(feed));
}

Result<std::vector<Feed>> read_all_feeds(Database& database) {
  auto query = database.prepare(
      "SELECT first_line, path, last_start, next_start, last_line, max(last_read) FROM feeds "
      "GROUP BY path ORDER BY path LIMIT 1000");
  if (!query) return query.failure();
  std::vector<Feed> feeds;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return feeds;
    feeds.push_back(feed_in(*query));
  }
}

Result<void> write_feed(Database& database, const LedgerKey& key, const Feed& feed) {
  auto save = database.prepare("INSERT OR REPLACE INTO feeds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!save) return save.failure();
  save->bind(1, feed.first_line).bind(2, to_valid_utf8(feed.path));
  save->bind(3, static_cast<std::int64_t>(feed.last_start));
  save->bind(4, static_cast<std::int64_t>(feed.next_start)).bind(5, feed.last_line);
  save->bind(6, feed.last_read.time_since_epoch().count());
  save->bind(7, seal_text(key, feed.state));
  return save->run();
}

}  // namespace unsent

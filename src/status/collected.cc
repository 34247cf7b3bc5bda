// SPDX-License-Identifier: MIT
#include "status/collected.h"

#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "base/metrics.h"
#include "base/whole_file.h"
#include "ledger/ledger_reader.h"
#include "serve/remote_ledger.h"

namespace unsent {
namespace {

constexpr mode_t kForAll = 0644;

// What is known of a ledger that is a file; of a service's its users are told the size alone.
void add_ledger(Metrics& metrics, const Status& status) {
  metrics.begin("unsent_ledger_messages", "Messages that the ledger remembers as sent.");
  if (status.messages) metrics.sample(*status.messages);
  metrics.begin("unsent_ledger_bytes", "Size of the ledger on the disk.");
  if (status.bytes) metrics.sample(static_cast<std::int64_t>(*status.bytes));
  const auto ledger = status.messages && !is_service(status.ledger)
                          ? LedgerReader::open(status.ledger)
                          : Result<std::unique_ptr<LedgerReader>>(nullptr);
  if (!ledger || !*ledger) return;
  metrics.begin("unsent_ledger_complete_since_seconds",
                "Since when the ledger is said to have all mail of a domain or address.");
  if (const auto promises = (*ledger)->promises())
    for (const CoverageRange& one : *promises)
      if (!one.until) metrics.sample(one.since, {{"scope", one.scope}});
  const auto feeds = (*ledger)->all_feeds();
  if (!feeds) return;
  metrics.begin("unsent_feed_read_seconds", "When a log was last read.");
  for (const Feed& feed : *feeds) metrics.sample(feed.last_read, {{"path", feed.path}});
  metrics.begin("unsent_feed_unread_bytes", "Bytes of a log that were not read yet.");
  for (const Feed& feed : *feeds) {
    std::error_code error;
    const auto size = std::filesystem::file_size(feed.path, error);
    if (!error && size >= feed.next_start)
      metrics.sample(static_cast<std::int64_t>(size - feed.next_start), {{"path", feed.path}});
  }
}

}  // namespace

std::string to_metrics(const Status& status, Time now) {
  Metrics metrics;
  metrics.begin("unsent_reports", "Reports in the account, by verdict and what was done.");
  for (const auto& [key, count] : status.sums.counts) {
    const auto& [verdict, planned, done] = key;
    metrics.sample(count, {{"verdict", verdict}, {"planned", planned}, {"done", done}});
  }
  metrics.begin("unsent_reports_by_rule", "The same, by the rule that recognised them.");
  for (const auto& [rule, count] : status.sums.rules) metrics.sample(count, {{"rule", rule}});
  metrics.begin("unsent_reports_since_seconds", "When the account begins.");
  if (const auto since = parse_rfc3339(status.sums.since)) metrics.sample(*since);
  metrics.begin("unsent_quarantine_messages", "Messages that were put away.");
  if (status.put_away) metrics.sample(static_cast<std::int64_t>(*status.put_away));
  metrics.begin("unsent_quarantine_bytes", "Their size.");
  if (status.put_away) metrics.sample(static_cast<std::int64_t>(status.put_away_bytes));
  add_ledger(metrics, status);
  metrics.begin("unsent_last_problem_seconds",
                "When something last went wrong while mail passed; unsent status says what.");
  if (status.problem) metrics.sample(status.problem->when);
  metrics.begin("unsent_time_seconds", "When these figures were made.");
  metrics.sample(now);
  return metrics.text();
}

Result<void> write_metrics(const std::string& path, const std::string& text) {
  auto file = WholeFile::begin(path, WholeFile::Aside::unique, kForAll);
  if (!file) return file.failure();
  if (auto added = file->add(text); !added) return added;
  return file->finish();
}

}  // namespace unsent

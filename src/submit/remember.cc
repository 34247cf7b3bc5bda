// SPDX-License-Identifier: MIT
#include "submit/remember.h"

#include "base/file.h"
#include "feed/pending.h"
#include "ledger/ledger_writer.h"
#include "serve/remote_ledger.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

Result<void> record_in(const std::string& path, const Config& config, const Entry& entry,
                       Time now) {
  auto ledger = LedgerWriter::open(path, texts_of(config));
  if (!ledger) return ledger.failure();
  const auto recorded = (*ledger)->record(entry, "sendmail", now);
  if (!recorded) return recorded.failure();
  return take_pending(path, **ledger, now);
}

// Where the service is away, the message waits among one's own files for the next one.
Result<void> remember_by_service(const std::string& path, const Entry& entry) {
  const std::string spool = data_folder() + "/service";
  const auto service = RemoteLedger::connect(path);
  const auto record = [&](const Entry& one) { return (*service)->record(one, "sendmail"); };
  auto recorded = service ? record(entry) : Result<void>(service.failure());
  if (recorded) return hand_over_pending(spool, record);
  if (recorded.error().code != ErrorCode::temp_fail || data_folder().empty()) return recorded;
  if (auto made = make_folders(data_folder()); !made) return made;
  return keep_pending(spool, entry);
}

Result<void> record_by_service(const std::string& path, const Entry& entry) {
  const auto service = RemoteLedger::connect(path);
  if (!service) return service.failure();
  return (*service)->record(entry, "record");
}

}  // namespace

Result<void> remember(const std::optional<std::string>& ledger, const Config& config,
                      const Entry& entry, Time now) {
  if (!entry.is_usable()) return {};
  const auto path = ledger_path(ledger, config);
  if (!path) return path.failure();
  if (is_service(*path)) return remember_by_service(*path, entry);
  warn_of_ledger_key(*path, config);
  auto recorded = record_in(*path, config, entry, now);
  const bool is_busy = !recorded && recorded.error().code == ErrorCode::temp_fail;
  return is_busy ? keep_pending(*path, entry) : recorded;
}

Result<void> record_sent(const std::string& path, const Config& config, const Entry& entry) {
  if (is_service(path)) return record_by_service(path, entry);
  auto ledger = LedgerWriter::open(path, texts_of(config));
  if (!ledger) return ledger.failure();
  auto transaction = (*ledger)->begin();
  if (!transaction) return transaction.failure();
  if (auto recorded = (*ledger)->record(entry, "record", current_time()); !recorded)
    return recorded.failure();
  if (auto committed = transaction->commit(); !committed) return committed;
  if (auto taken = take_pending(path, **ledger, current_time()); !taken)
    complain(taken.error().message);
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "status/status.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "acting/quarantine.h"
#include "base/text.h"
#include "ledger/ledger_reader.h"
#include "serve/remote_ledger.h"
#include "setup/setup.h"

namespace unsent {
namespace {

Result<std::unique_ptr<Ledger>> open_any(const std::string& path) {
  if (is_service(path)) {
    auto service = RemoteLedger::connect(path);
    return service ? Result<std::unique_ptr<Ledger>>(std::move(*service)) : service.failure();
  }
  auto opened = LedgerReader::open(path);
  return opened ? Result<std::unique_ptr<Ledger>>(std::move(*opened)) : opened.failure();
}

void look_at_ledger(Status& status) {
  const std::string& path = status.ledger;
  status.ledger_state = "none yet";
  if (path.empty() || ::access(path.c_str(), F_OK) != 0) return;
  const auto opened = open_any(path);
  if (!opened) status.ledger_state = opened.error().message;
  if (!opened) return;
  const auto learned = (*opened)->identity();
  status.ledger_state = learned.is_available() ? fmt::format("{} messages", learned.value.messages)
                                               : std::string("cannot be read");
  if (learned.is_available()) status.messages = learned.value.messages;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (!error) status.bytes = bytes;
}

void look_at_quarantine(Status& status) {
  const auto list = list_quarantine_files(status.quarantine);
  status.quarantine_state = list ? "empty" : list.error().message;
  if (!list) return;
  status.put_away = list->size();
  if (list->empty()) return;
  for (const Quarantined& one : *list) status.put_away_bytes += one.size;
  status.oldest = list->front().since;
  status.quarantine_state =
      fmt::format("{}, {} bytes, the oldest since {}", many(list->size(), "message"),
                  status.put_away_bytes, format_rfc3339(*status.oldest));
}

}  // namespace

Status read_status(const std::optional<std::string>& ledger, const Config& config) {
  Status status;
  const auto path = ledger_path(ledger, config);
  status.ledger = path ? *path : std::string("nowhere");
  status.ledger_state = path ? "" : path.error().message;
  if (path) look_at_ledger(status);
  status.mailbox = config.mailbox.value_or("");
  status.quarantine = quarantine_path(config);
  look_at_quarantine(status);
  status.opt_ins = read_opt_ins();
  status.sums = sum_handled(data_folder());
  status.problem = last_problem(data_folder());
  return status;
}

}  // namespace unsent

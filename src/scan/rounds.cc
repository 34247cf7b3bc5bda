// SPDX-License-Identifier: MIT
#include "scan/rounds.h"

#include <memory>
#include <vector>

#include "feed/imap_import.h"
#include "imap/move.h"
#include "imap/url.h"
#include "ledger/ledger_writer.h"
#include "scan/choice.h"
#include "scan/judges.h"
#include "scan/report.h"
#include "scan/run.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {

std::optional<Deed> deed_of(const Policy& policy) {
  switch (policy.handling(Verdict::backscatter, Kind::bounce)) {
    case Handling::deliver:
      return std::nullopt;
    case Handling::tag:
      return Deed::tag;
    case Handling::quarantine:
    case Handling::drop:
      return Deed::quarantine;
  }
  return std::nullopt;
}

WatchRounds::WatchRounds(const RoundWish& wish, const Config& config, ImapAccounts& accounts,
                         ImapUrl url, std::string ledger)
    : wish_(wish),
      config_(config),
      accounts_(accounts),
      url_(std::move(url)),
      ledger_(std::move(ledger)) {}

Result<void> WatchRounds::round() {
  if (auto recorded = record_sent(); !recorded) return recorded;
  return judge_inbox();
}

Result<void> WatchRounds::record_sent() {
  const auto sent = accounts_.find(url_, FolderRole::sent);
  if (!sent) return sent.failure();
  auto ledger = LedgerWriter::open(ledger_, texts_of(config_));
  if (!ledger) return ledger.failure();
  Import import(**ledger, current_time());
  std::vector<std::string> problems;
  if (auto done = import_folder(accounts_, *sent, false, import, problems); !done) return done;
  for (const std::string& problem : problems) complain(problem);
  return import.commit();
}

Result<void> WatchRounds::judge_inbox() {
  const auto inbox = accounts_.find(url_);
  if (!inbox) return inbox.failure();
  const std::vector<std::string> mailboxes = {text_of(inbox->url)};
  auto wish = deed_wish_of(wish_.deeds, mailboxes, config_, deed_of(config_.policy));
  if (!wish) return wish.failure();
  wish->accounts = &accounts_;
  wish->is_text = false;
  wish->is_quiet = true;
  auto judges = make_judges(wish_.judging, config_, 1);
  if (!judges) return judges.failure();
  wish->knows_relays = !judges->front().premises.relays.empty();
  Choice choice(wish->choice);
  const auto deeds = ScanDeeds::make(*wish, choice);
  if (!deeds) return deeds.failure();
  auto memory = ScanMemory::make(wish_.judging, config_, *wish, **deeds);
  if (!memory) return memory.failure();
  if (auto begun = begin_now(**memory, *inbox); !begun || *begun)
    return begun ? Result<void>() : begun.failure();
  const auto lines = wish_.is_json ? make_json_lines() : nullptr;
  std::vector<ScanSink*> sinks = {&choice, lines.get(), deeds->get(), memory->get()};
  std::erase(sinks, nullptr);
  std::vector<std::string> problems;
  ScanReading reading;
  reading.accounts = &accounts_;
  reading.folders = &(*memory)->folders();
  const auto scanned = run_scan(mailboxes, *judges, sinks, problems, reading);
  if (!scanned) return scanned.failure();
  for (const std::string& problem : problems) complain(problem);
  if ((*deeds)->status() != 0 || *scanned != 0)
    return fail(ErrorCode::temp_fail, mailboxes.front() + ": not all of it could be done");
  return {};
}

Result<bool> WatchRounds::begin_now(ScanMemory& memory, const ImapPlace& inbox) {
  const std::string folder = text_of(inbox.url);
  if (memory.folders().start_of(folder).seen.validity != 0) return false;
  const auto session = accounts_.session(url_);
  if (!session) return session.failure();
  const auto now = look_at_target(**session, inbox.wire);
  if (!now) return now.failure();
  memory.folders().has_read(folder, {now->validity, now->next});
  if (auto saved = memory.folders().save(); !saved) return saved.failure();
  return true;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "scan/memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/digest.h"
#include "base/open.h"
#include "ledger/ledger_reader.h"
#include "scan/interrupt.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

std::string now_text() { return std::to_string(current_time().time_since_epoch().count()); }

// All by which a message may be found, or its absence count; not what judging itself notes.
std::string growth_of(LedgerReader& ledger, const LedgerStats& stats) {
  const auto since_epoch = [](Time time) { return time.time_since_epoch().count(); };
  std::string text =
      fmt::format("{} {} {} {} {}", ledger.key_name(), stats.messages, stats.message_ids,
                  stats.recipients, stats.latest ? since_epoch(*stats.latest) : 0);
  for (const CoverageRange& range : stats.coverage)
    text += fmt::format("\n{} {} {}", range.scope, since_epoch(range.since),
                        range.until ? since_epoch(*range.until) : 0);
  for (const CoverageGap& gap : stats.gaps)
    text += fmt::format("\n{} {} {}", gap.source, since_epoch(gap.since), since_epoch(gap.until));
  return digest(text);
}

// Differs once something was recorded, and in doubt. Whether a Sent mailbox has grown is not
// asked: every run is as good as a new ledger then.
std::string ledger_stamp(const JudgingOptions& judging, const Config& config) {
  if (judging.no_ledger) return "none";
  if (!judging.sent.empty()) return now_text();
  const auto path = ledger_path(judging.ledger, config);
  if (!path || ::access(path->c_str(), F_OK) != 0) return "none";
  const auto ledger = LedgerReader::open(*path);
  if (!ledger) return now_text();
  const auto stats = (*ledger)->stats();
  return stats ? growth_of(**ledger, *stats) : now_text();
}

// What was only reported is not yet acted on.
std::string notes_of(const DeedWish& wish) {
  if (!wish.deed) return "report";
  return std::string(name_of(*wish.deed)) + (wish.also_unverified ? "-unverified" : "");
}

Result<FileDescriptor> lock_notes(const std::string& path) {
  auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!file) return file.failure();
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) return file;
  return fail(ErrorCode::temp_fail, "another scan --incremental is running",
              "try again when it has finished");
}

}  // namespace

Result<std::string> notes_home() {
  std::string folder = state_folder();
  if (!folder.empty()) return folder;
  return fail(ErrorCode::config, "neither HOME nor XDG_STATE_HOME says where to note what is read");
}

Result<std::unique_ptr<ScanMemory>> ScanMemory::make(const JudgingOptions& judging,
                                                     const Config& config, const DeedWish& wish,
                                                     const ScanDeeds& actions) {
  const auto home = notes_home();
  if (!home) return home.failure();
  const std::string notes = *home + "/seen/" + notes_of(wish);
  if (auto made = make_folders(notes); !made) return made.failure();
  auto lock = lock_notes(notes + "/lock");
  if (!lock) return lock.failure();
  const std::string ledger = ledger_stamp(judging, config);
  return std::unique_ptr<ScanMemory>(new ScanMemory(
      SeenMail(notes, ledger), SeenFolders(notes, ledger), std::move(*lock), actions));
}

Result<void> ScanMemory::take(const Scanned& scanned) {
  const bool is_unverified = scanned.gist.verdict == Verdict::unverified;
  const std::string digest = scanned.gist.is_whole ? scanned.gist.digest : std::string();
  if (scanned.stored.kind == MailboxKind::imap)
    folders_.has_judged(scanned.stored, is_unverified, digest);
  else
    seen_.has_judged(scanned.stored, is_unverified, digest);
  return {};
}

Result<void> ScanMemory::finish(const ScanEnd& end) {
  for (const auto* damaged : {&seen_.damaged(), &folders_.damaged()})
    for (const std::string& note : *damaged)
      complain(note + ": damaged; the mailbox that it tells of was read from its beginning");
  // Acting may have been interrupted as well.
  if (end.is_interrupted || is_interrupted() || actions_.status() != 0) return {};
  for (const MboxRecord& record : actions_.rewritten()) seen_.rewritten(record);
  if (auto saved = folders_.save(); !saved) return saved;
  return seen_.save();
}

}  // namespace unsent

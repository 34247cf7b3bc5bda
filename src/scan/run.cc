// SPDX-License-Identifier: MIT
#include "scan/run.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "scan/imap_source.h"
#include "scan/interrupt.h"
#include "scan/judge_pool.h"
#include "scan/second_stage.h"

namespace unsent {
namespace {

// With these the measure is taken, whatever else lies in the mailboxes.
constexpr std::size_t kMostGenuineMeasured = 200;
constexpr std::size_t kMostMeasured = 50'000;
constexpr std::size_t kMostFetched = std::size_t{64} << 20U;  // bytes, from servers

// Counts what was read of the mailboxes; hands on to the sinks, to most of them at the end.
class HandOn {
 public:
  HandOn(const std::vector<ScanSink*>& sinks, const GistParts& parts,
         const StageWitnesses& witnesses)
      : stage_(parts, witnesses) {
    for (ScanSink* sink : sinks) (sink->is_at_once() ? at_once_ : later_).push_back(sink);
  }

  Result<void> operator()(const StoredMessage& stored, Gist& gist) {
    if (stored.path != path_) {
      before_ += read_;
      path_ = stored.path;
    }
    read_ = stored.read;
    const Scanned scanned{stored, gist, before_ + read_};
    if (auto taken = take(at_once_, scanned); !taken) return taken;
    stage_.add(scanned);
    return {};
  }

  Result<void> finish(ScanEnd end) {
    if (auto finished = finish(at_once_, end); !finished) return finished;
    auto handed_on = stage_.hand_on([&](const Scanned& scanned) { return take(later_, scanned); });
    if (!handed_on) return handed_on;
    end.is_interrupted = end.is_interrupted || is_interrupted();
    const auto notices = stage_.notices();
    end.notices.insert(end.notices.end(), notices.begin(), notices.end());
    return finish(later_, end);
  }

 private:
  using Sinks = std::vector<ScanSink*>;
  static Result<void> take(const Sinks& sinks, const Scanned& scanned) {
    for (ScanSink* sink : sinks)
      if (auto taken = sink->take(scanned); !taken) return taken;
    return {};
  }
  static Result<void> finish(const Sinks& sinks, const ScanEnd& end) {
    for (ScanSink* sink : sinks)
      if (auto finished = sink->finish(end); !finished) return finished;
    return {};
  }

  Sinks at_once_;
  Sinks later_;
  SecondStage stage_;
  std::string path_;
  std::uint64_t before_ = 0;  // of the files that are done
  std::uint64_t read_ = 0;    // of the present one
};

// A message that an earlier scan could not tell.
Result<void> visit_again(const std::string& path, const struct stat& status, int fd,
                         const SeenMessage& message, const Visit& visit) {
  std::string bytes(static_cast<std::size_t>(message.size), '\0');
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(message.offset));
  if (count != static_cast<ssize_t>(bytes.size()) || digest(bytes) != message.digest)
    return fail(ErrorCode::temp_fail, path + ": changed while it was read", "scan it again");
  StoredMessage stored{path, message.offset, message.size, bytes, Time(seconds(status.st_mtime))};
  stored.kind = MailboxKind::mbox;
  stored.read = message.offset + message.size;
  return visit(stored);
}

std::vector<std::string> notices_of(const JudgePool& pool) {
  const auto& [questions, messages] = pool.unanswered();
  if (questions == 0) return {};
  return {
      fmt::format("{} to the DNS about {} stayed unanswered: what hangs on them was judged "
                  "without, and may be judged otherwise once the DNS answers.",
                  many(questions, "question"), many(messages, "message"))};
}

bool can_be_read_twice(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

// A promise that nothing has measured yet is measured by the mailboxes themselves, before any
// verdict goes out: what their genuine bounces prove is noted, and the rest is judged then. Ends
// where enough is known; what cannot be read is told when it is read again.
void measure_promise(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges,
                     ImapSource* servers) {
  Ledger* const ledger = judges.front().witnesses.ledger;
  if (ledger == nullptr || !ledger->identity().value.needs_proof) return;
  std::size_t genuine = 0;
  JudgePool pool(judges, {}, [&](const StoredMessage&, const Gist& gist) -> Result<void> {
    if (gist.verdict == Verdict::genuine) ++genuine;
    return {};
  });
  SeenFiles read;
  WalkOptions options;
  options.seen = &read;
  std::vector<std::string> problems;
  std::size_t count = 0;
  std::size_t fetched = 0;
  const auto is_enough = [&] {
    return genuine >= kMostGenuineMeasured || count > kMostMeasured || fetched > kMostFetched ||
           is_interrupted();
  };
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    ++count;
    if (stored.kind == MailboxKind::imap) fetched += stored.bytes.size();
    return is_enough() ? fail(ErrorCode::temp_fail, "enough") : pool.add(stored);
  };
  for (const std::string& path : mailboxes) {
    if (is_enough()) break;
    if (servers != nullptr && is_imap_url(path))
      static_cast<void>(servers->look(path, visit));
    else if (can_be_read_twice(path))
      static_cast<void>(walk_mailbox(path, visit, problems, options));
  }
  static_cast<void>(pool.finish());
}

}  // namespace

Result<int> run_scan(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges,
                     const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems,
                     const ScanReading& reading) {
  SeenMail* const seen = reading.seen;
  std::optional<ImapSource> source;
  if (reading.accounts != nullptr)
    source.emplace(*reading.accounts,
                   ImapSource::Options{reading.since, reading.folders, [&](std::uint64_t total) {
                                         if (mailboxes.size() > 1) return;
                                         for (ScanSink* sink : sinks) sink->expect(total);
                                       }});
  measure_promise(mailboxes, judges, source ? &*source : nullptr);
  GistParts parts;
  for (const ScanSink* sink : sinks) sink->ask_for(parts);
  const Setup& first = judges.front();
  parts.habits = first.habits.get();
  HandOn hand_on(sinks, parts, {first.witnesses.ledger, &first.premises.identity});
  JudgePool pool(judges, parts,
                 [&](const StoredMessage& stored, Gist& gist) { return hand_on(stored, gist); });
  SeenFiles read;
  WalkOptions options;
  options.seen = &read;
  int status = 0;
  Result<void> stopped;
  std::uint64_t count = 0;
  const auto judge = [&](const StoredMessage& stored) -> Result<void> {
    if (!stopped) return stopped;
    ++count;
    stopped = is_interrupted() ? fail(ErrorCode::temp_fail, "interrupted") : pool.add(stored);
    return stopped;
  };
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    if (seen != nullptr) seen->has_read(stored);
    return judge(stored);
  };
  std::size_t known_problems = problems.size();
  const auto forget_unread = [&] {
    if (seen != nullptr && problems.size() != known_problems) seen->forget_last();
    known_problems = problems.size();
  };
  if (seen != nullptr)
    options.read_before = [&](const std::string& file, const struct stat& now, int fd) {
      forget_unread();
      const SeenMail::Start start = seen->start_of(file, now, fd);
      for (const SeenMessage& message : start.again) {
        if (!stopped) break;
        if (const auto visited = visit_again(file, now, fd, message, judge); !visited && stopped)
          problems.push_back(visited.error().message);
      }
      return start.offset;
    };
  for (const std::string& path : mailboxes) {
    const auto walked = source && is_imap_url(path) ? source->walk(path, judge, problems)
                                                    : walk_mailbox(path, visit, problems, options);
    if (!stopped) break;
    if (walked) {
      forget_unread();
      continue;
    }
    if (count == 0 && mailboxes.size() == 1) return walked.failure();
    const Error& error = walked.error();
    problems.push_back(error.message + (error.hint.empty() ? "" : "; " + error.hint));
    if (status == 0) status = static_cast<int>(error.code);
    forget_unread();
  }
  if (stopped) stopped = pool.finish();
  if (!stopped && !is_interrupted()) return stopped.failure();
  if (auto finished = hand_on.finish({is_interrupted(), read, notices_of(pool), problems});
      !finished)
    return finished.failure();
  return status;
}

}  // namespace unsent

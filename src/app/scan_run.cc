// SPDX-License-Identifier: MIT
#include "app/scan_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "app/judge_pool.h"
#include "base/digest.h"

namespace unsent {
namespace {

// With these the measure is taken, whatever else lies in the mailboxes.
constexpr std::size_t kMostGenuineMeasured = 200;
constexpr std::size_t kMostMeasured = 50'000;

// Hands on to all sinks, and counts what was read of the mailboxes.
class HandOn {
 public:
  explicit HandOn(const std::vector<ScanSink*>& sinks) : sinks_(sinks) {}

  Result<void> operator()(const StoredMessage& stored, Gist& gist) {
    if (stored.path != path_) {
      before_ += read_;
      path_ = stored.path;
    }
    read_ = stored.read;
    for (ScanSink* sink : sinks_)
      if (auto taken = sink->take({stored, gist, before_ + read_}); !taken) return taken;
    return {};
  }

 private:
  const std::vector<ScanSink*>& sinks_;
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

bool can_be_read_twice(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

// A promise that nothing has measured yet is measured by the mailboxes themselves, before any
// verdict goes out: what their genuine bounces prove is noted, and the rest is judged then. Ends
// where enough is known; what cannot be read is told when it is read again.
void measure_promise(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges) {
  Ledger* const ledger = judges.front().witnesses.ledger;
  if (ledger == nullptr || !ledger->needs_proof()) return;
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
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    if (genuine >= kMostGenuineMeasured || ++count > kMostMeasured || is_interrupted())
      return fail(ErrorCode::temp_fail, "enough");
    return pool.add(stored);
  };
  for (const std::string& path : mailboxes)
    if (can_be_read_twice(path)) static_cast<void>(walk_mailbox(path, visit, problems, options));
  static_cast<void>(pool.finish());
}

}  // namespace

Result<int> run_scan(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges,
                     const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems,
                     SeenMail* seen) {
  measure_promise(mailboxes, judges);
  HandOn hand_on(sinks);
  GistParts parts;
  for (const ScanSink* sink : sinks) sink->ask_for(parts);
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
    const auto walked = walk_mailbox(path, visit, problems, options);
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
  const ScanEnd end{is_interrupted(), read};
  for (ScanSink* sink : sinks)
    if (auto finished = sink->finish(end); !finished) return finished.failure();
  return status;
}

}  // namespace unsent

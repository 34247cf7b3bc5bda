// SPDX-License-Identifier: MIT
#include "app/scan_run.h"

#include "app/interrupt.h"
#include "app/judge_pool.h"

namespace unsent {
namespace {

// Hands on to all sinks, and counts what was read of the mailboxes.
class HandOn {
 public:
  explicit HandOn(const std::vector<ScanSink*>& sinks) : sinks_(sinks) {}

  Result<void> operator()(const StoredMessage& stored, const Message& message,
                          const Judgement& judgement) {
    if (stored.path != path_) {
      before_ += read_;
      path_ = stored.path;
    }
    read_ = stored.read;
    for (ScanSink* sink : sinks_)
      if (auto taken = sink->take({stored, message, judgement, before_ + read_}); !taken)
        return taken;
    return {};
  }

 private:
  const std::vector<ScanSink*>& sinks_;
  std::string path_;
  std::uint64_t before_ = 0;  // of the files that are done
  std::uint64_t read_ = 0;    // of the present one
};

}  // namespace

Result<int> run_scan(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges,
                     const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems) {
  HandOn hand_on(sinks);
  JudgePool pool(
      judges, [&](const StoredMessage& stored, const Message& message, const Judgement& judgement) {
        return hand_on(stored, message, judgement);
      });
  SeenFiles seen;
  WalkOptions options;
  options.seen = &seen;
  int status = 0;
  Result<void> stopped;
  std::uint64_t count = 0;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    ++count;
    stopped = is_interrupted() ? fail(ErrorCode::temp_fail, "interrupted") : pool.add(stored);
    return stopped;
  };
  for (const std::string& path : mailboxes) {
    const auto walked = walk_mailbox(path, visit, problems, options);
    if (!stopped) break;
    if (walked) continue;
    if (count == 0 && mailboxes.size() == 1) return walked.failure();
    const Error& error = walked.error();
    problems.push_back(error.message + (error.hint.empty() ? "" : "; " + error.hint));
    if (status == 0) status = static_cast<int>(error.code);
  }
  if (stopped) stopped = pool.finish();
  if (!stopped && !is_interrupted()) return stopped.failure();
  const ScanEnd end{is_interrupted()};
  for (ScanSink* sink : sinks)
    if (auto finished = sink->finish(end); !finished) return finished.failure();
  return status;
}

}  // namespace unsent

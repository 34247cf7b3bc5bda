// SPDX-License-Identifier: MIT
#include "app/scan_run.h"

#include "app/interrupt.h"

namespace unsent {

Result<void> run_scan(const std::vector<std::string>& mailboxes, const Setup& setup,
                      const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems) {
  std::uint64_t read = 0;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    if (is_interrupted()) return fail(ErrorCode::temp_fail, "interrupted");
    const Message message = Message::view(stored.bytes);
    const Judgement judgement = judge(message, setup.premises, setup.witnesses, setup.recipient);
    read += stored.size;
    for (ScanSink* sink : sinks)
      if (auto taken = sink->take({stored, message, judgement, read}); !taken) return taken;
    return {};
  };
  SeenFiles seen;
  WalkOptions options;
  options.seen = &seen;
  for (const std::string& path : mailboxes)
    if (auto walked = walk_mailbox(path, visit, problems, options); !walked && !is_interrupted())
      return walked;
  const ScanEnd end{is_interrupted()};
  for (ScanSink* sink : sinks)
    if (auto finished = sink->finish(end); !finished) return finished;
  return {};
}

}  // namespace unsent

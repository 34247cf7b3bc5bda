// SPDX-License-Identifier: MIT
#include "app/scan_run.h"

namespace unsent {

Result<void> run_scan(const std::vector<std::string>& mailboxes, const Setup& setup,
                      const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems) {
  std::uint64_t read = 0;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    const Message message = Message::view(stored.bytes);
    const Judgement judgement = judge(message, setup.premises, setup.witnesses, setup.recipient);
    read += stored.size;
    for (ScanSink* sink : sinks)
      if (auto taken = sink->take({stored, message, judgement, read}); !taken) return taken;
    return {};
  };
  for (const std::string& path : mailboxes)
    if (auto walked = walk_mailbox(path, visit, problems); !walked) return walked;
  for (ScanSink* sink : sinks)
    if (auto finished = sink->finish({}); !finished) return finished;
  return {};
}

}  // namespace unsent

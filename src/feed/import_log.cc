// SPDX-License-Identifier: MIT
// A mail log as it is now, after its rotated copies.
#include <fmt/format.h>

#include <algorithm>

#include "feed/log_run.h"
#include "setup/output.h"

namespace unsent {
namespace {

void advise(const std::string& name, const LogMessages& messages) {
  if (messages.given_out() > 0 || messages.strangers().empty()) return;
  const auto& strangers = messages.strangers();
  const auto most = std::max_element(strangers.begin(), strangers.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  if (most->second * 2 < messages.passed_over()) return;  // strangers indeed
  complain(fmt::format(
      "{}: nothing in it shows that we sent it; {} of {} messages came from {}: if that is one of "
      "your own machines, say --trust {}, or name your domains with --domain",
      name, most->second, messages.passed_over(), most->first, most->first));
}

// The rotated copies: what the last one left open, and whether one of them was understood.
struct CopiesRead {
  LeftOpen left;
  bool were_understood = false;
};
Result<CopiesRead> begin_log(LogRun& run, const std::string& path, const LogPolicy& policy,
                             Import& import) {
  const auto copies = open_copies(path, policy, import);
  if (!copies) return copies.failure();
  if (const auto begun = run.begin(); !begun) return begun.failure();
  std::vector<const LogRun*> files;
  for (const auto& copy : *copies) files.push_back(copy.get());
  files.push_back(&run);
  if (const auto noted = note_lost_place(path, files, import); !noted) return noted.failure();
  auto left = read_copies(*copies, import, {});
  if (!left) return left.failure();
  const bool were_understood = std::any_of(copies->begin(), copies->end(),
                                           [](const auto& copy) { return copy->has_understood(); });
  return CopiesRead{std::move(*left), were_understood};
}

}  // namespace

Result<void> import_log(LineSource source, const std::string& path, const LogPolicy& policy,
                        Import& import) {
  LogRun run(std::move(source), log_name(path), policy, written_at(path, import.now()), import);
  CopiesRead copies;
  if (path != "-") {
    auto read = begin_log(run, path, policy, import);
    if (!read) return read.failure();
    copies = std::move(*read);
    run.restore(copies.left);
  }
  const auto done = run.read();
  if (auto filled = done ? run.fill_gaps() : Result<void>(); !filled) return filled;
  run.confirm_place();
  const auto committed = run.commit();  // what stands before a damage was read
  if (!committed) return committed.failure();
  if (!done) return done.failure();
  // A log that was begun anew may have nothing of the mail server yet.
  if (run.has_read() && !run.has_understood() && !copies.were_understood)
    import.refuse(
        run.source().path() +
        ": nothing in it was understood: the logs of Postfix, Exim and Sendmail are read, "
        "and of journalctl what -o short-iso or -o json writes");
  advise(run.source().path(), run.messages());
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "scan/judges.h"

#include <algorithm>
#include <set>
#include <thread>

#include "scan/interrupt.h"
#include "scan/no_mail.h"
#include "setup/output.h"

namespace unsent {

constexpr int kInterrupted = 130;  // as a shell has it for Ctrl-C
constexpr std::uint32_t kMaxThreads = 64;

OptionGroup thread_options(ThreadOptions& options) {
  OptionGroup group("Reading");
  group.number("threads", "N", 1, kMaxThreads, options.threads,
               "on how many threads messages are judged (as many as there are CPUs)");
  return group;
}

std::size_t ThreadOptions::count() const {
  if (threads) return *threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
}

Result<std::vector<Setup>> make_judges(const JudgingOptions& options, const Config& config,
                                       std::size_t threads) {
  auto judges = make_setups(options, config, threads);
  if (!judges) return judges;
  for (Setup& judge : *judges) judge.premises.wants_carriage = true;
  return judges;
}

int end_scan(int scanned, const ScanDeeds& actions, const std::vector<std::string>& problems,
             const std::vector<Setup>& judges) {
  for (const std::string& problem : problems) complain(problem);
  std::set<std::string> told;
  for (const Setup& judge : judges)
    for (const std::string& problem : judge.rules->problems())
      if (told.insert(problem).second) complain(problem);
  if (is_interrupted()) return kInterrupted;
  if (scanned != 0) return scanned;
  if (actions.status() != 0) return actions.status();
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::no_input);
}

std::vector<std::string> find_problems(const std::vector<std::string>& mailboxes,
                                       const Setup& setup) {
  std::vector<std::string> problems = setup.problems;
  for (const std::string& mailbox : mailboxes)
    if (std::string why = why_no_mailbox(mailbox); !why.empty()) problems.push_back(std::move(why));
  return problems;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// The judges of a scan, one for each thread: how many, and what is wrong with their rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scan/deeds.h"
#include "setup/setup.h"

namespace unsent {

// --threads; else as many as there are CPUs, 8 at most.
struct ThreadOptions {
  std::optional<std::uint32_t> threads;

  std::size_t count() const;
};
OptionGroup thread_options(ThreadOptions& options);

// One for each thread; they tell how an original was carried, for the look at many together.
Result<std::vector<Setup>> make_judges(const JudgingOptions& options, const Config& config,
                                       std::size_t threads);

// What is wrong before anything is read: files of the set-up, and names that are no mailboxes.
std::vector<std::string> find_problems(const std::vector<std::string>& mailboxes,
                                       const Setup& setup);

// The command's status after run_scan gave scanned; what was wrong is said, problems of rules,
// which each thread reads for itself, once.
int end_scan(int scanned, const ScanDeeds& actions, const std::vector<std::string>& problems,
             const std::vector<Setup>& judges);

}  // namespace unsent

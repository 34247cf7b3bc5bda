// SPDX-License-Identifier: MIT
// Messages judged a second on one core, from memory: bench_judge [--repeat N] FOLDER…
// Without a ledger and without DNS, so that what is measured is reading, recognising,
// gathering and deciding.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "mailbox/mailbox.h"
#include "verdict/judge.h"

int main(int argc, char** argv) {
  std::vector<std::string> messages;
  std::vector<std::string> problems;
  std::size_t bytes = 0;
  int repeat = 10;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--repeat" && i + 1 < argc) {
      repeat = std::atoi(argv[++i]);
      continue;
    }
    const auto walked = unsent::walk_mailbox(
        argv[i],
        [&](const unsent::StoredMessage& stored) -> unsent::Result<void> {
          messages.emplace_back(stored.bytes);
          bytes += stored.bytes.size();
          return {};
        },
        problems);
    if (!walked) std::fprintf(stderr, "%s\n", walked.error().message.c_str());
  }
  std::size_t reports = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < repeat; ++i)
    for (const std::string& message : messages)
      if (unsent::judge(unsent::Message::view(message), {}, {}).bounce.kind !=
          unsent::Kind::ordinary)
        ++reports;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double count = static_cast<double>(messages.size()) * repeat;
  std::printf("%zu messages, %zu reports: %.0f a second, %.1f us each, %.0f MB/s\n",
              messages.size(), reports / static_cast<std::size_t>(repeat), count / seconds,
              1e6 * seconds / count, static_cast<double>(bytes) * repeat / seconds / 1e6);
}

// SPDX-License-Identifier: MIT
// How fast an mbox of ordinary mail is split: bench_mbox [FILE [MEGABYTES]]. Without
// FILE one of that size (1,000) is made in the temporary folder and removed again.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "bench.h"
#include "mailbox/mailbox.h"

namespace {

// A mail of 1 to 20 KB, most of it lines of base64 or prose.
std::string random_mail(std::mt19937& random) {
  std::string mail = "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n";
  for (int hop = 0; hop < 4; ++hop)
    mail += fmt::format(
        "Received: from mx{}.remote.example (mx{}.remote.example [192.0.2.{}])\n"
        "\tby mail.ourshop.example with ESMTPS; Mon, 23 Nov 2026 10:00:0{} +0000\n",
        hop, hop, hop, hop);
  mail += "From: Alice <alice@ourshop.example>\nTo: bob@remote.example\nSubject: x\n\n";
  const std::size_t lines = 10 + random() % 240;
  const bool is_prose = random() % 3 == 0;
  for (std::size_t line = 0; line < lines; ++line) {
    for (int i = 0; i < 76; ++i)
      mail +=
          is_prose ? "ethanois rdlu,From"[random() % 18] : static_cast<char>('A' + random() % 26);
    mail += '\n';
  }
  return mail + '\n';
}

void make_mbox(const std::string& path, std::size_t megabytes) {
  std::mt19937 random(1);
  std::string pool;
  while (pool.size() < (std::size_t{32} << 20U)) pool += random_mail(random);
  std::ofstream file(path, std::ios::binary);
  for (std::size_t written = 0; written < megabytes << 20U; written += pool.size()) file << pool;
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_made = argc < 2;
  const std::string path =
      is_made ? (std::filesystem::temp_directory_path() / "unsent-bench.mbox").string() : argv[1];
  if (is_made) make_mbox(path, argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1000);
  for (int round = 1; round <= 3; ++round) {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> problems;
    const unsent::Stopwatch watch;
    const auto walked = unsent::walk_mailbox(
        path,
        [&](const unsent::StoredMessage& stored) -> unsent::Result<void> {
          ++messages;
          bytes += stored.size;
          return {};
        },
        problems);
    const double seconds = watch.seconds();
    if (!walked) {
      fmt::print(stderr, "{}\n", walked.error().message);
      return 1;
    }
    fmt::print(
        "round {}: {} messages, {:.0f} MB in {:.3f} s: {:.0f} MB/s, {:.0f} messages/s, "
        "peak {:.1f} MB\n",
        round, messages, static_cast<double>(bytes) / 1e6, seconds,
        static_cast<double>(bytes) / 1e6 / seconds, static_cast<double>(messages) / seconds,
        unsent::peak_megabytes());
  }
  if (is_made) std::filesystem::remove(path);
  return 0;
}

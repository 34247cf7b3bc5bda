// SPDX-License-Identifier: MIT
// Requests a second, and how long the slowest wait, of the ledger's service with many clients at
// once, each of which asks as soon as it has its answer.
// Usage: bench_serve SOCKET [CLIENTS [REQUESTS-EACH [MESSAGE-ID]]]
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "serve/line.h"
#include "serve/wire.h"

using namespace unsent;
using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const std::string path = argv[1];
  const int clients = argc > 2 ? std::atoi(argv[2]) : 64;
  const int requests = argc > 3 ? std::atoi(argv[3]) : 2000;
  const std::string id = argc > 4 ? argv[4] : "none@ourshop.example";
  const std::string request = encode_request(FindRequest{ByMessageId{id}, ""});
  std::vector<std::vector<double>> took(static_cast<std::size_t>(clients));
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  const auto begun = Clock::now();
  for (auto& mine : took)
    threads.emplace_back([&] {
      ServiceLine line(path, nullptr);
      for (int i = 0; i < requests; ++i) {
        const auto asked = Clock::now();
        const auto answer = line.ask(request);
        if (!answer || !decode_found(*answer).is_available()) ++failed;
        mine.push_back(std::chrono::duration<double, std::micro>(Clock::now() - asked).count());
      }
    });
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  std::vector<double> all;
  for (const auto& mine : took) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  fmt::print(
      "{} clients, {} requests, {} failed: {:.0f}/s; p50 {:.0f}, p99 {:.0f}, most {:.0f} us\n",
      clients, all.size(), failed.load(), static_cast<double>(all.size()) / seconds, at(0.5),
      at(0.99), all.back());
  return failed == 0 ? 0 : 1;
}

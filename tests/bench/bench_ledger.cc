// SPDX-License-Identifier: MIT
// How fast a ledger is filled and asked: bench_ledger [MESSAGES [FILE]] (1,000,000; a
// file in the temporary folder, removed again). One recipient a message, another each time.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bench.h"
#include "ledger/entry.h"
#include "ledger/sqlite_ledger.h"

namespace {

using unsent::Entry;
using unsent::Result;
using unsent::SqliteLedger;
using unsent::Stopwatch;
using unsent::Time;

constexpr std::int64_t kStart = 1795428000;
constexpr std::size_t kBatch = 10000;

std::string id_of(std::size_t n) {
  std::mt19937_64 random(n);
  return fmt::format("{:016x}.{}@ourshop.example", random(), n);
}

std::string date_of(Time at) {
  const std::string text = unsent::format_rfc3339(at);  // 2026-11-23T10:00:00Z
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return text.substr(8, 2) + ' ' + kMonths[std::stoi(text.substr(5, 2)) - 1] + ' ' +
         text.substr(0, 4) + ' ' + text.substr(11, 8) + " +0000";
}

// Handed over two seconds after it was written, five a second.
std::string line_of(std::size_t n) {
  const Time date{unsent::seconds(kStart + static_cast<std::int64_t>(n / 5))};
  return fmt::format(
      "{{\"message_ids\": [\"{}\"], \"date\": \"{}\", "
      "\"sent_at\": \"{}\", \"from\": \"Alice Weber <alice{}@ourshop.example>\", "
      "\"reverse_path\": \"alice{}@ourshop.example\", \"recipients\": [\"bob{}@remote.example\"], "
      "\"subject\": \"Your order {}\"}}",
      id_of(n), date_of(date), unsent::format_rfc3339(date + unsent::seconds(2)), n % 40, n % 40,
      n * 7919, n);
}

// Parses and records messages [from, to) in batches, as an import does.
struct Times {
  double parsing = 0;
  double recording = 0;
};

Times fill(const std::string& path, std::size_t from, std::size_t to) {
  const Time now{unsent::seconds(kStart + 100000000)};
  Times times;
  const Stopwatch opening;
  auto ledger = SqliteLedger::open_for_writing(path);
  if (!ledger) std::abort();
  times.recording += opening.seconds();
  for (std::size_t i = from; i < to; i += kBatch) {
    std::vector<std::string> lines;
    for (std::size_t n = i; n < std::min(i + kBatch, to); ++n) lines.push_back(line_of(n));
    const Stopwatch parsing;
    std::vector<Entry> entries;
    for (const std::string& line : lines) entries.push_back(*unsent::parse_entry(line));
    times.parsing += parsing.seconds();
    const Stopwatch recording;
    auto batch = (*ledger)->begin();
    if (!batch) std::abort();
    for (const Entry& entry : entries)
      if (!(*ledger)->record(entry, "bench", now)) std::abort();
    if (!batch->commit()) std::abort();
    times.recording += recording.seconds();
  }
  const Stopwatch closing;
  ledger->reset();
  times.recording += closing.seconds();
  return times;
}

void print_percentiles(const char* what, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double part) {
    return 1e6 * seconds[static_cast<std::size_t>(part * static_cast<double>(seconds.size() - 1))];
  };
  double sum = 0;
  for (const double each : seconds) sum += each;
  fmt::print("{}: {:.0f}/s, p50 {:.1f} us, p99 {:.1f} us\n", what,
             static_cast<double>(seconds.size()) / sum, at(0.5), at(0.99));
}

void ask(const std::string& path, std::size_t messages) {
  std::vector<double> opening;
  std::vector<double> hits;
  std::vector<double> misses;
  for (int i = 0; i < 200; ++i) {
    const Stopwatch watch;
    if (!SqliteLedger::open_for_reading(path)) std::abort();
    opening.push_back(watch.seconds());
  }
  const auto ledger = SqliteLedger::open_for_reading(path);
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const std::string known = id_of(random() % messages);
    const Stopwatch hit;
    if ((*ledger)->find_message_id(known).value.empty()) std::abort();
    hits.push_back(hit.seconds());
    const Stopwatch miss;
    if (!(*ledger)->find_message_id(known + "x").value.empty()) std::abort();
    misses.push_back(miss.seconds());
  }
  print_percentiles("open", opening);
  print_percentiles("find, known", hits);
  print_percentiles("find, unknown", misses);
}

// What one `unsent record` does: open, record, on the disk.
void record_one_by_one(const std::string& path, std::size_t first) {
  std::vector<double> times;
  for (std::size_t n = first; n < first + 500; ++n) {
    const Entry entry = *unsent::parse_entry(line_of(n));
    const Stopwatch watch;
    const auto ledger = SqliteLedger::open_for_writing(path);
    if (!ledger || !(*ledger)->record(entry, "bench", Time{unsent::seconds(kStart)})) std::abort();
    times.push_back(watch.seconds());
  }
  print_percentiles("record, one by one", times);
}

constexpr std::size_t kTooManyToRepeat = 20000000;

}  // namespace

int main(int argc, char** argv) {
  const std::size_t messages = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  const std::string path =
      argc > 2 ? argv[2]
               : (std::filesystem::temp_directory_path() / fmt::format("unsent-{}.db", ::getpid()));
  const double count = static_cast<double>(messages);
  const Times first = fill(path, 0, messages);
  const double peak = unsent::peak_megabytes();
  const Times again = messages > kTooManyToRepeat ? first : fill(path, 0, messages);
  fmt::print(
      "parse: {:.0f} lines/s\nrecord: {:.0f} messages/s\n"
      "record again: {:.0f} messages/s\n{:.0f} bytes a message, peak {:.1f} MB\n",
      count / first.parsing, count / first.recording, count / again.recording,
      static_cast<double>(std::filesystem::file_size(path)) / count, peak);
  ask(path, messages);
  record_one_by_one(path, messages);
  if (argc > 2) return 0;
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".key");
  return 0;
}

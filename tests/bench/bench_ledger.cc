// SPDX-License-Identifier: MIT
// How fast a ledger is filled and asked: bench_ledger [MESSAGES [FILE]] (1,000,000; a
// file in the temporary folder, removed again; a FILE that is there is only asked). One
// recipient a message, another each time. Beside the time the processor's, which is told
// apart from the disk and from who else is at work.
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
#include "ledger/ledger_writer.h"

namespace {

using unsent::ByMessageId;
using unsent::CpuStopwatch;
using unsent::Entry;
using unsent::LedgerReader;
using unsent::LedgerWriter;
using unsent::Result;
using unsent::Stopwatch;
using unsent::Time;

constexpr std::int64_t kStart = 1795428000;
constexpr std::size_t kBatch = 10000;

std::string id_of(std::size_t n) {
  return fmt::format("{:016x}.{}@ourshop.example", n * 0x9E3779B97F4A7C15U, n);
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

// What parse_entry makes of the line: made at once, where a hundred million are wanted.
Entry entry_of(std::size_t n) {
  const Time date{unsent::seconds(kStart + static_cast<std::int64_t>(n / 5))};
  Entry entry;
  entry.message_ids = {id_of(n)};
  entry.reverse_path = fmt::format("alice{}@ourshop.example", n % 40);
  entry.from = "Alice Weber <" + entry.reverse_path + ">";
  entry.subject = fmt::format("Your order {}", n);
  entry.fingerprint = {{entry.reverse_path, date, entry.subject}};
  entry.recipients = {*unsent::Address::parse(fmt::format("bob{}@remote.example", n * 7919))};
  entry.sent_at = date + unsent::seconds(2);
  return entry;
}

double parse(std::size_t lines) {
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < lines; ++n) texts.push_back(line_of(n));
  const Stopwatch watch;
  for (const std::string& text : texts)
    if (!unsent::parse_entry(text)) std::abort();
  return watch.seconds();
}

struct Times {
  double elapsed = 0;
  double processor = 0;
  double longest = 0;  // of the processor's: how long others must wait at most
};

// Adds what passes while it lives.
class Lap {
 public:
  enum class Lock { held, open };
  explicit Lap(Times& times, Lock lock = Lock::held) : times_(times), lock_(lock) {}
  Lap(const Lap&) = delete;
  Lap& operator=(const Lap&) = delete;
  ~Lap() {
    times_.elapsed += elapsed_.seconds();
    const double processor = processor_.seconds();
    times_.processor += processor;
    if (lock_ == Lock::held) times_.longest = std::max(times_.longest, processor);
  }

 private:
  Times& times_;
  Lock lock_;
  Stopwatch elapsed_;
  CpuStopwatch processor_;
};

// Records messages [from, to) in batches, as an import does.
Times fill(const std::string& path, std::size_t from, std::size_t to) {
  const Time now{unsent::seconds(kStart + 100000000)};
  Times times;
  std::unique_ptr<LedgerWriter> ledger;
  {
    const Lap opening(times);
    auto opened = LedgerWriter::open(path);
    if (!opened) std::abort();
    ledger = std::move(*opened);
  }
  for (std::size_t i = from; i < to; i += kBatch) {
    std::vector<Entry> entries;
    for (std::size_t n = i; n < std::min(i + kBatch, to); ++n) entries.push_back(entry_of(n));
    auto batch = [&] {
      const Lap beginning(times, Lap::Lock::open);
      return ledger->begin();
    }();
    if (!batch) std::abort();
    const Lap recording(times);
    for (const Entry& entry : entries)
      if (!ledger->record(entry, "bench", now)) std::abort();
    if (!batch->commit()) std::abort();
  }
  const Lap closing(times);
  ledger.reset();
  return times;
}

void print_rate(const char* what, std::size_t messages, const Times& times) {
  const auto count = static_cast<double>(messages);
  fmt::print("{}: {:.0f} messages/s, by the processor's time {:.0f}, longest batch {:.2f} s\n",
             what, count / times.elapsed, count / times.processor, times.longest);
}

double at(std::vector<double>& sorted, double part) {
  return 1e6 * sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

// What was done many times, each alone.
class Samples {
 public:
  template <typename Do>
  void add(Do what) {
    Times times;
    {
      const Lap lap(times);
      what();
    }
    elapsed_.push_back(times.elapsed);
    processor_.push_back(times.processor);
  }

  void print(const char* what) {
    double sum = 0;
    for (const double each : elapsed_) sum += each;
    std::sort(elapsed_.begin(), elapsed_.end());
    std::sort(processor_.begin(), processor_.end());
    fmt::print(
        "{}: {:.0f}/s, p50 {:.1f} us, p99 {:.1f} us; processor p50 {:.1f} us, p99 {:.1f} us\n",
        what, static_cast<double>(elapsed_.size()) / sum, at(elapsed_, 0.5), at(elapsed_, 0.99),
        at(processor_, 0.5), at(processor_, 0.99));
  }

 private:
  std::vector<double> elapsed_;
  std::vector<double> processor_;
};

void ask(const std::string& path, std::size_t messages) {
  Samples opening;
  Samples hits;
  Samples misses;
  for (int i = 0; i < 200; ++i)
    opening.add([&] {
      if (!LedgerReader::open(path)) std::abort();
    });
  const auto ledger = LedgerReader::open(path);
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const std::string known = id_of(random() % messages);
    hits.add([&] {
      if ((*ledger)->find(ByMessageId{known}).value.empty()) std::abort();
    });
    misses.add([&] {
      if (!(*ledger)->find(ByMessageId{known + "x"}).value.empty()) std::abort();
    });
  }
  opening.print("open");
  hits.print("find, known");
  misses.print("find, unknown");
}

// What one `unsent record` does: open, record, on the disk.
void record_one_by_one(const std::string& path, std::size_t first) {
  Samples recording;
  for (std::size_t n = first; n < first + 500; ++n) {
    const Entry entry = entry_of(n);
    recording.add([&] {
      const auto ledger = LedgerWriter::open(path);
      if (!ledger || !(*ledger)->record(entry, "bench", Time{unsent::seconds(kStart)}))
        std::abort();
    });
  }
  recording.print("record, one by one");
}

constexpr std::size_t kRepeated = 1000000;

}  // namespace

int main(int argc, char** argv) {
  const std::size_t messages = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  const std::string path =
      argc > 2 ? argv[2]
               : (std::filesystem::temp_directory_path() / fmt::format("unsent-{}.db", ::getpid()));
  const bool is_there = std::filesystem::exists(path);
  if (!is_there) {
    print_rate("record", messages, fill(path, 0, messages));
    fmt::print("peak {:.1f} MB\n", unsent::peak_megabytes());
    const std::size_t again = std::min(messages, kRepeated);
    print_rate("record again", again, fill(path, 0, again));
    fmt::print("parse: {:.0f} lines/s\n", static_cast<double>(again) / parse(again));
  }
  fmt::print("{:.1f} bytes a message\n",
             static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(messages));
  ask(path, messages);
  if (is_there) return 0;
  record_one_by_one(path, messages);
  if (argc > 2) return 0;
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".key");
  return 0;
}

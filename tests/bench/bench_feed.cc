// SPDX-License-Identifier: MIT
// bench_feed LOG: how fast a mail log is understood, without a ledger. make_log.py writes one.
#include <cstdio>
#include <cstdlib>

#include "bench.h"
#include "feed/line_source.h"
#include "feed/log_feed.h"

int main(int count, char** words) {
  using namespace unsent;
  auto source = LineSource::open(count > 1 ? words[1] : "-", kMaxLogLine);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return EXIT_FAILURE;
  }
  LogPolicy policy;
  policy.domains = {*DomainName::parse("ourshop.example")};
  LogFeed feed(policy, Time(seconds(1800000000)));
  const Stopwatch watch;
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;
  SourceLine line;
  for (;;) {
    const auto more = source->next(line);
    if (!more || !*more) break;
    feed.read(line.text);
    messages += feed.take().size();
    bytes = line.end;
  }
  const double seconds = watch.seconds();
  std::printf("%.0f MB/s, %.0f messages/s sent (%llu), %.0f MB at most\n",
              static_cast<double>(bytes) / seconds / 1e6, static_cast<double>(messages) / seconds,
              static_cast<unsigned long long>(messages), peak_megabytes());
  return EXIT_SUCCESS;
}

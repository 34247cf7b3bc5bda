// SPDX-License-Identifier: MIT
#include "report/progress_text.h"

#include <doctest/doctest.h>

#include "base/printable.h"

using namespace unsent;
using Seconds = ProgressMeter::Seconds;

namespace {

ProgressState state_at(std::uint64_t messages, std::uint64_t read,
                       std::optional<std::uint64_t> total) {
  ProgressState state;
  state.counts[Verdict::backscatter] = messages;
  state.counts[Verdict::genuine] = messages > 0 ? 3 : 0;
  state.read = read;
  state.total = total;
  return state;
}

}  // namespace

TEST_CASE("a steady scan tells its rate and the time that is left") {
  ProgressMeter meter;
  for (int tenth = 1; tenth <= 100; ++tenth)
    meter.update(state_at(static_cast<std::uint64_t>(100 * tenth),
                          static_cast<std::uint64_t>(1000000 * tenth), 400000000),
                 Seconds(tenth / 10.0));
  CHECK(meter.messages_per_second() == doctest::Approx(1000).epsilon(0.01));
  CHECK(meter.left() == std::chrono::seconds(30));
  CHECK(progress_line(meter, 200) ==
        "25%  0:30 left  10,003 messages  1,000/s  100.0 MB of 400.0 MB  3 genuine  0 unverified  "
        "10,000 backscatter");
}

TEST_CASE("a change of speed is followed within seconds, not at once") {
  ProgressMeter meter;
  std::uint64_t read = 0;
  const auto run = [&](int tenths, std::uint64_t step, int from) {
    for (int i = 1; i <= tenths; ++i)
      meter.update(state_at(0, read += step, 10000000000), Seconds((from + i) / 10.0));
  };
  run(100, 10000000, 0);
  const auto before = *meter.left();
  run(1, 0, 100);
  CHECK(*meter.left() < before * 1.2);
  run(100, 1000000, 101);
  CHECK(*meter.left() > before * 5);
}

TEST_CASE("work on mailboxes tells what is left of it, in the room that there is") {
  ProgressMeter meter;
  for (int tenth = 1; tenth <= 100; ++tenth)
    meter.update(state_at(0, static_cast<std::uint64_t>(1000000 * tenth), 400000000),
                 Seconds(tenth / 10.0));
  CHECK(work_line("changing", meter, 80) == "changing  25%  0:30 left  100.0 MB of 400.0 MB");
  CHECK(work_line("changing", meter, 30) == "changing  25%  0:30 left");
  CHECK(work_line("changing", meter, 14) == "25%  0:30 left");
  CHECK(work_line("changing", meter, 2).empty());
}

TEST_CASE("what is not known is not said") {
  ProgressMeter meter;
  CHECK(progress_line(meter, 200) ==
        "0 messages  0/s  0 bytes  0 genuine  0 unverified  0 backscatter");
  meter.update(state_at(1, 2000, std::nullopt), Seconds(1));
  CHECK_FALSE(meter.left());
  CHECK(progress_line(meter, 200).find('%') == std::string::npos);
  // More was read than there was: the mailbox has grown.
  meter.update(state_at(2, 5000, 4000), Seconds(2));
  CHECK_FALSE(meter.left());
  CHECK(progress_line(meter, 200).find('%') == std::string::npos);
  // Nothing moves: nobody knows when it ends.
  ProgressMeter stuck;
  stuck.update(state_at(0, 0, 4000), Seconds(10));
  CHECK_FALSE(stuck.left());
  CHECK(progress_line(stuck, 12) == "0%");
}

TEST_CASE("no line is wider than its window; what matters most stays longest") {
  ProgressMeter meter;
  meter.update(state_at(4971, 181400000, 489100000), Seconds(10));
  std::size_t before = 0;
  for (std::size_t width = 0; width < 150; ++width) {
    const std::string line = progress_line(meter, width);
    CHECK(columns(line) <= width);
    CHECK(line.size() >= before);
    before = line.size();
    if (width >= 3) CHECK(line.starts_with("37%"));
  }
  CHECK(progress_line(meter, 24) == "37%  0:17 left");
  CHECK(progress_line(meter, 30) == "37%  0:17 left  3 genuine");
}

// SPDX-License-Identifier: MIT
#include "report/timeline.h"

#include <doctest/doctest.h>

#include <limits>

using namespace unsent;

namespace {

Time at(const char* text) { return *parse_rfc3339(text); }

std::uint64_t total_of(const Timeline::View& view) {
  std::uint64_t total = view.earlier + view.later;
  for (const auto& bin : view.bins) total += bin.counts.total();
  return total;
}

}  // namespace

TEST_CASE("nothing came: no bins") { CHECK(Timeline().view(60).bins.empty()); }

TEST_CASE("one moment is one bin of the smallest width") {
  Timeline timeline;
  timeline.add(at("2026-11-23T10:07:00Z"), Verdict::genuine);
  const auto view = timeline.view(60);
  REQUIRE(view.bins.size() == 1);
  CHECK(view.bins[0].begin == at("2026-11-23T10:00:00Z"));
  CHECK(view.width == seconds(600));
  CHECK(view.bins[0].counts[Verdict::genuine] == 1);
}

TEST_CASE("the width grows with the span, the bins have no gap and begin with days and weeks") {
  struct {
    const char* last;
    int hours;
    const char* first_bin;
  } const cases[] = {
      {"2026-11-21T10:30:00Z", 1, "2026-11-19T12:00:00Z"},
      {"2026-11-24T12:00:00Z", 3, "2026-11-19T12:00:00Z"},
      {"2027-01-10T12:00:00Z", 24, "2026-11-19T00:00:00Z"},
      {"2027-11-10T12:00:00Z", 7 * 24, "2026-11-16T00:00:00Z"},  // a Monday
  };
  for (const auto& one : cases) {
    Timeline timeline;
    timeline.add(at("2026-11-19T12:00:00Z"), Verdict::backscatter);
    timeline.add(at(one.last), Verdict::backscatter);
    const auto view = timeline.view(60);
    CHECK(view.width == seconds(3600 * one.hours));
    CHECK(view.bins.front().begin == at(one.first_bin));
    CHECK(view.bins.size() <= 60);
    for (std::size_t i = 1; i < view.bins.size(); ++i)
      CHECK(view.bins[i].begin - view.bins[i - 1].begin == view.width);
    CHECK(total_of(view) == 2);
  }
}

TEST_CASE("a few forged dates do not stretch the picture, and are counted") {
  Timeline timeline;
  for (int i = 0; i < 1000; ++i)
    timeline.add(at("2026-11-23T00:00:00Z") + seconds(60 * i), Verdict::backscatter);
  timeline.add(at("1970-01-01T00:00:00Z"), Verdict::backscatter);
  timeline.add(Time(seconds(std::numeric_limits<std::int64_t>::max())), Verdict::backscatter);
  timeline.add(Time(seconds(std::numeric_limits<std::int64_t>::min())), Verdict::backscatter);
  const auto view = timeline.view(60);
  CHECK(view.width == seconds(1800));
  CHECK(view.earlier == 2);
  CHECK(view.later == 1);
  CHECK(total_of(view) == 1003);
}

TEST_CASE("mail that came slowly before and after a flood is shown with it") {
  Timeline timeline;
  for (int i = 0; i < 1000; ++i)
    timeline.add(at("2026-11-23T00:00:00Z") + seconds(60 * i), Verdict::backscatter);
  timeline.add(at("2026-11-20T00:00:00Z"), Verdict::genuine);
  timeline.add(at("2026-11-26T00:00:00Z"), Verdict::genuine);
  const auto view = timeline.view(60);
  CHECK(view.earlier + view.later == 0);
  CHECK(view.bins.front().counts[Verdict::genuine] == 1);
  CHECK(view.bins.back().counts[Verdict::genuine] == 1);
}

TEST_CASE("a million scattered dates stay within the bins, and none is lost") {
  Timeline timeline;
  for (int i = 0; i < 1000000; ++i)
    timeline.add(Time(seconds((i * 7919LL * 4096) % 4102444800LL)), Verdict::unverified);
  const auto view = timeline.view(60);
  CHECK(view.bins.size() <= 60);
  CHECK(total_of(view) == 1000000);
}

TEST_CASE("days begin when they do in the zone") {
  Timeline timeline(seconds(3600));
  for (int day = 0; day < 40; ++day)
    timeline.add(*parse_rfc3339("2026-11-01T22:30:00Z") + seconds(86400 * day), Verdict::genuine);
  timeline.add(*parse_rfc3339("2026-11-01T23:30:00Z"), Verdict::genuine);  // already the next day
  const auto view = timeline.view(60);
  REQUIRE(view.width == seconds(86400));
  CHECK(view.bins.front().begin == *parse_rfc3339("2026-10-31T23:00:00Z"));
  CHECK(view.bins[0].counts.total() == 1);
  CHECK(view.bins[1].counts.total() == 2);
}

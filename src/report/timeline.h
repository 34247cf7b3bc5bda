// SPDX-License-Identifier: MIT
// When reports came, by verdict, in memory that does not grow with their number or with
// the dates that a forger writes: bins that double up when they become too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/time.h"
#include "report/tally.h"

namespace unsent {

class Timeline {
 public:
  // ahead: of UTC; where days and hours of people begin.
  explicit Timeline(seconds ahead = seconds(0)) : ahead_(ahead) {}

  void add(Time time, Verdict verdict);

  struct Bin {
    Time begin;
    VerdictCounts counts;
  };
  // Bins of one width, without a gap, that cover what came; a few stray dates far from all
  // others are only counted.
  struct View {
    seconds width{0};
    seconds ahead{0};           // of UTC: bins of hours and days begin with those there
    std::vector<Bin> bins;      // at most so many as asked for
    std::uint64_t earlier = 0;  // before the first bin
    std::uint64_t later = 0;    // behind the last
  };
  View view(std::size_t most) const;

  bool empty() const { return held_.empty(); }

 private:
  seconds ahead_;
  std::size_t width_ = 0;                       // index of the width of the bins held
  std::map<std::int64_t, VerdictCounts> held_;  // by number of the bin; none is empty
};

}  // namespace unsent

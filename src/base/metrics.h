// SPDX-License-Identifier: MIT
// Figures in the text format of Prometheus (exposition format 0.0.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace unsent {

class Metrics {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  // Begins a metric; each sample until the next one is of it. All are gauges: accounts are cut,
  // and ledgers forget.
  void begin(std::string_view name, std::string_view help);
  void sample(std::int64_t value, const Labels& labels = {});
  void sample(Time time, const Labels& labels = {}) {
    sample(time.time_since_epoch().count(), labels);
  }

  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

}  // namespace unsent

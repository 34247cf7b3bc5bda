// SPDX-License-Identifier: MIT
#include "ledger/row_walk.h"

#include <numeric>
#include <string>

namespace unsent {
namespace {

constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

bool is_damage(const Error& error) { return error.code == ErrorCode::config; }

}  // namespace

Result<std::optional<Row>> RowWalk::next() {
  while (damages_ < kMostDamages) {
    auto row = read_behind(last_);
    if (row) {
      if (*row) last_ = (*row)->number;
      return row;
    }
    if (!is_damage(row.error())) return row;
    note_damage(row.error());
    const auto behind = behind_damage();
    if (!behind) break;
    last_ = *behind;
  }
  return std::optional<Row>();
}

// The least number behind which a row can be read, or the end is reached: found by steps that
// double, where there is a row to count from, and then by halves. Each answer is greater than the
// one before, so that the walk ends.
std::optional<std::int64_t> RowWalk::behind_damage() {
  std::int64_t bad = last_;
  std::int64_t good = kLast;  // there nothing is left to be read
  const bool is_first = last_ == std::numeric_limits<std::int64_t>::min();
  for (std::int64_t step = 1; !is_first && step < kLast / 2 && bad < kLast - step; step *= 2) {
    if (read_behind(bad + step)) {
      good = bad + step;
      break;
    }
    bad += step;
  }
  while (bad + 1 < good) {
    const std::int64_t middle = std::midpoint(bad, good);
    (read_behind(middle) ? good : bad) = middle;
  }
  return good == kLast ? std::optional<std::int64_t>() : good;
}

void RowWalk::note_damage(const Error& error) {
  if (damages_++ == 0) first_ = error;
}

Result<void> RowWalk::finish() const {
  if (!first_) return {};
  return fail(first_->code,
              first_->message + ": " + std::to_string(damages_) +
                  " places could not be read; what is whole was",
              first_->hint);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "ledger/near_rows.h"

#include <algorithm>
#include <limits>

namespace unsent {
namespace {

constexpr std::size_t kMostAhead = 64;
constexpr std::size_t kMostRows = 1024;

// Behind the last number of that second.
std::int64_t end_of_second(std::int64_t first) { return first + kNumbersOfSecond - 1; }

}  // namespace

Unexpected damaged_ledger(const Database& database, const std::string& what) {
  return fail(ErrorCode::config, database.path() + ": damaged (" + what + ")",
              "restore it from a backup, or move it away and import again");
}

Result<Row> row_in(const Statement& statement, const Database& database) {
  const std::int64_t number = statement.integer(0);
  auto row = unpack_row(number, statement.text(1));
  if (!row) return damaged_ledger(database, "message " + std::to_string(number));
  return std::move(*row);
}

NearRows::Place NearRows::place_of(std::int64_t number) const {
  return std::lower_bound(rows_.begin(), rows_.end(), number,
                          [](const Row& row, std::int64_t wanted) { return row.number < wanted; });
}

bool NearRows::is_known(Time second) const {
  const std::int64_t first = first_number_of(second);
  return first_ <= first && end_of_second(first) <= end_;
}

std::int64_t NearRows::next_number_of(Time second) const {
  const std::int64_t first = first_number_of(second);
  const auto behind = place_of(end_of_second(first));
  if (behind == rows_.begin()) return first;
  return std::max(first, std::prev(behind)->number + 1);
}

Result<std::vector<const Row*>> NearRows::of_second(Database& database, Time second) {
  const std::int64_t first = first_number_of(second);
  if (!is_known(second))
    if (auto done = read(database, first); !done) return done.failure();
  if (rows_.size() > kMostRows) shorten(first);
  std::vector<const Row*> rows;
  for (auto row = place_of(first); row != rows_.end() && rows.size() < kMostOfSecond; ++row) {
    if (row->number >= end_of_second(first)) break;
    rows.push_back(&*row);
  }
  return rows;
}

// All of the second, if it has no more than kMostOfSecond, and some of those behind it.
Result<void> NearRows::read(Database& database, std::int64_t first) {
  const bool is_in_order = first_ != 0 && first > first_;
  ahead_ = is_in_order ? std::min(2 * ahead_ + 1, kMostAhead) : 0;
  forget();
  const auto statement = from_.in(database);
  if (!statement) return statement.failure();
  const std::size_t most = kMostOfSecond + ahead_;
  (*statement)->bind(1, first).bind(2, static_cast<std::int64_t>(most + 1));
  std::size_t behind = 0;
  end_ = std::numeric_limits<std::int64_t>::max();
  for (;;) {
    const auto more = (*statement)->step();
    if (!more) return more.failure();
    if (!*more) break;
    auto row = row_in(**statement, database);
    if (row && row->number >= end_of_second(first)) ++behind;
    if (!row || behind > ahead_ || rows_.size() == most) {
      (*statement)->reset();
      if (!row) return row.failure();
      end_ = row->number;
      break;
    }
    rows_.push_back(std::move(*row));
  }
  first_ = first;
  return {};
}

// Keeps what is from there on, and not too much of that.
void NearRows::shorten(std::int64_t first) {
  rows_.erase(rows_.begin(), place_of(first));
  first_ = first;
  while (rows_.size() > kMostRows) {
    end_ = rows_.back().number;
    rows_.pop_back();
  }
}

void NearRows::put(const Row& row) {
  if (row.number < first_ || row.number >= end_) return;
  const auto place = place_of(row.number);
  const auto at = rows_.begin() + (place - rows_.cbegin());
  if (place != rows_.end() && place->number == row.number)
    *at = row;
  else
    rows_.insert(at, row);
}

void NearRows::remove(std::int64_t number) {
  const auto place = place_of(number);
  if (place != rows_.end() && place->number == number) rows_.erase(place);
}

void NearRows::forget() {
  rows_.clear();
  first_ = end_ = 0;
}

}  // namespace unsent

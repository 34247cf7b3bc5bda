// SPDX-License-Identifier: MIT
// Hashes of what was seen lately, in memory that does not grow with what is seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace unsent {

// Knows at least the last 100,000 that were added, and at most twice as many; 4 MB then.
class RecentHashes {
 public:
  static constexpr std::size_t kLeast = 100000;
  static constexpr std::size_t kMostLast = 2000;

  void add(std::uint64_t hash);
  bool has(std::uint64_t hash) const { return now_.has(hash) || before_.has(hash); }
  // The last ones added, oldest first, at most kMostLast.
  const std::deque<std::uint64_t>& last() const { return last_; }

 private:
  // Open addressing: a hash stands at its own place, or behind others that crowd there; where
  // somebody makes ids on purpose that crowd, one takes the place of another.
  class Table {
   public:
    bool has(std::uint64_t hash) const;
    bool add(std::uint64_t hash);  // false: it is there
    std::size_t size() const { return size_; }

   private:
    std::size_t place_of(std::uint64_t hash) const;
    void grow();

    std::vector<std::uint64_t> places_;  // a power of two of them, 0 where there is none
    std::size_t size_ = 0;
  };

  Table now_;
  Table before_;  // full
  std::deque<std::uint64_t> last_;
};

}  // namespace unsent

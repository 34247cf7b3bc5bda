// SPDX-License-Identifier: MIT
// Which names come most often, in memory that does not grow with the number of names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "verdict/verdict.h"

namespace unsent {

// How many of each verdict.
class VerdictCounts {
 public:
  std::uint64_t& operator[](Verdict verdict) { return counts_[static_cast<std::size_t>(verdict)]; }
  std::uint64_t operator[](Verdict verdict) const {
    return counts_[static_cast<std::size_t>(verdict)];
  }
  std::uint64_t total() const { return counts_[0] + counts_[1] + counts_[2] + counts_[3]; }
  VerdictCounts& operator+=(const VerdictCounts& other);
  bool operator==(const VerdictCounts&) const = default;

 private:
  std::array<std::uint64_t, 4> counts_{};
};

// Counts names; beyond twice its capacity the rarest half is forgotten (Misra and Gries'
// frequent items, in batches). Every count is then a lower bound, and a name that is not
// held came at most missed() times.
class Tally {
 public:
  struct Entry {
    std::string name;
    VerdictCounts counts;  // exact, or with missed() > 0 at least so many
  };

  explicit Tally(std::size_t capacity = 512) : capacity_(capacity) {}

  // An empty name is not counted; of a long one the first 128 bytes tell.
  void add(std::string_view name, Verdict verdict);

  // The most frequent ones, by total and then by name.
  std::vector<Entry> top(std::size_t most) const;
  // All that was added.
  const VerdictCounts& all() const { return all_; }
  // Different names; at least so many with missed() > 0.
  std::size_t names() const { return names_; }
  std::uint64_t missed() const { return missed_; }

 private:
  struct Count {
    VerdictCounts counts;
    std::uint64_t missed = 0;  // what it may have had before it was held
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  void forget_the_rare();

  std::size_t capacity_;
  std::unordered_map<std::string, Count, Hash, std::equal_to<>> held_;
  VerdictCounts all_;
  std::uint64_t missed_ = 0;
  std::size_t names_ = 0;
};

}  // namespace unsent

// SPDX-License-Identifier: MIT
// UIDs of a folder as IMAP writes them: "1:500,507,601:620" (RFC 9051 sequence-set). However many
// there are, only the ranges are held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

using Uid = std::uint32_t;  // 1 to 2^32 - 1

class UidSet {
 public:
  struct Range {
    Uid first = 0;
    Uid last = 0;
    bool operator==(const Range&) const = default;
  };

  // In the order of COPYUID's: as it stands, not sorted. nullopt for anything else ("*" too), or
  // more than so many ranges.
  static std::optional<UidSet> parse(std::string_view text, std::size_t most_ranges = 1U << 20U);

  // Behind what is there.
  void add(Uid uid);
  void add(Range range);
  // Each once, in order.
  void sort();

  bool empty() const { return ranges_.empty(); }
  std::uint64_t count() const;
  bool has(Uid uid) const;  // of one that is sorted
  const std::vector<Range>& ranges() const { return ranges_; }
  std::string text() const;

  // The first so many, or fewer, taken off.
  UidSet take(std::uint64_t count);
  // All of them: only for sets whose count is known to be sane.
  std::vector<Uid> list() const;

  bool operator==(const UidSet&) const = default;

 private:
  std::vector<Range> ranges_;
};

}  // namespace unsent

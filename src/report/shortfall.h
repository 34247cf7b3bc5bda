// SPDX-License-Identifier: MIT
// What the reports lack that could not be told: counted by what somebody could do about it, in
// memory that does not grow with their number.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evidence/fact.h"
#include "report/timeline.h"
#include "verdict/what_if.h"

namespace unsent {

// One remedy, and how many reports it alone would tell.
struct Shortfall {
  Remedy remedy = Remedy::none;
  std::string domain;  // that it is about, or ""
  std::uint64_t reports = 0;
  Timeline sent;  // when their originals say that they were sent
};

class Shortfalls {
 public:
  // The changes of one report that is unverified; sent: of its original.
  void add(const std::vector<Change>& changes, std::optional<Time> sent);
  // Those that would tell most first. Domains behind the first two dozen are not counted.
  std::vector<Shortfall> list() const;

 private:
  std::map<std::pair<Remedy, std::string>, Shortfall> held_;
};

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Remembers the answers of another resolver for one run, failures as well: what timed out
// once is not waited for again. What was not asked is asked next time. Knows no clock: a run that
// outlives the records' time to live makes a new one.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "spf/resolver.h"

namespace unsent {

class CachingResolver : public Resolver {
 public:
  // At most limit answers, and about 16 MB of them; a full cache starts anew.
  explicit CachingResolver(Resolver& next, std::size_t limit = 20000)
      : next_(next), limit_(limit) {}

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  void begin_message() override { next_.begin_message(); }

  std::size_t size() const { return answers_.size(); }

 private:
  Resolver& next_;
  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, DnsAnswer> answers_;
};

}  // namespace unsent

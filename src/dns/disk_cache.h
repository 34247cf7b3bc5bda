// SPDX-License-Identifier: MIT
// Remembers answers across runs in a small SQLite file, for a pipe that is started anew
// for every message. Answers live as long as their records say, a day at most; that there
// is nothing, five minutes at most; failures are never kept. Whatever is wrong with the
// file, there is no cache then, and nothing else happens.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "spf/resolver.h"

namespace unsent {

class DiskCache : public Resolver {
 public:
  // The file is made, mode 0600, at the first question. One that others may write, or
  // that is not ours, is not used.
  DiskCache(Resolver& next, std::string path, Time now);
  ~DiskCache() override;

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  void begin_message() override { next_.begin_message(); }

 private:
  struct Store;
  Resolver& next_;
  std::string path_;
  Time now_;
  bool is_tried_ = false;
  std::unique_ptr<Store> store_;  // null: no cache
};

}  // namespace unsent

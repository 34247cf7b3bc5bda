// SPDX-License-Identifier: MIT
// Remembers answers across runs in a small SQLite file, for a pipe that is started anew
// for every message. Answers live as long as their records say, a day at most; that there
// is nothing, five minutes at most; failures are never kept. Any number of programs may use
// it at a time. Whatever is wrong with the file, there is no cache then, and nothing else
// happens; a cache that turns out damaged is removed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "spf/resolver.h"

namespace unsent {

class DiskCache {
 public:
  // The file is made, mode 0600, at the first question, in a folder that is made too. One that
  // others may write, or that is not ours, or lies across a network, is not used.
  explicit DiskCache(std::string path, std::function<Time()> clock = {});
  ~DiskCache();

  std::optional<DnsAnswer> find(const DnsQuestion& question);
  void keep(const DnsQuestion& question, const DnsAnswer& answer);

 private:
  struct Store;
  Store* store();

  std::string path_;
  std::function<Time()> clock_;
  bool is_tried_ = false;
  std::unique_ptr<Store> store_;  // null: no cache
};

}  // namespace unsent

// SPDX-License-Identifier: MIT
// A resolver that waits for its answers, one after the other: for whoever asks little.
#pragma once

#include <chrono>

#include "dns/desk.h"
#include "spf/resolver.h"

namespace unsent {

class WaitingResolver : public Resolver {
 public:
  // deadline: for all questions of a message.
  WaitingResolver(DnsDesk& desk, std::chrono::milliseconds deadline)
      : desk_(desk), deadline_(deadline) {}

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  void begin_message() override { spent_ = {}; }

 private:
  DnsDesk& desk_;
  std::chrono::milliseconds deadline_;
  DnsDesk::Clock::duration spent_{};  // waiting, for this message
};

}  // namespace unsent

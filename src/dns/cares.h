// SPDX-License-Identifier: MIT
// The DNS over the network, by c-ares: no search list, no hosts file, EDNS with 1232
// bytes, TCP where an answer does not fit. Costs nothing until the first question. Its
// waiting is bounded by a deadline of our own, over all questions of a message; a server
// that stays silent is not waited for again and again. A program that uses it ignores
// SIGPIPE.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "spf/resolver.h"

struct ares_channeldata;

namespace unsent {

struct CaresOptions {
  // "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"; "": those of
  // the system.
  std::string server;
  std::chrono::milliseconds deadline{4000};  // a message
  const Deadline* whole = nullptr;           // of the message, with all else; may be null
};

// True if options.server may have this text.
bool is_dns_server(std::string_view text);

class CaresResolver : public Resolver {
 public:
  explicit CaresResolver(CaresOptions options);
  ~CaresResolver() override;

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  void begin_message() override { spent_ = {}; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Destroy {
    void operator()(ares_channeldata* channel) const;
  };
  bool is_ready();
  std::chrono::nanoseconds left() const;
  DnsAnswer ask(const std::string& name, DnsType type);
  bool wait(Clock::time_point until);

  CaresOptions options_;
  std::unique_ptr<ares_channeldata, Destroy> channel_;
  bool has_failed_ = false;           // c-ares could not be set up
  std::chrono::nanoseconds spent_{};  // waiting, for this message
  int silences_ = 0;                  // questions in a row that timed out
  Clock::time_point silent_until_{};
};

}  // namespace unsent

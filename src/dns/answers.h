// SPDX-License-Identifier: MIT
// What the DNS answered to one run: what is known, what is known not to exist, and for a while
// what failed. Names whose servers were silent are remembered with all below them, so that a
// host's address is not waited for where its domain's mail hosts could not be had.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "spf/resolver.h"

namespace unsent {

class Answers {
 public:
  using Clock = std::chrono::steady_clock;
  // Failures are forgotten after so long: a server that was down comes back.
  static constexpr std::chrono::seconds kFailureLife{60};
  // That a question was not asked holds for those who wait for it now.
  static constexpr std::chrono::seconds kRefusalLife{1};

  // At most limit answers, and about 16 MB of them. A full memory forgets its older half: what
  // came a moment ago is still waited for.
  explicit Answers(std::size_t limit = 20000) : limit_(limit) {}

  std::optional<DnsAnswer> find(const DnsQuestion& question, Clock::time_point now) const;
  void keep(const DnsQuestion& question, const DnsAnswer& answer, Clock::time_point now);

  std::size_t size() const { return new_.answers.size() + old_.answers.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <typename T>
  using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
  struct Kept {
    DnsAnswer answer;
    Clock::time_point until;
  };
  struct Half {
    Map<Kept> answers;
    Map<Clock::time_point> silent;  // names, and until when
    std::size_t bytes = 0;

    const Kept* find(std::string_view key, Clock::time_point now) const;
    bool is_silent(std::string_view name, Clock::time_point now) const;
  };

  std::size_t limit_;
  Half new_;
  Half old_;
};

}  // namespace unsent

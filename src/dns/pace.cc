// SPDX-License-Identifier: MIT
#include "dns/pace.h"

#include <algorithm>

namespace unsent {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;

constexpr double kFirstWindow = 64;
constexpr double kBurst = 0.05;       // seconds of questions that may begin at once
constexpr double kMemory = 1.0 / 64;  // weight of the newest question
constexpr double kTooSlow = 1.0 / 3;
constexpr milliseconds kOnce{250};  // one overload is many refusals

}  // namespace

Pace::Pace(PaceLimits limits)
    : limits_(limits),
      window_(std::min(kFirstWindow, static_cast<double>(limits.most_open))),
      tokens_(std::max(1.0, limits.per_second * kBurst)) {}

void Pace::refill(Clock::time_point now) {
  const double passed =
      filled_ == Clock::time_point{} ? 0 : duration<double>(now - filled_).count();
  tokens_ =
      std::min(std::max(1.0, limits_.per_second * kBurst), tokens_ + passed * limits_.per_second);
  filled_ = now;
}

bool Pace::may_begin(std::size_t open, Clock::time_point now) {
  refill(now);
  if (tokens_ < 1 || open >= window()) return false;
  tokens_ -= 1;
  return true;
}

Pace::Clock::time_point Pace::next(Clock::time_point now) const {
  const duration<double> missing(std::max(0.0, 1 - tokens_) / limits_.per_second);
  return now + std::chrono::ceil<milliseconds>(missing);
}

void Pace::halve(Clock::time_point now) {
  if (now - halved_ < kOnce) return;
  halved_ = now;
  window_ = std::max(1.0, window_ / 2);
}

void Pace::note(Outcome outcome, Clock::time_point now) {
  slow_ += ((outcome == Outcome::slow ? 1.0 : 0.0) - slow_) * kMemory;
  if (outcome == Outcome::answered)
    window_ = std::min(static_cast<double>(limits_.most_open), window_ + 1);
  if (outcome == Outcome::refused || slow_ > kTooSlow) halve(now);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What every benchmark measures: time, and the most memory that was held.
#pragma once

#include <sys/resource.h>
#include <time.h>

#include <chrono>

namespace unsent {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Of this process, whoever else is busy meanwhile.
class CpuStopwatch {
 public:
  double seconds() const { return used() - start_; }

 private:
  static double used() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }
  double start_ = used();
};

inline double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace unsent

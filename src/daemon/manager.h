// SPDX-License-Identifier: MIT
// The service manager, and the signals by which it, or a person, speaks to a service.
// sd_notify(3) by hand: it is one datagram, and libsystemd would be half of the start-up.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "daemon/loop.h"

namespace unsent {

// "READY=1", "STATUS=…", one a line. Nothing happens where nobody wants to know (no
// NOTIFY_SOCKET); a manager that does not take it is not waited for.
void notify_manager(const std::string& state);

// From now on the manager is told that the loop goes round, twice in each WATCHDOG_USEC; a loop
// that hangs is then ended and started again by it.
void feed_watchdog(Loop& loop);

// SIGHUP calls reload, SIGTERM and SIGINT call stop, on the loop; SIGPIPE is ignored. Threads must
// be started later: the signals are blocked in them as well.
class Signals {
 public:
  static Result<Signals> watch(Loop& loop, std::function<void()> reload,
                               std::function<void()> stop);

 private:
  explicit Signals(FileDescriptor fd) : fd_(std::move(fd)) {}
  FileDescriptor fd_;
};

}  // namespace unsent

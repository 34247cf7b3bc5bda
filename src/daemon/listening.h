// SPDX-License-Identifier: MIT
// Sockets on which a service is waited for: handed over by systemd, or made at a path.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

struct Listening {
  FileDescriptor socket;  // does not block
  std::string name;       // its path, or the name that systemd gives it
  bool is_made = false;   // at a path, by us: removed when the service ends
};

// Those that the service manager has opened for this process (LISTEN_PID, LISTEN_FDS,
// LISTEN_FDNAMES, which are forgotten then); none if it has not.
Result<std::vector<Listening>> given_sockets();

// A UNIX stream socket of that mode. What is left there of a service that is gone is removed; one
// that answers, or is no socket, is an error. At most 107 bytes; its folder must be there.
Result<Listening> listen_at(const std::string& path, mode_t mode);

// Nobody is waited for any more; the name is gone if it was made here.
void end_listening(Listening& listening);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// The system calls of a process that only computes, keeps a database and asks the DNS.
#pragma once

namespace unsent {

enum class Sockets { none, internet };

// From now on another program or process, a look into another one or a signal to it end this
// process, and so do calls that are an administrator's; new kinds of calls fail with ENOSYS,
// sockets that are not the internet's with EACCES. Where the kernel has no seccomp, or for a
// processor that is not known here, nothing happens.
void filter_system_calls(Sockets sockets);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Reports on mail in general, not on one message that failed: complaints (RFC 5965, XARF),
// DMARC (RFC 7489 7.2) and TLS reports (RFC 8460), in whatever container they come.
#pragma once

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// True, and bounce filled. The header must announce it (bounce/announced.h).
bool read_feed(const Report& report, Bounce& bounce);

}  // namespace unsent

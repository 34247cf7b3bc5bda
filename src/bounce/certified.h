// SPDX-License-Identifier: MIT
// Receipts of certified mail (RFC 6109, Italy's PEC): accepted, delivered, refused. Words in
// them mislead ("stato consegnato" says delivered); X-Ricevuta and daticert.xml do not.
#pragma once

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// True, and bounce filled, for such a receipt.
bool read_certified_receipt(const Report& report, Bounce& bounce);

}  // namespace unsent

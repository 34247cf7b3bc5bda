// SPDX-License-Identifier: MIT
// The bytes that a DKIM signature signs of a header (RFC 6376 3.4.1, 3.4.2, 3.7), made of
// the fields exactly as they came.
#pragma once

#include <string>
#include <vector>

#include "dkim/signature.h"
#include "mail/header.h"

namespace unsent {

// One field in canonical form, with CRLF at its end. A folded line that lost its indent on
// the way counts as folded in relaxed form.
std::string canonical_field(const HeaderField& field, Canonicalisation how);

// The fields that names select, each name its next one from the bottom up (RFC 6376
// 5.4.2); names beyond what is there select nothing. own, the signature itself, never.
std::vector<const HeaderField*> select_signed(const Headers& headers, const HeaderField& own,
                                              const std::vector<std::string>& names);

// What the signature in own is over: the selected fields, then own with b= empty.
std::string signed_bytes(const std::vector<const HeaderField*>& selected, const HeaderField& own,
                         const DkimSignature& signature);

}  // namespace unsent

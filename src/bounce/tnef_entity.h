// SPDX-License-Identifier: MIT
// A report in winmail.dat as the MIME entity that a gateway would have made of it, so that
// it is read like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mail/tnef.h"

namespace unsent {

// Content fields, an empty line and the parts. words: of the text beside it, where it has
// none. nullopt where it reports on nothing. Attached files are looked into: a system must
// have sent it, what a person attaches is his own mail.
std::optional<std::string> entity_of(const TnefMessage& tnef, std::string_view words);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// A text that PGP signed in clear (RFC 9580 7), with what signing did to it undone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// The text between the armour of the first signed message of text, its dash escapes undone,
// with what stands before and behind. nullopt: none begins near its start.
std::optional<std::string> undo_clear_signing(std::string_view text);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Domain names as the DNS takes them. Knows nothing of the Public Suffix List.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// Lower case, without the final dot. nullopt for what cannot be asked: an empty name,
// an empty label, one over 63 bytes, over 253 in all, bytes outside ASCII, a NUL.
std::optional<std::string> query_name(std::string_view name);

// name is parent or below it; case and final dots do not count.
bool is_name_within(std::string_view name, std::string_view parent);

// RFC 7208 4.3: a domain with at least two labels that query_name takes, of visible
// characters, no address literal. U-labels become A-labels.
std::optional<std::string> checkable_domain(std::string_view name);

}  // namespace unsent

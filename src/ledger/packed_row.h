// SPDX-License-Identifier: MIT
// A row as one string of bytes: what a sealed entry holds, and what versions 4 and 5 kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/rows.h"

namespace unsent {

// All but the number, which tells the time. nullopt for what pack_row did not make.
std::string pack_row(const Row& row);
std::optional<Row> unpack_row(std::int64_t number, std::string_view packed);

}  // namespace unsent

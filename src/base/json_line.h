// SPDX-License-Identifier: MIT
// What all that is printed for programs has in common: an object a line, which says the version of
// its form first. schema/*.schema.json describe them; unsent-json(5) has the rule for changes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

inline constexpr int kJsonVersion = 1;

// {"version": …}
nlohmann::ordered_json begin_json();
// Without a line end; valid UTF-8 whatever is in it.
std::string json_line(const nlohmann::ordered_json& object);

// null of "", or of no time.
nlohmann::ordered_json json_or_null(std::string_view text);
nlohmann::ordered_json json_or_null(const std::optional<Time>& time);

}  // namespace unsent

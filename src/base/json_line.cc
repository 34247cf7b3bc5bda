// SPDX-License-Identifier: MIT
#include "base/json_line.h"

#include <nlohmann/json.hpp>

namespace unsent {

using json = nlohmann::ordered_json;

json begin_json() {
  json object;
  object["version"] = kJsonVersion;
  return object;
}

std::string json_line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

json json_or_null(std::string_view text) {
  return text.empty() ? json(nullptr) : json(std::string(text));
}

json json_or_null(const std::optional<Time>& time) {
  return time ? json(format_rfc3339(*time)) : json(nullptr);
}

}  // namespace unsent

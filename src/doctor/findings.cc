// SPDX-License-Identifier: MIT
#include "doctor/findings.h"

#include <nlohmann/json.hpp>

#include "base/json_line.h"

namespace unsent {

std::string to_json(const Findings& found) {
  nlohmann::ordered_json object = begin_json();
  object["good"] = !found.has_fault();
  object["findings"] = nlohmann::ordered_json::array();
  for (const auto& [level, text] : found.all())
    object["findings"].push_back({{"level", level}, {"text", text}});
  return json_line(object);
}

}  // namespace unsent

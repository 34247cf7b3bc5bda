// SPDX-License-Identifier: MIT
// How things stand, for people and for programs.
#pragma once

#include <string>

#include "policy/policy.h"
#include "status/status.h"

namespace unsent {

// A line a thing, its name before it. policy: by which what was done is explained.
std::string to_text(const Status& status, const Policy& policy);
// schema/status.schema.json
std::string to_json(const Status& status, const Policy& policy);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What a delivery needs of the configuration before anything is judged.
#pragma once

#include <optional>
#include <string>

#include "setup/config.h"

namespace unsent {

// load_config(), of which mailbox, quarantine and quarantine_days are told. A user's file is read
// in a process of its own: whatever is in it, the delivery goes on.
Result<Config> load_delivery_config(const std::optional<std::string>& explicit_path);

}  // namespace unsent

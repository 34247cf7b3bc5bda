// SPDX-License-Identifier: MIT
// One user of a shared host: becoming that user, and whether the user has opted in.
#pragma once

#include <string>

#include "base/result.h"

namespace unsent {

// From root to that user for good: groups, group, user, and HOME; nothing of the user's has
// been read before. Who is not root may only name himself. The names of other folders that
// the environment holds are not the user's and are forgotten.
Result<void> become_user(const std::string& name);

// The user's login name, "" if the system knows none.
std::string user_name();

// Where the opt-in is noted: opted-in in user_config_folder(), "" where there is no home.
std::string opt_in_path();

// There is such a file, and it is this user's own: no link, nobody else's.
bool has_opted_in();

}  // namespace unsent

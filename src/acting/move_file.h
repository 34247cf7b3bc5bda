// SPDX-License-Identifier: MIT
// Moves a file so that it is never nowhere: a rename, or to another file system a synced
// copy first.
#pragma once

#include <string>

#include "base/result.h"

namespace unsent {

// to must not exist: a file that is there is an error, and nothing happens.
Result<void> move_file(const std::string& from, const std::string& to);

// A second name for the file, or to another file system a synced copy with mode and times.
Result<void> keep_file(const std::string& from, const std::string& to);

// Takes to's place if it is there.
Result<void> move_over(const std::string& from, const std::string& to);

}  // namespace unsent

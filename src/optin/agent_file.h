// SPDX-License-Identifier: MIT
// The file of a delivery agent, read and replaced so that a kill, a full disk or somebody
// else at work on it never leaves less than one whole version.
#pragma once

#include <sys/stat.h>

#include <string>

#include "base/result.h"

namespace unsent {

struct AgentFile {
  std::string path;
  std::string text;  // "" where there is none
  bool exists = false;
  struct stat status {};  // as it was when it was read
};

// A file that is no link, has one name, is this user's and only this user's to write, in a
// folder of which the same holds; or none. All else is refused.
Result<AgentFile> read_agent_file(const std::string& path);

// text in its place: written aside, synced, renamed, with the mode of before (0600 for a new
// one). An error if the file has changed since it was read.
Result<void> replace_agent_file(const AgentFile& file, const std::string& text);

// The file goes, if it has not changed since it was read.
Result<void> remove_agent_file(const AgentFile& file);

// A copy in folder, which is made if it is missing; its path.
Result<std::string> back_up(const AgentFile& file, const std::string& folder,
                            const std::string& stamp);

// A small file of ours, whole or not at all; mode 0600.
Result<void> write_own_file(const std::string& path, const std::string& text);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// A folder with acts, and messages of an mbox, for the tests of acting.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"
#include "base/time.h"
#include "scratch_folder.h"

namespace unsent {

namespace fs = std::filesystem;

struct Scratch : ScratchFolder {
  std::string home() const { return path() + "/acts"; }
};

inline void write(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

inline std::string read(const std::string& path) { return *read_file(path); }

inline const Time kNow = *parse_rfc3339("2026-11-23T10:00:00Z");
inline const std::string kFrom = "From a@remote.example Mon Nov 23 10:00:00 2026\n";
inline const std::string kOne = kFrom + "Subject: 1\n\none\n\n";
inline const std::string kTwo = kFrom + "Subject: 2\n\ntwo\n\n";
inline const std::string kThree = kFrom + "Subject: 3\n\nthree\n\n";

}  // namespace unsent

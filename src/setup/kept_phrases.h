// SPDX-License-Identifier: MIT
// The phrases of language files beside the built-in ones, packed once and kept: a process
// that needs them maps them, however many they are, and one that does not pays nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/wording.h"

namespace unsent {

struct LanguageFile {
  std::string path;
  bool is_own = false;  // may only be the user's, or root's
};

// The texts of those that can be read; of the others a problem each.
std::vector<LanguageText> read_languages(const std::vector<LanguageFile>& files,
                                         std::vector<std::string>& problems);

// What becomes of files that have changed since they were packed.
enum class Packing {
  now,
  // Mail waits: 256 KB of them are packed at once, for more of them what was kept before has to
  // do, which is told as a problem. pack_behind() packs them.
  later,
};

// Packed phrases of these files, kept as folder/phrases for as long as no file changes. With
// no folder ("") or one that cannot be written they are packed anew in each process.
std::unique_ptr<PhraseSource> keep_phrases(std::vector<LanguageFile> files,
                                           const std::string& folder, Packing packing);

// Packs what has changed and keeps it, in a process that nobody waits for, has nothing open of
// this one's, and is the only one at it; it gives up after five minutes of
// the processor.
void pack_behind(const std::vector<LanguageFile>& files, const std::string& folder);

}  // namespace unsent

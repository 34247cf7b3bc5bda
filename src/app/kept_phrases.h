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

// Packed phrases of these files, kept as folder/phrases for as long as no file changes. With
// no folder ("") or one that cannot be written they are packed anew in each process.
std::unique_ptr<PhraseSource> keep_phrases(std::vector<LanguageFile> files,
                                           const std::string& folder);

}  // namespace unsent

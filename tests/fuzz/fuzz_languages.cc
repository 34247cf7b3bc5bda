// SPDX-License-Identifier: MIT
// Input: a language file and behind a line "~~" a text, which is asked for its phrases; the
// bytes are also taken for an index that somebody else packed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/fold.h"
#include "base/text.h"
#include "rules/language_file.h"
#include "rules/wording.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unsent;
  const std::string input(data, data + size);
  const std::size_t cut = input.find("\n~~\n");
  const std::string file = input.substr(0, cut);
  const std::string text = to_valid_utf8(cut == input.npos ? input : input.substr(cut + 4));
  const std::string folded = fold_words(text);
  if (fold_words(folded) != folded) std::abort();
  PhraseIndex(input).in(folded, PhraseIndex(file));
  Wording wording(Wording::BuiltIn::no);
  wording.add_file("fuzz.toml", file);
  const Said said = wording.in(folded);
  for (const std::string& problem : wording.problems())
    if (problem.compare(0, 10, "fuzz.toml:") != 0 || problem.find('\n') != problem.npos)
      std::abort();
  Said found;
  std::vector<Phrase> phrases;
  std::vector<std::string> told_already;
  read_language_file("fuzz.toml", file, phrases, told_already);
  for (const Phrase& phrase : phrases)
    if (!phrase.sample.empty() && folded.find(phrase.text) != folded.npos)
      found = found | phrase.says;
  if (said.without(found) != Said()) std::abort();  // it says nothing that no phrase says
  return 0;
}

// SPDX-License-Identifier: MIT
// Run by the build: pack_languages OUT.cc FILE.toml… writes the phrases as built_in.h
// declares them. A line that is wrong stops the build with its file and line.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rules/language_file.h"
#include "rules/packed_texts.h"
#include "rules/phrase_index.h"

namespace unsent {
namespace {

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string line_of(const std::string& file, const Phrase& phrase, PackedTexts& texts) {
  return "  {" + texts.add(file) + ", " + std::to_string(phrase.line) + ", " +
         texts.add(phrase.text) + ", " + std::to_string(Said(phrase.says).bits()) + ", " +
         texts.add(phrase.sample) + "},\n";
}

std::string numbers_of(std::string packed) {
  packed.resize((packed.size() + 3) / 4 * 4, '\0');
  std::string out;
  for (std::size_t i = 0; i < packed.size(); i += 4) {
    std::uint32_t number = 0;
    std::memcpy(&number, packed.data() + i, 4);
    out += std::to_string(number) + (i % 64 == 60 ? "U,\n" : "U,");
  }
  return out;
}

int pack(const std::string& out_path, const std::vector<std::string>& paths) {
  std::vector<Phrase> all;
  std::vector<std::string> problems;
  std::string lines;
  PackedTexts texts;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<Phrase> phrases;
    read_language_file(path, text, phrases, problems);
    for (Phrase& phrase : phrases) {
      lines += line_of(base_name(path), phrase, texts);
      all.push_back(std::move(phrase));
    }
  }
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty() || all.empty()) return 1;
  std::vector<PhraseIndex::Entry> entries;
  for (const Phrase& phrase : all) entries.push_back({phrase.text, phrase.says});
  const std::string packed = PhraseIndex::pack(std::move(entries));
  std::ofstream out(out_path, std::ios::binary);
  out << "#include \"rules/built_in.h\"\n#include <iterator>\nnamespace unsent {\n"
      << "const BuiltInPhrase kBuiltInPhrases[] = {\n"
      << lines << "};\n"
      << "const std::size_t kBuiltInPhrases_size = std::size(kBuiltInPhrases);\n"
      << "const char kBuiltInPhraseTexts[] = {\n"
      << texts.literal() << "};\n"
      << "const std::uint32_t kBuiltInPhraseIndex[] = {\n"
      << numbers_of(packed) << "};\n"
      << "const std::size_t kBuiltInPhraseIndex_bytes = " << packed.size() << ";\n"
      << "}  // namespace unsent\n";
  return out.flush() ? 0 : 1;
}

}  // namespace
}  // namespace unsent

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  return unsent::pack(argv[1], {argv + 2, argv + argc});
}

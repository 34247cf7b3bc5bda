// SPDX-License-Identifier: MIT
// Run by the build: make_folding OUT.cc writes the table of fold.h. Most of it follows from
// Unicode: compatibility decomposition, case, marks taken away. The rest stands here.
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>
#include <unitypes.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

struct Range {
  ucs4_t first, last;
};
// What is laid above, below or within a letter that stands for itself without, and what is
// not seen at all. Vowel signs of Indic scripts and of Thai are letters.
constexpr Range kDropped[] = {
    {0x0300, 0x036F}, {0x0483, 0x0487}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x0640, 0x0640}, {0x064B, 0x065F},
    {0x0670, 0x0670}, {0x06D6, 0x06ED}, {0x093C, 0x093C}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF}, {0x3099, 0x309C}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},  // marks
    {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},
    {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

// What people write for each other. Letters with a stroke have no decomposition.
const std::map<ucs4_t, ucs4_t> kAlike = {
    {0x00F8, 'o'},    {0x0111, 'd'},    {0x00F0, 'd'},    {0x0142, 'l'},
    {0x0127, 'h'},    {0x0131, 'i'},    {0x0180, 'b'},    {0x0167, 't'},
    {0x0138, 'k'},    {0x0491, 0x0433},                    // Ukrainian ґ
    {0x0451, 0x0435},                                      // ё
    {0x06A9, 0x0643}, {0x06CC, 0x064A}, {0x0649, 0x064A},  // Persian kaf and ye
    {0x06C1, 0x0647}, {0x0629, 0x0647}, {0x2018, '\''},   {0x2019, '\''},
    {0x02BC, '\''},   {0x2032, '\''},   {0x00B4, '\''},   {0x0060, '\''},
    {0x02B9, '\''},   {0x055A, '\''},   {0x201C, '"'},    {0x201D, '"'},
    {0x201E, '"'},    {0x00AB, '"'},    {0x00BB, '"'},    {0x2010, '-'},
    {0x2011, '-'},    {0x2012, '-'},    {0x2013, '-'},    {0x2014, '-'},
    {0x2212, '-'},    {0x05BE, '-'}};

bool is_dropped(ucs4_t code) {
  for (const Range& range : kDropped)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

std::vector<ucs4_t> converted(const std::vector<ucs4_t>& text, bool is_case) {
  std::size_t length = 0;
  ucs4_t* result = is_case
                       ? u32_casefold(text.data(), text.size(), nullptr, nullptr, nullptr, &length)
                       : u32_normalize(UNINORM_NFKD, text.data(), text.size(), nullptr, &length);
  if (result == nullptr && length > 0) std::abort();
  std::vector<ucs4_t> out(result, result + length);
  std::free(result);
  return out;
}

std::string utf8(ucs4_t code) {
  uint8_t bytes[6];
  const int length = u8_uctomb(bytes, code, sizeof bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length > 0 ? length : 0)};
}

// What the code point becomes.
std::string folded(ucs4_t code) {
  if (is_dropped(code)) return {};
  std::string out;
  for (const ucs4_t part : converted(converted(converted({code}, false), true), false)) {
    if (is_dropped(part)) continue;
    const auto alike = kAlike.find(part);
    out += utf8(alike == kAlike.end() ? part : alike->second);
  }
  return out;
}

bool is_left(ucs4_t code) {
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool is_syllable = code >= 0xAC00 && code <= 0xD7A3;  // done by arithmetic
  return code < 0x80 || is_surrogate || is_syllable;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  std::string text(1, '\0');
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<std::size_t>> pages = {std::vector<std::size_t>(256, 0)};
  std::vector<std::size_t> page_of(256, 0);
  for (ucs4_t page = 0; page < 256; ++page) {
    std::vector<std::size_t> offsets(256, 0);
    for (ucs4_t low = 0; low < 256; ++low) {
      const ucs4_t code = page << 8U | low;
      if (is_left(code)) continue;
      const std::string to = folded(code);
      if (to == utf8(code)) continue;
      const auto [place, is_new] = places.emplace(to, text.size());
      if (is_new) text += static_cast<char>(to.size()) + to;
      offsets[low] = place->second;
    }
    if (offsets == pages[0]) continue;
    page_of[page] = pages.size();
    pages.push_back(offsets);
  }
  if (pages.size() > 256 || text.size() > 65535) return 1;
  std::ofstream out(argv[1], std::ios::binary);
  out << "#include \"base/fold.h\"\nnamespace unsent {\nconst std::uint8_t kFoldingPages[256] = {";
  for (const std::size_t page : page_of) out << page << ",";
  out << "};\nconst std::uint16_t kFoldingOffsets[][256] = {\n";
  for (const auto& page : pages) {
    out << "{";
    for (const std::size_t offset : page) out << offset << ",";
    out << "},\n";
  }
  out << "};\nconst char kFoldingText[] = {";
  for (const char c : text) out << "'\\x" << std::hex << (static_cast<unsigned>(c) & 0xFFU) << "',";
  out << "};\n}  // namespace unsent\n";
  return out.flush() ? 0 : 1;
}

// SPDX-License-Identifier: MIT
#include "base/fold.h"

#include "base/text.h"
#include "base/utf8.h"

namespace unsent {
namespace {

std::string_view folded(std::uint32_t code, std::string_view itself) {
  const std::uint16_t offset = kFoldingOffsets[kFoldingPages[code >> 8U]][code & 0xFFU];
  if (offset == 0) return itself;
  return {kFoldingText + offset + 1, static_cast<unsigned char>(kFoldingText[offset])};
}

// The Unicode Standard 3.12: a Hangul syllable is two or three letters.
void append_letters(std::uint32_t syllable, std::string& out) {
  const std::uint32_t index = syllable - 0xAC00;
  append_utf8(out, 0x1100 + index / (21 * 28));
  append_utf8(out, 0x1161 + index / 28 % 21);
  if (index % 28 != 0) append_utf8(out, 0x11A7 + index % 28);
}

// Han, Kana and their punctuation, by the first byte.
bool is_unspaced(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xE3 && byte <= 0xE9;
}

class Folding {
 public:
  explicit Folding(std::size_t size) { out_.reserve(size); }

  void blank() { is_blank_ = !out_.empty(); }
  void add(std::string_view text) {
    if (text.empty()) return;
    if (text == " ") return blank();
    const bool is_unspaced_too = is_unspaced(text.front());
    if (is_blank_ && !is_unspaced_ && !is_unspaced_too) out_ += ' ';
    is_blank_ = false;
    is_unspaced_ = is_unspaced_too;
    out_ += text;
  }
  void add_ascii(char letter) {
    if (is_blank_ && !is_unspaced_) out_ += ' ';
    is_blank_ = is_unspaced_ = false;
    out_ += letter;
  }
  void add_syllable(std::uint32_t code) {
    if (is_blank_ && !is_unspaced_) out_ += ' ';
    is_blank_ = is_unspaced_ = false;
    append_letters(code, out_);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool is_blank_ = false;     // is due before the next letter
  bool is_unspaced_ = false;  // the last letter needs no blank
};

}  // namespace

std::string fold_words(std::string_view utf8) {
  Folding folding(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const char c = utf8[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      if (is_space(c))
        folding.blank();
      else
        folding.add_ascii(to_lower(c));
      ++i;
      continue;
    }
    const std::string_view sequence = utf8.substr(i, utf8_length(c));
    i += sequence.size();
    if (sequence.size() > 3 || sequence.size() < utf8_length(c)) {
      folding.add(sequence);
      continue;
    }
    std::string_view rest = sequence;
    const std::uint32_t code = take_character(rest);
    if (code >= 0xAC00 && code <= 0xD7A3)
      folding.add_syllable(code);
    else
      folding.add(folded(code, sequence));
  }
  return folding.take();
}

}  // namespace unsent

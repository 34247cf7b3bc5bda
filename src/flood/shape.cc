// SPDX-License-Identifier: MIT
#include "flood/shape.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::size_t kLongestShape = 80;
constexpr std::size_t kLongWord = 8;  // of letters alone: in an id it is random

bool is_word_byte(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

bool has_vowel(std::string_view word) { return word.find_first_of("aeiouy") != word.npos; }

// A number, letters and digits mixed, or letters that nobody can say.
bool is_random(std::string_view word) {
  if (std::any_of(word.begin(), word.end(), is_digit)) return true;
  const bool is_ascii = std::all_of(word.begin(), word.end(), is_alpha);
  return is_ascii && word.size() >= 5 && !has_vowel(word);
}

bool is_reply_mark(std::string_view word) {
  constexpr std::array<std::string_view, 8> kMarks = {"re", "fw", "fwd", "aw",
                                                      "wg", "sv", "tr",  "rv"};
  return std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end();
}

std::string_view right_side_shape(std::string_view right, std::string_view sender_domain) {
  if (right.find('.') == right.npos) return "bare";
  return same_organisation(right, sender_domain) ? "own" : "named";
}

}  // namespace

std::string subject_shape(std::string_view subject) {
  std::string shape;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    const bool is_mark = shape.empty() && is_reply_mark(word);
    const std::string_view shown = is_random(word) ? std::string_view("#") : word;
    const bool is_repeated = shown == "#" && !shape.empty() && shape.back() == '#';
    if (!is_mark && !is_repeated) (shape += shape.empty() ? "" : " ") += shown;
    word.clear();
  };
  for (const char c : subject) {
    if (shape.size() > kLongestShape) break;
    if (is_word_byte(c) && word.size() < kLongestShape)
      word += to_lower(c);
    else
      end_word();
  }
  end_word();
  return std::string(cut_utf8(shape, kLongestShape));
}

std::string word_shape(std::string_view text) {
  std::string shape;
  std::size_t length = 0;
  bool has_digit = false;
  const auto end_word = [&] {
    if (length > 0) shape += has_digit || length >= kLongWord ? 'x' : 'w';
    length = 0;
    has_digit = false;
  };
  for (const char c : text) {
    if (shape.size() >= kLongestShape / 2) break;
    if (is_word_byte(c)) {
      ++length;
      has_digit = has_digit || is_digit(c);
    } else {
      end_word();
      shape += c;
    }
  }
  end_word();
  return shape;
}

std::string id_shape(std::string_view id, std::string_view sender_domain) {
  if (id.empty()) return {};
  const std::size_t at = id.rfind('@');
  const std::string_view right = at == id.npos ? std::string_view() : id.substr(at + 1);
  return word_shape(id.substr(0, at)) + '@' + std::string(right_side_shape(right, sender_domain));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "mail/encoded_word.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/transfer_encoding.h"

namespace unsent {
namespace {

struct EncodedWord {
  std::string_view charset;  // without an RFC 2231 language suffix
  std::string bytes;
  std::size_t length = 0;  // of the word as written
};

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char low = to_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// RFC 2047 4.2.
std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

// "=?charset?B?text?=" at the start of text. The text of a word is allowed more than
// RFC 2047's 75 characters and blanks, as real mail has them.
std::optional<EncodedWord> read_word(std::string_view text) {
  if (text.substr(0, 2) != "=?") return std::nullopt;
  const std::size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() ||
      text[charset_end + 2] != '?')
    return std::nullopt;
  const std::string_view charset = text.substr(2, charset_end - 2);
  if (charset.find_first_of(" \t=") != std::string_view::npos) return std::nullopt;
  const char encoding = to_lower(text[charset_end + 1]);
  if (encoding != 'q' && encoding != 'b') return std::nullopt;
  const std::size_t begin = charset_end + 3;
  const std::size_t end = text.find("?=", begin);
  if (end == std::string_view::npos) return std::nullopt;
  EncodedWord word;
  word.charset = charset.substr(0, charset.find('*'));
  word.length = end + 2;
  const std::string_view encoded = text.substr(begin, end - begin);
  word.bytes = encoding == 'q' ? decode_q(encoded) : decode_base64(encoded);
  return word;
}

// A run of words with one charset, waiting for its end.
class Run {
 public:
  explicit Run(std::string& out) : out_(out) {}

  bool is_open() const { return !charset_.empty(); }
  void add(const EncodedWord& word) {
    if (!equal_ignoring_case(charset_, word.charset)) flush();
    charset_ = word.charset;
    bytes_ += word.bytes;
  }
  void flush() {
    if (is_open()) out_ += to_utf8(bytes_, charset_);
    charset_ = {};
    bytes_.clear();
  }

 private:
  std::string& out_;
  std::string_view charset_;
  std::string bytes_;
};

}  // namespace

std::string decode_words(std::string&& text) {
  if (text.find("=?") == std::string::npos) return to_valid_utf8(std::move(text));
  return decode_words(std::string_view(text));
}

std::string decode_words(std::string_view text) {
  if (text.find("=?") == std::string_view::npos) return to_valid_utf8(text);
  std::string out;
  Run run(out);
  // Behind the last end no word is looked for: each would be sought to the end of the text.
  const std::size_t last_end = text.rfind("?=");
  const std::size_t behind_words =
      last_end == std::string_view::npos ? text.size() : text.size() - last_end;
  while (!text.empty()) {
    const std::size_t begin = text.find("=?");
    const bool may_be_word = begin != std::string_view::npos && begin + behind_words < text.size();
    const std::size_t at = may_be_word ? begin : std::string_view::npos;
    const std::string_view before = text.substr(0, at);
    const bool is_only_space = trim(before).empty();
    if (!(run.is_open() && is_only_space && at != std::string_view::npos)) {
      run.flush();
      out += to_valid_utf8(before);
    }
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    if (const auto word = read_word(text)) {
      run.add(*word);
      text.remove_prefix(word->length);
    } else {
      run.flush();
      if (is_only_space && out.empty()) out += to_valid_utf8(before);
      out += "=?";
      text.remove_prefix(2);
    }
  }
  run.flush();
  return out;
}

}  // namespace unsent

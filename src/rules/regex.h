// SPDX-License-Identifier: MIT
// One PCRE2 pattern: UTF, multi-line, cut off at a limit, so that no pattern of a rule can
// stall a delivery whatever text it meets. PCRE2 lives here and nowhere else.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace unsent {

class Regex {
 public:
  enum class Outcome { none, match, cut_off };

  // ^ and $ are those of lines, \A and \z those of the text; a dot is no line feed. The
  // error says what is wrong and at which byte of the pattern.
  static Result<Regex> compile(std::string_view pattern);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // The first match at or behind from. text must be valid UTF-8 (see to_valid_utf8).
  // cut_off: the pattern took too many steps; whether it would match is not known. Not
  // const: a pattern that is used often is compiled to machine code (JIT).
  Outcome search(std::string_view text, std::size_t from = 0);

  // Of the last match: where it began and ended, and what a named group caught. A group
  // that took no part, or that the pattern lacks, is empty.
  std::size_t begin() const;
  std::size_t end() const;
  std::string_view group(std::string_view text, const char* name) const;

 private:
  struct Handle;
  explicit Regex(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace unsent

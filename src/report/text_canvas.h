// SPDX-License-Identifier: MIT
// Lines of a text report, as wide as the terminal and in its colours; bars as it can show them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/text.h"

namespace unsent {

class TextCanvas {
 public:
  explicit TextCanvas(const TextStyle& style);

  const TextStyle& style() const { return style_; }
  std::size_t width() const { return width_; }

  // Colour codes of ECMA-48, "1" for bold; the bare text where there are no colours.
  std::string painted(std::string_view text, std::string_view code) const;
  std::string heading(std::string_view text) const { return painted(text, "1"); }
  // A bar of at most width columns; whatever is not nothing is seen.
  std::string bar(std::uint64_t value, std::uint64_t most, std::size_t width) const;
  // A column of a chart: as high as value is against most, one character wide.
  std::string_view height(std::uint64_t value, std::uint64_t most) const;

  // Without blanks at its end.
  void line(std::string_view text = {});
  // Broken at blanks into lines that begin with indent, the first one with first, as wide.
  void wrapped(std::string_view text, std::string_view first = {}, std::string_view indent = {});

  std::string take() { return std::move(out_); }

 private:
  TextStyle style_;
  std::size_t width_;
  std::string out_;
};

// The code of a verdict's colour.
std::string_view colour_of(Verdict verdict);
// Columns of a line that is painted.
std::size_t seen_width(std::string_view painted_text);

}  // namespace unsent

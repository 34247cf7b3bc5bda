// SPDX-License-Identifier: MIT
#include "report/text_canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"

namespace unsent {
namespace {

constexpr std::size_t kUnbound = 100;  // columns where no terminal says how many

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

}  // namespace

TextCanvas::TextCanvas(const TextStyle& style)
    : style_(style),
      width_(style.width == 0 ? kUnbound : std::clamp<std::size_t>(style.width, 50, 140)) {}

std::string TextCanvas::painted(std::string_view text, std::string_view code) const {
  return style_.is_coloured ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

// In eighths of a column where they can be shown.
std::string TextCanvas::bar(std::uint64_t value, std::uint64_t most, std::size_t width) const {
  if (value == 0 || most == 0) return "";
  constexpr std::array<std::string_view, 8> kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = static_cast<double>(value) / static_cast<double>(most);
  const auto eighths =
      std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(width * 8)));
  if (!style_.has_blocks) return std::string((eighths + 7) / 8, '#');
  return repeated("█", eighths / 8) + std::string(kParts.at(eighths % 8));
}

std::string_view TextCanvas::height(std::uint64_t value, std::uint64_t most) const {
  constexpr std::array<std::string_view, 9> kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 9> kLetters = {" ", ".", ".", ":", ":",
                                                        "+", "+", "#", "#"};
  const auto eighths = static_cast<std::size_t>((value * 8 + most - 1) / most);
  return style_.has_blocks ? kBlocks.at(eighths) : kLetters.at(eighths);
}

void TextCanvas::line(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ');
  out_ += text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  out_ += '\n';
}

void TextCanvas::wrapped(std::string_view text, std::string_view first, std::string_view indent) {
  out_ += first;
  out_ += wrap(text, width_ - columns(indent), indent).substr(indent.size()) + '\n';
}

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::genuine:
      return "32";
    case Verdict::unverified:
      return "33";
    case Verdict::backscatter:
      return "31";
    case Verdict::ordinary:
      return "2";
  }
  return "";
}

std::size_t seen_width(std::string_view painted_text) {
  std::string bare;
  for (std::size_t at = 0; at < painted_text.size(); ++at) {
    if (painted_text[at] == '\x1b')
      at = painted_text.find('m', at);
    else
      bare += painted_text[at];
  }
  return columns(bare);
}

}  // namespace unsent

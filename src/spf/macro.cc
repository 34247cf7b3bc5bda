// SPDX-License-Identifier: MIT
#include "spf/macro.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::string_view kDomainLetters = "slodiphv";
constexpr std::string_view kExplanationLetters = "crt";

// "%{letter [digits] [r] [delimiters]}"
struct Macro {
  char letter = 0;
  std::size_t keep = 0;  // right-hand parts; 0: all
  bool is_reversed = false;
  std::string_view delimiters;  // empty: "."
};

bool holds(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// The macro whose inner text ("ir", "d2", "l1r-") is given; letter 0 if it is none.
Macro parse_macro(std::string_view inner) {
  Macro macro;
  std::size_t i = 1;
  bool has_digits = false;
  for (; i < inner.size() && is_digit(inner[i]); ++i) {
    has_digits = true;
    // No name has more than 127 parts; a larger number means all of them.
    macro.keep =
        std::min<std::size_t>(macro.keep * 10 + static_cast<std::size_t>(inner[i] - '0'), 1000);
  }
  if (inner.empty() || (has_digits && macro.keep == 0)) return {};
  if (i < inner.size() && to_lower(inner[i]) == 'r') {
    macro.is_reversed = true;
    ++i;
  }
  macro.delimiters = inner.substr(i);
  for (const char c : macro.delimiters) {
    if (!holds(kDelimiters, c)) return {};
  }
  macro.letter = inner[0];
  return macro;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::string out = "'" + to_valid_utf8(text.substr(0, kShown));
  return out + (text.size() > kShown ? "…'" : "'");
}

std::string macro_expand_defect(std::string_view whole, MacroPlace place) {
  const Macro macro = parse_macro(whole.substr(2, whole.size() - 3));
  const char letter = to_lower(macro.letter);
  if (holds(kDomainLetters, letter)) return {};
  if (holds(kExplanationLetters, letter)) {
    if (place != MacroPlace::domain) return {};
    return "macro " + quoted(whole) + " is for explanations only";
  }
  return "unknown macro " + quoted(whole);
}

// The length of the macro-expand at the start of text ("%%", "%{…}"); 0 if it is none.
std::size_t macro_length(std::string_view text) {
  if (text.size() < 2) return 0;
  if (holds("%_-", text[1])) return 2;
  if (text[1] != '{') return 0;
  const std::size_t end = text.find('}');
  return end == std::string_view::npos ? 0 : end + 1;
}

bool is_top_label(std::string_view label) {
  if (label.empty() || !is_alnum(label.front()) || !is_alnum(label.back())) return false;
  bool has_other = false;
  for (const char c : label) {
    if (!is_alnum(c) && c != '-') return false;
    has_other = has_other || !is_digit(c);
  }
  return has_other;
}

void append_escaped(std::string& out, std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : value) {
    if (is_alnum(c) || holds("-._~", c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
  }
}

std::string value_of(char letter, const MacroValues& values) {
  switch (to_lower(letter)) {
    case 's':
      return std::string(values.sender);
    case 'l':
      return std::string(values.local_part);
    case 'o':
      return std::string(values.sender_domain);
    case 'd':
      return std::string(values.domain);
    case 'h':
      return std::string(values.helo);
    case 'i':
      return values.ip.dotted();
    case 'c':
      return values.ip.text();
    case 'v':
      return values.ip.is_v4() ? "in-addr" : "ip6";
    case 'p':
      return values.validated_name ? values.validated_name() : "unknown";
    case 'r':
      return values.receiver.empty() ? "unknown" : std::string(values.receiver);
    default:
      return std::to_string(values.now.time_since_epoch().count());
  }
}

std::string transform(std::string value, const Macro& macro) {
  if (macro.keep == 0 && !macro.is_reversed && macro.delimiters.empty()) return value;
  const std::string_view delimiters = macro.delimiters.empty() ? "." : macro.delimiters;
  std::vector<std::string_view> parts;
  std::string_view rest = value;
  for (;;) {
    const std::size_t end = rest.find_first_of(delimiters);
    parts.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (macro.is_reversed) std::reverse(parts.begin(), parts.end());
  std::size_t first = 0;
  if (macro.keep > 0 && macro.keep < parts.size()) first = parts.size() - macro.keep;
  std::string out(parts[first]);
  for (std::size_t i = first + 1; i < parts.size(); ++i) {
    out += '.';
    out += parts[i];
  }
  return out;
}

void append_macro(std::string& out, std::string_view whole, const MacroValues& values) {
  if (whole == "%%") {
    out += '%';
  } else if (whole == "%_") {
    out += ' ';
  } else if (whole == "%-") {
    out += "%20";
  } else {
    const Macro macro = parse_macro(whole.substr(2, whole.size() - 3));
    const std::string value = transform(value_of(macro.letter, values), macro);
    // 7.3: upper case letters expand the same, URL-escaped.
    if (macro.letter >= 'A' && macro.letter <= 'Z') {
      append_escaped(out, value);
    } else {
      out += value;
    }
  }
}

}  // namespace

std::string macro_defect(std::string_view text, MacroPlace place) {
  const char first = place == MacroPlace::explanation ? ' ' : '!';
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] < first || text[i] > '~') return "not a visible ASCII character";
    if (text[i] != '%') {
      ++i;
      continue;
    }
    const std::size_t length = macro_length(text.substr(i));
    if (length == 0) return "'%' that begins no macro at " + quoted(text.substr(i));
    if (length > 2) {
      std::string defect = macro_expand_defect(text.substr(i, length), place);
      if (!defect.empty()) return defect;
    }
    i += length;
  }
  return {};
}

std::string domain_spec_defect(std::string_view text) {
  if (text.empty()) return "no domain";
  if (std::string defect = macro_defect(text, MacroPlace::domain); !defect.empty()) return defect;
  std::size_t literal = 0;  // where the text after the last macro begins
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', literal)) {
    literal = i + macro_length(text.substr(i));
  }
  std::string_view tail = text.substr(literal);
  if (tail.empty()) return {};
  if (tail.back() == '.') tail.remove_suffix(1);
  const std::size_t dot = tail.rfind('.');
  if (dot != std::string_view::npos && is_top_label(tail.substr(dot + 1))) return {};
  if (IpAddress::parse(tail)) return quoted(text) + " is an address, which ip4 or ip6 would name";
  return quoted(text) + " ends in no top-level domain";
}

bool uses_macro(std::string_view text, std::string_view letters) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      ++i;
      continue;
    }
    const std::size_t length = std::max<std::size_t>(macro_length(text.substr(i)), 1);
    if (length > 2 && holds(letters, to_lower(text[i + 2]))) return true;
    i += length;
  }
  return false;
}

std::optional<std::string> expand_macros(std::string_view text, const MacroValues& values,
                                         std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    const std::size_t literal = std::min(text.find('%'), text.size());
    out += text.substr(0, literal);
    text.remove_prefix(literal);
    if (!text.empty()) {
      const std::size_t length = std::max<std::size_t>(macro_length(text), 1);
      append_macro(out, text.substr(0, length), values);
      text.remove_prefix(length);
    }
    if (out.size() > limit) return std::nullopt;
  }
  return out;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "base/utf8.h"
#include "mail/charset.h"

namespace unsent {
namespace {

// Of U+00A0 to U+00FF, in order.
constexpr std::array<std::string_view, 96> kLatin = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

struct Entity {
  std::string_view name;
  std::uint32_t code;
};
constexpr std::array<Entity, 18> kOthers = {{{"amp", '&'},
                                             {"lt", '<'},
                                             {"gt", '>'},
                                             {"quot", '"'},
                                             {"apos", '\''},
                                             {"lsquo", 0x2018},
                                             {"rsquo", 0x2019},
                                             {"ldquo", 0x201C},
                                             {"rdquo", 0x201D},
                                             {"ndash", 0x2013},
                                             {"mdash", 0x2014},
                                             {"hellip", 0x2026},
                                             {"euro", 0x20AC},
                                             {"Scaron", 0x160},
                                             {"scaron", 0x161},
                                             {"OElig", 0x152},
                                             {"oelig", 0x153},
                                             {"zwnj", 0x200C}}};

// 0 where it is none.
std::uint32_t code_of(std::string_view name) {
  if (name.substr(0, 1) == "#") {
    const bool is_hex = name.size() > 1 && to_lower(name[1]) == 'x';
    const std::string_view digits = name.substr(is_hex ? 2 : 1);
    std::uint32_t code = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, code, is_hex ? 16 : 10);
    const bool is_code = error == std::errc() && stop == end && code <= 0x10FFFF &&
                         !(code >= 0xD800 && code <= 0xDFFF);
    return is_code ? code : 0;
  }
  for (const Entity& entity : kOthers)
    if (entity.name == name) return entity.code;
  const auto* found = std::find(kLatin.begin(), kLatin.end(), name);
  return found == kLatin.end() ? 0 : 0xA0 + static_cast<std::uint32_t>(found - kLatin.begin());
}

// html begins with '&': what stands for it, and how long it is.
std::size_t take_entity(std::string_view html, std::string& out) {
  constexpr std::size_t kLongest = 12;
  const std::size_t end = html.substr(0, kLongest).find(';');
  const std::uint32_t code = end == html.npos ? 0 : code_of(html.substr(1, end - 1));
  if (code == 0) {
    out += '&';
    return 1;
  }
  if (code == 0xA0)
    out += ' ';
  else
    append_utf8(out, code);
  return end + 1;
}

// A table has the name of a field in one cell, and its value in the next.
bool ends_name(std::string_view out, std::string_view tag) {
  const bool is_cell =
      starts_with_ignoring_case(tag, "/td") || starts_with_ignoring_case(tag, "/th");
  return is_cell && out.ends_with(':');
}

// Elements whose text nobody sees, and whether one of them is not ended in what is left.
struct Unseen {
  std::string_view name;
  bool is_open = false;
};
using AllUnseen = std::array<Unseen, 3>;

// html begins with '<': a line end where it ends a line, and how much is passed over.
std::size_t take_tag(std::string_view html, std::string& out, AllUnseen& all_unseen) {
  if (html.substr(0, 4) == "<!--") return std::min(html.find("-->"), html.size() - 3) + 3;
  const std::string_view tag = html.substr(1);
  for (Unseen& unseen : all_unseen)
    if (!unseen.is_open && starts_with_ignoring_case(tag, unseen.name)) {
      const std::size_t end = find_ignoring_case(html, "</" + std::string(unseen.name));
      unseen.is_open = end == html.npos;
      if (unseen.is_open) break;
      return std::min(html.find('>', end), html.size() - 1) + 1;
    }
  std::size_t length = std::min(html.find('>'), html.size() - 1) + 1;
  for (const std::string_view breaking : {"br", "/p", "/div", "/tr", "/h", "/li", "/td", "/th"})
    if (starts_with_ignoring_case(tag, breaking)) {
      const bool is_ended = breaking == "/tr" && out.ends_with('\n');  // by its last cell
      if (!is_ended) out += ends_name(out, tag) ? ' ' : '\n';
      // The source's own line end is white space: nl2br and its like keep it behind each tag.
      if (breaking == "br" && html.substr(length, 1) == "\n") ++length;
      break;
    }
  return length;
}

std::string_view charset_within(std::string_view html) {
  html = html.substr(0, 1024);
  const std::size_t at = find_ignoring_case(html, "charset=");
  if (at == html.npos) return {};
  html.remove_prefix(at + 8);
  if (html.substr(0, 1) == "\"") html.remove_prefix(1);
  return html.substr(0, html.find_first_of("\" ;>'/"));
}

}  // namespace

std::string words_of_html(std::string_view html, std::string_view charset) {
  std::string lines(html);  // that end in LF
  lines.erase(std::remove(lines.begin(), lines.end(), '\r'), lines.end());
  const std::string text = to_utf8(lines, charset.empty() ? charset_within(html) : charset);
  std::string out;
  out.reserve(text.size());
  AllUnseen unseen = {{{"style"}, {"script"}, {"title"}}};
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t plain = std::min(rest.find_first_of("<&"), rest.size());
    out += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    rest.remove_prefix(rest.front() == '<' ? take_tag(rest, out, unseen) : take_entity(rest, out));
  }
  return out;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/recipient_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/encoded_word.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxType = 20;
constexpr std::size_t kMaxValue = 8 * 1024;

// RFC 6533 section 3: utf-8-addr-xtext writes characters as \x{HEX}.
std::string undo_xtext(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.substr(0, 3) == "\\x{") {
      const std::size_t end = text.find('}');
      unsigned code = 0;
      const char* last = text.data() + std::min(end, text.size());
      const auto [stop, error] = std::from_chars(text.data() + 3, last, code, 16);
      if (end != std::string_view::npos && error == std::errc() && stop == last &&
          code <= 0x10FFFF) {
        append_utf8(out, code);
        text.remove_prefix(end + 1);
        continue;
      }
    }
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

// "bob@remote.example", as nearly all fields have it: nothing to undo.
bool is_plain(std::string_view text) {
  std::size_t marks = 0;
  for (const char c : text) {
    if (c == '@') ++marks;
    if (!is_alnum(c) && c != '@' && c != '.' && c != '-' && c != '_') return false;
  }
  return marks == 1 && text.front() != '@' && text.back() != '@' && text.back() != '.' &&
         !starts_with_ignoring_case(text, "imcea");
}

std::string_view without_quotes(std::string_view text) {
  for (const char quote : {'"', '\'', '`'}) {
    const bool is_quoted = text.size() > 2 && text.front() == quote &&
                           (text.back() == quote || (quote == '`' && text.back() == '\''));
    const std::string_view inner = is_quoted ? text.substr(1, text.size() - 2) : text;
    if (is_quoted && inner.find('@') != text.npos && inner.find(quote) == text.npos)
      return trim(inner);
  }
  return text;
}

// "SMTP:bob@remote.example", "mailto:…": a label of letters; not a source route.
std::string_view without_label(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon > kMaxType) return text;
  const std::string_view label = text.substr(0, colon);
  const bool is_label = std::all_of(label.begin(), label.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == ' ';
  });
  return is_label ? trim(text.substr(colon + 1)) : text;
}

// "<bob@remote.example>", and what is left of it where one bracket is lost.
std::string_view without_brackets(std::string_view text) {
  const std::size_t open = text.find('<');
  const std::size_t close = text.rfind('>');
  if (open != text.npos && close != text.npos && open < close)
    return trim(text.substr(open + 1, close - open - 1));
  while (!text.empty() && (text.back() == '>' || text.back() == ',')) text.remove_suffix(1);
  while (!text.empty() && text.front() == '<') text.remove_prefix(1);
  return trim(text);
}

// "@relay.example:bob@remote.example": a source route says nothing (RFC 5321 C).
std::string_view without_route(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool is_route =
      colon != text.npos && text.front() == '@' && text.find('@', colon) != text.npos;
  return is_route ? text.substr(colon + 1) : text;
}

// "bob@remote.example (expanded from …)"
std::string_view without_remark(std::string_view text) {
  const std::size_t blank = text.find_first_of(" \t(");
  if (blank == text.npos || text.front() == '"') return text;
  return text.substr(0, blank).find('@') != text.npos ? text.substr(0, blank) : text;
}

std::string_view undress(std::string_view text) {
  text = without_quotes(trim(text));
  text = without_route(without_quotes(without_label(without_brackets(without_label(text)))));
  text = without_quotes(without_remark(text));
  while (!text.empty() && text.back() == '.') text.remove_suffix(1);  // "remote.example."
  return text;
}

// RFC 2156 3.4 spells what X.400's printable strings lack: "bob(a)remote.example".
std::string undo_printable(std::string_view text) {
  struct Spelling {
    std::string_view text;
    char character;
  };
  static constexpr std::array<Spelling, 6> kSpellings = {
      {{"(a)", '@'}, {"(p)", '%'}, {"(b)", '!'}, {"(u)", '_'}, {"(l)", '('}, {"(r)", ')'}}};
  std::string out;
  while (!text.empty()) {
    const auto spelling = std::find_if(
        kSpellings.begin(), kSpellings.end(),
        [&](const Spelling& one) { return starts_with_ignoring_case(text, one.text); });
    const bool is_spelled = spelling != kSpellings.end();
    out += is_spelled ? spelling->character : text.front();
    text.remove_prefix(is_spelled ? spelling->text.size() : 1);
  }
  return out;
}

// The Internet address within one of X.400: "/DD.RFC-822=bob(a)remote.example/P=…",
// "c=us;a= ;dda:smtp=bob@remote.example;".
std::optional<std::string> find_in_x400(std::string_view text) {
  for (const std::string_view key : {"rfc-822=", "rfc822=", "smtp=", "internet="}) {
    const std::size_t at = find_ignoring_case(text, key);
    if (at == text.npos) continue;
    std::string_view value = text.substr(at + key.size());
    value = value.substr(0, value.find_first_of("/;,"));
    const std::string address = undo_printable(trim(value));
    if (is_address(address)) return address;
  }
  return std::nullopt;
}

// "IMCEASMTP-bob+40remote+2Eexample@ourshop.example": how Exchange wraps an address of
// another kind into one of its own domain; "_" stands for "/".
std::optional<std::string> find_encapsulated(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::size_t at = text.rfind('@');
  if (!starts_with_ignoring_case(text, "imcea") || dash == text.npos || at == text.npos ||
      at < dash)
    return std::nullopt;
  std::string inner = undo_hex(text.substr(dash + 1, at - dash - 1), '+');
  if (is_address(inner)) return inner;
  std::replace(inner.begin(), inner.end(), '_', '/');
  return find_in_x400(inner);
}

// An address of another kind of mail, with one of the Internet's inside.
std::optional<std::string> find_inside(std::string_view text) {
  if (auto encapsulated = find_encapsulated(text)) return encapsulated;
  return text.find('=') == text.npos ? std::nullopt : find_in_x400(text);
}

// The text of an address whose quotes are needless, and of one whose "@" is spelled.
std::string plain_form(std::string_view text) {
  const std::string said = undo_xtext(text);
  if (said.find('@') == said.npos)
    for (const char mark : {'+', '%'})
      if (const std::string spelled = undo_hex(said, mark); is_address(spelled))
        return to_valid_utf8(spelled);
  if (said.find('"') != said.npos)
    if (const auto address = Address::parse(said)) return to_valid_utf8(address->text());
  return to_valid_utf8(said);
}

std::string unworded(std::string_view value) {
  value = value.substr(0, kMaxValue);
  return value.find("=?") == value.npos ? std::string(value) : decode_words(value);
}

// The pieces of a list of bare addresses, whatever stands between them.
std::vector<std::string> split_list(std::string_view text) {
  static constexpr ByteSet kBetween(" \t,;");
  std::vector<std::string> found;
  while (!text.empty() && found.size() < kMaxInField) {
    const std::size_t end = kBetween.find_in(text);
    const std::string_view piece = undress(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty()) continue;
    if (!is_address(piece)) return {};
    found.push_back(plain_form(piece));
  }
  return found;
}

std::vector<std::string> read_several(std::string_view text) {
  const auto marks = std::count(text.begin(), text.end(), '@');
  if (marks < 2 || text.front() == '@') return {};
  if (auto listed = split_list(text); listed.size() > 1) return listed;
  std::vector<std::string> found;
  for (const Address& address : parse_addresses(text, kMaxInField))
    found.push_back(to_valid_utf8(address.text()));
  return found;
}

}  // namespace

std::string undo_hex(std::string_view text, char mark) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* from = text.data() + i + 1;
    const bool has_digits = text[i] == mark && i + 2 < text.size() &&
                            std::from_chars(from, from + 2, code, 16).ptr == from + 2;
    out += has_digits ? static_cast<char>(code) : text[i];
    if (has_digits) i += 2;
  }
  return out;
}

bool is_address(std::string_view text) {
  const auto address = Address::parse(text);
  if (!address) return false;
  const std::size_t first = address->local().find_first_not_of('"');
  return first == std::string::npos || !ByteSet("|/\\:").has(address->local()[first]);
}

std::string_view typed_value(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const bool has_type = semicolon != value.npos && semicolon < kMaxType &&
                        value.substr(0, semicolon).find_first_of("@=<\"") == value.npos;
  return trim(has_type ? value.substr(semicolon + 1) : value);
}

std::string parse_recipient(std::string_view value) {
  const std::string_view stated = typed_value(value);
  if (stated.empty() || is_plain(stated)) return std::string(stated);
  const std::string unworded_value = unworded(value);
  // "rfc822; rfc822; bob@remote.example" was typed by one gateway more.
  const std::string_view text = typed_value(typed_value(unworded_value));
  if (const auto inside = find_inside(text)) return to_valid_utf8(*inside);
  const std::string plain = plain_form(undress(text));
  if (Address::parse(plain)) return plain;
  // "(Bob) bob@remote.example", "Bob bob@remote.example"
  const auto addresses = parse_addresses(text, 1);
  return to_valid_utf8(addresses.empty() ? plain_form(without_brackets(text))
                                         : addresses.front().text());
}

std::vector<std::string> parse_recipients(std::string_view value) {
  const std::string_view stated = typed_value(value);
  if (stated.empty()) return {};
  if (is_plain(stated)) return {std::string(stated)};
  const std::string unworded_value = unworded(value);
  const std::string_view text = typed_value(unworded_value);
  if (!find_inside(text))
    if (auto several = read_several(text); several.size() > 1) return several;
  std::string one = parse_recipient(value);
  return one.empty() ? std::vector<std::string>() : std::vector<std::string>{std::move(one)};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "dkim/tag_list.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostTags = 50;
constexpr std::size_t kMostDigits = 12;

bool is_name(std::string_view name) {
  return !name.empty() && is_alpha(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

}  // namespace

std::optional<TagList> TagList::parse(std::string_view text) {
  TagList list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trim(piece).empty() && trim(text).empty()) break;
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos || list.tags_.size() == kMostTags) return std::nullopt;
    const std::string_view name = trim(piece.substr(0, equals));
    if (!is_name(name) || list.find(name)) return std::nullopt;
    list.tags_.push_back({name, piece.substr(equals + 1)});
  }
  return list;
}

std::optional<std::string_view> TagList::find(std::string_view name) const {
  for (const Tag& tag : tags_)
    if (tag.name == name) return trim(tag.raw);
  return std::nullopt;
}

std::string_view TagList::raw(std::string_view name) const {
  for (const Tag& tag : tags_)
    if (tag.name == name) return tag.raw;
  return {};
}

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return !is_space(c); });
  return out;
}

std::optional<long long> parse_number(std::string_view text) {
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  long long number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace unsent

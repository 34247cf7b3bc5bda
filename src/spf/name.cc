// SPDX-License-Identifier: MIT
#include "spf/name.h"

#include <algorithm>

#include "base/idn.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

std::string_view without_final_dot(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  return name;
}

}  // namespace

std::optional<std::string> query_name(std::string_view name) {
  name = without_final_dot(name);
  if (name.empty() || name.size() > kMaxName) return std::nullopt;
  std::string out(name);
  std::size_t label = 0;
  for (char& c : out) {
    if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == '.') {
      if (label == 0) return std::nullopt;
      label = 0;
      continue;
    }
    if (++label > kMaxLabel) return std::nullopt;
    c = to_lower(c);
  }
  if (label == 0) return std::nullopt;
  return out;
}

bool is_name_within(std::string_view name, std::string_view parent) {
  name = without_final_dot(name);
  parent = without_final_dot(parent);
  if (name.size() < parent.size() || parent.empty()) return false;
  if (!ends_with_ignoring_case(name, parent)) return false;
  return name.size() == parent.size() || name[name.size() - parent.size() - 1] == '.';
}

std::optional<std::string> checkable_domain(std::string_view name) {
  if (name.empty() || name.front() == '[') return std::nullopt;
  const auto is_visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7F'; };
  if (!std::all_of(name.begin(), name.end(), is_visible)) return std::nullopt;
  const std::optional<std::string> ascii = to_a_labels(name);
  if (!ascii) return std::nullopt;
  std::optional<std::string> domain = query_name(*ascii);
  if (domain && domain->find('.') == std::string::npos) return std::nullopt;
  return domain;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "base/metrics.h"

#include <fmt/format.h>

#include "base/text.h"

namespace unsent {
namespace {

// Of a label's value: backslash, quote and line end are written with a backslash.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : to_valid_utf8(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

}  // namespace

void Metrics::begin(std::string_view name, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

void Metrics::sample(std::int64_t value, const Labels& labels) {
  std::string list;
  for (const auto& [key, text] : labels)
    list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", key, in_quotes(text));
  text_ += fmt::format("{}{}{}{} {}\n", name_, list.empty() ? "" : "{", list,
                       list.empty() ? "" : "}", value);
}

}  // namespace unsent

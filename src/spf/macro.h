// SPDX-License-Identifier: MIT
// RFC 7208 section 7: macros in domain-specs and explanations. Syntax is checked first
// and without any values; expansion then cannot fail but for its length.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "spf/ip.h"

namespace unsent {

// Where a macro-string stands: c, r and t are for explanations only (7.2), spaces too.
enum class MacroPlace { domain, modifier, explanation };

// Why text is no macro-string, or "" if it is one. Names the macro or byte.
std::string macro_defect(std::string_view text, MacroPlace place);

// 7.1: a domain-spec also ends in a macro or in a top label: not all digits, no dash at
// either end, and with a dot before it.
std::string domain_spec_defect(std::string_view text);

// True if one of letters (lower case) is expanded in text, a macro-string.
bool uses_macro(std::string_view text, std::string_view letters);

struct MacroValues {
  std::string_view sender;                      // s: local-part@domain
  std::string_view local_part;                  // l
  std::string_view sender_domain;               // o
  std::string_view domain;                      // d: whose record this is
  std::string_view helo;                        // h
  std::string_view receiver;                    // r: who checks; "" is "unknown"
  IpAddress ip;                                 // i, c, v
  Time now{};                                   // t
  std::function<std::string()> validated_name;  // p; asked only where it is used
};

// Requires: macro_defect(text) is "". nullopt if it grows over limit bytes.
std::optional<std::string> expand_macros(std::string_view text, const MacroValues& values,
                                         std::size_t limit);

}  // namespace unsent

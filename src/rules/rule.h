// SPDX-License-Identifier: MIT
// What one rule knows of one mail system: how its reports are recognised and read. As it
// stands in the file, checked; nothing is compiled here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// A field of the header, and a pattern or literal for its value.
struct FieldCondition {
  std::string field;
  std::string text;
};

struct Rule {
  std::string name;         // "qmail": what the output calls it
  std::string system;       // "qmail, netqmail, s/qmail"
  std::string description;  // one sentence
  std::string path;         // the file, and the line at which the rule begins
  unsigned line = 0;

  // Literals, byte by byte: all must occur before any pattern is compiled.
  std::vector<std::string> near;         // in the report's own words
  std::vector<std::string> near_header;  // in the header, as it is written
  // Mail whose header shows no sign of a report is looked into if one of these fields
  // contains its text (ASCII case does not matter).
  std::vector<FieldCondition> gates;

  std::vector<FieldCondition> fields;  // patterns that decoded header fields must match
  std::string body;                    // a pattern that the words must match; "" none
  std::string original;                // the original begins behind its first match; "" none
  std::string recipients;              // one match a recipient: (?<recipient>), …; "" none
  std::string kind;                    // see kRuleKinds
  std::string returns;                 // what comes back behind `original`: see kRuleReturns

  std::string sample;  // a whole message that the rule must match, and what is to be read
  std::vector<std::string> sample_recipients;
  std::string sample_message_id;

  bool is_built_in = false;
  bool is_enabled = true;

  std::string place() const { return path + ":" + std::to_string(line); }
};

inline constexpr std::string_view kRuleKinds[] = {"bounce",       "delay",        "success",
                                                  "auto-reply",   "challenge",    "ordinary",
                                                  "virus-notice", "read-receipt", "report"};
inline constexpr std::string_view kRuleReturns[] = {"full", "headers", "fragment"};

}  // namespace unsent

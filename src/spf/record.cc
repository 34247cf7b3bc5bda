// SPDX-License-Identifier: MIT
#include "spf/record.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "spf/macro.h"

namespace unsent {
namespace {

constexpr std::string_view kVersion = "v=spf1";

struct MechanismName {
  std::string_view name;
  SpfMechanism mechanism;
};
constexpr std::array<MechanismName, 8> kMechanisms = {{{"ip4", SpfMechanism::ip4},
                                                       {"include", SpfMechanism::include},
                                                       {"all", SpfMechanism::all},
                                                       {"ip6", SpfMechanism::ip6},
                                                       {"a", SpfMechanism::a},
                                                       {"mx", SpfMechanism::mx},
                                                       {"exists", SpfMechanism::exists},
                                                       {"ptr", SpfMechanism::ptr}}};

std::optional<SpfResult> qualifier_of(char c) {
  switch (c) {
    case '+':
      return SpfResult::pass;
    case '-':
      return SpfResult::fail;
    case '~':
      return SpfResult::softfail;
    case '?':
      return SpfResult::neutral;
    default:
      return std::nullopt;
  }
}

// Where the name of a mechanism or modifier ends. (find_first_of is several times slower.)
std::size_t name_end(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != ':' && text[i] != '/' && text[i] != '=') ++i;
  return i;
}

std::string in_term(std::string_view term, std::string_view defect) {
  constexpr std::size_t kShown = 100;
  std::string out = "in '" + to_valid_utf8(term.substr(0, kShown));
  if (term.size() > kShown) out += "…";
  out += "': ";
  return out += defect;
}

// Takes "/NUMBER" off the end of text. False if the number is no prefix length.
bool take_prefix(std::string_view& text, std::string_view slashes, int limit, int& prefix) {
  std::size_t digits = text.size();
  while (digits > 0 && is_digit(text[digits - 1])) --digits;
  if (digits == text.size() || digits < slashes.size()) return true;
  const std::size_t start = digits - slashes.size();
  if (text.substr(start, slashes.size()) != slashes) return true;
  const std::optional<int> number = parse_prefix_length(text.substr(digits), limit);
  if (!number) return false;
  prefix = *number;
  text = text.substr(0, start);
  return true;
}

// argument: what follows the mechanism's name, with its ':' or '/'.
std::string parse_domain_and_prefixes(SpfTerm& term, std::string_view argument) {
  if (term.mechanism == SpfMechanism::a || term.mechanism == SpfMechanism::mx) {
    if (!take_prefix(argument, "//", 128, term.prefix6)) return "bad IPv6 prefix length";
    if (!take_prefix(argument, "/", 32, term.prefix4)) return "bad IPv4 prefix length";
  }
  if (argument.empty()) {
    const bool needs_domain =
        term.mechanism == SpfMechanism::include || term.mechanism == SpfMechanism::exists;
    return needs_domain ? "no domain" : "";
  }
  if (argument[0] != ':') return "bad prefix length";
  term.domain_spec = argument.substr(1);
  return domain_spec_defect(term.domain_spec);
}

std::string parse_network(SpfTerm& term, std::string_view argument) {
  if (argument.empty() || argument[0] != ':') return "no address";
  argument.remove_prefix(1);
  const bool is_v4 = term.mechanism == SpfMechanism::ip4;
  const int bits = is_v4 ? 32 : 128;
  const std::size_t slash = argument.find('/');
  const std::string_view text = argument.substr(0, slash);
  const std::optional<IpAddress> ip = is_v4 ? IpAddress::parse_v4(text) : IpAddress::parse_v6(text);
  if (!ip) return is_v4 ? "no IPv4 address" : "no IPv6 address";
  term.network = {*ip, bits};
  if (slash == std::string_view::npos) return {};
  const std::optional<int> prefix = parse_prefix_length(argument.substr(slash + 1), bits);
  if (!prefix) return "bad prefix length";
  term.network.prefix = *prefix;
  return {};
}

std::string parse_mechanism(SpfRecord& record, std::string_view text, std::string_view body,
                            SpfResult qualifier) {
  const std::size_t end = name_end(body);
  const auto* known = std::find_if(
      kMechanisms.begin(), kMechanisms.end(), [name = body.substr(0, end)](const auto& entry) {
        return name.size() == entry.name.size() && equal_ignoring_case(name, entry.name);
      });
  if (known == kMechanisms.end()) return "unknown mechanism";
  SpfTerm& term = record.terms.emplace_back();
  term.qualifier = qualifier;
  term.mechanism = known->mechanism;
  term.text = text;
  const std::string_view argument = body.substr(end);
  switch (term.mechanism) {
    case SpfMechanism::all:
      return argument.empty() ? "" : "'all' takes nothing";
    case SpfMechanism::ip4:
    case SpfMechanism::ip6:
      return parse_network(term, argument);
    case SpfMechanism::include:
    case SpfMechanism::a:
    case SpfMechanism::mx:
    case SpfMechanism::ptr:
    case SpfMechanism::exists:
      break;
  }
  return parse_domain_and_prefixes(term, argument);
}

// Section 6: redirect and exp at most once each; others are ignored, but must be right.
std::string parse_modifier(SpfRecord& record, std::string_view text, std::size_t equals) {
  const std::string_view name = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  const auto is_name_char = [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || !is_alpha(name[0]) || !std::all_of(name.begin(), name.end(), is_name_char)) {
    return "no name of a modifier";
  }
  const bool is_redirect = equal_ignoring_case(name, "redirect");
  if (!is_redirect && !equal_ignoring_case(name, "exp")) {
    return macro_defect(value, MacroPlace::modifier);
  }
  std::string_view& slot = is_redirect ? record.redirect : record.exp;
  if (!slot.empty()) return "a second one";
  slot = value;
  if (is_redirect) record.redirect_text = text;
  return domain_spec_defect(value);
}

std::string parse_term(SpfRecord& record, std::string_view text) {
  const std::optional<SpfResult> qualifier = qualifier_of(text[0]);
  const std::size_t mark = name_end(text);
  if (mark < text.size() && text[mark] == '=') {
    return parse_modifier(record, text, mark);
  }
  return parse_mechanism(record, text, text.substr(qualifier ? 1 : 0),
                         qualifier.value_or(SpfResult::pass));
}

}  // namespace

std::string_view name_of(SpfResult result) {
  switch (result) {
    case SpfResult::none:
      return "none";
    case SpfResult::neutral:
      return "neutral";
    case SpfResult::pass:
      return "pass";
    case SpfResult::fail:
      return "fail";
    case SpfResult::softfail:
      return "softfail";
    case SpfResult::temperror:
      return "temperror";
    case SpfResult::permerror:
      return "permerror";
  }
  return "?";
}

bool is_spf_record(std::string_view text) {
  return starts_with_ignoring_case(text, kVersion) &&
         (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

SpfRecord parse_spf_record(std::string_view text) {
  SpfRecord record;
  if (text.size() > kMaxSpfRecord) {
    record.error = "longer than a DNS message";
    return record;
  }
  record.terms.reserve(std::min<std::size_t>(text.size() / 12, 32));
  std::string_view rest = text.substr(kVersion.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view term = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (term.empty()) continue;
    const std::string defect = parse_term(record, term);
    if (defect.empty()) continue;
    record.error = in_term(term, defect);
    break;
  }
  return record;
}

bool asks_dns(SpfMechanism mechanism) {
  return mechanism != SpfMechanism::all && mechanism != SpfMechanism::ip4 &&
         mechanism != SpfMechanism::ip6;
}

int SpfRecord::lookups() const {
  const auto count = std::count_if(terms.begin(), terms.end(),
                                   [](const SpfTerm& term) { return asks_dns(term.mechanism); });
  return static_cast<int>(count) + (redirect.empty() ? 0 : 1);
}

bool is_over_wide(const SpfTerm& term) {
  constexpr int kWidest4 = 8;
  constexpr int kWidest6 = 16;
  switch (term.mechanism) {
    case SpfMechanism::all:
      return true;
    case SpfMechanism::ip4:
      return term.network.prefix < kWidest4;
    case SpfMechanism::ip6:
      return term.network.prefix < kWidest6;
    case SpfMechanism::a:
    case SpfMechanism::mx:
      return term.prefix4 < kWidest4 || term.prefix6 < kWidest6;
    case SpfMechanism::exists:
      return !uses_macro(term.domain_spec, "iph");
    case SpfMechanism::include:
    case SpfMechanism::ptr:
      return false;
  }
  return false;
}

}  // namespace unsent

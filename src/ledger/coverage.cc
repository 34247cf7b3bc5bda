// SPDX-License-Identifier: MIT
#include "ledger/coverage.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

constexpr seconds kGapMargin{3600};

}  // namespace

bool concerns(const CoverageRange& range, const Address& sender) {
  if (range.scope.find('@') != range.scope.npos)
    return equal_ignoring_case(range.scope, sender.text());
  const auto domain = DomainName::parse(range.scope);
  return domain && sender.domain().is_within(*domain);
}

Result<std::string> parse_scope(std::string_view text) {
  const std::string_view bare = trim(text);
  const std::size_t at = bare.find('@');
  if (at != bare.npos && at > 0) {
    if (const auto address = Address::parse(bare)) return lower(address->text());
  } else if (const auto domain = DomainName::parse(at == 0 ? bare.substr(1) : bare)) {
    return domain->text();
  }
  return fail(ErrorCode::usage,
              "\"" + to_valid_utf8(text) + "\" is neither a domain nor an address",
              "write ourshop.example or alice@ourshop.example");
}

Coverage coverage_by(const std::vector<CoverageRange>& ranges, const std::vector<CoverageGap>& gaps,
                     const Address& sender, Time at) {
  Coverage answer{false, "not known to be complete for " + sender.text()};
  for (const CoverageRange& range : ranges) {
    if (!concerns(range, sender)) continue;
    answer.is_covered = range.since <= at && (!range.until || at <= *range.until);
    answer.detail = (answer.is_covered ? "" : "only ") + describe(range);
    if (answer.is_covered) break;
  }
  if (!answer.is_covered) return answer;
  for (const CoverageGap& gap : gaps)
    if (gap.since - kGapMargin <= at && at <= gap.until + kGapMargin) return {false, describe(gap)};
  return answer;
}

std::string describe(const CoverageRange& range) {
  std::string text = "complete for " + range.scope + " since " + format_rfc3339(range.since);
  if (range.until) text += " until " + format_rfc3339(*range.until);
  return text;
}

std::string describe(const CoverageGap& gap) {
  return gap.source + " was not read from " + format_rfc3339(gap.since) + " to " +
         format_rfc3339(gap.until);
}

std::string describe(const Measured& measured) {
  const std::int64_t missing = measured.bounces - measured.recorded;
  return "by what something else proved genuine, counted once for each who brought it, " +
         std::to_string(measured.recorded) + " of " + std::to_string(measured.bounces) +
         " bounces are about messages in here (" +
         std::to_string(100 * measured.recorded / std::max<std::int64_t>(measured.bounces, 1)) +
         " %), " + std::to_string(missing) + " are not";
}

bool is_plausible(Time sent_at, Time now) {
  return sent_at >= kEarliestPlausible && sent_at <= now;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "feed/promise.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/organisation.h"
#include "ledger/memory_ledger.h"

namespace unsent {
namespace {

// Nobody need have written on the first day of the time that he vouches for: whoever says "since
// the first of the month" may have sent his first message at its end. A longer silence is more
// likely a mailbox, or a log, that was begun later.
constexpr seconds kLongestSilence{31 * 86400};

// The promise that already is in the ledger, and covers more: it stays as it is.
Result<std::optional<Time>> promised_since(LedgerReader& ledger, const std::string& scope) {
  const auto name = parse_scope(scope);
  if (!name) return name.failure();
  const auto promises = ledger.promises();
  if (!promises) return promises.failure();
  std::optional<Time> since;
  for (const CoverageRange& range : *promises)
    if (range.scope == *name && !range.until)
      since = std::min(range.since, since.value_or(range.since));
  return since;
}

Result<std::optional<Time>> first_message_of(const ReadSoFar& read, LedgerReader& ledger,
                                             const std::string& scope) {
  std::optional<Time> first = read.first_of(scope);
  if (!read.may_know_more()) return first;
  const auto known = ledger.first_sent_by(scope);
  if (!known) return known.failure();
  if (*known) first = std::min(**known, first.value_or(**known));
  return first;
}

}  // namespace

void ReadSoFar::watch(const std::vector<std::string>& scopes) {
  for (const std::string& scope : scopes)
    if (const auto name = parse_scope(scope)) watched_.push_back({{*name, {}, {}, {}}, {}});
}

void ReadSoFar::saw_message(const Entry& entry) {
  has_understood_ = true;
  has_sealed_ = has_sealed_ || !entry.sealed.empty();
  if (watched_.empty()) return;
  const auto at = entry.time();
  for (const std::string& sender : senders_of(entry)) {
    const auto address = Address::parse(sender);
    for (Watched& watched : watched_)
      if (address && concerns(watched.scope, *address))
        watched.first = std::min(at.value_or(Time::max()), watched.first.value_or(Time::max()));
  }
}

void ReadSoFar::saw_log_begin(Time at) { log_begin_ = std::min(at, log_begin_.value_or(at)); }

std::optional<Time> ReadSoFar::first_of(const std::string& scope) const {
  const auto name = parse_scope(scope);
  for (const Watched& watched : watched_)
    if (name && watched.scope.scope == *name) return watched.first;
  return std::nullopt;
}

Result<void> check_promise(const std::vector<std::string>& scopes, std::optional<Time> since,
                           Time now) {
  for (const std::string& scope : scopes) {
    if (!Address::parse(scope) && !DomainName::parse(scope))
      return fail(ErrorCode::usage, "--complete: " + scope + " is neither a domain nor an address");
    const auto name = parse_scope(scope);
    const auto domain = name ? DomainName::parse(*name) : std::nullopt;
    if (domain && is_public_suffix(*domain))
      return fail(ErrorCode::usage,
                  "--complete: below " + domain->text() + " many strangers have their domains",
                  "name your own domain, or your addresses");
  }
  if (since && *since > now)
    return fail(ErrorCode::usage, "--since " + format_rfc3339(*since) + " is in the future",
                "say since when all that was sent is in what you import");
  return {};
}

Result<std::optional<Time>> earned_since(const ReadSoFar& read, LedgerReader& ledger,
                                         const std::string& scope, std::optional<Time> since) {
  const auto first = first_message_of(read, ledger, scope);
  if (!first) return first.failure();
  if (!*first && read.has_sealed()) return since;  // who sent them the lines do not tell
  if (!*first)
    return fail(ErrorCode::data, "no message of " + scope + " is in what was read",
                "name the Sent mailbox or the log that has them, and in --complete who sends");
  const Time begin = std::min(**first, read.log_begin().value_or(**first));
  if (!since || *since >= begin - kLongestSilence) return since;
  const auto promised = promised_since(ledger, scope);
  if (!promised) return promised.failure();
  if (*promised) return *promised;
  return fail(
      ErrorCode::data,
      fmt::format("the first message of {} that was read is of {}, long behind --since {}", scope,
                  format_rfc3339(**first), format_rfc3339(*since)),
      fmt::format("say --since {}, or import what was sent before as well", format_rfc3339(begin)));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/ledger_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "mail/received.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
constexpr seconds kRecently{7 * 86400};  // for "we wrote to them in the days before"

void add(Facts& facts, Check check, PointsTo points_to, Strength strength, std::string detail) {
  facts.push_back({check, points_to, strength, std::move(detail)});
}

// "Message-ID <a@b>" or "From, Date and Subject": how the original was found.
std::string key_text(const SentFinding& finding) {
  return finding.by_fingerprint ? "From, Date and Subject are those of a message that we sent"
                                : fmt::format("Message-ID <{}> is ours", finding.id);
}

// The border hop fails SPF, and nothing of ours stands below it.
bool is_failing(const Origin& origin) {
  return origin.spf() && origin.spf()->result == SpfResult::fail &&
         !origin.has_joined_line_of_ours();
}

// Is the way to a stranger explained: did somebody to whom we sent it hand it on?
bool is_handed_on(const SentFinding& finding, const Origin& origin) {
  return std::any_of(
      finding.sent->recipients.begin(), finding.sent->recipients.end(),
      [&](const Address& recipient) { return origin.client_belongs_to(recipient.domain()); });
}

// A true id and its message, reported for nobody to whom we sent it: forwarded on a way
// that shows, or replayed.
void add_stranger(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string key = key_text(finding);
  const Origin& origin = one.origin;
  const bool came_to_srs = one.recipient && unwrap(*one.recipient).is_srs;
  if (finding.agreement == Agreement::agrees && (is_handed_on(finding, origin) || came_to_srs)) {
    add(facts, Check::ledger, PointsTo::genuine, Strength::strong,
        fmt::format("{}; it reached {} through somebody to whom we sent it", key,
                    finding.recipient_text));
    return;
  }
  // Without the DNS a client whose line shows no name may be anybody's; with a line of
  // ours joined on below it, it is a forwarder's or well forged: neither proves a replay.
  const bool is_strangers_client =
      origin.has_dns() && origin.border().client && !origin.has_joined_line_of_ours();
  const bool is_replayed = finding.agreement == Agreement::agrees && !origin.passes_spf() &&
                           !origin.is_own_client() &&
                           (is_strangers_client || origin.has_line_of_ours_below_stranger());
  if (is_replayed)
    add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
        fmt::format("{}, but {} handed it over for {}, and we sent it to neither", key,
                    origin.border().client->text(), finding.recipient_text));
  else
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but {} is nobody to whom we sent it: forwarded, or replayed", key,
                    finding.recipient_text));
}

void add_agreeing(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string key = key_text(finding);
  const bool is_compared = finding.agreement == Agreement::agrees;
  switch (finding.recipient) {
    case RecipientMatch::exact:
      add(facts, Check::ledger, PointsTo::genuine, Strength::proof,
          fmt::format("{}, and we sent it to {}", key, finding.recipient_text));
      return;
    case RecipientMatch::guessed:
      add(facts, Check::ledger, PointsTo::genuine, Strength::strong,
          fmt::format("{}, and the text names {}, to whom we sent it", key,
                      finding.recipient_text));
      return;
    case RecipientMatch::organisation:
      add(facts, Check::ledger, PointsTo::genuine,
          is_compared && !is_failing(one.origin) ? Strength::strong : Strength::weak,
          fmt::format("{}, and {} is in the organisation of a recipient", key,
                      finding.recipient_text));
      return;
    case RecipientMatch::stranger:
      add_stranger(facts, one);
      return;
    case RecipientMatch::unstated:
      add(facts, Check::ledger, PointsTo::genuine, Strength::weak,
          fmt::format("{}, but the report names no recipient for certain", key));
      return;
  }
}

void add_disagreeing(Facts& facts, const SentFinding& finding) {
  const std::string key = key_text(finding);
  switch (finding.recipient) {
    case RecipientMatch::exact:
      add(facts, Check::ledger, PointsTo::genuine, Strength::strong,
          fmt::format("{} and we sent it to {}, though other fields differ", key,
                      finding.recipient_text));
      return;
    case RecipientMatch::stranger:
      add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
          fmt::format("{}, but From, Date and Subject are another message's, and {} is nobody to "
                      "whom we sent it",
                      key, finding.recipient_text));
      return;
    case RecipientMatch::guessed:
    case RecipientMatch::organisation:
    case RecipientMatch::unstated:
      add(facts, Check::ledger, PointsTo::neither, Strength::weak,
          fmt::format("{}, but From, Date and Subject are another message's", key));
      return;
  }
}

// Does the report show what a ledger can be asked for with certainty? An id that only
// the bounce's References name may be any id.
bool can_be_missed(const Original& original) {
  return !original.message_id.empty() ||
         make_fingerprint(original.from, original.raw_date, original.subject).has_value();
}

void add_absence(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  const Original& original = one.bounce.original;
  const std::string what = original.message_id.empty()
                               ? std::string("the original")
                               : fmt::format("Message-ID <{}>", original.message_id);
  if (!can_be_missed(original)) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        "the report shows no id and no From and Date to look up");
    return;
  }
  const auto coverage = coverage_of(one.senders, time_of(original), one.now, ledger);
  if (coverage.is_available() && coverage.value.is_covered)
    add(facts, Check::ledger, PointsTo::backscatter, Strength::strong,
        fmt::format("{} is not in the ledger, which is {}", what, coverage.value.detail));
  else
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but that proves nothing: {}", what,
                    coverage.is_available() ? coverage.value.detail : coverage.unavailable));
}

// Weak: nothing to look up, but we have written to that recipient lately.
void add_correspondence(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  if (one.senders.empty()) return;
  for (const RecipientReport& report : one.bounce.recipients) {
    const auto address = Address::parse(report.address);
    if (!address) continue;
    const auto count =
        ledger.count_sent(one.senders.front(), *address, one.now - kRecently, one.now + kDay);
    if (!count.is_available() || count.value == 0) continue;
    add(facts, Check::ledger, PointsTo::genuine, Strength::weak,
        fmt::format("{} wrote to {} in the days before", one.senders.front().text(),
                    address->text()));
    return;
  }
}

}  // namespace

std::optional<Time> time_of(const Original& original) {
  if (original.date) return original.date;
  std::optional<Time> oldest;
  for (const HeaderField* field : original.headers.all("Received")) {
    const auto date = received_date(field->value);
    if (date && (!oldest || *date < *oldest)) oldest = date;
  }
  return oldest;
}

LedgerAnswer<Coverage> coverage_of(const std::vector<Address>& senders, std::optional<Time> at,
                                   Time now, Ledger& ledger) {
  LedgerAnswer<Coverage> answer;
  answer.value.detail = "the sender is not known";
  if (!at) {
    answer.value.detail = "the original shows no date";
    return answer;
  }
  if (*at > now + kDay) {
    answer.value.detail = "the original is dated in the future";
    return answer;
  }
  for (const Address& sender : senders) {
    answer = ledger.coverage(sender, *at);
    if (!answer.is_available() || answer.value.is_covered) return answer;
  }
  return answer;
}

void add_ledger_facts(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  const SentFinding& finding = one.finding;
  if (!finding.unavailable.empty()) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("the ledger could not be asked: {}", finding.unavailable));
  } else if (finding.is_found() && one.origin.arrival() == Arrival::foreign) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but whoever brought the bounce has no part in it", key_text(finding)));
  } else if (finding.is_found()) {
    if (finding.agreement == Agreement::disagrees)
      add_disagreeing(facts, finding);
    else
      add_agreeing(facts, one);
  } else if (one.recipient && unwrap(*one.recipient).is_srs) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{} is an SRS address: the original was forwarded, not sent here",
                    one.recipient->text()));
  } else {
    add_absence(facts, one, ledger);
    if (!can_be_missed(one.bounce.original)) add_correspondence(facts, one, ledger);
  }
}

}  // namespace unsent

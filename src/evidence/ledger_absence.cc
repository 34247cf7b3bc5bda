// SPDX-License-Identifier: MIT
#include "evidence/ledger_absence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"
#include "mail/received.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
constexpr seconds kRecently{7 * 86400};        // for "we wrote to them in the days before"
constexpr seconds kLongestInQueue{7 * 86400};  // RFC 5321 4.5.4.1: four to five days, and a notice
constexpr seconds kLongAgo{30 * 86400};
constexpr seconds kClockError{120};
constexpr std::size_t kMostAsked = 5;    // recipients
constexpr std::size_t kMostSenders = 6;  // for each of them: a reverse path holds several

const Otherwise kWereRecorded{"the ledger had the message (unsent import, unsent record)",
                              PointsTo::genuine, Strength::proof, Remedy::record};

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail,
         std::string source = "ledger", std::vector<Otherwise> otherwise = {}) {
  facts.push_back({Check::ledger, points_to, strength, std::move(detail), std::move(source),
                   std::move(otherwise)});
}

// A header that breaks off may have broken off within the last of its fields, or before the
// Subject.
bool is_print_whole(const Headers& headers) {
  if (headers.is_terminated() || headers.empty()) return true;
  const std::string_view last = headers.fields().back().name;
  return headers.has("Subject") && !equal_ignoring_case(last, "From") &&
         !equal_ignoring_case(last, "Date") && !equal_ignoring_case(last, "Subject");
}

bool has_fingerprint(const Original& original) {
  return is_print_whole(original.headers) &&
         make_fingerprint(original.from, original.raw_date, original.subject).has_value();
}

// Does the report show what a ledger can be asked for with certainty? An id that only
// the bounce's References name may be any id.
bool can_be_missed(const Original& original) {
  return !original.message_id.empty() || has_fingerprint(original);
}

// Nothing but its id came back, and the ledger may have it without one.
bool may_be_without_id(const LedgerCase& one, Ledger& ledger) {
  const Original& original = one.bounce.original;
  const auto at = time_of(original);
  return !has_fingerprint(original) &&
         may_lack_id(one.senders, at ? *at : one.arrived_at.value_or(one.now), ledger);
}

// A promise for then would do, unless the original's date allows none.
std::vector<Otherwise> without_coverage(const LedgerCase& one) {
  if (!time_of(one.bounce.original) || one.senders.empty()) return {kWereRecorded};
  const std::string& domain = one.senders.front().domain().text();
  return {kWereRecorded,
          {fmt::format("the ledger were declared complete for {} at that time (unsent import "
                       "--complete {})",
                       domain, domain),
           PointsTo::backscatter, Strength::strong, Remedy::complete, domain}};
}

// The ledger is complete for the original's date; without one for all the days in which it
// may have been queued.
LedgerAnswer<Coverage> coverage_of_original(const LedgerCase& one, Ledger& ledger) {
  const auto at = time_of(one.bounce.original);
  if (at || !one.arrived_at) return coverage_of(one.senders, at, one.now, ledger);
  auto earliest = coverage_of(one.senders, *one.arrived_at - kLongestInQueue, one.now, ledger);
  if (!earliest.is_available() || !earliest.value.is_covered) return earliest;
  return coverage_of(one.senders, one.arrived_at, one.now, ledger);
}

// To whom the report says that the original went.
std::vector<Address> stated_recipients(const Bounce& bounce) {
  std::vector<Address> stated;
  const auto add = [&](const std::string& text) {
    auto address = Address::parse(text);
    if (!address || stated.size() == kMostAsked) return;
    if (std::find(stated.begin(), stated.end(), *address) == stated.end())
      stated.push_back(std::move(*address));
  };
  for (const RecipientReport& report : bounce.recipients) {
    add(report.original);
    add(report.address);
  }
  for (const std::string& recipient : bounce.original.recipients) add(recipient);
  return stated;
}

// Somebody to whom we sent anything between the two times, among those whom the report names and
// who count.
template <typename Counts>
std::optional<Address> find_correspondent(const LedgerCase& one, Time from, Time to, Ledger& ledger,
                                          const Counts& counts) {
  for (const Address& recipient : stated_recipients(one.bounce))
    for (std::size_t i = 0; i < one.senders.size() && i < kMostSenders; ++i) {
      const auto count = ledger.count_sent(one.senders[i], recipient, from, to);
      if (count.is_available() && count.value > 0 && counts(recipient)) return recipient;
    }
  return std::nullopt;
}
std::optional<Address> find_correspondent(const LedgerCase& one, Time from, Time to,
                                          Ledger& ledger) {
  return find_correspondent(one, from, to, ledger, [](const Address&) { return true; });
}

// An id of somebody else's making, as relays and lists write it over ours.
bool has_foreign_id(const LedgerCase& one) {
  const std::string host = host_of_id(one.bounce.original.message_id);
  const auto is_its = [&](const std::optional<Address>& address) {
    return address && same_organisation(host, address->domain().text());
  };
  return !host.empty() && !is_its(one.recipient) &&
         !is_its(Address::parse(one.bounce.original.from));
}

// We wrote to that recipient at the very time: a relay may have given the message another id,
// and a gateway another Subject. Whoever writes an id of his own may write his own Date, too, when
// the message has waited in our queue; and where no Date came back it was in the days before.
std::optional<Address> find_same_hour(const LedgerCase& one, Ledger& ledger) {
  const auto at = time_of(one.bounce.original);
  if (!at && !one.arrived_at) return std::nullopt;
  if (!at)
    return find_correspondent(one, *one.arrived_at - kLongestInQueue, *one.arrived_at, ledger);
  const seconds queued = has_foreign_id(one) ? kDay : kClockError;
  return find_correspondent(one, *at - queued, *at + kClockError, ledger);
}

// Whoever carries a message and writes it a Date of his own is some seconds off.
bool has_twin(const Original& original, Ledger& ledger) {
  constexpr int kMostOff = 3;
  const auto print = make_fingerprint(original.from, original.raw_date, original.subject);
  return print && !ledger.find_near(*print, kMostOff).value.empty();
}

bool says(const Headers& headers, const char* name, std::string_view word) {
  const HeaderField* field = headers.find(name);
  return field != nullptr && contains_ignoring_case(field->value, word);
}

// What mail programs write before the name of a meeting, as far as they answer without a field that
// says so.
bool answers_meeting(const Original& original) {
  constexpr std::string_view kAnswers[] = {"Accepted",  "Declined",  "Tentative", "Zugesagt",
                                           "Abgelehnt", "Accepté",   "Refusé",    "Aceptado",
                                           "Rechazado", "Accettato", "Rifiutato"};
  const std::string_view subject = trim(original.subject);
  const auto is_it = [&](std::string_view word) {
    return starts_with_ignoring_case(subject, word) &&
           starts_with_ignoring_case(trim(subject.substr(word.size())), ":");
  };
  return says(original.headers, "Content-Type", "multipart/alternative") &&
         std::any_of(std::begin(kAnswers), std::end(kAnswers), is_it);
}

// Its program says so (RFC 3834 5), or said so before there was a field for it; it tells that
// something was read (RFC 8098), or asks to a meeting or answers (RFC 6047).
bool is_automatic(const Original& original) {
  const Headers& headers = original.headers;
  const HeaderField* automatic = headers.find("Auto-Submitted");
  if (automatic != nullptr && !starts_with_ignoring_case(trim(automatic->value), "no")) return true;
  for (const char* name : {"X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-SOGo-Message-Type"})
    if (headers.has(name)) return true;
  for (const std::string_view precedence : {"bulk", "junk", "auto"})
    if (says(headers, "Precedence", precedence)) return true;
  return says(headers, "Content-Type", "multipart/report") ||
         says(headers, "Content-Type", "text/calendar") ||
         says(headers, "Content-Class", "calendarmessage") || answers_meeting(original);
}

// The promise is about what our people write: what lists and redirections send in our name is
// somebody else's, and what programs send lies in no folder.
bool may_be_unrecorded(const LedgerCase& one, Ledger& ledger) {
  if (is_automatic(one.bounce.original)) return true;
  const auto from = Address::parse(one.bounce.original.from);
  const auto at = one.arrived_at ? one.arrived_at : time_of(one.bounce.original);
  return from && at && !coverage_of({*from}, at, one.now, ledger).value.is_covered;
}

// That, by a server that may send for us; of a program's even where the DNS cannot tell who it was.
bool may_be_sent_unrecorded(const LedgerCase& one, Ledger& ledger) {
  if (!may_be_unrecorded(one, ledger)) return false;
  return one.origin.is_by_server_of_ours() ||
         (!one.origin.has_dns() && is_automatic(one.bounce.original));
}

void add_absence(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  const Original& original = one.bounce.original;
  const std::string what = original.message_id.empty()
                               ? std::string("the original")
                               : fmt::format("Message-ID <{}>", original.message_id);
  const auto coverage = coverage_of_original(one, ledger);
  if (!coverage.is_available() || !coverage.value.is_covered) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but that proves nothing: {}", what,
                    coverage.is_available() ? coverage.value.detail : coverage.unavailable),
        "ledger", without_coverage(one));
    return;
  }
  if (may_be_without_id(one, ledger)) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but messages without any id are: perhaps one of "
                    "them, to which a server gave it",
                    what),
        "ledger", {kWereRecorded});
    return;
  }
  if (const auto correspondent = find_same_hour(one, ledger)) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but we wrote to {} at that time: perhaps the same, "
                    "under another id",
                    what, correspondent->text()),
        "ledger", {kWereRecorded});
    return;
  }
  if (has_twin(original, ledger)) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but we sent the same Subject within seconds: perhaps "
                    "the same, under another id and Date",
                    what),
        "ledger", {kWereRecorded});
    return;
  }
  if (may_be_sent_unrecorded(one, ledger)) {
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{} is not in the ledger, but none of our people wrote it, and a server that "
                    "may send for us may have handed it over: perhaps a list's, a program's, or "
                    "forwarded",
                    what),
        "ledger; returned From and Auto-Submitted; SPF");
    return;
  }
  add(facts, PointsTo::backscatter, Strength::strong,
      fmt::format("{} is not in the ledger, which is {}", what, coverage.value.detail),
      "ledger, and what it is declared to be complete for", {kWereRecorded});
}

// Nothing to look up, but we have written to that recipient lately: weak.
void add_correspondence(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  add(facts, PointsTo::neither, Strength::weak,
      "the report shows no id and no From and Date to look up", "the returned header");
  if (const auto known = find_correspondent(one, one.now - kRecently, one.now + kDay, ledger))
    add(facts, PointsTo::genuine, Strength::weak,
        fmt::format("{} wrote to {} in the days before", one.senders.front().text(),
                    known->text()));
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
  const Time sent_at = *at > now + kDay ? now : *at;
  for (const Address& sender : senders) {
    const auto record = ledger.sender(sender, sent_at);
    answer = {record.value.coverage, record.unavailable};
    if (!answer.is_available() || answer.value.is_covered) return answer;
  }
  return answer;
}

bool may_lack_id(const std::vector<Address>& senders, Time at, Ledger& ledger) {
  return std::any_of(senders.begin(), senders.end(), [&](const Address& sender) {
    const auto count = ledger.count_without_id(sender, at - kLongestInQueue, at + kDay);
    return !count.is_available() || count.value > 0;
  });
}

void add_absence_facts(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  if (can_be_missed(one.bounce.original))
    add_absence(facts, one, ledger);
  else
    add_correspondence(facts, one, ledger);
}

namespace {

// It may be the one message that the ledger has lost: dated in a time that it covers, about one to
// whom we did write, and whose side brought the report. Whom else a report names is its
// bringer's choice.
bool may_be_lost(const LedgerCase& one, Ledger& ledger) {
  const auto at = time_of(one.bounce.original);
  if (at && !coverage_of(one.senders, at, one.now, ledger).value.is_covered) return false;
  const auto is_his = [&](const Address& recipient) {
    return one.origin.is_brought_for(recipient.domain());
  };
  return find_correspondent(one, *one.arrived_at - kLongAgo, *one.arrived_at + kDay, ledger, is_his)
      .has_value();
}

}  // namespace

bool is_missed_by_now(const LedgerCase& one, Ledger& ledger) {
  const bool is_asked = one.finding.unavailable.empty() && !one.finding.is_found();
  if (!is_asked || !one.arrived_at || is_report_itself(one.bounce.original)) return false;
  if (one.recipient && unwrap(*one.recipient).is_srs) return false;
  if (may_be_unrecorded(one, ledger) || may_be_without_id(one, ledger)) return false;
  const auto earliest =
      coverage_of(one.senders, *one.arrived_at - kLongestInQueue, one.now, ledger);
  const auto latest = coverage_of(one.senders, one.arrived_at, one.now, ledger);
  if (!earliest.value.is_covered || !latest.value.is_covered) return false;
  return !may_be_lost(one, ledger);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/ledger_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/ledger_absence.h"
#include "mail/received.h"

namespace unsent {
namespace {

// A delay warning or two, the failure, and what forwarding makes of one recipient.
constexpr std::int64_t kBouncesPerRecipient = 5;
constexpr std::int64_t kBouncesOfAny = 10;
constexpr std::size_t kMostShown = 20;  // recipients of the returned header
constexpr std::size_t kMostAsked = 5;   // of their domains, of the DNS

void add(Facts& facts, Check check, PointsTo points_to, Strength strength, std::string detail,
         std::string source = "ledger", std::vector<Otherwise> otherwise = {}) {
  facts.push_back(
      {check, points_to, strength, std::move(detail), std::move(source), std::move(otherwise)});
}

std::string source_of(const SentFinding& finding) {
  const SentMessage& sent = *finding.sent;
  const std::size_t count = sent.recipients.size();
  return fmt::format("ledger{}, under {}: sent{} to {}{} recipient{}",
                     sent.row == 0 ? "" : fmt::format(" row {}", sent.row),
                     finding.by_id ? '<' + finding.id + '>' : "From, Date and Subject",
                     sent.sent_at == Time{} ? "" : " " + format_rfc3339(sent.sent_at), count,
                     sent.has_all_recipients ? "" : " or more", count == 1 ? "" : "s");
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

// Whom the returned header shows as recipients, best first: the ledger can say which of
// them are true, not name them.
std::vector<Address> shown_recipients(const Original& original) {
  std::vector<Address> shown;
  const auto add = [&](std::string_view text) {
    for (Address& address : parse_addresses(text, kMostShown))
      if (shown.size() < kMostShown) shown.push_back(std::move(address));
  };
  for (const std::string& recipient : original.recipients) add(recipient);
  for (const char* name : {"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"})
    for (const HeaderField* field : original.headers.all(name)) add(field->value);
  std::size_t lines = 0;
  for (const HeaderField* field : original.headers.all("Received"))
    if (++lines <= kMostShown) add(parse_received(field->value).recipient);
  return shown;
}

// The domains of those to whom the returned header shows that we sent it.
std::vector<DomainName> sent_domains(const SentFinding& finding, const LedgerCase& one) {
  std::vector<DomainName> domains;
  for (const Address& address : shown_recipients(one.bounce.original)) {
    const bool is_known =
        std::find(domains.begin(), domains.end(), address.domain()) != domains.end();
    if (!is_known && domains.size() < kMostAsked && finding.sent->went_to(address))
      domains.push_back(address.domain());
  }
  return domains;
}

template <typename Holds>
bool any_of(const std::vector<DomainName>& domains, const Holds& holds) {
  return std::any_of(domains.begin(), domains.end(), holds);
}

// It came to an address that a forwarder made of the sender's, and it was to him that we sent it.
bool came_to_srs_of_addressee(const SentFinding& finding, const LedgerCase& one) {
  return one.recipient && unwrap(*one.recipient).is_srs &&
         finding.sent->went_to_organisation_of(one.recipient->domain().text());
}

// Did somebody to whom we sent it hand it on? He who took it for the reported recipient himself
// did not; and what the report shows of its way is the word of who brought it.
bool is_handed_on(const SentFinding& finding, const LedgerCase& one) {
  const Origin& origin = one.origin;
  const auto belongs = [&](const DomainName& domain) { return origin.client_belongs_to(domain); };
  if (origin.has_dns() && !origin.is_brought_by_who_may_speak()) return false;
  if (came_to_srs_of_addressee(finding, one)) return true;
  if (any_of(origin.domains().reported, belongs)) return false;
  auto names = origin.client_names();
  if (auto greeting = origin.true_greeting(); !greeting.empty())
    names.push_back(std::move(greeting));
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) {
                       return finding.sent->went_to_organisation_of(name);
                     }) ||
         any_of(sent_domains(finding, one), belongs);
}

// Does somebody to whom we sent it report on whom he meant to hand it on to? So does a server of
// both, to which anybody may have sent it for the other.
bool is_reported_by_addressee(const SentFinding& finding, const LedgerCase& one) {
  const auto speaks = [&](const DomainName& domain) { return one.origin.is_brought_for(domain); };
  return one.origin.shows_arrival() && any_of(sent_domains(finding, one), speaks) &&
         !any_of(one.origin.domains().reported, speaks);
}

// A stranger's hand: he who handed the message over is nobody's, and no true server, with no
// line of ours joined on below it, as far as all could be asked. A message that agrees in all, and
// comes by a true server or from one of ours, was forwarded, renamed by a tenant, or went to a
// blind copy. Without the DNS only a line of ours below a stranger tells: it cannot be true.
bool shows_stranger(const Origin& origin) {
  if (origin.passes_spf() || origin.is_own_client() || origin.is_report_of_ours() ||
      origin.is_within_reporter())
    return false;
  if (origin.has_line_of_ours_below_stranger()) return !origin.has_gap();
  return origin.knows_crossing() && !origin.has_joined_line_of_ours() &&
         !origin.is_honest_server() && !origin.may_be_of_its_user() && !origin.has_gap();
}

// Where one of these is so, whoever reads our mail may have sent it again.
bool may_be_replayed(const Origin& origin) { return is_failing(origin) || shows_stranger(origin); }

// What may be true of a message that somebody changed on the way, and of another under a true id.
void add_doubted(Facts& facts, const LedgerCase& one, std::string detail) {
  const SentFinding& finding = one.finding;
  add(facts, Check::ledger, PointsTo::genuine, Strength::strong, std::move(detail),
      source_of(finding));
  add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
      fmt::format("{}, but a field of it is another's, and so may be who handed it over",
                  key_text(finding)),
      source_of(finding));
}

// A true id and its message, reported for nobody to whom we sent it: forwarded on a way
// that shows, or replayed.
void add_stranger(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string key = key_text(finding);
  const Origin& origin = one.origin;
  const bool is_same = finding.agreement == Agreement::agrees;
  const bool is_replayed = is_same && shows_stranger(origin);
  if (is_same && (is_handed_on(finding, one) || (!origin.is_unexplained() && !is_failing(origin) &&
                                                 is_reported_by_addressee(finding, one)))) {
    std::string detail = fmt::format("{}; it reached {} through somebody to whom we sent it", key,
                                     finding.recipient_text);
    if (finding.has_other_field)
      add_doubted(facts, one, std::move(detail));
    else
      add(facts, Check::ledger, PointsTo::genuine, Strength::strong, std::move(detail),
          source_of(finding));
    return;
  }
  if (is_replayed)
    add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
        fmt::format("{}, but {} handed it over for {}, and we sent it to neither", key,
                    origin.border().client->text(), finding.recipient_text),
        source_of(finding));
  else
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but {} is nobody to whom we sent it: forwarded, or replayed", key,
                    finding.recipient_text),
        source_of(finding));
}

// A recipient of ours that stands only as the original one, which whoever handed the message over
// chose (RFC 3461 4.2), beside strangers to whom it was to go; "" else. What a text says of an
// alias ("expanded from") is the reporter's own word.
std::string find_claimed_only(const SentFinding& finding, const Bounce& bounce) {
  std::string stranger;
  if (bounce.rule != "dsn") return stranger;
  for (const RecipientReport& report : bounce.recipients) {
    const auto address = Address::parse(report.address);
    if (!address) continue;
    if (finding.sent->went_to(*address)) return {};
    if (finding.sent->went_to_organisation_of(address->domain().text())) return {};
    stranger = address->text();
  }
  return stranger;
}

// True if it decided.
bool add_claimed(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string stranger = find_claimed_only(finding, one.bounce);
  if (stranger.empty()) return false;
  const std::string key = key_text(finding);
  const std::string& claimed = finding.recipient_text;
  if (shows_stranger(one.origin))
    add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
        fmt::format("{}, but {} handed it over for {}, and only claims that it was for {}", key,
                    one.origin.border().client->text(), stranger, claimed),
        source_of(finding));
  else if (one.origin.is_unexplained() || (!one.origin.has_dns() && !is_handed_on(finding, one)))
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but that it came to {} by way of {} is the word of who handed it over",
                    key, stranger, claimed),
        source_of(finding));
  else
    add(facts, Check::ledger, PointsTo::genuine, Strength::strong,
        fmt::format("{}, and we sent it to {}, who handed it on to {}", key, claimed, stranger),
        source_of(finding));
  return true;
}

// Where it went to one alone, only he and his servers know what it returns; and whoever else got it
// from him, as all do who read a list.
void add_unstated(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const bool is_of_one = finding.agreement == Agreement::agrees && finding.by_id &&
                         finding.sent->recipients.size() == 1 && finding.sent->has_all_recipients &&
                         !may_be_replayed(one.origin) &&
                         (finding.recipient_text.empty() || !one.origin.is_unexplained());
  const std::string key = key_text(finding);
  if (is_of_one)
    add(facts, Check::ledger, PointsTo::genuine, Strength::strong,
        fmt::format("{}, and it went to one recipient alone, though the report names none", key),
        source_of(finding));
  else
    add(facts, Check::ledger, PointsTo::genuine, Strength::weak,
        fmt::format("{}, but the report names no recipient for certain", key), source_of(finding));
}

// To whom it went: the message itself, or another under its id, which whoever got it knows.
void add_exact(Facts& facts, const LedgerCase& one, Strength best) {
  if (add_claimed(facts, one)) return;
  const SentFinding& finding = one.finding;
  std::string detail =
      fmt::format("{}, and we sent it to {}{}", key_text(finding), finding.recipient_text,
                  finding.has_other_field ? ", though other fields differ" : "");
  if (finding.has_other_field && may_be_replayed(one.origin))
    add_doubted(facts, one, std::move(detail));
  else
    add(facts, Check::ledger, PointsTo::genuine, best, std::move(detail), source_of(finding));
}

void add_agreeing(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string key = key_text(finding);
  const bool is_compared = finding.agreement == Agreement::agrees;
  switch (finding.recipient) {
    case RecipientMatch::exact:
      add_exact(facts, one, Strength::proof);
      return;
    case RecipientMatch::guessed:
      add(facts, Check::ledger, PointsTo::genuine,
          may_be_replayed(one.origin) ? Strength::weak : Strength::strong,
          fmt::format("{}, and the text names {}, to whom we sent it", key, finding.recipient_text),
          source_of(finding));
      return;
    case RecipientMatch::organisation:
      add(facts, Check::ledger, PointsTo::genuine,
          is_compared && !finding.has_other_field && !is_failing(one.origin) &&
                  !one.origin.may_be_strangers()
              ? Strength::strong
              : Strength::weak,
          fmt::format("{}, and {} is in the organisation of a recipient", key,
                      finding.recipient_text),
          source_of(finding));
      return;
    case RecipientMatch::stranger:
      add_stranger(facts, one);
      return;
    case RecipientMatch::unstated:
      add_unstated(facts, one);
      return;
  }
}

void add_disagreeing(Facts& facts, const LedgerCase& one) {
  const SentFinding& finding = one.finding;
  const std::string key = key_text(finding);
  switch (finding.recipient) {
    case RecipientMatch::exact:
      add_exact(facts, one, Strength::strong);
      return;
    case RecipientMatch::stranger:
      add(facts, Check::replay, PointsTo::backscatter, Strength::strong,
          fmt::format("{}, but From, Date and Subject are another message's, and {} is nobody to "
                      "whom we sent it",
                      key, finding.recipient_text),
          source_of(finding));
      return;
    case RecipientMatch::guessed:
    case RecipientMatch::organisation:
    case RecipientMatch::unstated:
      add(facts, Check::ledger, PointsTo::neither, Strength::weak,
          fmt::format("{}, but From, Date and Subject are another message's", key),
          source_of(finding));
      return;
  }
}

}  // namespace

void add_ledger_facts(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  const SentFinding& finding = one.finding;
  if (is_report_itself(one.bounce.original)) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        "what it returns is a report itself, which nobody sent", "the returned header");
  } else if (!finding.unavailable.empty()) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("the ledger could not be asked: {}", finding.unavailable), "ledger",
        {{"the ledger could be asked, and had the message", PointsTo::genuine, Strength::proof,
          Remedy::mend_ledger},
         {"the ledger could be asked, is complete, and had no such message", PointsTo::backscatter,
          Strength::strong, Remedy::mend_ledger}});
  } else if (finding.is_found() && one.is_of_another) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but another user's than to whom the bounce came", key_text(finding)),
        source_of(finding),
        {{"the bounce had come to who sent it", PointsTo::genuine, Strength::proof}});
  } else if (finding.is_found() && one.origin.is_foreign()) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{}, but whoever brought the bounce has no part in it", key_text(finding)),
        source_of(finding),
        {{"the bounce had come from a host of whom it reports on", PointsTo::genuine,
          Strength::proof}});
  } else if (finding.is_found()) {
    if (finding.agreement == Agreement::disagrees)
      add_disagreeing(facts, one);
    else
      add_agreeing(facts, one);
  } else if (one.recipient && unwrap(*one.recipient).is_srs) {
    add(facts, Check::ledger, PointsTo::neither, Strength::weak,
        fmt::format("{} is an SRS address: the original was forwarded, not sent here",
                    one.recipient->text()),
        "envelope recipient of the bounce");
  } else {
    add_absence_facts(facts, one, ledger);
  }
}

bool is_proved_by_ledger(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    return fact.check == Check::ledger && fact.strength == Strength::proof;
  });
}

void add_count_fact(Facts& facts, const LedgerCase& one, Ledger& ledger) {
  const bool is_counted = std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    return fact.check == Check::ledger && fact.points_to == PointsTo::genuine &&
           fact.strength >= Strength::strong;
  });
  if (!is_counted || one.bounce.kind != Kind::bounce || one.bounce_name.empty()) return;
  const SentMessage& sent = *one.finding.sent;
  const auto count = ledger.note(BounceAbout{sent.row, std::string(one.bounce_name)});
  const auto recipients = static_cast<std::int64_t>(sent.recipients.size());
  const std::int64_t most = kBouncesOfAny + kBouncesPerRecipient * recipients;
  if (!count.is_available() || count.value <= most || !sent.has_all_recipients) return;
  add(facts, Check::count, PointsTo::backscatter, Strength::weak,
      fmt::format("{}, but {} bounces came about it, which had {}", key_text(one.finding),
                  count.value, many(sent.recipients.size(), "recipient")),
      source_of(one.finding));
}

}  // namespace unsent

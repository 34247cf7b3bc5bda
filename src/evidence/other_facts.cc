// SPDX-License-Identifier: MIT
#include "evidence/other_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/ledger_absence.h"
#include "evidence/organisation.h"
#include "mail/date.h"
#include "mail/received.h"

namespace unsent {
namespace {

// From how many sent messages on an unknown host in an id says anything.
constexpr std::int64_t kEnoughMessages = 20;
constexpr seconds kLongestInQueue{5 * 86400};  // RFC 5321 4.5.4.1: four to five days
constexpr seconds kClockError{86400};

bool used_host(const Identity& identity, const std::string& host) {
  return std::any_of(identity.id_hosts.begin(), identity.id_hosts.end(),
                     [&](const NameCount& used) { return used.name == host; });
}

bool mentions_authentication_failure(std::string_view diagnostic) {
  const bool names_check = contains_ignoring_case(diagnostic, "spf") ||
                           contains_ignoring_case(diagnostic, "dmarc") ||
                           contains_ignoring_case(diagnostic, "sender policy framework");
  return names_check && (contains_ignoring_case(diagnostic, "fail") ||
                         contains_ignoring_case(diagnostic, "reject") ||
                         contains_ignoring_case(diagnostic, "not allowed") ||
                         contains_ignoring_case(diagnostic, "not authorized") ||
                         contains_ignoring_case(diagnostic, "not permitted"));
}

// Whether who replies is of the organisation of one to whom sent went.
bool is_reply_from_recipient(const Message& message, const SentMessage& sent) {
  const auto from = parse_addresses(message.headers().text("From"), 1);
  if (from.empty()) return false;
  return sent.went_to_organisation_of(from.front().domain().text());
}

std::vector<std::string> replied_ids(const Bounce& bounce) {
  std::vector<std::string> ids = bounce.references;
  if (!bounce.original.message_id.empty() &&
      std::find(ids.begin(), ids.end(), bounce.original.message_id) == ids.end())
    ids.insert(ids.begin(), bounce.original.message_id);
  return ids;
}

// When our server took the reply, else when it was written.
std::optional<Time> time_of(const Message& message) {
  if (const HeaderField* newest = message.headers().find("Received"))
    if (const auto date = received_date(newest->value)) return date;
  return parse_date(message.headers().text("Date"));
}

// Tickets and list servers answer under ids of their own, and relays rename ours: only an id
// that claims to be of our making can be missed.
const std::string* find_claim(const std::vector<std::string>& ids, const Identity& identity) {
  const auto claim = std::find_if(ids.begin(), ids.end(), [&](const std::string& id) {
    const std::string host = host_of_id(id);
    return identity.is_our_host(host) || used_host(identity, host);
  });
  return claim == ids.end() ? nullptr : &*claim;
}

// A complaint returns the message itself, as a bounce does: its own id can be missed, and its
// own Date tells when it was sent.
bool shows_original(const Bounce& bounce) {
  return !bounce.original.message_id.empty() && time_of(bounce.original).has_value();
}

// What is answered was sent before, by the life of a queue at most.
LedgerAnswer<Coverage> reply_coverage(const ReplyCase& one) {
  if (shows_original(one.bounce))
    return coverage_of(one.senders, time_of(one.bounce.original), one.now, one.ledger);
  auto at = time_of(one.message);
  if (at) at = std::min(*at, one.now);  // a Date in the future cancels nothing
  auto earliest = coverage_of(one.senders, at ? std::optional(*at - kLongestInQueue) : std::nullopt,
                              one.now, one.ledger);
  if (!earliest.is_available() || !earliest.value.is_covered) return earliest;
  return coverage_of(one.senders, at, one.now, one.ledger);
}

// Who answers may answer what we did send him, by the id that a relay gave it, or our own server,
// behind the copy that the ledger has read.
bool may_be_renamed(const ReplyCase& one) {
  const auto from = parse_addresses(one.message.headers().text("From"), 1);
  if (from.empty()) return false;
  const Time at = std::min(time_of(one.message).value_or(one.now), one.now);
  return std::any_of(one.senders.begin(), one.senders.end(), [&](const Address& sender) {
    const auto count =
        one.ledger.count_sent(sender, from.front(), at - kLongestInQueue, at + kClockError);
    return count.is_available() && count.value > 0;
  });
}

// What it answers may be in the ledger, under no id, unless its From, Date and Subject came back.
bool may_be_without_id(const ReplyCase& one) {
  const Original& original = one.bounce.original;
  if (make_fingerprint(original.from, original.raw_date, original.subject)) return false;
  return may_lack_id(one.senders, std::min(time_of(one.message).value_or(one.now), one.now),
                     one.ledger);
}

Fact unmissed(const std::string& id, const std::string& why, const std::string& source) {
  return {Check::reply_id, PointsTo::neither, Strength::weak,
          fmt::format("<{}> is not in the ledger, but {}", id, why), source};
}

void add_reply_absence(Facts& facts, const ReplyCase& one, const std::vector<std::string>& ids) {
  const std::string source = "In-Reply-To and References; ledger";
  const std::string* claim =
      shows_original(one.bounce) ? &one.bounce.original.message_id : find_claim(ids, one.identity);
  if (claim == nullptr) {
    facts.push_back({Check::reply_id, PointsTo::neither, Strength::weak,
                     fmt::format("it answers <{}>, which is no id of our making", ids.front()),
                     source});
    return;
  }
  const auto coverage = reply_coverage(one);
  const bool is_covered = coverage.is_available() && coverage.value.is_covered;
  if (!is_covered)
    facts.push_back(
        unmissed(*claim,
                 "that proves nothing: " +
                     (coverage.is_available() ? coverage.value.detail : coverage.unavailable),
                 source));
  else if (may_be_renamed(one))
    facts.push_back(unmissed(*claim,
                             "we wrote to who answers in the days before: perhaps the same, under "
                             "another id",
                             source));
  else if (may_be_without_id(one))
    facts.push_back(unmissed(*claim,
                             "messages without any id are: perhaps one of them, to which a server "
                             "gave it",
                             source));
  else
    facts.push_back(
        {Check::ledger, PointsTo::backscatter, Strength::strong,
         fmt::format("<{}> is not in the ledger, which is {}", *claim, coverage.value.detail),
         source});
}

// True if that is all to say: it was found, or could not be looked up.
bool hear_found(Facts& facts, const ReplyCase& one,
                const LedgerAnswer<std::vector<SentMessage>>& answer, const std::string& what) {
  if (!answer.is_available()) {
    facts.push_back({Check::reply_id, PointsTo::neither, Strength::weak,
                     fmt::format("the ledger could not be asked: {}", answer.unavailable),
                     "ledger"});
    return true;
  }
  if (answer.value.empty()) return false;
  const bool is_recipient = std::any_of(
      answer.value.begin(), answer.value.end(),
      [&](const SentMessage& sent) { return is_reply_from_recipient(one.message, sent); });
  const bool is_foreign = is_recipient && one.is_foreign && one.is_foreign();
  const bool is_genuine = is_recipient && !is_foreign;
  constexpr const char* kFrom = "from an organisation we sent it to";
  facts.push_back(
      {Check::reply_id, is_genuine ? PointsTo::genuine : PointsTo::neither,
       is_genuine ? Strength::strong : Strength::weak,
       is_foreign
           ? fmt::format("answers {}, {}, but whoever brought it has no part in that", what, kFrom)
           : fmt::format("answers {}, {}", what,
                         is_recipient ? kFrom : "but from nobody we sent it to"),
       "In-Reply-To and References; ledger; From of the reply"});
  return true;
}

// It returns an original, or says in fields whom it failed for: a person who writes to such
// an address about anything is no failure of it.
bool shows_what_failed(const Bounce& bounce) {
  return bounce.original.extent != Extent::none ||
         std::any_of(bounce.recipients.begin(), bounce.recipients.end(),
                     [](const RecipientReport& report) { return !report.is_guessed; });
}

}  // namespace

void add_never_sends_fact(Facts& facts, const Bounce& bounce, const std::vector<Address>& senders,
                          const std::optional<Address>& recipient, const Identity& identity) {
  if (!shows_what_failed(bounce)) return;
  for (const Address& sender : senders) {
    const bool is_envelope = recipient && same_mailbox(sender, *recipient);
    if (!is_envelope && recipient) continue;
    if (!identity.has_never_sender(sender)) continue;
    facts.push_back({Check::never_sends, PointsTo::backscatter, Strength::strong,
                     fmt::format("{} is configured as never sending", sender.text()),
                     "never_sends in [identity]"});
    return;
  }
}

void add_identity_facts(Facts& facts, const Bounce& bounce, const Identity& identity) {
  const Original& original = bounce.original;
  const auto from = identity.is_known() ? Address::parse(original.from) : std::nullopt;
  if (from && !identity.is_ours(*from))
    facts.push_back(
        {Check::identity, PointsTo::backscatter, Strength::weak,
         fmt::format("the original is from {}, no address of ours", from->text()),
         fmt::format("returned From; {}", identity.is_learned ? "senders that the ledger shows"
                                                              : "[identity] and options")});
  const std::string host = host_of_id(original.message_id);
  if (!host.empty() && identity.messages >= kEnoughMessages && !used_host(identity, host))
    facts.push_back(
        {Check::identity, PointsTo::backscatter, Strength::weak,
         fmt::format("none of our {} known messages has an id of {}", identity.messages, host),
         "returned Message-ID; ids that the ledger shows"});
}

void add_diagnostic_fact(Facts& facts, const Bounce& bounce) {
  for (const RecipientReport& report : bounce.recipients) {
    if (!mentions_authentication_failure(report.diagnostic)) continue;
    facts.push_back({Check::diagnostic, PointsTo::backscatter, Strength::weak,
                     fmt::format("the reporter says: {}", cut_utf8(report.diagnostic, 120)),
                     "diagnostic of " + report.address});
    return;
  }
}

void add_reply_facts(Facts& facts, const ReplyCase& one) {
  if (is_report_itself(one.bounce.original)) {
    facts.push_back({Check::reply_id, PointsTo::neither, Strength::weak,
                     "what it answers is a report itself, which nobody sent",
                     "the returned header"});
    return;
  }
  const auto ids = replied_ids(one.bounce);
  for (const std::string& id : ids)
    if (hear_found(facts, one, one.ledger.find(ByMessageId{id}), '<' + id + '>')) return;
  // A receipt or complaint that returns the header of what its id does not find.
  const Original& original = one.bounce.original;
  if (const auto print = make_fingerprint(original.from, original.raw_date, original.subject))
    if (hear_found(facts, one, one.ledger.find(*print), "what has our From, Date and Subject"))
      return;
  if (ids.empty())
    facts.push_back({Check::reply_id, PointsTo::neither, Strength::weak,
                     "it does not say which message it answers", "In-Reply-To and References"});
  else
    add_reply_absence(facts, one, ids);
}

}  // namespace unsent

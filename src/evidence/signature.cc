// SPDX-License-Identifier: MIT
#include "evidence/signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/organisation.h"
#include "mail/date.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
// A queue gives up after five days, and its notice takes a while: x= was right when the
// message was sent (RFC 6376 3.5 leaves to the verifier what it does about it).
constexpr seconds kExpiryGrace{7 * 86400};

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail) {
  facts.push_back({Check::signature, points_to, strength, std::move(detail)});
}

std::vector<Address> signed_addresses(const DkimVerification& done, const char* name) {
  std::vector<Address> addresses;
  for (const HeaderField* field : done.signed_fields)
    if (field == done.find_signed(name))
      for (Address& address : parse_addresses(field->value))
        addresses.push_back(std::move(address));
  return addresses;
}

std::vector<Address> signed_recipients(const DkimVerification& done) {
  auto recipients = signed_addresses(done, "To");
  for (Address& address : signed_addresses(done, "Cc")) recipients.push_back(std::move(address));
  return recipients;
}

std::optional<Time> signing_time(const DkimVerification& done) {
  if (done.signed_at) return done.signed_at;
  const HeaderField* date = done.find_signed("Date");
  return date == nullptr ? std::nullopt : parse_date(unfold(date->value));
}

// Why a signature that passes says nothing; "" if it does.
std::string find_doubt(const DkimVerification& done, const SignatureCase& one) {
  if (one.origin.arrival() == Arrival::foreign)
    return "whoever brought the bounce has no part in it";
  if (!done.unsigned_double.empty())
    return fmt::format("a second {} stands beside the signed one", done.unsigned_double);
  const auto from = signed_addresses(done, "From");
  if (from.size() != 1 || !one.identity.is_ours(from.front()))
    return "the signed From is no address of ours";
  const auto when = signing_time(done);
  if (!when) return "nothing signed says when";
  if (*when > one.now + kDay) return "it is dated in the future";
  if (*when < one.now - one.retention)
    return fmt::format("it is of {}, which is too long ago", format_rfc3339(*when));
  if (done.expires_at && *done.expires_at < one.now - kExpiryGrace)
    return fmt::format("it expired at {}", format_rfc3339(*done.expires_at));
  return {};
}

std::vector<Address> reported_recipients(const Bounce& bounce, bool is_guessed) {
  std::vector<Address> reported;
  for (const RecipientReport& report : bounce.recipients) {
    if (report.is_guessed != is_guessed) continue;
    for (const std::string& text : {report.original, report.address})
      if (auto address = Address::parse(text)) reported.push_back(std::move(*address));
  }
  return reported;
}

const Address* find_common(const std::vector<Address>& reported,
                           const std::vector<Address>& signed_to) {
  for (const Address& address : reported)
    for (const Address& to : signed_to)
      if (same_mailbox(address, to)) return &address;
  return nullptr;
}

// The ledger may know of a blind copy: something went from that sender to that recipient
// about when it was signed.
const Address* find_in_ledger(const std::vector<Address>& reported, const DkimVerification& done,
                              const SignatureCase& one) {
  const auto when = signing_time(done);
  const auto from = signed_addresses(done, "From");
  if (one.ledger == nullptr || !when || from.empty()) return nullptr;
  for (const Address& address : reported) {
    const auto count = one.ledger->count_sent(from.front(), address, *when - kDay, *when + kDay);
    if (count.is_available() && count.value > 0) return &address;
  }
  return nullptr;
}

const Address* find_forwarder(const std::vector<Address>& signed_to, const Origin& origin) {
  constexpr std::size_t kMostAsked = 10;
  for (std::size_t i = 0; i < std::min(signed_to.size(), kMostAsked); ++i)
    if (origin.client_belongs_to(signed_to[i].domain())) return &signed_to[i];
  return nullptr;
}

void add_pass(Facts& facts, const DkimVerification& done, const SignatureCase& one) {
  const std::string key =
      fmt::format("key {} of {} signed the returned header", done.selector, done.domain);
  if (const std::string doubt = find_doubt(done, one); !doubt.empty()) {
    add(facts, PointsTo::neither, Strength::weak, fmt::format("{}, but {}", key, doubt));
    return;
  }
  const auto signed_to = signed_recipients(done);
  const auto reported = reported_recipients(one.bounce, false);
  const auto guessed = reported_recipients(one.bounce, true);
  if (const Address* to = find_common(reported, signed_to))
    add(facts, PointsTo::genuine, Strength::strong, fmt::format("{}, to {}", key, to->text()));
  else if (const Address* known = find_in_ledger(reported, done, one))
    add(facts, PointsTo::genuine, Strength::strong,
        fmt::format("{}, and then we wrote to {}", key, known->text()));
  else if (const Address* forwarder = find_forwarder(signed_to, one.origin))
    add(facts, PointsTo::genuine, Strength::strong,
        fmt::format("{}, and a server of {}, to whom it is, handed it on", key, forwarder->text()));
  else if (const Address* named = find_common(guessed, signed_to))
    add(facts, PointsTo::genuine, Strength::weak,
        fmt::format("{}, and the text names {}, to whom it is", key, named->text()));
  else
    add(facts, PointsTo::neither, Strength::weak,
        fmt::format("{}, but to nobody that the report names: a blind copy, forwarded, or replayed",
                    key));
}

int rank(DkimResult result) {
  if (result == DkimResult::header_pass) return 2;
  return result == DkimResult::header_fail ? 1 : 0;
}

void add_other(Facts& facts, const DkimVerification& done) {
  // A failure says nothing either: Courier gives a returned multipart a new boundary,
  // others refold, and a signer may cover all that.
  add(facts, PointsTo::neither, Strength::weak,
      fmt::format("DKIM signature of {}: {}, {}", done.domain, name_of(done.result), done.note));
}

}  // namespace

void add_signature_facts(Facts& facts, const SignatureCase& one) {
  const Original& original = one.bounce.original;
  const auto from = Address::parse(original.from);
  const auto is_ours = [&](std::string_view domain) {
    if (one.identity.is_our_host(domain)) return true;
    // Where only addresses are known: the domain, no public suffix, signs for its own users.
    const auto name = DomainName::parse(domain);
    return name && from && one.identity.is_ours(*from) && from->domain().is_within(*name) &&
           organisation_of(*name) == organisation_of(from->domain());
  };
  const auto all = verify_ours({original.headers, is_ours, one.resolver, one.retired});
  if (all.empty()) return;
  const auto best = std::max_element(all.begin(), all.end(),
                                     [](const DkimVerification& a, const DkimVerification& b) {
                                       return rank(a.result) < rank(b.result);
                                     });
  if (best->result == DkimResult::header_pass)
    add_pass(facts, *best, one);
  else
    add_other(facts, *best);
}

}  // namespace unsent

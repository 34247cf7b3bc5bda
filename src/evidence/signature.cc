// SPDX-License-Identifier: MIT
#include "evidence/signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/addressee.h"
#include "evidence/organisation.h"
#include "mail/date.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
// A queue gives up after five days, and its notice takes a while: x= was right when the
// message was sent (RFC 6376 3.5 leaves to the verifier what it does about it).
constexpr seconds kExpiryGrace{7 * 86400};

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail,
         const DkimVerification& done, std::vector<Otherwise> otherwise = {}) {
  facts.push_back(
      {Check::signature, points_to, strength, std::move(detail),
       fmt::format("returned DKIM-Signature; key {}._domainkey.{}", done.selector, done.domain),
       std::move(otherwise)});
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
  if (one.origin.is_foreign()) return "whoever brought the bounce has no part in it";
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

void add_pass(Facts& facts, const DkimVerification& done, const SignatureCase& one) {
  const std::string key =
      fmt::format("key {} of {} signed the returned header", done.selector, done.domain);
  if (const std::string doubt = find_doubt(done, one); !doubt.empty()) {
    add(facts, PointsTo::neither, Strength::weak, fmt::format("{}, but {}", key, doubt), done);
    return;
  }
  using How = AddresseeFinding::How;
  const auto to = signed_recipients(done);
  const auto from = signed_addresses(done, "From");
  const AddresseeFinding found =
      find_addressee({one.bounce, one.origin, to, from.front(), signing_time(done), one.ledger});
  switch (found.how) {
    case How::addressed:
      add(facts, PointsTo::genuine, Strength::strong, fmt::format("{}, to {}", key, found.text),
          done);
      return;
    case How::in_ledger:
      add(facts, PointsTo::genuine, Strength::strong,
          fmt::format("{}, and then we wrote to {}", key, found.text), done);
      return;
    case How::handed_on:
      add(facts, PointsTo::genuine, Strength::strong,
          fmt::format("{}, and a server of {}, to whom it is, handed it on", key, found.text),
          done);
      return;
    case How::guessed:
      add(facts, PointsTo::genuine, Strength::weak,
          fmt::format("{}, and the text names {}, to whom it is", key, found.text), done);
      return;
    case How::stranger:
      add(facts, PointsTo::neither, Strength::weak,
          fmt::format("{}, but to nobody that the report names: a blind copy, forwarded, or "
                      "replayed",
                      key),
          done);
      return;
  }
}

int rank(DkimResult result) {
  if (result == DkimResult::header_pass) return 2;
  return result == DkimResult::header_fail ? 1 : 0;
}

// Whether it passes is open where the key is.
std::vector<Otherwise> without_key(DkimResult result) {
  const Otherwise known{"the key were known (DNS, or retired_keys in [dkim]) and fitted",
                        PointsTo::genuine, Strength::strong};
  switch (result) {
    case DkimResult::no_key:
    case DkimResult::key_revoked:
    case DkimResult::key_bad:
    case DkimResult::temperror:
      return {known};
    case DkimResult::header_pass:
    case DkimResult::header_fail:
    case DkimResult::no_signature:
    case DkimResult::weak_key:
    case DkimResult::unsupported:
      break;
  }
  return {};
}

void add_other(Facts& facts, const DkimVerification& done) {
  // A failure says nothing either: Courier gives a returned multipart a new boundary,
  // others refold, and a signer may cover all that.
  add(facts, PointsTo::neither, Strength::weak,
      fmt::format("DKIM signature of {}: {}, {}", done.domain, name_of(done.result), done.note),
      done, without_key(done.result));
}

}  // namespace

void add_signature_facts(Facts& facts, const SignatureCase& one) {
  const Original& original = one.bounce.original;
  const auto is_ours = [&](std::string_view domain) {
    if (one.identity.is_our_host(domain)) return true;
    // Where only addresses are known: the domain, no public suffix, signs for its own users.
    const auto name = DomainName::parse(domain);
    const auto from = Address::parse(original.from);
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

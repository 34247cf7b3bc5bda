// SPDX-License-Identifier: MIT
#include "evidence/addressee.h"

#include <algorithm>

#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
constexpr std::size_t kMostAsked = 10;  // of the DNS, and of the ledger

std::vector<Address> reported_recipients(const Bounce& bounce, bool is_guessed) {
  std::vector<Address> reported;
  for (const RecipientReport& report : bounce.recipients) {
    if (report.is_guessed != is_guessed) continue;
    for (const std::string* text : {&report.original, &report.address})
      if (auto address = Address::parse(*text)) reported.push_back(std::move(*address));
  }
  return reported;
}

// All that are reported by their own address are of nobody's organisation to whom it is: whom the
// report names besides as the original recipient, whoever handed the message over chose (RFC 3461
// 4.2). What a text says of an alias is the reporter's own word.
bool is_claimed_only(const AddresseeCase& one) {
  if (one.bounce.rule != "dsn") return false;
  bool has_stranger = false;
  for (const RecipientReport& report : one.bounce.recipients) {
    const auto address = Address::parse(report.address);
    if (!address) continue;
    has_stranger = true;
    for (const Address& to : one.to)
      if (same_organisation(address->domain().text(), to.domain().text())) return false;
  }
  return has_stranger;
}

std::string find_common(const std::vector<Address>& reported, const std::vector<Address>& to) {
  for (const Address& address : reported)
    for (const Address& one : to)
      if (same_mailbox(address, one)) return address.text();
  return {};
}

// The ledger may know of a blind copy.
std::string find_in_ledger(const std::vector<Address>& reported, const AddresseeCase& one) {
  if (one.ledger == nullptr || !one.sent_at || !one.from) return {};
  for (std::size_t i = 0; i < std::min(reported.size(), kMostAsked); ++i) {
    const auto count = one.ledger->count_sent(*one.from, reported[i], *one.sent_at - kDay,
                                              *one.sent_at + 2 * kDay);
    if (count.is_available() && count.value > 0) return reported[i].text();
  }
  return {};
}

std::string find_forwarder(const std::vector<Address>& to, const Origin& origin) {
  for (std::size_t i = 0; i < std::min(to.size(), kMostAsked); ++i)
    if (origin.client_belongs_to(to[i].domain())) return to[i].text();
  return {};
}

}  // namespace

AddresseeFinding find_addressee(const AddresseeCase& one) {
  using How = AddresseeFinding::How;
  const auto reported = reported_recipients(one.bounce, false);
  if (auto text = find_common(reported, one.to); !text.empty()) {
    if (!is_claimed_only(one)) return {How::addressed, text};
    if (one.origin.has_dns() && !one.origin.is_unexplained()) return {How::handed_on, text};
    return {};
  }
  if (auto text = find_in_ledger(reported, one); !text.empty()) return {How::in_ledger, text};
  if (auto text = find_forwarder(one.to, one.origin); !text.empty()) return {How::handed_on, text};
  const auto guessed = reported_recipients(one.bounce, true);
  if (auto text = find_common(guessed, one.to); !text.empty()) return {How::guessed, text};
  return {};
}

}  // namespace unsent

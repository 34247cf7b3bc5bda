// SPDX-License-Identifier: MIT
#include "evidence/identity.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

bool contains(const std::vector<Address>& addresses, const Address& address) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const Address& ours) { return same_mailbox(ours, address); });
}

// "prvs=1234abcdef=user" and its kin: the user behind the last "=".
std::string_view batv_user(std::string_view local) {
  for (const std::string_view prefix : {"prvs=", "btv1==", "msprvs1="}) {
    if (!starts_with_ignoring_case(local, prefix)) continue;
    const std::size_t mark = local.rfind('=');
    if (mark < prefix.size()) return {};
    return local.substr(mark + 1);
  }
  return {};
}

// "SRS0=hash=tt=domain=user" → user@domain. Any of "=", "+", "-" behind SRS0.
std::optional<Address> srs_inner(std::string_view local) {
  if (!starts_with_ignoring_case(local, "srs0") || local.size() < 6) return std::nullopt;
  const auto pieces = split(local.substr(5), '=');
  if (pieces.size() < 4) return std::nullopt;
  std::string text;
  for (std::size_t i = 3; i < pieces.size(); ++i) {
    if (i > 3) text += '=';
    text += pieces[i];
  }
  return Address::parse(text + '@' + std::string(pieces[2]));
}

bool has_srs_form(std::string_view local) {
  return local.size() > 5 &&
         (starts_with_ignoring_case(local, "srs0") || starts_with_ignoring_case(local, "srs1")) &&
         std::string_view("=+-").find(local[4]) != std::string_view::npos;
}

}  // namespace

bool Identity::is_ours(const Address& address) const {
  if (contains(addresses, address)) return true;
  return std::any_of(domains.begin(), domains.end(),
                     [&](const DomainName& domain) { return address.domain().is_within(domain); });
}

bool Identity::is_our_host(std::string_view host) const {
  const auto name = DomainName::parse(host);
  return name && std::any_of(domains.begin(), domains.end(),
                             [&](const DomainName& domain) { return name->is_within(domain); });
}

bool Identity::has_never_sender(const Address& address) const {
  return contains(never_sends, address);
}

void learn(Identity& identity, const LearnedIdentity& learned) {
  identity.id_hosts = learned.message_id_hosts;
  identity.messages = learned.messages;
  if (identity.is_known()) return;
  for (const NameCount& sender : learned.senders)
    if (auto address = Address::parse(sender.name)) identity.addresses.push_back(*address);
  identity.is_learned = identity.is_known();
}

Unwrapped unwrap(const Address& address) {
  Unwrapped unwrapped;
  const auto add = [&](std::optional<Address> candidate) {
    if (candidate && !contains(unwrapped.candidates, *candidate))
      unwrapped.candidates.push_back(std::move(*candidate));
  };
  add(address);
  const std::string& local = address.local();
  const std::string domain = '@' + address.domain().text();
  unwrapped.is_srs = has_srs_form(local);
  if (const std::string_view user = batv_user(local); !user.empty())
    add(Address::parse(std::string(user) + domain));
  if (unwrapped.is_srs) add(srs_inner(local));
  const std::size_t plus = local.find('+');
  if (plus != std::string::npos && plus > 0 && !unwrapped.is_srs)
    add(Address::parse(local.substr(0, plus) + domain));
  return unwrapped;
}

}  // namespace unsent

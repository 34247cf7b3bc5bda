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

constexpr std::size_t kMostCandidates = 8;

// The user inside "prvs=TAG=user", "btv1==TAG==user" and "msprvs1=TAG=user"; a user may hold
// a "=" himself.
std::string_view batv_user(std::string_view local) {
  struct Form {
    std::string_view prefix, mark;
  };
  for (const Form form : {Form{"prvs=", "="}, {"btv1==", "=="}, {"msprvs1=", "="}}) {
    if (!starts_with_ignoring_case(local, form.prefix)) continue;
    const std::size_t mark = local.find(form.mark, form.prefix.size());
    return mark == std::string_view::npos ? std::string_view()
                                          : local.substr(mark + form.mark.size());
  }
  return {};
}

// "hash=tt=domain=user", what stands behind "SRS0=": user@domain.
std::optional<Address> srs0_inner(std::string_view rest) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t mark = rest.find('=');
    if (mark == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(mark + 1);
  }
  const std::size_t mark = rest.find('=');
  if (mark == std::string_view::npos) return std::nullopt;
  return Address::parse(std::string(rest.substr(mark + 1)) + '@' +
                        std::string(rest.substr(0, mark)));
}

// Of "SRS0=hash=tt=domain=user" and "SRS1=hash=host==hash=tt=domain=user". Any of "=", "+"
// and "-" may follow SRS0, also within SRS1.
std::optional<Address> srs_inner(std::string_view local) {
  const bool is_second = local.size() > 3 && local[3] == '1';
  local.remove_prefix(5);
  if (!is_second) return srs0_inner(local);
  const std::size_t host = local.find('=');
  if (host == std::string_view::npos) return std::nullopt;
  const std::size_t mark = local.find('=', host + 1);
  if (mark == std::string_view::npos || mark + 2 > local.size()) return std::nullopt;
  return srs0_inner(local.substr(mark + 2));
}

// VERP, "list-bounces+bob=remote.example", "alice-bob=remote.example": whoever stands before
// the recipient. Both may hold a "-", so each of the first places is one to try.
std::vector<std::string_view> verp_users(std::string_view local) {
  constexpr std::size_t kMostPlaces = 4;
  std::vector<std::string_view> users;
  const std::size_t equals = local.rfind('=');
  if (equals == std::string_view::npos) return users;
  const std::string_view host = local.substr(equals + 1);
  if (host.find('.') == std::string_view::npos || !DomainName::parse(host)) return users;
  for (std::size_t i = 1; i < equals && users.size() < kMostPlaces; ++i)
    if (local[i] == '+' || local[i] == '-') users.push_back(local.substr(0, i));
  return users;
}

bool has_srs_form(std::string_view local) {
  return local.size() > 5 &&
         (starts_with_ignoring_case(local, "srs0") || starts_with_ignoring_case(local, "srs1")) &&
         std::string_view("=+-").find(local[4]) != std::string_view::npos;
}

}  // namespace

bool Identity::is_ours(const Address& address) const {
  if (contains(addresses, address)) return true;
  for (const auto& [alias, target] : aliases)
    if (same_mailbox(alias, address)) return true;
  return std::any_of(domains.begin(), domains.end(),
                     [&](const DomainName& domain) { return address.domain().is_within(domain); });
}

bool Identity::is_our_host(std::string_view host) const {
  if (domains.empty()) return false;
  const auto name = DomainName::parse(host);
  return name && std::any_of(domains.begin(), domains.end(),
                             [&](const DomainName& domain) { return name->is_within(domain); });
}

bool Identity::has_never_sender(const Address& address) const {
  return contains(never_sends, address);
}

void add_aliases(std::vector<Address>& senders, const Identity& identity) {
  const std::size_t count = senders.size();
  for (std::size_t i = 0; i < count; ++i)
    for (const auto& [alias, target] : identity.aliases)
      if (same_mailbox(alias, senders[i]) && !contains(senders, target)) senders.push_back(target);
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
  unwrapped.is_srs = has_srs_form(address.local());
  auto& found = unwrapped.candidates;
  const auto add = [&](std::optional<Address> candidate) {
    if (candidate && found.size() < kMostCandidates && !contains(found, *candidate))
      found.push_back(std::move(*candidate));
  };
  found.push_back(address);
  // Each candidate may be wrapped itself: BATV around VERP, SRS around BATV.
  static constexpr ByteSet kMarks("=+-");  // one of them is in whatever is wrapped
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (kMarks.find_in(found[i].local()) == found[i].local().size()) continue;
    const std::string local = found[i].local();
    const std::string domain = '@' + found[i].domain().text();
    if (has_srs_form(local)) {
      add(srs_inner(local));
      continue;
    }
    if (const std::string_view user = batv_user(local); !user.empty()) {
      add(Address::parse(std::string(user) + domain));
      continue;
    }
    for (const std::string_view user : verp_users(local))
      add(Address::parse(std::string(user) + domain));
    const std::size_t plus = local.find('+');
    if (plus != std::string::npos && plus > 0) add(Address::parse(local.substr(0, plus) + domain));
  }
  return unwrapped;
}

bool is_only_forwarded(const Address& address, const Identity& identity) {
  const Unwrapped unwrapped = unwrap(address);
  if (!unwrapped.is_srs || unwrapped.candidates.size() < 2) return false;
  return std::none_of(unwrapped.candidates.begin() + 1, unwrapped.candidates.end(),
                      [&](const Address& inner) { return identity.is_ours(inner); });
}

}  // namespace unsent

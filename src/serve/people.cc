// SPDX-License-Identifier: MIT
#include "serve/people.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace unsent {
namespace {

// "" if the system knows none.
std::string login_name(uid_t user) {
  std::array<char, 16384> room{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
    return {};
  return found->pw_name;
}

bool is_among(const Address& address, const std::vector<Address>& all) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Address& one) { return same_mailbox(one, address); });
}

bool is_within_any(const Address& address, const std::vector<DomainName>& domains) {
  return std::any_of(domains.begin(), domains.end(),
                     [&](const DomainName& domain) { return address.domain().is_within(domain); });
}

}  // namespace

bool Client::has(const Address& address) const {
  if (is_trusted || is_among(address, addresses) || is_within_any(address, domains)) return true;
  const std::size_t plus = address.local().find('+');
  if (plus == std::string::npos || plus == 0) return false;
  const auto bare = Address::parse(address.local().substr(0, plus) + '@' + address.domain().text());
  return bare && is_among(*bare, addresses);
}

bool Client::has(std::string_view text) const {
  const auto address = Address::parse(text);
  return is_trusted || (address && has(*address));
}

bool People::is_ours(std::string_view text) const {
  const auto address = Address::parse(text);
  return address && is_within_any(*address, options_.domains);
}

Client People::client_named(const std::string& name) const {
  Client client;
  client.name = name;
  const auto add = [&](std::optional<Address> address) {
    if (address && !is_among(*address, client.addresses))
      client.addresses.push_back(std::move(*address));
  };
  for (const DomainName& domain : options_.domains) add(Address::parse(name + '@' + domain.text()));
  if (const auto said = options_.senders.find(name); said != options_.senders.end()) {
    for (const std::string& one : said->second) {
      if (!one.starts_with('@')) add(Address::parse(one));
      if (const auto domain = DomainName::parse(std::string_view(one).substr(1));
          one.starts_with('@') && domain)
        client.domains.push_back(*domain);
    }
  }
  // An alias may stand for another one.
  for (std::size_t i = 0; i < client.addresses.size(); ++i)
    for (const auto& [alias, target] : options_.aliases)
      if (same_mailbox(target, client.addresses[i])) add(alias);
  return client;
}

Client People::client_of(uid_t user) const {
  const std::string name = login_name(user);
  Client client =
      name.empty() ? Client{"user " + std::to_string(user), false, {}, {}} : client_named(name);
  const auto& trusted = options_.trusted;
  client.is_trusted =
      user == 0 || user == ::geteuid() ||
      (!name.empty() && std::find(trusted.begin(), trusted.end(), name) != trusted.end());
  return client;
}

}  // namespace unsent

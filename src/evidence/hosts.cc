// SPDX-License-Identifier: MIT
#include "evidence/hosts.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/check_host.h"
#include "spf/networks.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr std::size_t kMostDomains = 12;  // that one client is compared with
constexpr std::size_t kMostServers = 5;   // of one domain's MX

void add_domain(std::vector<DomainName>& domains, const DomainName& domain) {
  const bool is_known = std::find(domains.begin(), domains.end(), domain) != domains.end();
  if (!is_known && domains.size() < kMostDomains) domains.push_back(domain);
}

}  // namespace

bool is_asked(const DnsAnswer& answer) {
  return answer.status == DnsStatus::ok || answer.is_void();
}

Hosts::Hosts(Resolver& resolver, const DomainName& sender) : resolver_(resolver) {
  const DnsAnswer first = resolver_.lookup(sender.text(), DnsType::txt);
  status_ = first.status;
  has_dns_ = is_asked(first);
}

std::vector<std::string> Hosts::names_of(const IpAddress& client, const ReceivedHop& line) const {
  if (has_dns_ && is_asked(resolver_.lookup(client.reverse(), DnsType::ptr)))
    return validated_names(client, resolver_);
  if (line.rdns.empty()) return {};
  return {line.rdns};
}

bool Hosts::belongs(const IpAddress& client, const std::vector<std::string>& names,
                    const DomainName& domain) const {
  const std::string organisation = organisation_of(domain);
  for (const std::string& name : names)
    if (organisation_of(name) == organisation) return true;
  if (!has_dns_) return false;
  if (resolves_to(domain.text(), client, resolver_)) return true;
  const DnsAnswer mx = resolver_.lookup(domain.text(), DnsType::mx);
  for (std::size_t i = 0; i < mx.texts.size() && i < kMostServers; ++i)
    if (!mx.texts[i].empty() && resolves_to(mx.texts[i], client, resolver_)) return true;
  const SpfOutcome spf =
      check_host({.ip = client, .sender = domain.text(), .helo = domain.text()}, resolver_);
  return spf.result == SpfResult::pass && !spf.is_over_wide && spf.is_direct_pass();
}

bool Hosts::takes_mail_for(const IpAddress& client, const std::vector<std::string>& names,
                           const DomainName& domain) const {
  if (belongs(client, names, domain)) return true;
  const DnsAnswer mx = resolver_.lookup(domain.text(), DnsType::mx);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return !mx.texts.empty() && same_organisation(name, mx.texts.front());
  });
}

bool OwnHosts::is_own(const IpAddress& client) const {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(client); });
}

bool OwnHosts::knows_networks_like(const IpAddress& client) const {
  return std::any_of(networks.begin(), networks.end(), [&](const IpNetwork& network) {
    return network.address.is_v4() == client.is_v4();
  });
}

OwnHosts own_hosts(const Identity& identity, const std::vector<IpNetwork>& relays,
                   const Address& sender, const Hosts& hosts) {
  OwnHosts own{identity, relays};
  if (own.networks.empty() && hosts.has_dns() && identity.is_ours(sender))
    own.networks = networks_named_by(sender.domain().text(), hosts.resolver()).networks;
  return own;
}

std::vector<DomainName> reported_domains(const Bounce& bounce) {
  std::vector<DomainName> domains;
  for (const RecipientReport& report : bounce.recipients)
    for (const std::string& text : {report.address, report.original})
      if (const auto address = Address::parse(text)) add_domain(domains, address->domain());
  return domains;
}

std::vector<DomainName> addressed_domains(const Bounce& bounce) {
  std::vector<DomainName> domains;
  for (const std::string& text : bounce.original.recipients)
    if (const auto address = Address::parse(text)) add_domain(domains, address->domain());
  return domains;
}

}  // namespace unsent

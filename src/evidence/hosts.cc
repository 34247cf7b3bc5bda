// SPDX-License-Identifier: MIT
#include "evidence/hosts.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"
#include "spf/networks.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr std::size_t kMostDomains = 12;  // that one client is compared with
constexpr std::size_t kMostServers = 5;   // of one domain's MX

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

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
  has_dns_ = is_asked(first) || first.status == DnsStatus::pending;
  is_alive_ = has_dns_ && first.status != DnsStatus::nxdomain;
}

std::vector<std::string> Hosts::names_of(const IpAddress& client, const ReceivedHop& line) const {
  if (has_dns_ && is_asked(resolver_.lookup(client.reverse(), DnsType::ptr)))
    return validated_names(client, resolver_);
  if (line.rdns.empty()) return {};
  return {line.rdns};
}

std::vector<std::string> Hosts::mail_servers(const DomainName& domain) const {
  std::vector<std::string> servers = resolver_.lookup(domain.text(), DnsType::mx).texts;
  if (servers.size() > kMostServers) servers.resize(kMostServers);
  std::erase(servers, "");
  return servers;
}

bool Hosts::is_mail_server(const IpAddress& client, const DomainName& domain) const {
  const auto servers = mail_servers(domain);
  return std::any_of(servers.begin(), servers.end(), [&](const std::string& server) {
    return resolves_to(server, client, resolver_);
  });
}

std::vector<std::string> Hosts::mail_organisations(const DomainName& domain) const {
  std::vector<std::string> organisations;
  if (!has_dns_) return organisations;
  for (const std::string& server : mail_servers(domain)) {
    std::string one = organisation_of(server);
    if (!contains(organisations, one)) organisations.push_back(std::move(one));
  }
  return organisations;
}

bool Hosts::knows_any(const std::vector<DomainName>& domains) const {
  return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
    return resolver_.lookup(domain.text(), DnsType::mx).is_ok() ||
           resolver_.lookup(domain.text(), DnsType::a).is_ok();
  });
}

bool Hosts::belongs(const IpAddress& client, const std::vector<std::string>& names,
                    const DomainName& domain) const {
  const std::string organisation = organisation_of(domain);
  for (const std::string& name : names)
    if (organisation_of(name) == organisation) return true;
  if (!has_dns_) return false;
  if (resolves_to(domain.text(), client, resolver_) || is_mail_server(client, domain)) return true;
  const SpfOutcome spf = ask_spf(client, domain);
  return spf.result == SpfResult::pass && !spf.is_over_wide && spf.is_direct_pass();
}

bool Hosts::speaks_for(const IpAddress& client, const std::vector<std::string>& names,
                       const DomainName& domain) const {
  const auto is_server_of = [&](const std::vector<std::string>& organisations) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return !is_pool_name(name, client) && contains(organisations, organisation_of(name));
    });
  };
  if (!has_dns_) return is_server_of({organisation_of(domain)});
  if (is_mail_server(client, domain)) return true;
  const SpfOutcome spf = ask_spf(client, domain);
  if (spf.result == SpfResult::pass) return !spf.is_over_wide;
  if (spf.result == SpfResult::fail || spf.result == SpfResult::softfail) return false;
  auto organisations = mail_organisations(domain);
  if (organisations.empty()) return false;
  organisations.push_back(organisation_of(domain));
  return is_server_of(organisations);
}

bool Hosts::takes_mail_for(const IpAddress& client, const std::vector<std::string>& names,
                           const DomainName& domain) const {
  if (belongs(client, names, domain)) return true;
  const DnsAnswer mx = resolver_.lookup(domain.text(), DnsType::mx);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return !mx.texts.empty() && same_organisation(name, mx.texts.front());
  });
}

SpfOutcome Hosts::ask_spf(const IpAddress& client, const DomainName& domain) const {
  return check_host({.ip = client, .sender = domain.text(), .helo = domain.text()}, resolver_);
}

namespace {

// The runs of bytes of one kind, in lower case.
template <typename IsOfKind>
std::vector<std::string> runs_of(std::string_view text, IsOfKind is_of_kind) {
  std::vector<std::string> runs(1);
  for (const char c : text)
    if (is_of_kind(c))
      runs.back() += to_lower(c);
    else if (!runs.back().empty())
      runs.emplace_back();
  if (runs.back().empty()) runs.pop_back();
  return runs;
}

// The runs of digits, without leading zeros.
std::vector<std::string> numbers_in(std::string_view name) {
  auto numbers = runs_of(name, is_digit);
  for (std::string& number : numbers)
    number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
  return numbers;
}

constexpr std::string_view kPoolWords[] = {"adsl",    "cable", "client", "cust",   "customer",
                                           "dhcp",    "dial",  "dialin", "dialup", "dsl",
                                           "dynamic", "dyn",   "home",   "mobile", "pool",
                                           "ppp",     "pppoe", "user",   "vdsl",   "wlan"};

}  // namespace

bool is_pool_name(std::string_view name, const IpAddress& client) {
  const std::string organisation = organisation_of(name);
  name.remove_suffix(std::min(name.size(), organisation.size()));
  for (const std::string& word : runs_of(name, [](char c) { return is_alnum(c) && !is_digit(c); }))
    if (std::find(std::begin(kPoolWords), std::end(kPoolWords), word) != std::end(kPoolWords))
      return true;
  if (!client.is_v4()) return false;
  const std::string text = client.text();
  return contains(numbers_in(name), text.substr(text.rfind('.') + 1));
}

bool is_honest_server(const IpAddress& client, const std::vector<std::string>& names,
                      const ReceivedHop& line, const Hosts& hosts) {
  if (!hosts.has_dns() || names.empty()) return false;
  const auto any = [&](const auto& holds) {
    return std::any_of(names.begin(), names.end(), holds);
  };
  if (any([&](const std::string& name) { return is_pool_name(name, client); })) return false;
  return line.helo.empty() ||
         any([&](const std::string& name) { return same_organisation(name, line.helo); }) ||
         resolves_to(line.helo, client, hosts.resolver());
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

bool is_our_server(const std::string& name, const OwnHosts& own, const Hosts& hosts) {
  if (own.is_our_host(name)) return true;
  if (!hosts.has_dns() || own.networks.empty() || IpAddress::parse(name)) return false;
  for (const DnsType type : {DnsType::a, DnsType::aaaa})
    for (const IpAddress& address : hosts.resolver().lookup(name, type).addresses)
      if (own.is_own(address)) return true;
  return false;
}

bool is_own_name(const std::vector<std::string>& names, const IpAddress& client,
                 const OwnHosts& own, const Hosts& hosts) {
  return hosts.has_dns() && std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return own.is_our_host(name) && !is_pool_name(name, client);
         });
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

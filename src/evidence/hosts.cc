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

DnsAnswer NotingResolver::lookup(std::string_view name, DnsType type) {
  DnsAnswer answer = next_.lookup(name, type);
  has_gap_ = has_gap_ || !(is_asked(answer) || answer.status == DnsStatus::pending);
  return answer;
}

Hosts::Hosts(Resolver& resolver, const DomainName& sender) : resolver_(resolver) {
  const DnsAnswer first = resolver_.lookup(sender.text(), DnsType::txt);
  status_ = first.status;
  has_dns_ = is_asked(first) || first.status == DnsStatus::pending;
  is_alive_ = has_dns_ && first.status != DnsStatus::nxdomain;
}

std::vector<std::string> Hosts::names_of(const IpAddress& client, const ReceivedHop& line) const {
  std::vector<std::string> shown(line.rdns.empty() ? 0 : 1, line.rdns);
  if (!has_dns_) return shown;
  const bool had_gap = resolver_.has_gap();
  if (!shown.empty() && leads_to(line.rdns, client, resolver_)) return shown;
  auto names = validated_names(client, resolver_);
  if (names.empty() && has_pool_names_alone(client)) resolver_.set_gap(had_gap);
  return names;
}

// Confirmed or not, they are no server's.
bool Hosts::has_pool_names_alone(const IpAddress& client) const {
  const DnsAnswer names = resolver_.lookup(client.reverse(), DnsType::ptr);
  return names.is_ok() &&
         std::all_of(names.texts.begin(), names.texts.end(),
                     [&](const std::string& n) { return is_pool_name(n, client); });
}

std::vector<std::string> Hosts::mail_servers(const DomainName& domain) const {
  std::vector<std::string> servers = resolver_.lookup(domain.text(), DnsType::mx).texts;
  if (servers.size() > kMostServers) servers.resize(kMostServers);
  std::erase(servers, "");
  return servers;
}

bool Hosts::is_mail_server(const IpAddress& client, const std::vector<std::string>& names,
                           const DomainName& domain) const {
  const auto servers = mail_servers(domain);
  return std::any_of(servers.begin(), servers.end(), [&](const std::string& server) {
    return contains(names, server) || resolves_to(server, client, resolver_);
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

bool Hosts::has_mail_server_beside(const IpAddress& client, std::string_view organisation,
                                   const DomainName& domain) const {
  const int bits = client.is_v4() ? 20 : 32;  // what one house has got
  const auto type = client.is_v4() ? DnsType::a : DnsType::aaaa;
  for (const std::string& server : mail_servers(domain)) {
    if (organisation_of(server) != organisation) continue;
    for (const IpAddress& address : resolver_.lookup(server, type).addresses)
      if (client.matches(address, bits)) return true;
  }
  return false;
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
  if (is_mail_server(client, names, domain)) return true;
  const SpfOutcome spf = ask_spf(client, domain);
  if (spf.result == SpfResult::pass && !spf.is_over_wide && spf.is_direct_pass()) return true;
  return !resolver_.is_waiting() && is_address_of(client, names, domain, spf.result);
}

// Asked last.
bool Hosts::is_address_of(const IpAddress& client, const std::vector<std::string>& names,
                          const DomainName& domain, SpfResult spf) const {
  const bool is_access_line = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return is_pool_name(name, client);
  });
  const bool has_spoken = spf == SpfResult::fail || spf == SpfResult::softfail;
  if (is_access_line && has_spoken && !mail_servers(domain).empty()) return false;
  return resolves_to(domain.text(), client, resolver_);
}

bool Hosts::speaks_for(const IpAddress& client, const std::vector<std::string>& names,
                       const DomainName& domain) const {
  const auto is_server_of = [&](const std::vector<std::string>& organisations) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return contains(organisations, organisation_of(name)) && !is_pool_name(name, client);
    });
  };
  if (!has_dns_) return is_server_of({organisation_of(domain)});
  if (is_mail_server(client, names, domain)) return true;
  if (resolver_.is_waiting()) return false;  // an MX is most often enough
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
  return check_host(
      {.ip = client, .sender = domain.text(), .helo = domain.text(), .is_explained = false},
      resolver_);
}

namespace {

constexpr std::size_t kUsualRuns = 8;

// The runs of bytes of one kind, in lower case.
template <typename IsOfKind>
std::vector<std::string> runs_of(std::string_view text, IsOfKind is_of_kind) {
  std::vector<std::string> runs;
  runs.reserve(kUsualRuns);
  runs.emplace_back();
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

constexpr std::string_view kPoolWords[] = {"adsl", "cable",  "client", "cust", "customer", "dhcp",
                                           "dial", "dialin", "dialup", "dsl",  "dynamic",  "dyn",
                                           "home", "mobile", "pool",   "ppp",  "pppoe",    "user",
                                           "vdsl", "vps",    "wlan"};
// Large senders number their servers by the address, too: "mail-wr1-f69", "a8-31.smtp-out".
constexpr std::string_view kServerWords[] = {"mail", "mailer", "mailout",  "mta", "mx",
                                             "out",  "relay",  "outbound", "smtp"};

}  // namespace

namespace {

// What stands before the organisation's part of it.
std::string_view host_part(std::string_view name) {
  const std::string organisation = organisation_of(name);
  name.remove_suffix(std::min(name.size(), organisation.size()));
  return name;
}

template <std::size_t N>
bool has_word_of(const std::string_view (&list)[N], std::string_view host) {
  const auto words = runs_of(host, [](char c) { return is_alnum(c) && !is_digit(c); });
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
  });
}

bool has_pool_word(std::string_view host) { return has_word_of(kPoolWords, host); }
bool has_server_word(std::string_view host) { return has_word_of(kServerWords, host); }

}  // namespace

bool is_pool_name(std::string_view name, const IpAddress& client) {
  const std::string_view host = host_part(name);
  if (has_pool_word(host)) return true;
  if (!client.is_v4() || has_server_word(host)) return false;
  const std::string text = client.text();
  return contains(numbers_in(host), text.substr(text.rfind('.') + 1));
}

bool is_access_line_name(std::string_view name, const IpAddress& client) {
  const std::string_view host = host_part(name);
  if (has_pool_word(host)) return true;
  if (!client.is_v4() || has_server_word(host)) return false;
  const std::string text = client.text();
  const auto octets = numbers_in(text);
  auto shown = numbers_in(host);
  if (!contains(shown, octets.back())) return false;
  shown.erase(std::find(shown.begin(), shown.end(), octets.back()));
  return std::any_of(octets.begin(), octets.end() - 1,
                     [&](const std::string& octet) { return contains(shown, octet); });
}

bool leads_to(const std::string& name, const IpAddress& client, Resolver& resolver) {
  const AskedBecause why(resolver, "whether the name that a line shows leads to its client");
  const DnsAnswer answer = resolver.lookup(name, client.is_v4() ? DnsType::a : DnsType::aaaa);
  if (answer.status == DnsStatus::pending) return true;
  return answer.is_ok() && std::find(answer.addresses.begin(), answer.addresses.end(), client) !=
                               answer.addresses.end();
}

namespace {

// It greets with a name of a server's that leads to it, which is its owner's doing: so greets who
// sits behind a line that its network names, as well.
bool greets_truly(const IpAddress& client, const ReceivedHop& line, const Hosts& hosts) {
  const bool is_name = line.helo.find('.') != std::string::npos && line.helo.front() != '[';
  return is_name && !IpAddress::parse(line.helo) && !is_pool_name(line.helo, client) &&
         leads_to(line.helo, client, hosts.resolver());
}

}  // namespace

bool is_honest_server(const IpAddress& client, const std::vector<std::string>& names,
                      const ReceivedHop& line, const Hosts& hosts) {
  const auto is_of_pool = [&](const std::string& name) { return is_pool_name(name, client); };
  const auto has_server_names = [&](const std::vector<std::string>& some) {
    return !some.empty() && std::none_of(some.begin(), some.end(), is_of_pool);
  };
  if (!hosts.has_dns()) return false;
  if (greets_truly(client, line, hosts)) return true;
  if (!has_server_names(names)) return false;
  const auto given = validated_names(client, hosts.resolver());
  if (!has_server_names(given)) return false;
  return line.helo.empty() ||
         std::any_of(given.begin(), given.end(),
                     [&](const std::string& name) { return same_organisation(name, line.helo); }) ||
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

bool is_of_carrier(std::string_view host, const Address& sender, const OwnHosts& own,
                   const Hosts& hosts) {
  bool is_one = false;
  const auto look = [&](std::string_view included) {
    is_one = is_one || same_organisation(included, host);
    return false;
  };
  if (hosts.has_dns() && own.identity.is_ours(sender))
    networks_named_by(sender.domain().text(), hosts.resolver(), look);
  return is_one;
}

DomainsInQuestion::DomainsInQuestion(const Bounce& bounce) {
  for (const RecipientReport& report : bounce.recipients)
    for (const std::string* text : {&report.address, &report.original})
      if (const auto address = Address::parse(*text)) add_domain(reported, address->domain());
  for (const std::string& text : bounce.original.recipients)
    if (const auto address = Address::parse(text)) add_domain(addressed, address->domain());
}

bool DomainsInQuestion::are_others_addressed() const {
  return !reported.empty() &&
         std::none_of(reported.begin(), reported.end(), [&](const DomainName& domain) {
           return std::any_of(addressed.begin(), addressed.end(), [&](const DomainName& other) {
             return organisation_of(other) == organisation_of(domain);
           });
         });
}

}  // namespace unsent

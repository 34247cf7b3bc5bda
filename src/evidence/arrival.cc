// SPDX-License-Identifier: MIT
#include "evidence/arrival.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/chain.h"
#include "spf/validated.h"

namespace unsent {
namespace {

// The line of our MX: the newest one with a client from outside, or one that it hides; what
// stands below is the sender's word.
std::optional<Hop> arrival_hop(const Headers& headers) {
  for (const HeaderField* field : headers.all("Received")) {
    Hop hop = make_hop(parse_received(field->value));
    if (hop.by.empty() || hop.is_other_protocol()) continue;
    if (hop.hides_client() || hop.has_public_client()) return hop;
  }
  return std::nullopt;
}

// "host-198-51-100-7.dyn.example": two or more octets of the address in the name.
bool is_generic_name(std::string_view name, const IpAddress& client) {
  if (!client.is_v4() || name.empty()) return false;
  const std::string text = client.text();
  int found = 0;
  std::string digits;
  std::vector<std::string> numbers;
  for (const char c : std::string(name) + ".") {
    if (is_digit(c)) {
      digits += c;
    } else if (!digits.empty()) {
      numbers.push_back(std::move(digits));
      digits.clear();
    }
  }
  for (const std::string_view octet : split(text, '.'))
    found += std::find(numbers.begin(), numbers.end(), octet) != numbers.end() ? 1 : 0;
  return found >= 2;
}

std::vector<DomainName> related_domains(const Bounce& bounce) {
  std::vector<DomainName> domains;
  if (auto reporter = DomainName::parse(bounce.reporter)) domains.push_back(*reporter);
  for (const DomainName& domain : reported_domains(bounce)) domains.push_back(domain);
  for (const DomainName& domain : addressed_domains(bounce)) domains.push_back(domain);
  return domains;
}

bool is_related(ArrivalFinding& found, const Hop& hop, const Bounce& bounce, const OwnHosts& own,
                const Hosts& hosts) {
  const IpAddress& client = *found.client;
  std::vector<std::string> names = hosts.names_of(client, hop);
  if (hosts.has_dns() && !hop.helo.empty() && resolves_to(hop.helo, client, hosts.resolver()))
    names.push_back(hop.helo);
  for (const std::string& name : names)
    if (own.is_our_host(name)) return found.is_in_our_name = true;
  const auto domains = related_domains(bounce);
  return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
    return hosts.belongs(client, names, domain);
  });
}

// Without the DNS only a name that tells of no server speaks against it.
Arrival judge_stranger(const Hop& hop, const Hosts& hosts) {
  if (hop.helo.empty()) return Arrival::neither;
  const IpAddress& client = *hop.client;
  const DnsType type = client.is_v4() ? DnsType::a : DnsType::aaaa;
  if (!hosts.has_dns() || !is_asked(hosts.resolver().lookup(hop.helo, type)))
    return is_generic_name(hop.rdns, client) ? Arrival::foreign : Arrival::neither;
  const bool is_honest = resolves_to(hop.helo, client, hosts.resolver());
  return is_honest ? Arrival::neither : Arrival::foreign;
}

// No client from outside: our own server made it, or nothing is known of its way.
ArrivalFinding without_client(const Headers& headers, const OwnHosts& own) {
  ArrivalFinding found;
  for (const HeaderField* field : headers.all("Received"))
    if (own.is_our_host(parse_received(field->value).by)) found.is_from_us = true;
  if (found.is_from_us) found.relation = Arrival::agrees;
  return found;
}

}  // namespace

ArrivalFinding find_arrival(const Message& message, const Bounce& bounce, const OwnHosts& own,
                            const Hosts& hosts) {
  const auto hop = arrival_hop(message.headers());
  if (!hop) return without_client(message.headers(), own);
  ArrivalFinding found;
  if (hop->hides_client()) return found;
  found.client = hop->client;
  found.line = "the bounce's own " + line_text(*hop);
  found.is_from_us = own.is_own(*found.client);
  if (found.is_from_us || is_related(found, *hop, bounce, own, hosts))
    found.relation = Arrival::agrees;
  else
    found.relation = judge_stranger(*hop, hosts);
  return found;
}

}  // namespace unsent

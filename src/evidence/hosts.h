// SPDX-License-Identifier: MIT
// What the DNS says about the hosts on the way of one bounce. Where it is off, what the
// lines show has to do; what could not be asked is never guessed.
#pragma once

#include <string>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/identity.h"
#include "mail/address.h"
#include "mail/received.h"
#include "spf/resolver.h"

namespace unsent {

class Hosts {
 public:
  // sender: one question about its domain tells whether the DNS answers at all.
  Hosts(Resolver& resolver, const DomainName& sender);

  Resolver& resolver() const { return resolver_; }
  bool has_dns() const { return has_dns_; }
  DnsStatus status() const { return status_; }  // of that question

  // The names that lead back to client; where the DNS does not tell, what line shows.
  std::vector<std::string> names_of(const IpAddress& client, const ReceivedHop& line) const;
  // client, of those names, belongs to domain: by a name, its A or MX, or its SPF.
  bool belongs(const IpAddress& client, const std::vector<std::string>& names,
               const DomainName& domain) const;
  // The same, or the domain's MX is of the organisation of one of the names.
  bool takes_mail_for(const IpAddress& client, const std::vector<std::string>& names,
                      const DomainName& domain) const;

 private:
  Resolver& resolver_;
  DnsStatus status_;
  bool has_dns_;
};

// The DNS said something, be it that there is nothing.
bool is_asked(const DnsAnswer& answer);

// The servers that send for us, and the names that are ours.
struct OwnHosts {
  const Identity& identity;
  std::vector<IpNetwork> networks;

  bool is_own(const IpAddress& client) const;
  bool is_our_host(std::string_view name) const { return identity.is_our_host(name); }
  // Whoever lists his servers' IPv4 addresses says nothing about their IPv6 ones.
  bool knows_networks_like(const IpAddress& client) const;
};
// relays as told by the user; where they are empty those that sender's record names.
OwnHosts own_hosts(const Identity& identity, const std::vector<IpNetwork>& relays,
                   const Address& sender, const Hosts& hosts);

// Domains of whom the bounce reports on, and of those to whom the returned header says that
// the original went; each once, at most twelve.
std::vector<DomainName> reported_domains(const Bounce& bounce);
std::vector<DomainName> addressed_domains(const Bounce& bounce);

}  // namespace unsent

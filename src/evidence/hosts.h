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
#include "spf/check_host.h"
#include "spf/resolver.h"

namespace unsent {

// Another resolver, of which it notes whether something could not be asked.
class NotingResolver : public Resolver {
 public:
  explicit NotingResolver(Resolver& next) : next_(next) {}

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  bool is_waiting() const override { return next_.is_waiting(); }
  std::string_view because(std::string_view why) override { return next_.because(why); }

  bool has_gap() const { return has_gap_; }
  void set_gap(bool has_gap) { has_gap_ = has_gap; }

 private:
  Resolver& next_;
  bool has_gap_ = false;
};

class Hosts {
 public:
  // sender: one question about its domain tells whether the DNS answers at all.
  Hosts(Resolver& resolver, const DomainName& sender);

  Resolver& resolver() const { return resolver_; }
  // Something could not be asked so far, though the DNS answers: whatever was found to be no
  // server of somebody's may be one. Nothing may be concluded from it against a message.
  bool has_gap() const { return has_dns_ && resolver_.has_gap(); }
  bool has_dns() const { return has_dns_; }
  DnsStatus status() const { return status_; }  // of that question
  // It knows that the sender's domain exists: one that denies everything proves nothing.
  bool is_alive() const { return is_alive_; }
  // The DNS knows anything of these domains.
  bool knows_any(const std::vector<DomainName>& domains) const;

  // The name of client that line shows, if it leads to client, which is one question; else
  // those that lead back to it. Without the DNS what line shows.
  std::vector<std::string> names_of(const IpAddress& client, const ReceivedHop& line) const;
  // client, of those names, belongs to domain: by a name, its MX or SPF, or its A. The last is
  // not asked of an access line where MX and SPF have spoken.
  bool belongs(const IpAddress& client, const std::vector<std::string>& names,
               const DomainName& domain) const;
  // domain itself says that client speaks for it, which nobody else can make it say: by an
  // MX, by its SPF, or by a name of its organisation or its MX's, unless that is one of a
  // pool or its SPF knows better. Where the DNS is off by the name alone.
  bool speaks_for(const IpAddress& client, const std::vector<std::string>& names,
                  const DomainName& domain) const;
  // It belongs to domain, or the domain's MX is of the organisation of one of the names.
  bool takes_mail_for(const IpAddress& client, const std::vector<std::string>& names,
                      const DomainName& domain) const;

  // What domain's record says about client.
  SpfOutcome ask_spf(const IpAddress& client, const DomainName& domain) const;
  // One of the servers that take mail for domain, of that organisation, is a neighbour of client.
  bool has_mail_server_beside(const IpAddress& client, std::string_view organisation,
                              const DomainName& domain) const;
  // Those that take mail for domain, by its MX; and their organisations.
  std::vector<std::string> mail_servers(const DomainName& domain) const;
  std::vector<std::string> mail_organisations(const DomainName& domain) const;

 private:
  friend class AskedAside;
  bool has_pool_names_alone(const IpAddress& client) const;
  bool is_mail_server(const IpAddress& client, const std::vector<std::string>& names,
                      const DomainName& domain) const;
  bool is_address_of(const IpAddress& client, const std::vector<std::string>& names,
                     const DomainName& domain, SpfResult spf) const;

  mutable NotingResolver resolver_;
  DnsStatus status_;
  bool has_dns_;
  bool is_alive_;
};

// What is asked while it lives decides nothing against a message, and leaves no gap in hosts.
class AskedAside {
 public:
  explicit AskedAside(const Hosts& hosts)
      : resolver_(hosts.resolver_), had_gap_(resolver_.has_gap()) {
    resolver_.set_gap(false);
  }
  bool has_gap() const { return resolver_.has_gap(); }
  AskedAside(const AskedAside&) = delete;
  AskedAside& operator=(const AskedAside&) = delete;
  ~AskedAside() { resolver_.set_gap(had_gap_); }

 private:
  NotingResolver& resolver_;
  bool had_gap_;
};

// The DNS said something, be it that there is nothing.
bool is_asked(const DnsAnswer& answer);

// "host-7.dyn.example", "198-51-100-7.example": a name that tells of an access line or a
// customer, not of a server: it shows the address, or words like dyn and pool.
bool is_pool_name(std::string_view name, const IpAddress& client);

// The same with less doubt: by such a word, or two numbers of the address. A server's name may
// well have one, "out32.esp.example".
bool is_access_line_name(std::string_view name, const IpAddress& client);

// name leads to client; while that is being asked it is taken to, as most do.
bool leads_to(const std::string& name, const IpAddress& client, Resolver& resolver);

// client is no place from where spam comes by itself: it greets with a server's name that leads
// to it, whatever its network calls it; or names lead back to it, none is one of a pool, and it
// greets in line with one of them. That costs anybody a domain of his own, and so says only
// that a message may have been handed on, never that it is ours.
bool is_honest_server(const IpAddress& client, const std::vector<std::string>& names,
                      const ReceivedHop& line, const Hosts& hosts);
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

// A host of that name is ours: by the name, or by an address that our networks hold.
bool is_our_server(const std::string& name, const OwnHosts& own, const Hosts& hosts);

// One of names, which lead back to client, is ours, and no access line's.
bool is_own_name(const std::vector<std::string>& names, const IpAddress& client,
                 const OwnHosts& own, const Hosts& hosts);

// host bears a name of those whose record sender's record includes: of who carries our mail.
bool is_of_carrier(std::string_view host, const Address& sender, const OwnHosts& own,
                   const Hosts& hosts);

// Domains of whom the bounce reports on, and of those to whom the returned header says that
// the original went; each once, at most twelve.
struct DomainsInQuestion {
  explicit DomainsInQuestion(const Bounce& bounce);

  // The header names nobody of an organisation that is reported on: it was forwarded, or a blind
  // copy to him or to who forwarded it.
  bool are_others_addressed() const;

  std::vector<DomainName> reported;
  std::vector<DomainName> addressed;
};

}  // namespace unsent

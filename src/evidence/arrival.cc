// SPDX-License-Identifier: MIT
#include "evidence/arrival.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr std::size_t kMostHomes = 8;  // domains of ours whose MX is asked for

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return !text.empty() && std::find(texts.begin(), texts.end(), text) != texts.end();
}

// The domains under which mail reaches us.
std::vector<DomainName> home_domains(const ArrivalCase& one) {
  std::vector<DomainName> homes;
  const auto add = [&](const DomainName& domain) {
    if (homes.size() < kMostHomes && std::find(homes.begin(), homes.end(), domain) == homes.end())
      homes.push_back(domain);
  };
  const Identity& identity = one.own.identity;
  if (identity.is_ours(one.sender)) add(one.sender.domain());
  if (one.recipient && identity.is_ours(*one.recipient)) add(one.recipient->domain());
  for (const DomainName& domain : identity.domains) add(domain);
  for (const auto& [alias, target] : identity.aliases) add(alias.domain());
  return homes;
}

// The organisations whose servers stand between the world and our mailbox.
std::vector<std::string> home_organisations(const ArrivalCase& one, const Hop& newest) {
  std::vector<std::string> all;
  const auto add = [&](std::string organisation) {
    if (!organisation.empty() && !contains(all, organisation))
      all.push_back(std::move(organisation));
  };
  add(organisation_of(newest.by));
  for (const DomainName& home : home_domains(one)) {
    add(organisation_of(home));
    for (std::string& organisation : one.hosts.mail_organisations(home))
      add(std::move(organisation));
  }
  return all;
}

enum class Side { ours, outside, unknown };

// Walks in from our mailbox to the border.
class Inwards {
 public:
  explicit Inwards(const ArrivalCase& one) : one_(one), chain_(read_chain(one.message.headers())) {}

  ArrivalFinding walk() {
    for (std::size_t i = 0; i < chain_.size(); ++i) {
      const Hop& hop = chain_[i];
      if (hop.hides_client()) return {};
      if (i > 0 && is_from_unknown(chain_[i - 1], hop)) return {};
      if (greets_from_outside(hop) && !contains(homes(), organisation_of(hop.helo))) return {};
      if (!hop.has_public_client()) continue;
      const auto names = checked_names(hop);
      if (is_inside(hop)) continue;
      const Side side = leads_on(i) ? side_of(hop, names) : Side::outside;
      if (side == Side::unknown) return {};
      if (side == Side::outside) return brought_by(i, names);
    }
    return without_client();
  }

 private:
  // Where nobody has looked whether a name leads back, it is the client's own choice.
  std::vector<std::string> checked_names(const Hop& hop) const {
    if (!one_.hosts.has_dns() && hop.is_rdns_unchecked) return {};
    return one_.hosts.names_of(*hop.client, hop);
  }
  // A line of the client's own stands below.
  bool leads_on(std::size_t index) const {
    return index + 1 < chain_.size() && is_joined(chain_[index], chain_[index + 1]) &&
           shows_client(chain_[index + 1]);
  }
  static bool shows_client(const Hop& hop) { return hop.client || hop.hides_client(); }

  Side side_of(const Hop& hop, const std::vector<std::string>& names) {
    if (one_.own.is_own(*hop.client)) return Side::ours;
    Side side = Side::outside;
    for (const std::string& name : names) {
      if (one_.own.is_our_host(name)) return Side::ours;
      if (!is_of_home(name, *hop.client)) continue;
      // At a large hoster anybody may rent a machine that bears its name.
      side = is_mail_host_of_home(name, *hop.client) ? Side::ours : Side::unknown;
      if (side == Side::ours) return side;
    }
    if (side == Side::unknown) return side;
    if (!contains(homes(), organisation_of(hop.helo))) return Side::outside;
    // Where no looked-up name is to be had, the HELO may be true, or anybody's.
    const bool has_no_names = names.empty() && (!one_.hosts.has_dns() || !hop.by_ip.empty());
    return has_no_names ? Side::unknown : Side::outside;
  }

  const std::vector<std::string>& homes() {
    if (homes_.empty()) homes_ = home_organisations(one_, chain_.front());
    return homes_;
  }

  bool is_of_home(const std::string& name, const IpAddress& client) {
    return contains(homes(), organisation_of(name)) && !is_pool_name(name, client);
  }

  // Named beside who took the report, or beside a mail server of our domains, as far as they have
  // any; or the house's own record lets it send, or that of a domain of ours.
  bool is_mail_host_of_home(std::string_view name, const IpAddress& client) const {
    const auto is_beside = [&](std::string_view server) {
      return name.substr(name.find('.') + 1) == server.substr(server.find('.') + 1);
    };
    if (!one_.hosts.has_dns() || is_beside(chain_.front().by)) return true;
    const auto lets_it_send = [&](const DomainName& domain) {
      const SpfOutcome spf = one_.hosts.ask_spf(client, domain);
      return spf.result == SpfResult::pass && !spf.is_over_wide;
    };
    const std::vector<DomainName> homes = home_domains(one_);
    bool has_servers = false;
    for (const DomainName& home : homes)
      for (const std::string& server : one_.hosts.mail_servers(home)) {
        has_servers = true;
        if (is_beside(server)) return true;
      }
    const auto house = DomainName::parse(organisation_of(name));
    return !has_servers || (house && lets_it_send(*house)) ||
           std::any_of(homes.begin(), homes.end(), lets_it_send);
  }

  // Within the provider that holds our mailbox, whether or not anything stands below.
  bool is_inside(const Hop& hop) {
    return is_within_one_network(hop) && contains(homes(), organisation_of(hop.helo));
  }

  ArrivalFinding brought_by(std::size_t index, std::vector<std::string> names) const {
    const Hop& hop = chain_[index];
    ArrivalFinding found;
    found.client = hop.client;
    found.names = std::move(names);
    found.line = "the bounce's own " + line_text(hop);
    found.taker = hop.by;
    found.was_made_there = std::none_of(
        chain_.begin() + static_cast<std::ptrdiff_t>(index) + 1, chain_.end(),
        [](const Hop& below) { return below.has_public_client() || below.hides_client(); });
    found.is_from_us = one_.own.is_own(*found.client);
    find_names(found, hop);
    return found;
  }

  // Who had logged in greets as he likes.
  void find_names(ArrivalFinding& found, const Hop& hop) const {
    const Hosts& hosts = one_.hosts;
    const bool is_honest =
        hosts.has_dns() && !hop.helo.empty() && leads_to(hop.helo, *found.client, hosts.resolver());
    if (is_honest && !contains(found.names, hop.helo)) found.names.push_back(hop.helo);
    if (!is_honest && !hop.is_authenticated()) found.false_greeting = hop.helo;
    found.is_access_line =
        hosts.has_dns() && !found.names.empty() && !hop.is_authenticated() &&
        std::all_of(found.names.begin(), found.names.end(), [&](const std::string& name) {
          return is_access_line_name(name, *found.client);
        });
    found.is_in_our_name =
        std::any_of(found.names.begin(), found.names.end(), [&](const std::string& name) {
          return one_.own.is_our_host(name) && !is_pool_name(name, *found.client);
        });
  }

  // Our own server made it, or the provider that holds our mailbox; or nothing is known of
  // its way.
  ArrivalFinding without_client() const {
    ArrivalFinding found;
    const auto lines = one_.message.headers().all("Received");
    if (lines.empty()) return found;
    found.taker = chain_.empty() ? parse_received(lines.front()->value).by : chain_.front().by;
    found.has_never_left = true;
    found.was_made_there = true;
    for (const HeaderField* line : lines)
      if (is_our_server(parse_received(line->value).by, one_.own, one_.hosts))
        found.is_from_us = true;
    return found;
  }

  const ArrivalCase& one_;
  Chain chain_;
  std::vector<std::string> homes_;
};

// Each once.
std::vector<DomainName> all_of(const DomainsInQuestion& domains) {
  auto all = domains.reported;
  for (const DomainName& domain : domains.addressed)
    if (std::find(all.begin(), all.end(), domain) == all.end()) all.push_back(domain);
  return all;
}

// Certain only by a resolver that answers. One that says of everything that it does not exist
// proves nothing by it.
bool is_stranger(const ArrivalFinding& found, const ArrivalCase& one) {
  if (!found.may_be_foreign() || !one.hosts.has_dns()) return false;
  const DnsType type = found.client->is_v4() ? DnsType::a : DnsType::aaaa;
  if (!found.false_greeting.empty() &&
      !is_asked(one.hosts.resolver().lookup(found.false_greeting, type)))
    return false;
  auto domains = all_of(one.domains);
  if (const auto reporter = DomainName::parse(one.bounce.reporter)) domains.push_back(*reporter);
  return one.hosts.knows_any(domains);
}

}  // namespace

ArrivalFinding find_arrival(const ArrivalCase& one) {
  ArrivalFinding found = Inwards(one).walk();
  found.has_gap = one.hosts.has_gap();
  return found;
}

Arrival relation_of(const ArrivalFinding& found, const ArrivalCase& one) {
  if (found.is_of_ours()) return Arrival::speaks_for;
  if (!found.client) return Arrival::neither;
  const AskedAside aside(one.hosts);
  const auto domains = all_of(one.domains);
  const auto any = [&](const auto& holds) {
    return std::any_of(domains.begin(), domains.end(), holds);
  };
  if (any([&](const DomainName& domain) {
        return one.hosts.speaks_for(*found.client, found.names, domain);
      }))
    return Arrival::speaks_for;
  const auto belongs = [&](const DomainName& domain) {
    return one.hosts.belongs(*found.client, found.names, domain);
  };
  const auto reporter = DomainName::parse(one.bounce.reporter);
  if ((reporter && belongs(*reporter)) || any(belongs)) return Arrival::agrees;
  if (!is_stranger(found, one) || found.has_gap || aside.has_gap()) return Arrival::neither;
  return Arrival::foreign;
}

}  // namespace unsent

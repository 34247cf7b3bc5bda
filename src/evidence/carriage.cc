// SPDX-License-Identifier: MIT
#include "evidence/carriage.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "evidence/origin.h"
#include "spf/validated.h"

namespace unsent {
namespace {

// "mail.remote.example": a name that a server may greet with; no address, nothing of a pool,
// nothing that is known within one site only.
bool is_server_name(const std::string& name, const IpAddress& client) {
  constexpr std::string_view kInner[] = {"local", "internal", "lan",  "localdomain", "intranet",
                                         "corp",  "private",  "home", "localhost",   "arpa"};
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || name.front() == '[' || IpAddress::parse(name)) return false;
  const std::string_view last = std::string_view(name).substr(dot + 1);
  if (std::find(std::begin(kInner), std::end(kInner), last) != std::end(kInner)) return false;
  return !is_access_line_name(name, client);
}

// A line below whose writer bears the client's name: he had the mail from somebody else.
bool is_passed_on(const Crossing& crossing) {
  const Chain& hops = crossing.border.hops;
  const std::size_t below = crossing.index + 1;
  return below < hops.size() && is_joined(hops[crossing.index], hops[below]);
}

}  // namespace

Carriage shown_carriage(const Bounce& bounce) {
  const Border border = find_border(bounce);
  Carriage carriage;
  carriage.client = border.client;
  if (border.client) carriage.organisation = organisation_of(border.hops[border.index].rdns);
  return carriage;
}

// What client is by its name in the DNS, or else by its greeting, if that leads back to it.
Way Origin::way_by_dns(bool is_named, const std::string& helo) const {
  const IpAddress& client = *crossing().client;
  if (is_named) return Way::server;
  if (crossing().client_names.empty() && has_gap()) return Way::unnamed;
  if (!is_server_name(helo, client)) return Way::access_line;
  const auto type = client.is_v4() ? DnsType::a : DnsType::aaaa;
  if (!is_asked(hosts_.resolver().lookup(helo, type))) return Way::unnamed;
  return resolves_to(helo, client, hosts_.resolver()) ? Way::server : Way::access_line;
}

// Where the DNS does not tell, a name in the line, or else with what the client greets, has to do.
Way Origin::way_of_client() const {
  const IpAddress& client = *crossing().client;
  const std::string& helo = border().hops[crossing().index].helo;
  const auto& names = crossing().client_names;
  if (is_own_client() || is_in_our_name() || passes_spf()) return Way::ours;
  const auto is_line = [&](const std::string& name) { return is_access_line_name(name, client); };
  const bool is_named = !names.empty() && std::none_of(names.begin(), names.end(), is_line);
  if (has_dns() && is_asked(hosts_.resolver().lookup(client.reverse(), DnsType::ptr)))
    return way_by_dns(is_named, helo);
  if (is_named) return own_.is_our_host(names.front()) ? Way::ours : Way::server;
  if (own_.is_our_host(helo)) return Way::unknown;
  return names.empty() && is_server_name(helo, client) ? Way::unnamed : Way::access_line;
}

// It bears its organisation's name, greets so, and that organisation's record names it.
bool Origin::is_named_by_its_own_record() const {
  if (!spf() || crossing().client_names.empty()) return false;
  const std::string& name = crossing().client_names.front();
  const std::string& helo = border().hops[crossing().index].helo;
  const auto domain = DomainName::parse(organisation_of(name));
  if (!domain || (!helo.empty() && !same_organisation(name, helo))) return false;
  const SpfOutcome own = hosts_.ask_spf(*crossing().client, *domain);
  return own.result == SpfResult::pass && !own.is_over_wide;
}

// Whose every word may be made up, or who only passed it on, says nothing about who sent it.
Carriage Origin::carriage() const {
  Carriage carriage;
  if (is_foreign() || crossing().role != HopRole::crossing || !crossing().client ||
      is_within_reporter())
    return carriage;
  const Hop& hop = border().hops[crossing().index];
  if (own_.is_our_host(border().hops.front().by)) return carriage;
  const bool is_last = crossing().index + 1 == border().hops.size();
  if (!is_last && same_organisation(hop.helo, hop.by)) return carriage;  // within its own side
  carriage.way = way_of_client();
  carriage.client = crossing().client;
  if (!crossing().client_names.empty())
    carriage.organisation = organisation_of(crossing().client_names.front());
  if (carriage.way == Way::unnamed) carriage.greeting = organisation_of(hop.helo);
  carriage.writer = organisation_of(hop.by);
  carriage.is_passed_on = is_passed_on(crossing());
  carriage.is_by_our_side =
      arrival_.is_from_us || arrival_.has_never_left || same_organisation(hop.by, arrival_.taker);
  carriage.is_service = carriage.way == Way::server && is_named_by_its_own_record();
  return carriage;
}

}  // namespace unsent

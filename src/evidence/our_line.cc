// SPDX-License-Identifier: MIT
#include "evidence/our_line.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/validated.h"

namespace unsent {
namespace {

bool is_dotless(const std::string& host) { return host.find('.') == std::string::npos; }

bool is_named(const Hop& upper, const Hop& lower) {
  return same_organisation(upper.rdns, lower.by) || same_organisation(upper.helo, lower.by) ||
         same_organisation(upper.by, lower.by) || same_organisation(upper.fetched_from, lower.by);
}

bool is_joined_on(const Hop& upper, const Hop& lower, const Hosts& hosts) {
  return is_dotless(lower.by) || is_named(upper, lower) ||
         (hosts.has_dns() && upper.client &&
          resolves_to(lower.by, *upper.client, hosts.resolver()));
}

// Some write down their client's name alone, and not with what it greeted: then the line below may
// be his, whatever name he bears there.
bool may_be_joined_on(const Hop& upper, const Hosts& hosts) {
  const bool shows_both = !upper.rdns.empty() && !upper.helo.empty() && upper.helo != upper.rdns;
  const std::string& name = upper.rdns.empty() ? upper.helo : upper.rdns;
  return hosts.has_dns() && upper.client && !shows_both && !name.empty() &&
         leads_to(name, *upper.client, hosts.resolver());
}

// The client of that hop is ours, by network or by a name of ours that our DNS confirms.
bool is_ours(const Hop& hop, const OurLineCase& one) {
  return one.own.is_own(*hop.client) ||
         is_own_name(one.hosts.names_of(*hop.client, hop), *hop.client, one.own, one.hosts);
}

// Our record lets it through in any way, be it by the record of who carries our mail. Without a
// record nobody says who may send for us, and any true server may.
bool is_let_through(const Hop& hop, const OurLineCase& one) {
  if (!one.hosts.has_dns() || !one.own.identity.is_ours(one.sender)) return false;
  const std::string sender = one.sender.text();
  const SpfOutcome spf =
      check_host({.ip = *hop.client, .sender = sender, .helo = hop.helo, .is_explained = false},
                 one.hosts.resolver());
  if (spf.result == SpfResult::none)
    return is_honest_server(*hop.client, one.hosts.names_of(*hop.client, hop), hop, one.hosts);
  return spf.result == SpfResult::pass && !spf.is_over_wide;
}

bool may_send_for_us(const Hop& hop, const OurLineCase& one) {
  return hop.has_public_client() && (is_ours(hop, one) || is_let_through(hop, one));
}

// By a name of its site alone, as servers behind a NAT do, or by that of another house that takes
// mail for whom the report is about.
bool greets_as_filter(const Hop& hop, const OurLineCase& one) {
  if (hop.helo.empty() || hop.helo.front() == '[') return false;
  if (!is_dotless(hop.helo) && is_inner_name(hop.helo)) return true;
  const std::string house = organisation_of(hop.helo);
  const auto takes_mail = [&](const DomainName& domain) {
    const auto houses = one.hosts.mail_organisations(domain);
    return house != organisation_of(domain) &&
           std::find(houses.begin(), houses.end(), house) != houses.end();
  };
  return std::any_of(one.domains.reported.begin(), one.domains.reported.end(), takes_mail);
}

// Line i shows that who wrote it had the original from one of our servers. Who is no server of our
// own network must have written it himself, not in the name of who took the original from him, nor
// as a user that had logged in; and have had what was not for him.
bool shows_server_of_ours(std::size_t i, const OurLineCase& one) {
  const Chain& hops = one.crossing.border.hops;
  const Hop& line = hops[i];
  if (!line.has_public_client()) return false;
  if (one.own.is_own(*line.client)) return true;
  const Hop& crossed = hops[one.crossing.index];
  if (same_organisation(line.by, crossed.by) || hops[i - 1].is_authenticated()) return false;
  return (one.domains.are_others_addressed() || greets_as_filter(crossed, one)) &&
         may_send_for_us(line, one);
}

// Somebody else took the message from upper's client, who may not send for us and to whom our
// line's name does not lead; without the DNS by none that the line shows.
bool is_stranger(const Hop& upper, const Hop& line_of_ours, const OurLineCase& one) {
  const OwnHosts& own = one.own;
  if (own.is_our_host(upper.by) || !upper.has_public_client()) return false;
  if (!own.knows_networks_like(*upper.client) || own.is_own(*upper.client)) return false;
  if (!one.hosts.has_dns()) return !own.is_our_host(upper.rdns);
  return !leads_to(line_of_ours.by, *upper.client, one.hosts.resolver()) &&
         !may_send_for_us(upper, one);
}

}  // namespace

bool has_joined_line_of_ours(const OurLineCase& one) {
  const Crossing& crossing = one.crossing;
  if (!crossing.border.client) return false;
  const Chain& hops = crossing.border.hops;
  for (std::size_t i = crossing.index + 1; i < hops.size(); ++i) {
    const Hop& upper = hops[i - 1];
    const Hop& lower = hops[i];
    const bool is_first = i == crossing.index + 1;
    if (!is_joined_on(upper, lower, one.hosts) &&
        !(is_first && one.domains.are_others_addressed() && may_be_joined_on(upper, one.hosts)))
      return false;
    if (one.own.is_our_host(lower.by))
      return upper.client && (one.own.is_own(*upper.client) || upper.client->is_internal());
    if (shows_server_of_ours(i, one)) return true;
  }
  return false;
}

bool has_line_of_ours_below_stranger(const OurLineCase& one) {
  const Crossing& crossing = one.crossing;
  if (!crossing.border.client || one.own.networks.empty()) return false;
  const Chain& hops = crossing.border.hops;
  for (std::size_t i = crossing.index + 1; i < hops.size(); ++i)
    if (one.own.is_our_host(hops[i].by)) return is_stranger(hops[i - 1], hops[i], one);
  return false;
}

}  // namespace unsent

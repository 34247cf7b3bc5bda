// SPDX-License-Identifier: MIT
#include "evidence/crossing.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/validated.h"

namespace unsent {
namespace {

// To who handed the original to the border's client, as far as that client's own line says.
void step_behind_border(Crossing& crossing) {
  crossing.client.reset();
  const Border& border = crossing.border;
  const std::size_t next = border.index + 1;
  if (next >= border.hops.size()) return;
  const std::string& writer = border.hops[next].by;
  const bool is_its_own =
      std::any_of(crossing.names.begin(), crossing.names.end(),
                  [&](const std::string& name) { return same_organisation(name, writer); });
  if (!is_its_own) return;
  const Border behind = find_border_behind(border);
  crossing.client = behind.client;
  crossing.index = behind.index;
}

void ask_spf(Crossing& crossing, const Address& sender, const OwnHosts& own, const Hosts& hosts) {
  crossing.spf.reset();
  if (!hosts.has_dns() || !crossing.client || !own.identity.is_ours(sender)) return;
  const std::string text = sender.text();
  crossing.spf = check_host(
      {.ip = *crossing.client, .sender = text, .helo = crossing.border.hops[crossing.index].helo},
      hosts.resolver());
}

bool is_forbidden(const Crossing& crossing) {
  return crossing.spf && crossing.spf->result == SpfResult::fail;
}

bool takes_mail_for(const Crossing& crossing, const std::vector<DomainName>& domains,
                    const OwnHosts& own, const Hosts& hosts) {
  return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
    return !own.is_our_host(domain.text()) &&
           hosts.takes_mail_for(*crossing.border.client, crossing.names, domain);
  });
}

// SPF forbids the client because it is no sender at all: it took the mail for one to whom
// it went, as hosted filters, backup MXs and forwarders do. Whom it had the original from
// counts, if its line shows that; where the header alone names the recipient, which may be
// the forger's own, only against us.
void weigh_receiving_side(Crossing& crossing, const Bounce& bounce, const Address& sender,
                          const OwnHosts& own, const Hosts& hosts) {
  if (!is_forbidden(crossing) || crossing.came_through_border) return;
  const bool is_reporters_side = takes_mail_for(crossing, reported_domains(bounce), own, hosts);
  if (!is_reporters_side && !takes_mail_for(crossing, addressed_domains(bounce), own, hosts))
    return;
  step_behind_border(crossing);
  ask_spf(crossing, sender, own, hosts);
  if (is_forbidden(crossing) || (is_reporters_side && crossing.client)) return;
  crossing.client.reset();
  crossing.index = crossing.border.index;
  crossing.spf.reset();
}

bool is_dotless(const std::string& host) { return host.find('.') == std::string::npos; }

bool is_named(const ReceivedHop& upper, const ReceivedHop& lower) {
  return same_organisation(upper.rdns, lower.by) || same_organisation(upper.helo, lower.by) ||
         same_organisation(upper.by, lower.by);
}

}  // namespace

Crossing find_crossing(const Bounce& bounce, const Address& sender, const ArrivalFinding& arrival,
                       const OwnHosts& own, const Hosts& hosts) {
  Crossing crossing;
  crossing.border = find_border(bounce);
  const Border& border = crossing.border;
  if (border.client) crossing.names = hosts.names_of(*border.client, border.hops[border.index]);
  crossing.client = border.client;
  crossing.index = border.index;
  // The bounce came from the very client that handed the original over: a forwarder that
  // took the bounce of what it had forwarded, and passed it on to us. Our own MX saw it, so
  // that its line in the original can be believed as the reporter's is else.
  crossing.came_through_border =
      arrival.client && !arrival.is_from_us && arrival.client == border.client;
  if (crossing.came_through_border) step_behind_border(crossing);
  ask_spf(crossing, sender, own, hosts);
  weigh_receiving_side(crossing, bounce, sender, own, hosts);
  return crossing;
}

bool has_joined_line_of_ours(const Crossing& crossing, const OwnHosts& own, const Hosts& hosts) {
  if (!crossing.client) return false;
  const Chain& hops = crossing.border.hops;
  for (std::size_t i = crossing.index + 1; i < hops.size(); ++i) {
    const Hop& upper = hops[i - 1];
    const Hop& lower = hops[i];
    const bool is_joined_on =
        is_dotless(lower.by) || is_named(upper, lower) ||
        (hosts.has_dns() && upper.client && resolves_to(lower.by, *upper.client, hosts.resolver()));
    if (!is_joined_on) return false;
    if (own.is_our_host(lower.by))
      return upper.client && (own.is_own(*upper.client) || upper.client->is_internal());
  }
  // The last line of the chain: handed over by one of our servers to a forwarder.
  return std::any_of(hops.begin() + static_cast<std::ptrdiff_t>(crossing.index) + 1, hops.end(),
                     [&](const Hop& hop) { return hop.client && own.is_own(*hop.client); });
}

bool has_line_of_ours_below_stranger(const Crossing& crossing, const OwnHosts& own) {
  if (!crossing.client || own.networks.empty()) return false;
  const Chain& hops = crossing.border.hops;
  for (std::size_t i = crossing.index + 1; i < hops.size(); ++i) {
    if (!own.is_our_host(hops[i].by)) continue;
    return hops[i - 1].has_public_client() && !own.is_own(*hops[i - 1].client);
  }
  return false;
}

}  // namespace unsent

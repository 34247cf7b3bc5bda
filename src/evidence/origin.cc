// SPDX-License-Identifier: MIT
#include "evidence/origin.h"

#include <algorithm>

#include "evidence/organisation.h"

namespace unsent {
namespace {

// The envelope recipient of the bounce is the original's MAIL FROM, once unwrapped.
Address first_sender(const OriginCase& one) {
  if (one.senders.empty()) return *Address::parse("postmaster@invalid");
  if (one.recipient)
    for (const Address& sender : unwrap(*one.recipient).candidates)
      if (one.identity.is_ours(sender))
        return *std::find_if(one.senders.begin(), one.senders.end(),
                             [&](const Address& known) { return same_mailbox(known, sender); });
  return one.senders.front();
}

}  // namespace

Origin::Origin(const OriginCase& one)
    : sender_(first_sender(one)),
      hosts_(one.resolver, sender_.domain()),
      own_(own_hosts(one.identity, one.relays, sender_, hosts_)),
      is_told_relays_(!one.relays.empty()),
      arrival_(find_arrival(one.message, one.bounce, own_, hosts_)),
      crossing_(find_crossing(one.bounce, sender_, arrival_, own_, hosts_)) {}

bool Origin::has_joined_line_of_ours() const {
  return unsent::has_joined_line_of_ours(crossing_, own_, hosts_);
}

bool Origin::has_line_of_ours_below_stranger() const {
  return unsent::has_line_of_ours_below_stranger(crossing_, own_);
}

bool Origin::client_belongs_to(const DomainName& domain) const {
  return border().client && hosts_.belongs(*border().client, crossing_.names, domain);
}

bool Origin::is_report_of_ours() const {
  const Chain& hops = border().hops;
  return arrival_.is_from_us && !hops.empty() && own_.is_our_host(hops.front().by);
}

// By network, SPF or name; or by our own server's line, and its own word that the client had
// logged in.
bool Origin::is_about_one_of_ours() const {
  const bool is_local =
      border().state == Border::State::no_client || border().hops.front().is_authenticated();
  return is_own_client() || is_local || (spf() && spf()->is_direct_pass()) ||
         std::any_of(crossing_.names.begin(), crossing_.names.end(), [&](const std::string& name) {
           return same_organisation(name, sender_.domain().text());
         });
}

}  // namespace unsent

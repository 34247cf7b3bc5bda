// SPDX-License-Identifier: MIT
#include "audit/sending_server.h"

#include <algorithm>

#include "evidence/border.h"
#include "evidence/hosts.h"
#include "evidence/organisation.h"
#include "evidence/sent.h"

namespace unsent {
namespace {

std::optional<SendingServer> server_at(const Border& border, std::size_t index,
                                       const Address& sender) {
  const Hop& hop = border.hops[index];
  if (!hop.has_public_client()) return std::nullopt;
  return SendingServer{*hop.client, hop.helo, sender.domain()};
}

// A line of our own: its client submitted the message to us, or is one of us.
bool is_line_of_sender(const ReceivedHop& hop, const Address& sender, const Identity& identity) {
  return identity.is_our_host(hop.by) || same_organisation(hop.by, sender.domain().text());
}

// It failed for somebody to whom we did not send it: forwarded on the way.
bool is_forwarded(const Bounce& bounce, const SentMessage& sent) {
  return std::none_of(bounce.recipients.begin(), bounce.recipients.end(),
                      [&](const RecipientReport& report) {
                        const auto address = Address::parse(report.address);
                        return address && sent.went_to_organisation_of(address->domain().text());
                      });
}

// Behind the list's border hop: the next client that is not of the list's organisation.
std::optional<SendingServer> server_before_list(const Border& border, const Address& sender) {
  for (std::size_t i = border.index + 1; i < border.hops.size(); ++i) {
    const Hop& hop = border.hops[i];
    if (!is_joined(border.hops[i - 1], hop)) return std::nullopt;
    if (!hop.has_public_client() || same_organisation(hop.rdns, hop.by)) continue;
    return SendingServer{*hop.client, hop.helo, sender.domain()};
  }
  return std::nullopt;
}

std::optional<Address> first_address(const Headers& headers, std::string_view field) {
  const auto addresses = parse_addresses(headers.text(field), 1);
  return addresses.empty() ? std::nullopt : std::optional(addresses.front());
}

}  // namespace

std::optional<SendingServer> server_of_original(const Bounce& bounce, const SentMessage& sent,
                                                const std::optional<Address>& recipient,
                                                const Identity& identity) {
  const auto senders = claimed_senders(bounce, recipient);
  const auto ours = std::find_if(senders.begin(), senders.end(),
                                 [&](const Address& sender) { return identity.is_ours(sender); });
  const Border border = find_border(bounce);
  if (ours == senders.end() || !border.client) return std::nullopt;
  bool has_arrived = !is_forwarded(bounce, sent);
  for (std::size_t i = border.index; i < border.hops.size(); ++i) {
    const Hop& hop = border.hops[i];
    if (is_line_of_sender(hop, *ours, identity)) return std::nullopt;
    if (i > border.index && !is_joined(border.hops[i - 1], hop)) return std::nullopt;
    has_arrived = has_arrived || sent.went_to_organisation_of(hop.by);
    if (has_arrived) return server_at(border, i, *ours);
  }
  return std::nullopt;
}

std::string teller_of(const Message& message, const Bounce& bounce, const SentMessage& sent,
                      Resolver& resolver) {
  const Border arrival = find_border(message.headers(), "");
  if (!arrival.client) return {};
  for (const RecipientReport& report : bounce.recipients) {
    const auto address = Address::parse(report.address);
    if (!address || report.is_guessed || !sent.went_to(*address)) continue;
    const Hosts hosts(resolver, address->domain());
    const auto names = hosts.names_of(*arrival.client, arrival.hops[arrival.index]);
    if (hosts.has_dns() && hosts.takes_mail_for(*arrival.client, names, address->domain()))
      return organisation_of(address->domain());
  }
  return {};
}

std::string served_domain(const SendingServer& server, const Bounce& bounce, Resolver& resolver) {
  const DomainsInQuestion domains(bounce);
  for (const DomainName& domain : domains.reported) {
    const Hosts hosts(resolver, domain);
    const auto names = hosts.names_of(server.client, {});
    if (hosts.has_dns() && hosts.takes_mail_for(server.client, names, domain)) return domain.text();
  }
  return {};
}

std::optional<SendingServer> server_of_arrival(const IpAddress& client, const Address& sender,
                                               const std::vector<Address>& recipients,
                                               const SentMessage& sent, const Identity& identity) {
  if (client.is_internal() || !identity.is_ours(sender)) return std::nullopt;
  for (const Address& one : recipients)
    if (sent.went_to(one)) return SendingServer{client, "", sender.domain()};
  return std::nullopt;
}

std::optional<SendingServer> server_of_copy(const Message& copy, const Identity& identity) {
  const Headers& headers = copy.headers();
  const auto from = first_address(headers, "From");
  const auto envelope_sender = first_address(headers, "Return-Path");
  const Border border = find_border(headers, "");
  if (!border.client) return std::nullopt;
  if (envelope_sender && identity.is_ours(*envelope_sender))
    return server_at(border, border.index, *envelope_sender);
  if (!from || !identity.is_ours(*from)) return std::nullopt;
  const bool is_relayed = envelope_sender || headers.has("List-Id");
  return is_relayed ? server_before_list(border, *from) : server_at(border, border.index, *from);
}

}  // namespace unsent

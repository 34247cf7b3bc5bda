// SPDX-License-Identifier: MIT
#include "evidence/sending_server.h"

#include <algorithm>

#include "evidence/border.h"
#include "evidence/organisation.h"
#include "evidence/sent.h"

namespace unsent {
namespace {

std::optional<SendingServer> server_at(const Border& border, const Address& sender) {
  if (!border.client) return std::nullopt;
  return SendingServer{*border.client, border.hops[border.index].helo, sender.domain()};
}

// Behind the list's border hop: the next client that is not of the list's organisation.
std::optional<SendingServer> server_before_list(const Border& border, const Address& sender) {
  for (std::size_t i = border.index + 1; i < border.hops.size(); ++i) {
    const ReceivedHop& hop = border.hops[i];
    if (!is_joined(border.hops[i - 1], hop)) return std::nullopt;
    const auto client = IpAddress::parse(hop.client_ip);
    if (!client || client->is_internal() || same_organisation(hop.rdns, hop.by)) continue;
    return SendingServer{*client, hop.helo, sender.domain()};
  }
  return std::nullopt;
}

std::optional<Address> first_address(const Headers& headers, std::string_view field) {
  const auto addresses = parse_addresses(headers.text(field), 1);
  return addresses.empty() ? std::nullopt : std::optional(addresses.front());
}

}  // namespace

std::optional<SendingServer> server_of_original(const Bounce& bounce,
                                                const std::optional<Address>& recipient,
                                                const Identity& identity) {
  const auto senders = claimed_senders(bounce, recipient);
  const auto ours = std::find_if(senders.begin(), senders.end(), [&](const Address& sender) {
    return identity.is_ours(sender);
  });
  if (ours == senders.end()) return std::nullopt;
  return server_at(find_border(bounce.original.headers, bounce.reporter), *ours);
}

std::optional<SendingServer> server_of_copy(const Message& copy, const Identity& identity) {
  const Headers& headers = copy.headers();
  const auto from = first_address(headers, "From");
  const auto envelope_sender = first_address(headers, "Return-Path");
  const Border border = find_border(headers, "");
  if (envelope_sender && identity.is_ours(*envelope_sender))
    return server_at(border, *envelope_sender);
  if (!from || !identity.is_ours(*from) || !border.client) return std::nullopt;
  const bool is_relayed = envelope_sender || headers.has("List-Id");
  return is_relayed ? server_before_list(border, *from) : server_at(border, *from);
}

}  // namespace unsent

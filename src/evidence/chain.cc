// SPDX-License-Identifier: MIT
#include "evidence/chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxHops = 50;

// "by 2002:a05:… with SMTP id …": Gmail within itself. No host, and no client.
bool is_stamp(const ReceivedHop& hop) {
  return hop.client_ip.empty() && hop.helo.empty() && IpAddress::parse(hop.by).has_value();
}

bool is_dotless(const std::string& host) { return host.find('.') == std::string::npos; }

}  // namespace

Hop make_hop(ReceivedHop&& line) {
  auto client = IpAddress::parse(line.client_ip);
  return {std::move(line), client};
}

bool is_within_one_network(const Hop& hop) {
  constexpr int kProvider = 32;  // what a provider gets, and none of his customers
  const auto writer = IpAddress::parse(hop.by_ip);
  return writer && hop.client && !hop.client->is_v4() && hop.client->matches(*writer, kProvider);
}

Chain read_chain(const Headers& headers) {
  const auto fields = headers.all("Received");
  Chain chain;
  chain.reserve(std::min(fields.size(), kMaxHops));
  for (const HeaderField* field : fields) {
    if (chain.size() == kMaxHops) break;
    Hop& hop = chain.emplace_back();
    static_cast<ReceivedHop&>(hop) = parse_received(field->value);
    if (hop.by.empty() || hop.is_other_protocol() || is_stamp(hop))
      chain.pop_back();
    else
      hop.client = IpAddress::parse(hop.client_ip);
  }
  return chain;
}

bool is_joined(const ReceivedHop& upper, const ReceivedHop& lower) {
  // A hop that names no client hands over within its own host.
  if (upper.client_ip.empty() && upper.helo.empty()) return same_organisation(upper.by, lower.by);
  for (const std::string_view name : {std::string_view(upper.rdns), std::string_view(upper.helo)})
    if (!name.empty() && (name == lower.by || same_organisation(name, lower.by))) return true;
  return same_organisation(upper.by, lower.by) || is_dotless(lower.by);
}

std::string line_text(const ReceivedHop& hop) {
  return fmt::format("Received: from {} [{}] by {}", hop.helo.empty() ? hop.rdns : hop.helo,
                     hop.client_ip, hop.by);
}

}  // namespace unsent

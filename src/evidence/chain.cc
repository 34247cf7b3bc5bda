// SPDX-License-Identifier: MIT
#include "evidence/chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxHops = 50;

// "by 2002:a05:… with SMTP id …": Gmail within itself. No host, and no client.
bool is_stamp(const ReceivedHop& hop) {
  return hop.client_ip.empty() && hop.helo.empty() && IpAddress::parse(hop.by).has_value();
}

bool is_no_hop(const Hop& hop) {
  const bool shows_nobody = hop.by.empty() && !hop.has_public_client();
  return shows_nobody || hop.is_other_protocol() || is_stamp(hop);
}

bool is_dotless(const std::string& host) { return host.find('.') == std::string::npos; }

// "db5eur01ft012.eop.house.example", "db5eur01ft012.mail.other.example": one host, which its house
// calls by several domains. A label that long, with numbers in it, is no other's by chance.
bool has_label_of(std::string_view name, std::string_view other) {
  constexpr std::size_t kShortest = 8;
  const std::string_view label = name.substr(0, name.find('.'));
  return label.size() >= kShortest && label == other.substr(0, other.find('.')) &&
         std::any_of(label.begin(), label.end(), is_digit);
}

// The writer's own public IPv6 address and its client's.
bool shares_network(const Hop& hop, int bits) {
  const auto writer = IpAddress::parse(hop.by_ip);
  return writer && hop.client && !hop.client->is_v4() && hop.client->matches(*writer, bits);
}

}  // namespace

Hop make_hop(ReceivedHop&& line) {
  auto client = IpAddress::parse(line.client_ip);
  return {std::move(line), client, {}};
}

bool is_inner_name(std::string_view name) {
  static constexpr std::string_view kInner[] = {"local",     "internal", "lan",     "localdomain",
                                                "intranet",  "corp",     "private", "home",
                                                "localhost", "arpa"};
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return name.find('.') == std::string_view::npos ||
         std::find(std::begin(kInner), std::end(kInner), last) != std::end(kInner);
}

bool greets_from_outside(const Hop& hop) {
  return hop.client && hop.client->is_internal() && !hop.helo.empty() && hop.helo.front() != '[' &&
         !is_inner_name(hop.helo) && !IpAddress::parse(hop.helo) &&
         !same_organisation(hop.helo, hop.by);
}

bool is_from_unknown(const Hop& upper, const Hop& lower) {
  if (upper.has_public_client() || upper.helo.empty() || upper.helo.front() == '[') return false;
  if (upper.with.find("SMTPSVC") != upper.with.npos) return false;  // "from mail pickup service"
  const auto label = [](std::string_view host) { return host.substr(0, host.find('.')); };
  const std::string_view name = label(upper.helo);
  if (name == "localhost" || name == label(upper.by) || name == label(lower.by)) return false;
  return upper.by == lower.by && !same_organisation(upper.helo, upper.by) &&
         label(upper.rdns) != label(lower.by);
}

bool is_within_one_network(const Hop& hop) {
  constexpr int kProvider = 32;  // what a provider gets, and none of his customers
  return shares_network(hop, kProvider);
}

bool may_be_within_one_network(const Hop& upper, const Hop& lower) {
  constexpr int kLargest = 24;  // that a provider of several regions has got
  const auto writer = IpAddress::parse(lower.by_ip);
  return shares_network(upper, kLargest) && writer && *writer == *upper.client;
}

Chain read_chain(const Headers& headers) {
  const auto fields = headers.all("Received");
  Chain chain;
  chain.reserve(std::min(fields.size(), kMaxHops));
  for (const HeaderField* field : fields) {
    if (chain.size() == kMaxHops) break;
    Hop& hop = chain.emplace_back();
    static_cast<ReceivedHop&>(hop) = parse_received(field->value);
    hop.client = IpAddress::parse(hop.client_ip);
    if (!is_no_hop(hop)) continue;
    const std::string from = hop.is_other_protocol() ? hop.helo : std::string();
    chain.pop_back();
    if (!chain.empty() && chain.back().fetched_from.empty()) chain.back().fetched_from = from;
  }
  return chain;
}

bool is_joined(const ReceivedHop& upper, const ReceivedHop& lower) {
  // A hop that names no client hands over within its own host.
  if (upper.client_ip.empty() && upper.helo.empty()) return same_organisation(upper.by, lower.by);
  for (const std::string_view name : {std::string_view(upper.rdns), std::string_view(upper.helo)})
    if (!name.empty() &&
        (name == lower.by || same_organisation(name, lower.by) || has_label_of(name, lower.by)))
      return true;
  return same_organisation(upper.by, lower.by) || is_dotless(lower.by);
}

std::string line_text(const ReceivedHop& hop) {
  return fmt::format("Received: from {} [{}] by {}", hop.helo.empty() ? hop.rdns : hop.helo,
                     hop.client_ip, hop.by);
}

}  // namespace unsent

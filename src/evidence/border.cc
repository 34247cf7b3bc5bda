// SPDX-License-Identifier: MIT
#include "evidence/border.h"

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

// Exchange Online hands on over public IPv6 addresses that have no names, and writes its own
// beside the client's.
bool is_within_one_network(const ReceivedHop& hop, const IpAddress& client) {
  constexpr int kProvider = 32;  // what a provider gets, and none of his customers
  const auto writer = IpAddress::parse(hop.by_ip);
  return writer && !client.is_v4() && client.matches(*writer, kProvider) &&
         same_organisation(hop.helo, hop.by);
}

// Lines that show an SMTP client or a local submission: no queue stamps, no hand-overs.
std::vector<ReceivedHop> smtp_hops(const Headers& headers) {
  const auto fields = headers.all("Received");
  std::vector<ReceivedHop> hops;
  hops.reserve(std::min(fields.size(), kMaxHops));
  for (const HeaderField* field : fields) {
    if (hops.size() == kMaxHops) break;
    ReceivedHop hop = parse_received(field->value);
    if (hop.by.empty() || hop.is_other_protocol() || is_stamp(hop)) continue;
    hops.push_back(std::move(hop));
  }
  return hops;
}

bool is_dotless(const std::string& host) { return host.find('.') == std::string::npos; }

// Looks for the border among the hops from first on.
void walk_down(Border& border, std::size_t first, std::string_view reporter) {
  border.state = Border::State::no_client;
  for (std::size_t i = first; i < border.hops.size(); ++i) {
    const ReceivedHop& hop = border.hops[i];
    if (i > first && !is_joined(border.hops[i - 1], hop)) {
      border.state = Border::State::broken_chain;
      return;
    }
    if (hop.hides_client()) {
      border.state = Border::State::hidden;
      return;
    }
    const auto client = IpAddress::parse(hop.client_ip);
    if (!client || client->is_internal()) continue;
    const bool is_reporters_own = is_within_one_network(hop, *client) ||
                                  (!hop.rdns.empty() && (same_organisation(hop.rdns, reporter) ||
                                                         same_organisation(hop.rdns, hop.by)));
    if (is_reporters_own && i + 1 < border.hops.size() && is_joined(hop, border.hops[i + 1]))
      continue;
    border.state = Border::State::found;
    border.client = client;
    border.index = i;
    return;
  }
}

}  // namespace

bool is_joined(const ReceivedHop& upper, const ReceivedHop& lower) {
  // A hop that names no client hands over within its own host.
  if (upper.client_ip.empty() && upper.helo.empty()) return same_organisation(upper.by, lower.by);
  for (const std::string& name : {upper.rdns, upper.helo})
    if (!name.empty() && (name == lower.by || same_organisation(name, lower.by))) return true;
  return same_organisation(upper.by, lower.by) || is_dotless(lower.by);
}

Border find_border(const Headers& headers, std::string_view reporter) {
  Border border;
  border.hops = smtp_hops(headers);
  if (!border.hops.empty()) walk_down(border, 0, reporter);
  return border;
}

Border find_border_behind(const Border& upper) {
  Border border;
  border.hops = upper.hops;
  const std::size_t first = upper.index + 1;
  if (first < border.hops.size()) walk_down(border, first, border.hops[first].by);
  return border;
}

Border find_border(const Bounce& bounce) {
  Border border = find_border(bounce.original.headers, bounce.reporter);
  if (border.state != Border::State::no_lines || bounce.received_from.empty()) return border;
  // "mail.ourshop.example ([192.0.2.10])" is what a Received line says; a bare literal is
  // the client's address where its name is not known.
  const std::string& said = bounce.received_from;
  const bool is_literal = said.front() == '[' && said.find('(') == std::string::npos;
  const std::string client_text = is_literal ? fmt::format("unknown ({})", said) : said;
  ReceivedHop hop = parse_received(fmt::format(
      "from {} by {}", client_text, bounce.reporter.empty() ? "unknown" : bounce.reporter));
  const auto client = IpAddress::parse(hop.client_ip);
  if (!client || client->is_internal()) return border;
  border.hops.push_back(std::move(hop));
  border.client = client;
  border.state = Border::State::found;
  return border;
}

}  // namespace unsent

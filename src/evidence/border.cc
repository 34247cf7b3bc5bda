// SPDX-License-Identifier: MIT
#include "evidence/border.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/hosts.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

// The names under which the reporter's side was seen so far: its hosts bear those of several
// domains, and each greets with one that another has written.
class House {
 public:
  explicit House(std::string_view reporter) { add(reporter); }

  void add(std::string_view name) {
    if (!name.empty() && !has(name)) names_.push_back(name);
  }
  bool has(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](std::string_view one) { return same_organisation(one, name); });
  }

 private:
  std::vector<std::string_view> names_;
};

// Its client is not the reporter's, nor he who wrote the line below.
bool is_behind_gateway(const Chain& hops, std::size_t index, const House& house) {
  const Hop& hop = hops[index];
  if (!greets_from_outside(hop) || house.has(hop.helo)) return false;
  return index + 1 == hops.size() || !same_organisation(hops[index + 1].by, hop.helo);
}

// Looks for the border among the hops from first on.
void walk_down(Border& border, std::size_t first, std::string_view reporter) {
  border.state = Border::State::no_client;
  House house(reporter);
  for (std::size_t i = first; i < border.hops.size(); ++i) {
    const Hop& hop = border.hops[i];
    if (i > first && !is_joined(border.hops[i - 1], hop)) {
      border.state = Border::State::broken_chain;
      return;
    }
    house.add(hop.by);
    const bool is_unseen = i > first && is_from_unknown(border.hops[i - 1], hop);
    if (hop.hides_client() || is_unseen || is_behind_gateway(border.hops, i, house)) {
      border.state = Border::State::hidden;
      return;
    }
    if (!hop.has_public_client()) continue;
    const bool is_inner = is_within_one_network(hop) && house.has(hop.helo);
    const bool is_in_name = !hop.rdns.empty() && (same_organisation(hop.rdns, reporter) ||
                                                  same_organisation(hop.rdns, hop.by));
    const bool leads_on = i + 1 < border.hops.size() && is_joined(hop, border.hops[i + 1]);
    // A host within the provider's network, or a customer's, whose own the lines below are.
    if (leads_on && !is_inner && is_in_name && is_pool_name(hop.rdns, *hop.client)) {
      border.state = Border::State::hidden;
      return;
    }
    if (leads_on && (is_inner || is_in_name)) {
      house.add(hop.helo);
      continue;
    }
    const bool is_cut = is_inner && i + 1 == border.hops.size();  // from whom it had it
    if (is_cut || (leads_on && may_be_within_one_network(hop, border.hops[i + 1]))) {
      border.state = Border::State::hidden;
      return;
    }
    border.state = Border::State::found;
    border.client = hop.client;
    border.index = i;
    return;
  }
}

}  // namespace

Border find_border(const Headers& headers, std::string_view reporter) {
  Border border;
  border.hops = read_chain(headers);
  if (!border.hops.empty()) walk_down(border, 0, reporter);
  return border;
}

Border find_border_behind(const Border& upper, std::size_t index) {
  Border border;
  border.hops = upper.hops;
  const std::size_t first = index + 1;
  if (first < border.hops.size()) walk_down(border, first, border.hops[first].by);
  return border;
}

Border find_border(const Bounce& bounce) {
  Border border = find_border(bounce.original.headers, bounce.reporter);
  if (border.state != Border::State::no_lines || bounce.received_from.empty()) return border;
  // "mail.ourshop.example ([192.0.2.10])" is what a Received line says. A bare literal is the
  // client's greeting, and so may be a first comment of two (RFC 3464 2.2.4).
  const std::string& said = bounce.received_from;
  if (std::count(said.begin(), said.end(), '(') != 1) return border;
  Hop hop = make_hop(parse_received(
      fmt::format("from {} by {}", said, bounce.reporter.empty() ? "unknown" : bounce.reporter)));
  if (!hop.has_public_client()) return border;
  border.client = hop.client;
  border.state = Border::State::found;
  border.hops.push_back(std::move(hop));
  return border;
}

}  // namespace unsent

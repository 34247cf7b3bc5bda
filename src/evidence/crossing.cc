// SPDX-License-Identifier: MIT
#include "evidence/crossing.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr int kMostServers = 4;  // of the receiving side, one behind the other

bool any_of_organisation(const std::vector<std::string>& names, std::string_view host) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return same_organisation(name, host); });
}

class CrossingFinder {
 public:
  explicit CrossingFinder(const CrossingCase& one) : one_(one) {
    found_.border = find_border(one_.bounce);
    if (!border().client) return;
    stop_at_liar(found_.border, 0);
    found_.names = names_at(border().index);
    found_.client = border().client;
    found_.index = border().index;
    found_.client_names = found_.names;
    found_.role = HopRole::crossing;
  }

  Crossing find() && {
    found_.is_report_of_ours = is_report_of_ours();
    if (found_.role == HopRole::none) return std::move(found_);
    found_.is_reported_by_writer = reports_itself();
    ask_spf();
    if (is_let_through()) {
      look_behind_carrier();
      if (reports_itself()) ask_about_bringer();
      return std::move(found_);
    }
    if (found_.is_report_of_ours) {
      set_aside(HopRole::submission);
    } else if (has_carried_both()) {
      step_behind();
      ask_spf();
      if (is_forbidden()) look_behind_servers();
    } else {
      look_for_submission();
      if (found_.role == HopRole::crossing) look_behind_servers();
      if (is_forbidden() && found_.index != border().index && has_brought(found_.client_names))
        set_aside(HopRole::filter);
    }
    if (is_let_through()) look_behind_carrier();
    return std::move(found_);
  }

 private:
  const Border& border() const { return found_.border; }
  const Hop& hop() const { return border().hops[border().index]; }

  // A line's own word about its client's name may lie: who was passed as one of the writer's
  // side and is none, as the DNS has it, is the border.
  void stop_at_liar(Border& walked, std::size_t first) const {
    if (!one_.hosts.has_dns()) return;
    for (std::size_t i = first; i < walked.index; ++i) {
      const Hop& passed = walked.hops[i];
      if (!passed.has_public_client() || is_within_one_network(passed)) continue;
      if (any_of_organisation(one_.hosts.names_of(*passed.client, passed), passed.rdns)) continue;
      walked.client = passed.client;
      walked.index = i;
      return;
    }
  }

  Border border_behind(std::size_t index) const {
    Border behind = find_border_behind(border(), index);
    if (behind.client) stop_at_liar(behind, index + 1);
    return behind;
  }

  // Of the client of hop at. What it greets with is a name of ours, too, if our own DNS says that
  // it leads there, whatever the client's network calls it: nobody else writes our zone.
  std::vector<std::string> names_at(std::size_t at) const {
    const Hop& shown = border().hops[at];
    auto names = one_.hosts.names_of(*shown.client, shown);
    if (one_.hosts.has_dns() && one_.own.is_our_host(shown.helo) && shown.helo != shown.rdns &&
        leads_to(shown.helo, *shown.client, one_.hosts.resolver()))
      names.push_back(shown.helo);
    return names;
  }

  // SPF is not asked about the client.
  void set_aside(HopRole role) {
    found_.role = role;
    found_.client.reset();
    found_.spf.reset();
  }

  // Made by a server of ours, whose own line stands on top of what it returns.
  bool is_report_of_ours() const {
    const ArrivalFinding& arrival = one_.arrival;
    if ((!arrival.is_from_us && !arrival.is_in_our_name) || border().hops.empty()) return false;
    const std::string& writer = border().hops.front().by;
    return is_our_server(writer, one_.own, one_.hosts) ||
           (arrival.was_made_there && is_inner_name(writer));
  }

  // The bounce came from the very client that handed the original over, or its neighbour: a
  // forwarder that took the bounce of what it had forwarded, and passed it on to us. Our own
  // MX saw it, so that its line in the original can be believed as the reporter's is else.
  bool has_carried_both() const {
    const ArrivalFinding& arrival = one_.arrival;
    if (!arrival.client || arrival.is_from_us) return false;
    return arrival.client == border().client || has_brought(server_names());
  }

  // What the border's client is called, but for names that an access line gave it.
  std::vector<std::string> server_names() const {
    std::vector<std::string> names = found_.names;
    std::erase_if(names,
                  [&](const std::string& name) { return is_pool_name(name, *border().client); });
    return names;
  }

  // Who bears the names brought the bounce.
  bool has_brought(const std::vector<std::string>& names) const {
    const ArrivalFinding& arrival = one_.arrival;
    return arrival.client &&
           std::any_of(arrival.names.begin(), arrival.names.end(), [&](const std::string& name) {
             return any_of_organisation(names, name) && !is_pool_name(name, *arrival.client);
           });
  }

  // To who handed the original to the border's client, as far as that client's own line says.
  void step_behind() {
    found_.role = HopRole::forwarder;
    found_.client.reset();
    const std::size_t next = border().index + 1;
    if (next >= border().hops.size()) return;
    if (!any_of_organisation(found_.names, border().hops[next].by)) return;
    const Border behind = border_behind(border().index);
    if (behind.client && behind.hops[behind.index].is_authenticated()) return;  // its own user
    if (behind.client) take(behind);
  }

  void take(const Border& behind) {
    found_.client = behind.client;
    found_.index = behind.index;
    found_.client_names = names_at(behind.index);
  }

  // Whom our record lets through to carry our mail writes down truly from whom he had it: a
  // server of ours directly below his own line is no forger's, who could only stand lower.
  void look_behind_carrier() {
    const Chain& hops = border().hops;
    for (std::size_t i = found_.index + 1; i < hops.size(); ++i) {
      if (!any_of_organisation(found_.client_names, hops[i].by)) return;
      if (!hops[i].has_public_client()) continue;
      if (!one_.own.is_own(*hops[i].client)) return;
      found_.client = hops[i].client;
      found_.index = i;
      return;
    }
  }

  std::optional<SpfOutcome> ask_about(const IpAddress& client, std::string_view helo) const {
    if (!one_.is_asked || !one_.hosts.has_dns() || !one_.own.identity.is_ours(one_.sender))
      return std::nullopt;
    const std::string sender = one_.sender.text();
    return check_host({.ip = client, .sender = sender, .helo = helo, .is_explained = false},
                      one_.hosts.resolver());
  }

  void ask_spf() {
    found_.spf.reset();
    if (found_.client) found_.spf = ask_about(*found_.client, border().hops[found_.index].helo);
  }

  bool is_forbidden() const { return found_.spf && found_.spf->result == SpfResult::fail; }

  bool is_let_through() const {
    return (found_.client && one_.own.is_own(*found_.client)) ||
           (found_.spf && found_.spf->result == SpfResult::pass);
  }

  // The side whose line the border hop is reports itself.
  bool reports_itself() const {
    return one_.arrival.has_never_left || any_of_organisation(one_.arrival.names, hop().by);
  }

  // Who brought the report is of our own side, if SPF or our networks say so.
  bool is_brought_by_our_side() const {
    return one_.arrival.is_from_us ||
           (found_.bringer && found_.bringer->result == SpfResult::pass &&
            !found_.bringer->is_over_wide);
  }

  void ask_about_bringer() {
    if (one_.arrival.client) found_.bringer = ask_about(*one_.arrival.client, "");
  }

  void look_for_submission() {
    const bool has_logged_in = hop().is_authenticated();
    if (reports_itself()) {
      ask_about_bringer();
      if (has_logged_in || one_.arrival.has_never_left || is_brought_by_our_side())
        return set_aside(HopRole::submission);
    }
    const bool is_way_unknown = !one_.arrival.client;
    if (is_forbidden() && (reports_itself() || is_way_unknown) &&
        is_of_carrier(hop().by, one_.sender, one_.own, one_.hosts))
      return set_aside(HopRole::submission);
    if (has_logged_in) set_aside(HopRole::unknown);
  }

  bool takes_mail_for(const std::vector<DomainName>& domains) const {
    return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
      return !one_.own.is_our_host(domain.text()) &&
             one_.hosts.takes_mail_for(*border().client, found_.names, domain);
    });
  }

  // SPF forbids the client because it is no sender at all: hosted filters, backup MXs, campus
  // gateways and forwarders took the mail from whom it names. Behind a true server whose own
  // line shows the next, that one counts; what is found so speaks for us only if the servers
  // took mail for one whom the bounce reports on, for the rest may be a forger's own.
  void look_behind_servers() {
    const bool is_reporters_side = takes_mail_for(one_.domains.reported);
    const bool is_addressed = is_reporters_side || takes_mail_for(one_.domains.addressed);
    if (!is_forbidden() && !is_reporters_side) return;
    const Crossing before = found_;
    const Walk walk = walk_behind(is_addressed);
    const bool was_forbidden = before.spf && before.spf->result == SpfResult::fail;
    if (walk == Walk::hidden && was_forbidden) return set_aside(HopRole::filter);
    const bool is_ours =
        is_reporters_side && walk == Walk::of_one_side && (is_let_through() || is_in_our_name());
    if (is_ours) return;
    if (!was_forbidden)
      found_ = before;
    else if (!is_forbidden())
      set_aside(HopRole::filter);
  }

  enum class Walk {
    of_one_side,  // all that were passed are of the first one's organisation
    of_several,
    hidden,  // one does not show from whom it had it, or its own line does not stand below
  };

  Walk walk_behind(bool is_addressed) {
    Walk walk = Walk::of_one_side;
    for (int steps = 0; steps < kMostServers && !is_let_through() && !is_in_our_name(); ++steps) {
      const std::size_t at = found_.index;
      const auto& names = found_.client_names;
      const bool is_trusted = is_addressed && at == border().index;
      if (!is_trusted && !is_signed(at) &&
          !is_honest_server(*found_.client, names, border().hops[at], one_.hosts))
        break;
      const Walk stopped = is_trusted ? Walk::hidden : walk;
      if (at + 1 >= border().hops.size()) return stopped;
      const std::string& writer = border().hops[at + 1].by;
      const bool is_its_own =
          any_of_organisation(names, writer) || is_signed(at) || is_greeting_of(at, writer);
      if (!is_its_own && !takes_mail_in_name_of(writer, at)) return stopped;
      const Border behind = border_behind(at);
      if (behind.state == Border::State::hidden) return Walk::hidden;
      if (!behind.client || behind.hops[behind.index].is_authenticated()) return stopped;
      const bool is_of_first = names.empty() || any_of_organisation(found_.names, names.front());
      if (!is_its_own || !is_of_first) walk = Walk::of_several;
      found_.role = HopRole::filter;
      take(behind);
      ask_spf();
    }
    return walk;
  }

  bool is_signed(std::size_t at) const { return is_signed_below(border().hops, at, one_.hosts); }

  // The client of hop at greets so, and that name leads to it.
  bool is_greeting_of(std::size_t at, std::string_view writer) const {
    const Hop& hop = border().hops[at];
    return same_organisation(hop.helo, writer) &&
           leads_to(hop.helo, *hop.client, one_.hosts.resolver());
  }

  // Those who take mail for them and those who deliver it bear the names of two domains of one
  // filter: the writer's is that of an MX, which stands beside the client of hop at.
  bool takes_mail_in_name_of(const std::string& writer, std::size_t at) const {
    const Hop& hop = border().hops[at];
    if (same_organisation(hop.by, writer)) return false;
    const std::string organisation = organisation_of(writer);
    const auto any_of = [&](const std::vector<DomainName>& domains) {
      return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
        return one_.hosts.has_mail_server_beside(*hop.client, organisation, domain);
      });
    };
    return any_of(one_.domains.reported) || any_of(one_.domains.addressed);
  }

  // The DNS, and no record, says that the client is ours.
  bool is_in_our_name() const {
    return found_.client && !is_forbidden() &&
           is_own_name(found_.client_names, *found_.client, one_.own, one_.hosts);
  }

  const CrossingCase& one_;
  Crossing found_;
};

}  // namespace

Crossing find_crossing(const CrossingCase& one) { return CrossingFinder(one).find(); }

bool is_signed_below(const Chain& hops, std::size_t at, const Hosts& hosts) {
  if (!hosts.has_dns() || at + 1 >= hops.size() || !hops[at].client) return false;
  const Hop& hop = hops[at];
  const std::string& writer = hops[at + 1].by;
  const bool shows_greeting = !hop.rdns.empty() && !hop.helo.empty() && hop.helo != hop.rdns;
  return !shows_greeting && !is_inner_name(writer) && !is_pool_name(writer, *hop.client) &&
         leads_to(writer, *hop.client, hosts.resolver());
}

}  // namespace unsent

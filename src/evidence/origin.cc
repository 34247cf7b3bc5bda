// SPDX-License-Identifier: MIT
#include "evidence/origin.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"
#include "spf/networks.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr std::size_t kMostDomains = 12;  // that one client is compared with

void add(Facts& facts, Check check, PointsTo points_to, Strength strength, std::string detail,
         std::string source, std::vector<Otherwise> otherwise = {}) {
  facts.push_back(
      {check, points_to, strength, std::move(detail), std::move(source), std::move(otherwise)});
}

// A Received line as its reader knows it again.
std::string line_text(const ReceivedHop& hop) {
  return fmt::format("Received: from {} [{}] by {}", hop.helo.empty() ? hop.rdns : hop.helo,
                     hop.client_ip, hop.by);
}

// The record and the term of it that decided.
std::string record_text(const SpfOutcome& outcome) {
  std::string text = "SPF record of " + outcome.domain;
  for (const SpfStep& step : outcome.path)
    text +=
        fmt::format(", {}{}", step.term, step.domain == outcome.domain ? "" : " of " + step.domain);
  return text;
}

// The line of our MX: the newest one with a client from outside, or one that it hides; what
// stands below is the sender's word.
std::optional<ReceivedHop> arrival_hop(const Headers& headers) {
  for (const HeaderField* field : headers.all("Received")) {
    ReceivedHop hop = parse_received(field->value);
    if (hop.by.empty() || hop.is_other_protocol()) continue;
    const auto client = IpAddress::parse(hop.client_ip);
    if (hop.hides_client() || (client && !client->is_internal())) return hop;
  }
  return std::nullopt;
}

// "host-198-51-100-7.dyn.example": two or more octets of the address in the name.
bool is_generic_name(std::string_view name, const IpAddress& client) {
  if (!client.is_v4() || name.empty()) return false;
  const std::string text = client.text();
  int found = 0;
  std::string digits;
  std::vector<std::string> numbers;
  for (const char c : std::string(name) + ".") {
    if (is_digit(c)) {
      digits += c;
    } else if (!digits.empty()) {
      numbers.push_back(std::move(digits));
      digits.clear();
    }
  }
  for (const std::string_view octet : split(text, '.'))
    found += std::find(numbers.begin(), numbers.end(), octet) != numbers.end() ? 1 : 0;
  return found >= 2;
}

bool is_asked(const DnsAnswer& answer) {
  return answer.status == DnsStatus::ok || answer.is_void();
}

void add_domain(std::vector<DomainName>& domains, const DomainName& domain) {
  const bool is_known = std::find(domains.begin(), domains.end(), domain) != domains.end();
  if (!is_known && domains.size() < kMostDomains) domains.push_back(domain);
}

const Address& first_sender(const OriginCase& one) {
  static const Address kNobody = *Address::parse("postmaster@invalid");
  // The envelope recipient of the bounce is the original's MAIL FROM, once unwrapped.
  if (one.recipient)
    for (const Address& sender : unwrap(*one.recipient).candidates)
      if (one.identity.is_ours(sender))
        return one.senders.empty() ? kNobody
                                   : *std::find_if(one.senders.begin(), one.senders.end(),
                                                   [&](const Address& known) {
                                                     return same_mailbox(known, sender);
                                                   });
  return one.senders.empty() ? kNobody : one.senders.front();
}

}  // namespace

Origin::Origin(const OriginCase& one)
    : one_(one),
      own_networks_(one.relays),
      border_(find_border(one.bounce)),
      sender_(first_sender(one)) {
  // One question tells whether the DNS answers at all.
  const DnsAnswer first = one_.resolver.lookup(sender_.domain().text(), DnsType::txt);
  dns_status_ = first.status;
  has_dns_ = is_asked(first);
  if (own_networks_.empty() && has_dns_ && one_.identity.is_ours(sender_)) {
    const auto named = networks_named_by(sender_.domain().text(), one_.resolver);
    own_networks_ = named.networks;
  }
  if (border_.client) client_names_ = names_of(*border_.client, border_.hops[border_.index]);
  arrival_ = judge_arrival();
  look_behind_forwarder();
  ask_spf();
  weigh_receiving_side();
}

// The bounce came from the very client that handed the original over: a forwarder that
// took the bounce of what it had forwarded, and passed it on to us. Our own MX saw it, so
// that its line in the original can be believed as the reporter's is else.
void Origin::look_behind_forwarder() {
  handover_client_ = border_.client;
  handover_index_ = border_.index;
  came_through_border_ = arrival_client_ && !arrived_from_us_ && arrival_client_ == border_.client;
  if (!came_through_border_) return;
  step_behind_border();
}

// To who handed the original to the border's client, as far as that client's own line says.
void Origin::step_behind_border() {
  handover_client_.reset();
  const std::size_t next = border_.index + 1;
  if (next >= border_.hops.size()) return;
  const std::string& writer = border_.hops[next].by;
  const bool is_its_own =
      std::any_of(client_names_.begin(), client_names_.end(),
                  [&](const std::string& name) { return same_organisation(name, writer); });
  if (!is_its_own) return;
  const Border behind = find_border_behind(border_);
  handover_client_ = behind.client;
  handover_index_ = behind.index;
}

bool Origin::takes_mail_for(const std::vector<DomainName>& domains) const {
  return std::any_of(domains.begin(), domains.end(), [&](const DomainName& domain) {
    if (one_.identity.is_our_host(domain.text())) return false;
    if (client_belongs_to(domain)) return true;
    const DnsAnswer mx = one_.resolver.lookup(domain.text(), DnsType::mx);
    return std::any_of(client_names_.begin(), client_names_.end(), [&](const std::string& name) {
      return !mx.texts.empty() && same_organisation(name, mx.texts.front());
    });
  });
}

// SPF forbids the client because it is no sender at all: it took the mail for one to whom
// it went, as hosted filters, backup MXs and forwarders do. Whom it had the original from
// counts, if its line shows that; where the header alone names the recipient, which may be
// the forger's own, only against us.
void Origin::weigh_receiving_side() {
  const bool is_forbidden = spf_ && spf_->result == SpfResult::fail && !came_through_border_;
  if (!is_forbidden) return;
  const bool is_reporters_side = takes_mail_for(reported_domains());
  if (!is_reporters_side && !takes_mail_for(addressed_domains())) return;
  step_behind_border();
  spf_.reset();
  ask_spf();
  const bool is_forbidden_too = spf_ && spf_->result == SpfResult::fail;
  if (is_forbidden_too || (is_reporters_side && handover_client_)) return;
  handover_client_.reset();
  handover_index_ = border_.index;
  spf_.reset();
}

// The names that lead back to client; where the DNS does not tell, what the line shows.
std::vector<std::string> Origin::names_of(const IpAddress& client, const ReceivedHop& hop) const {
  if (has_dns_ && is_asked(one_.resolver.lookup(client.reverse(), DnsType::ptr)))
    return validated_names(client, one_.resolver);
  if (hop.rdns.empty()) return {};
  return {hop.rdns};
}

bool Origin::is_own(const IpAddress& client) const {
  return std::any_of(own_networks_.begin(), own_networks_.end(),
                     [&](const IpNetwork& network) { return network.contains(client); });
}

bool Origin::is_own_client() const { return handover_client_ && is_own(*handover_client_); }

bool Origin::passes_spf() const { return spf_ && spf_->result == SpfResult::pass; }

bool Origin::is_our_line(std::size_t index) const {
  return one_.identity.is_our_host(border_.hops[index].by);
}

bool Origin::has_joined_line_of_ours() const {
  if (!handover_client_) return false;
  for (std::size_t i = handover_index_ + 1; i < border_.hops.size(); ++i) {
    const ReceivedHop& upper = border_.hops[i - 1];
    const ReceivedHop& lower = border_.hops[i];
    const auto client = IpAddress::parse(upper.client_ip);
    const bool is_dotless = lower.by.find('.') == std::string::npos;
    const bool is_named = (!upper.rdns.empty() && same_organisation(upper.rdns, lower.by)) ||
                          (!upper.helo.empty() && same_organisation(upper.helo, lower.by)) ||
                          same_organisation(upper.by, lower.by);
    const bool resolves =
        has_dns_ && client && !is_named && resolves_to(lower.by, *client, one_.resolver);
    if (!is_dotless && !is_named && !resolves) return false;
    if (!is_our_line(i)) continue;
    return client && (is_own(*client) || client->is_internal());
  }
  // The last line of the chain: handed over by one of our servers to a forwarder.
  for (std::size_t i = handover_index_ + 1; i < border_.hops.size(); ++i) {
    const auto client = IpAddress::parse(border_.hops[i].client_ip);
    if (client && is_own(*client)) return true;
  }
  return false;
}

bool Origin::has_line_of_ours_below_stranger() const {
  if (!handover_client_ || own_networks_.empty()) return false;
  for (std::size_t i = handover_index_ + 1; i < border_.hops.size(); ++i) {
    if (!is_our_line(i)) continue;
    const auto client = IpAddress::parse(border_.hops[i - 1].client_ip);
    return client && !client->is_internal() && !is_own(*client);
  }
  return false;
}

bool Origin::belongs(const IpAddress& client, const std::vector<std::string>& names,
                     const DomainName& domain) const {
  const std::string organisation = organisation_of(domain);
  for (const std::string& name : names)
    if (organisation_of(name) == organisation) return true;
  if (!has_dns_) return false;
  if (resolves_to(domain.text(), client, one_.resolver)) return true;
  const DnsAnswer mx = one_.resolver.lookup(domain.text(), DnsType::mx);
  for (std::size_t i = 0; i < mx.texts.size() && i < 5; ++i)
    if (!mx.texts[i].empty() && resolves_to(mx.texts[i], client, one_.resolver)) return true;
  const SpfOutcome spf =
      check_host({.ip = client, .sender = domain.text(), .helo = domain.text()}, one_.resolver);
  return spf.result == SpfResult::pass && !spf.is_over_wide && spf.is_direct_pass();
}

bool Origin::client_belongs_to(const DomainName& domain) const {
  return border_.client && belongs(*border_.client, client_names_, domain);
}

std::vector<DomainName> Origin::reported_domains() const {
  std::vector<DomainName> domains;
  for (const RecipientReport& report : one_.bounce.recipients)
    for (const std::string& text : {report.address, report.original})
      if (const auto address = Address::parse(text)) add_domain(domains, address->domain());
  return domains;
}

std::vector<DomainName> Origin::addressed_domains() const {
  std::vector<DomainName> domains;
  for (const std::string& text : one_.bounce.original.recipients)
    if (const auto address = Address::parse(text)) add_domain(domains, address->domain());
  return domains;
}

std::vector<DomainName> Origin::related_domains() const {
  std::vector<DomainName> domains;
  if (auto reporter = DomainName::parse(one_.bounce.reporter)) domains.push_back(*reporter);
  for (const DomainName& domain : reported_domains()) add_domain(domains, domain);
  for (const DomainName& domain : addressed_domains()) add_domain(domains, domain);
  return domains;
}

bool Origin::arrival_is_related(const ReceivedHop& hop, const IpAddress& client) {
  std::vector<std::string> names = names_of(client, hop);
  if (has_dns_ && !hop.helo.empty() && resolves_to(hop.helo, client, one_.resolver))
    names.push_back(hop.helo);
  for (const std::string& name : names)
    if (one_.identity.is_our_host(name)) return arrived_in_our_name_ = true;
  const auto domains = related_domains();
  return std::any_of(domains.begin(), domains.end(),
                     [&](const DomainName& domain) { return belongs(client, names, domain); });
}

Arrival Origin::judge_arrival() {
  const auto hop = arrival_hop(one_.message.headers());
  if (!hop) {
    // No client from outside: our own server made it, or nothing is known of its way.
    for (const HeaderField* field : one_.message.headers().all("Received"))
      if (one_.identity.is_our_host(parse_received(field->value).by)) arrived_from_us_ = true;
    return arrived_from_us_ ? Arrival::agrees : Arrival::neither;
  }
  if (hop->hides_client()) return Arrival::neither;
  arrival_client_ = IpAddress::parse(hop->client_ip);
  arrival_line_ = "the bounce's own " + line_text(*hop);
  arrived_from_us_ = is_own(*arrival_client_);
  if (arrived_from_us_ || arrival_is_related(*hop, *arrival_client_)) return Arrival::agrees;
  if (hop->helo.empty()) return Arrival::neither;
  const DnsType type = arrival_client_->is_v4() ? DnsType::a : DnsType::aaaa;
  if (!has_dns_ || !is_asked(one_.resolver.lookup(hop->helo, type)))
    return is_generic_name(hop->rdns, *arrival_client_) ? Arrival::foreign : Arrival::neither;
  const bool is_honest = resolves_to(hop->helo, *arrival_client_, one_.resolver);
  return is_honest ? Arrival::neither : Arrival::foreign;
}

void Origin::ask_spf() {
  if (!has_dns_ || !handover_client_ || !one_.identity.is_ours(sender_)) return;
  const std::string sender = sender_.text();
  spf_ = check_host(
      {.ip = *handover_client_, .sender = sender, .helo = border_.hops[handover_index_].helo},
      one_.resolver);
}

// The report is our own server's: SPF says nothing about our own users.
void Origin::add_report_of_ours(Facts& facts) const {
  const auto own_by_name = [&](const std::string& name) {
    return std::any_of(client_names_.begin(), client_names_.end(),
                       [&](const std::string& known) { return same_organisation(known, name); });
  };
  // Its own line, and its own word that the client had logged in.
  const bool is_local =
      border_.state == Border::State::no_client || border_.hops.front().is_authenticated();
  const bool is_ours = is_own_client() || is_local || (spf_ && spf_->is_direct_pass()) ||
                       own_by_name(sender_.domain().text());
  if (is_ours)
    add(facts, Check::origin, PointsTo::genuine, Strength::strong,
        "our own server reports on a message that it took from one of ours", returned_line(0));
  else
    add(facts, Check::origin, PointsTo::neither, Strength::weak,
        "our own server reports on a message from elsewhere", returned_line(0));
}

// What would have made SPF forbid the client.
std::string Origin::without_answer(const std::string& domain) const {
  switch (spf_->result) {
    case SpfResult::none:
      return domain + " had an SPF record that names its servers and ends in -all";
    case SpfResult::temperror:
      return "the DNS had answered, and SPF of " + domain + " forbade the client";
    case SpfResult::permerror:
      return "the SPF record of " + domain + " were mended and ended in -all";
    default:
      return "the SPF record of " + domain + " ended in -all";
  }
}

std::string Origin::returned_line(std::size_t index) const {
  return index < border_.hops.size() ? "returned " + line_text(border_.hops[index])
                                     : "the returned header";
}

void Origin::add_spf_fact(Facts& facts) const {
  const std::string client = handover_client_->text();
  const std::string domain = sender_.domain().text();
  const std::string source = returned_line(handover_index_) + "; " + record_text(*spf_);
  const Otherwise is_relay{client + " were named as a server of yours (relays in [identity])",
                           PointsTo::genuine,
                           arrival_ == Arrival::agrees ? Strength::strong : Strength::weak};
  const auto forbidden = [](std::string condition) {
    return Otherwise{std::move(condition), PointsTo::backscatter, Strength::strong};
  };
  switch (spf_->result) {
    case SpfResult::pass:
      if (spf_->is_over_wide) {
        add(facts, Check::origin, PointsTo::neither, Strength::weak,
            fmt::format("{} passes SPF of {} as nearly every address does", client, domain), source,
            {is_relay, forbidden(fmt::format("the SPF record of {} named its servers alone, not {}",
                                             domain, client))});
      } else {
        const bool is_strong = spf_->is_direct_pass() && arrival_ == Arrival::agrees;
        add(facts, Check::origin, PointsTo::genuine, is_strong ? Strength::strong : Strength::weak,
            fmt::format("{} handed the original over and passes SPF of {}{}", client, domain,
                        spf_->is_direct_pass() ? "" : " through an include"),
            source, {is_relay});
      }
      return;
    case SpfResult::fail:
      if (has_joined_line_of_ours())
        add(facts, Check::origin, PointsTo::neither, Strength::weak,
            fmt::format("{} fails SPF of {}, but a server of ours stands below it: forwarded, or "
                        "forged",
                        client, domain),
            source, {is_relay});
      else
        add(facts, Check::origin, PointsTo::backscatter, Strength::strong,
            fmt::format("{} handed the original over, which SPF of {} forbids", client, domain),
            source, {is_relay});
      return;
    case SpfResult::softfail:
      add(facts, Check::origin, PointsTo::backscatter, Strength::weak,
          fmt::format("{} handed the original over, and SPF of {} says softfail", client, domain),
          source, {is_relay, forbidden(fmt::format("the SPF record of {} ended in -all", domain))});
      return;
    case SpfResult::none:
    case SpfResult::neutral:
    case SpfResult::temperror:
    case SpfResult::permerror:
      add(facts, Check::origin, PointsTo::neither, Strength::weak,
          fmt::format("SPF of {} for {} is {}{}{}", domain, client, name_of(spf_->result),
                      spf_->reason.empty() ? "" : ": ", spf_->reason),
          source, {is_relay, forbidden(without_answer(domain))});
      return;
  }
}

// Whoever lists his servers' IPv4 addresses says nothing about their IPv6 ones.
bool Origin::knows_networks_like(const IpAddress& client) const {
  return std::any_of(own_networks_.begin(), own_networks_.end(), [&](const IpNetwork& network) {
    return network.address.is_v4() == client.is_v4();
  });
}

std::string Origin::own_networks_from() const {
  return one_.relays.empty() ? "SPF record of " + sender_.domain().text()
                             : std::string("relays in [identity]");
}

void Origin::add_facts(Facts& facts) const {
  if (arrival_ == Arrival::foreign)
    add(facts, Check::arrival, PointsTo::backscatter, Strength::weak,
        fmt::format("the bounce came from {}, which has no part in it and greets with a name that "
                    "is not its own",
                    arrival_client_ ? arrival_client_->text() : "nowhere"),
        arrival_line_);
  const bool is_top_ours = !border_.hops.empty() && is_our_line(0);
  if (arrived_from_us_ && is_top_ours) {
    add_report_of_ours(facts);
    return;
  }
  if (!border_.client || is_top_ours) {
    add(facts, Check::origin, PointsTo::neither, Strength::weak,
        "the returned header does not show who handed the original over", returned_line(0));
    return;
  }
  if (arrival_ == Arrival::foreign) return;
  if (!handover_client_) {
    add(facts, Check::origin, PointsTo::neither, Strength::weak,
        fmt::format("{} {}; who gave it the original is not shown for certain",
                    border_.client->text(),
                    came_through_border_ ? "forwarded the original and brought the bounce back"
                                         : "took the original for one to whom it went"),
        returned_line(border_.index) + "; " + arrival_line_);
    return;
  }
  if (is_own_client()) {
    add(facts, Check::origin, PointsTo::genuine,
        arrival_ == Arrival::agrees ? Strength::strong : Strength::weak,
        fmt::format("{}, one of our own servers, handed the original over",
                    handover_client_->text()),
        returned_line(handover_index_) + "; " + own_networks_from(),
        {{"the bounce had come from a host of whom it reports on", PointsTo::genuine,
          Strength::strong}});
    return;
  }
  if (spf_) {
    add_spf_fact(facts);
    return;
  }
  const ReceivedHop& hop = border_.hops[handover_index_];
  const bool greets_as_ours = one_.identity.is_our_host(hop.helo);
  if (!has_dns_ && knows_networks_like(*handover_client_) && greets_as_ours &&
      !one_.identity.is_our_host(hop.rdns))
    add(facts, Check::origin, PointsTo::backscatter, Strength::strong,
        fmt::format("{} greeted as {}, but is none of our servers", handover_client_->text(),
                    hop.helo),
        returned_line(handover_index_) + "; " + own_networks_from());
  else if (!has_dns_)
    add(facts, Check::origin, PointsTo::neither, Strength::weak,
        fmt::format("{} handed the original over; SPF of {} could not be asked: {}",
                    handover_client_->text(), sender_.domain().text(), name_of(dns_status_)),
        returned_line(handover_index_),
        {{"the DNS had answered, and SPF of " + sender_.domain().text() + " forbade " +
              handover_client_->text(),
          PointsTo::backscatter, Strength::strong}});
}

}  // namespace unsent

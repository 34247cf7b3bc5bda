// SPDX-License-Identifier: MIT
#include "evidence/origin.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"
#include "evidence/our_line.h"

namespace unsent {
namespace {

// Whose SPF was asked when the original was taken (RFC 7208 2.4): the returned reverse path's, if
// that is ours; else that of the bounce's own envelope recipient, which was the MAIL FROM,
// unwrapped.
Address first_sender(const OriginCase& one, const std::optional<Address>& reverse_path) {
  if (one.senders.empty()) return *Address::parse("postmaster@invalid");
  const auto find_ours = [&](const std::optional<Address>& wrapped) -> const Address* {
    if (!wrapped) return nullptr;
    for (const Address& inner : unwrap(*wrapped).candidates) {
      const auto known = std::find_if(one.senders.begin(), one.senders.end(),
                                      [&](const Address& a) { return same_mailbox(a, inner); });
      if (known != one.senders.end() && one.identity.is_ours(*known)) return &*known;
    }
    return nullptr;
  };
  const Address* found = find_ours(reverse_path);
  if (found == nullptr) found = find_ours(one.recipient);
  return found == nullptr ? one.senders.front() : *found;
}

// Behind "smtp.mailfrom=" or "envelope-from=", up to what ends it; "" if it stands nowhere.
std::string_view value_behind(std::string_view text, std::string_view name) {
  const std::size_t at = find_ignoring_case(text, name);
  if (at == text.npos) return {};
  static constexpr ByteSet kEnds(" \t\r\n;,)\"");
  text = text.substr(at + name.size());
  if (!text.empty() && text.front() == '"') text.remove_prefix(1);
  return text.substr(0, kEnds.find_in(text));
}

// The MAIL FROM: as the report states it, else as whoever took the original last wrote it down
// (RFC 8601 2.7.2, RFC 7208 9.1, Exim).
std::optional<Address> reverse_path_of(const Original& original) {
  if (!original.reverse_path.empty()) return Address::parse(original.reverse_path);
  struct Place {
    const char* field;
    std::string_view name;
  };
  constexpr Place kPlaces[] = {{"Authentication-Results", "smtp.mailfrom="},
                               {"Received-SPF", "envelope-from="},
                               {"Received", "(envelope-from "}};
  for (const Place& place : kPlaces) {
    const HeaderField* field = original.headers.find(place.field);
    const std::string_view said =
        field == nullptr ? std::string_view() : value_behind(field->value, place.name);
    const bool is_domain_alone = !said.empty() && said.find_first_of("@<>") == said.npos;
    auto path =
        Address::parse(is_domain_alone ? "postmaster@" + std::string(said) : std::string(said));
    if (path) return path;
  }
  return std::nullopt;
}

// The original went out under a reverse path that is none of ours, as a relay service or a
// list gives it one: SPF of that domain counted, and ours was never asked.
bool is_anothers(const std::optional<Address>& reverse_path, const Identity& identity) {
  if (!reverse_path) return false;
  const auto candidates = unwrap(*reverse_path).candidates;
  return std::none_of(candidates.begin(), candidates.end(),
                      [&](const Address& known) { return identity.is_ours(known); });
}

// A notice of a mail system goes out with no reverse path (RFC 3464 2, RFC 5321 4.5.5), or in older
// ones with the system's own: what has a person's is a letter, which anybody at that house may
// write.
bool is_from_a_person(const Message& report) {
  const auto path = Address::parse(report.headers().text("Return-Path"));
  return path && !equal_ignoring_case(path->local(), "mailer-daemon") &&
         !equal_ignoring_case(path->local(), "postmaster");
}

}  // namespace

Origin::Origin(const OriginCase& one)
    : one_(one),
      domains_(one.bounce),
      reverse_path_(reverse_path_of(one.bounce.original)),
      sender_(first_sender(one, reverse_path_)),
      hosts_(one.resolver, sender_.domain()),
      own_(own_hosts(one.identity, one.relays, sender_, hosts_)),
      is_told_relays_(!one.relays.empty()),
      arrival_(find_arrival(arrival_case())) {}

ArrivalCase Origin::arrival_case() const {
  return {one_.message, one_.bounce, domains_, sender_, one_.recipient, own_, hosts_};
}

Arrival Origin::arrival() const {
  if (!relation_) relation_ = relation_of(arrival_, arrival_case());
  return *relation_;
}

bool Origin::is_foreign() const {
  return arrival_.may_be_foreign() && arrival() == Arrival::foreign;
}

const Crossing& Origin::crossing() const {
  if (!crossing_)
    crossing_ = find_crossing({one_.bounce, domains_, sender_,
                               !is_anothers(reverse_path_, one_.identity), arrival_, own_, hosts_});
  return *crossing_;
}

bool Origin::has_joined_line_of_ours() const {
  return unsent::has_joined_line_of_ours({crossing(), domains_, sender_, own_, hosts_});
}

bool Origin::has_line_of_ours_below_stranger() const {
  return unsent::has_line_of_ours_below_stranger({crossing(), domains_, sender_, own_, hosts_});
}

bool Origin::client_belongs_to(const DomainName& domain) const {
  return border().client && hosts_.belongs(*border().client, crossing().names, domain);
}

// By network, SPF or name; or by our own server's line, and its own word that the client had
// logged in.
bool Origin::is_about_one_of_ours() const {
  const Border& hops = border();
  const bool is_local =
      hops.state == Border::State::no_client || hops.hops[hops.index].is_authenticated();
  return is_own_client() || is_local || (spf() && spf()->is_direct_pass()) ||
         std::any_of(crossing().names.begin(), crossing().names.end(),
                     [&](const std::string& name) {
                       return same_organisation(name, sender_.domain().text());
                     });
}

std::string Origin::true_greeting() const {
  if (!border().client || !has_dns()) return {};
  const std::string& helo = border().hops[border().index].helo;
  return leads_to(helo, *border().client, hosts_.resolver()) ? helo : std::string();
}

bool Origin::is_within_reporter() const {
  return border().client && is_within_one_network(border().hops[border().index]);
}

bool Origin::may_be_of_its_user() const {
  return crossing().is_reported_by_writer && arrival() != Arrival::speaks_for;
}

bool Origin::is_honest_server() const {
  if (!crossing().client) return false;
  return is_signed_below(border().hops, crossing().index, hosts_) ||
         unsent::is_honest_server(*crossing().client, crossing().client_names,
                                  border().hops[crossing().index], hosts_);
}

bool Origin::may_be_strangers() const {
  return hosts_.is_alive() && crossing().client && !is_own_client() && !passes_spf() &&
         !is_report_of_ours() && !has_joined_line_of_ours() && !is_in_our_name() &&
         !is_honest_server();
}

bool Origin::is_unexplained() const {
  return may_be_strangers() || (hosts_.is_alive() && !crossing().client && !is_report_of_ours() &&
                                crossing().role != HopRole::submission);
}

// The client that handed the original over bears a name of ours, which our DNS confirms.
bool Origin::is_in_our_name() const {
  return crossing().client &&
         is_own_name(crossing().client_names, *crossing().client, own_, hosts_);
}

bool Origin::is_by_server_of_ours() const {
  const auto& bringer = crossing().bringer;
  return passes_spf() || is_own_client() || is_in_our_name() || is_report_of_ours() ||
         (bringer && bringer->result == SpfResult::pass);
}

// SPF knows of no forwarding. By a true server, of a message that we sent, or that the header
// says was sent to others than the report is about, it is as likely as a forgery.
bool Origin::may_be_forwarded(bool has_original) const {
  if (!is_honest_server()) return false;
  if (has_original) return true;
  if (crossing().index != border().index) return false;  // before it came to any forwarder
  return domains_.are_others_addressed();
}

// A true server of those whose record ours includes, which their record does not name.
bool Origin::is_relay_of_carrier() const {
  const auto& names = crossing().client_names;
  return std::any_of(
             names.begin(), names.end(),
             [&](const std::string& name) { return is_of_carrier(name, sender_, own_, hosts_); }) &&
         is_honest_server();
}

// Without the DNS a name in a line is its writer's word, and he may have been lied to.
bool Origin::went_past_unchecked_names() const {
  if (has_dns()) return false;
  for (std::size_t i = 0; i < border().index; ++i) {
    const Hop& passed = border().hops[i];
    if (passed.has_public_client() && !is_within_one_network(passed)) return true;
  }
  return false;
}

std::string Origin::bringer() const {
  if (!arrival_.names.empty()) return organisation_of(arrival_.names.front());
  return arrival_.client ? arrival_.client->text() : organisation_of(arrival_.taker);
}

bool Origin::is_brought_for(const DomainName& domain) const {
  if (arrival_.is_of_ours()) return true;
  return arrival_.client && hosts_.speaks_for(*arrival_.client, arrival_.names, domain);
}

bool Origin::is_brought_by_who_may_speak() const {
  if (is_from_a_person(one_.message)) return false;
  if (arrival() == Arrival::speaks_for) return true;
  const auto& bringer = crossing().bringer;
  return bringer && bringer->result == SpfResult::pass && !bringer->is_over_wide &&
         arrival_.was_made_there;
}

}  // namespace unsent

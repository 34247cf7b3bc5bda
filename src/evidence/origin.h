// SPDX-License-Identifier: MIT
// The second witness: where the original came from (the border hop, asked of SPF), and
// where the bounce itself came from (arrival). Asks the DNS where it is on; what cannot
// be asked makes it say less, never guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/arrival.h"
#include "evidence/carriage.h"
#include "evidence/crossing.h"
#include "evidence/fact.h"
#include "evidence/hosts.h"
#include "mail/message.h"

namespace unsent {

struct OriginCase {
  const Message& message;
  const Bounce& bounce;
  const std::vector<Address>& senders;  // see claimed_senders
  const std::optional<Address>& recipient;
  const Identity& identity;
  const std::vector<IpNetwork>& relays;  // our own servers; may be empty
  Resolver& resolver;
};

class Origin {
 public:
  // one must outlive it. Asks how the report came in; the rest when it is asked for.
  explicit Origin(const OriginCase& one);

  // The DNS answered when it was asked about the sender's domain.
  bool has_dns() const { return hosts_.has_dns(); }
  Resolver& resolver() const { return hosts_.resolver(); }
  const DomainsInQuestion& domains() const { return domains_; }
  // Something that it was asked for could not be asked of the DNS: see Hosts.
  bool has_gap() const { return hosts_.has_gap(); }
  Arrival arrival() const;
  // Arrival::foreign, which costs fewer questions than to tell the others apart.
  bool is_foreign() const;
  // The bounce came to us from a server of ours, by network or by name, or never left ours.
  bool came_from_us() const { return arrival_.is_of_ours(); }
  // Our own server made the bounce.
  bool is_report_of_ours() const { return crossing().is_report_of_ours; }
  // The organisation of who brought the bounce, or his address; "" if nothing shows him.
  std::string bringer() const;
  // It shows a client that brought it from outside.
  bool shows_arrival() const { return arrival_.client.has_value(); }
  const Border& border() const { return crossing().border; }
  // The names that lead back to the border's client; without the DNS that of its line.
  const std::vector<std::string>& client_names() const { return crossing().names; }
  // With what the border's client greeted, if that leads to it; else "".
  std::string true_greeting() const;
  const std::optional<SpfOutcome>& spf() const { return crossing().spf; }

  // The client that handed the original over is one of our own servers, by network.
  bool is_own_client() const { return crossing().client && own_.is_own(*crossing().client); }
  // The DNS answers, and the border's client is who crossed, not a user, forwarder or filter.
  bool knows_crossing() const {
    return hosts_.is_alive() && crossing().role == HopRole::crossing && crossing().client;
  }
  // The border's hop is the reporter's own, from one of its hosts to another.
  bool is_within_reporter() const;
  // As far as the lines go somebody handed it over who is neither ours nor a true server.
  bool may_be_strangers() const;
  // The same, or no line shows who did.
  bool is_unexplained() const;
  // Who reports took the message himself, and has nothing to do with whom it was for: as the
  // relay of a sender does, and its client may be his user.
  bool may_be_of_its_user() const;
  // That client is a true server: see is_honest_server of Hosts, and is_signed_below.
  bool is_honest_server() const;
  // Who brought the bounce is of our side, or domain itself says that he speaks for it.
  bool is_brought_for(const DomainName& domain) const;
  // The bounce is the word of somebody who may speak of it: whom a domain that it reports on
  // names, or who sends for us himself and made it.
  bool is_brought_by_who_may_speak() const;
  // SPF lets the client through in any way, however weak.
  bool passes_spf() const { return spf() && spf()->result == SpfResult::pass; }
  // A server that may send for us, in any way, handed it over or reports on it.
  bool is_by_server_of_ours() const;
  // A line of ours is joined on to the border hop: forwarded from us, or forged so.
  bool has_joined_line_of_ours() const;
  // A line of ours stands directly below a client that is none of ours: forged.
  bool has_line_of_ours_below_stranger() const;
  // The border client belongs to domain: by its name, its A or MX, or its SPF. Where the
  // DNS is off by the name in the line.
  bool client_belongs_to(const DomainName& domain) const;

  // The origin and arrival facts. has_original: the ledger has the very message, by its id
  // and its From, Date and Subject, so that it may have been forwarded.
  void add_facts(Facts& facts, bool has_original = false) const;

  // But for is_recorded, which is the ledger's to say. May ask a few questions more.
  Carriage carriage() const;

 private:
  const Crossing& crossing() const;
  ArrivalCase arrival_case() const;
  bool went_past_unchecked_names() const;
  bool is_about_one_of_ours() const;
  bool is_in_our_name() const;
  bool may_be_forwarded(bool has_original) const;
  Way way_of_client() const;
  Way way_by_dns(bool is_named, const std::string& helo) const;
  bool is_named_by_its_own_record() const;
  bool is_relay_of_carrier() const;
  std::string doubt_in_fail(bool has_original) const;
  Fact submission_fact() const;
  Fact crossing_fact(bool has_original) const;
  Fact silent_fact() const;

  const OriginCase& one_;
  DomainsInQuestion domains_;
  std::optional<Address> reverse_path_;  // of the original
  Address sender_;                       // whose SPF is asked
  Hosts hosts_;
  OwnHosts own_;
  bool is_told_relays_;  // else they are learned from the sender's record
  ArrivalFinding arrival_;
  mutable std::optional<Arrival> relation_;  // of who brought the report
  mutable std::optional<Crossing> crossing_;
};

}  // namespace unsent

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
#include "evidence/border.h"
#include "evidence/fact.h"
#include "evidence/identity.h"
#include "mail/message.h"
#include "spf/check_host.h"
#include "spf/resolver.h"

namespace unsent {

// How the bounce's own client, as our MX wrote it down, relates to what it reports.
enum class Arrival {
  agrees,   // of the reporter, of a reported or addressed domain, or ours
  neither,  // no relation found, which two in five real bounces share
  foreign,  // no relation, and it greets with a name that is not its own: nothing that it
            // returns can be believed
};

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
  // one must outlive it.
  explicit Origin(const OriginCase& one);

  // The DNS answered when it was asked about the sender's domain.
  bool has_dns() const { return has_dns_; }
  Arrival arrival() const { return arrival_; }
  // The bounce came to us from a server of ours, by network or by name, or never left ours.
  bool came_from_us() const { return arrived_from_us_ || arrived_in_our_name_; }
  // It shows a client that brought it from outside.
  bool shows_arrival() const { return arrival_client_.has_value(); }
  const Border& border() const { return border_; }
  // The names that lead back to the border's client; without the DNS that of its line.
  const std::vector<std::string>& client_names() const { return client_names_; }
  const std::optional<SpfOutcome>& spf() const { return spf_; }

  // The client that handed the original over is one of our own servers, by network.
  bool is_own_client() const;
  // SPF lets the client through in any way, however weak.
  bool passes_spf() const;
  // A line of ours is joined on to the border hop: forwarded from us, or forged so.
  bool has_joined_line_of_ours() const;
  // A line of ours stands directly below a client that is none of ours: forged.
  bool has_line_of_ours_below_stranger() const;
  // The border client belongs to domain: by its name, its A or MX, or its SPF. Where the
  // DNS is off by the name in the line.
  bool client_belongs_to(const DomainName& domain) const;

  // The origin and arrival facts.
  void add_facts(Facts& facts) const;

 private:
  std::vector<std::string> names_of(const IpAddress& client, const ReceivedHop& hop) const;
  bool is_own(const IpAddress& client) const;
  bool is_our_line(std::size_t index) const;
  Arrival judge_arrival();
  bool arrival_is_related(const ReceivedHop& hop, const IpAddress& client);
  std::vector<DomainName> reported_domains() const;
  std::vector<DomainName> addressed_domains() const;
  std::vector<DomainName> related_domains() const;
  bool takes_mail_for(const std::vector<DomainName>& domains) const;
  bool knows_networks_like(const IpAddress& client) const;
  bool belongs(const IpAddress& client, const std::vector<std::string>& names,
               const DomainName& domain) const;
  void look_behind_forwarder();
  void step_behind_border();
  void weigh_receiving_side();
  void ask_spf();
  std::string returned_line(std::size_t index) const;
  std::string own_networks_from() const;
  std::string without_answer(const std::string& domain) const;
  void add_report_of_ours(Facts& facts) const;
  void add_spf_fact(Facts& facts) const;

  const OriginCase& one_;
  std::vector<IpNetwork> own_networks_;
  DnsStatus dns_status_ = DnsStatus::not_asked;  // of the question for the sender's record
  bool has_dns_ = false;
  Border border_;
  std::vector<std::string> client_names_;  // of its client: FCrDNS, or as the line has it
  // Of the border, or of the one behind the forwarder that brought the bounce back: the
  // client that SPF is asked about, and its hop.
  std::optional<IpAddress> handover_client_;
  std::size_t handover_index_ = 0;
  bool came_through_border_ = false;  // the bounce came from the border's client
  Arrival arrival_ = Arrival::neither;
  bool arrived_from_us_ = false;
  bool arrived_in_our_name_ = false;  // its names lead back to it, and are ours
  std::optional<IpAddress> arrival_client_;
  std::string arrival_line_;  // that shows it; "" if none does
  std::optional<SpfOutcome> spf_;
  Address sender_;  // that SPF was asked about
};

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Who really sends for our domains, laid beside what their SPF records say: servers that
// a record forgets, terms by which it would know them, and the record that covers all.
// Proposes, and only servers of which more is known than a forger could write; nothing is
// ever published from here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/sending_server.h"
#include "spf/check_host.h"
#include "spf/survey.h"

namespace unsent {

// Where a server was seen to send for us.
enum class AuditSource { bounce, copy, log };
constexpr std::size_t kAuditSources = 3;

// One message that went out by a server, and who says so.
struct Sighting {
  AuditSource source = AuditSource::bounce;
  std::string message;  // the same for the same one, whoever tells of it
  // The organisation to whose recipient we sent it, and whose own host brought the report;
  // "" where it is anybody's word. Of a log of ours "" too: that speaks for itself.
  std::string teller;
  std::string served = {};  // the recipient's domain, if the server takes mail for that; or ""
};

struct AuditedServer {
  IpAddress client;
  std::vector<std::string> names;  // that lead back to it (FCrDNS)
  std::size_t seen[kAuditSources] = {};
  SpfOutcome spf;
  std::string doubt;     // why it may be another's; "" where it is proved
  std::string addition;  // the term that would let it pass; "" where it passes, or in doubt

  std::size_t messages() const { return seen[0] + seen[1] + seen[2]; }
  // Neither forgotten nor unknown: an answer that could not be had is not a gap.
  bool is_covered() const {
    return spf.result == SpfResult::pass || spf.result == SpfResult::temperror;
  }
};

struct DomainAudit {
  DomainName domain;
  SpfSurvey survey;                    // of what is published
  std::vector<AuditedServer> servers;  // most messages first
  std::vector<std::string> additions;  // terms, each once
  SpfSurvey proposal;                  // the record with them; record "" if nothing is to add

  bool needs_mending() const {
    return survey.result == SpfResult::none || survey.result == SpfResult::permerror ||
           !additions.empty() || !survey.findings.empty();
  }
};

class SpfAudit {
 public:
  // domain is audited even if no server is seen for it.
  void add_domain(const DomainName& domain) { seen_[domain]; }
  void add(const SendingServer& server, const Sighting& sighting);

  // Asks the DNS: about ten questions a server. At most 1,000 servers a domain are looked
  // at, those with most messages.
  std::vector<DomainAudit> finish(Resolver& resolver) const;

 private:
  struct Seen {
    std::string helo;
    std::size_t count[kAuditSources] = {};
    std::set<std::string> messages;  // that a teller or our own log speaks of
    std::set<std::string> logged;    // of these our own log
    std::set<std::string> tellers;
    std::string served;  // one of those whose mail it takes

    bool is_proved() const;
    std::string doubt() const;
  };
  std::map<DomainName, std::map<IpAddress, Seen>> seen_;
  std::map<std::string, IpAddress> first_logged_;  // who brought a message to us first
};

}  // namespace unsent

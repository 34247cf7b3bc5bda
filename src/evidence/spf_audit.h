// SPDX-License-Identifier: MIT
// Who really sends for our domains, laid beside what their SPF records say: servers that
// a record forgets, terms by which it would know them, and the record that covers all.
// Proposes; nothing is ever published from here.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evidence/sending_server.h"
#include "spf/check_host.h"
#include "spf/survey.h"

namespace unsent {

// Where a server was seen to send for us.
enum class AuditSource { bounce, copy, log };
constexpr std::size_t kAuditSources = 3;

struct AuditedServer {
  IpAddress client;
  std::vector<std::string> names;  // that lead back to it (FCrDNS)
  std::size_t seen[kAuditSources] = {};
  SpfOutcome spf;
  std::string addition;  // the term that would let it pass; "" where it passes

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
  void add(const SendingServer& server, AuditSource source);

  // Asks the DNS: about ten questions a server. At most 1,000 servers a domain are looked
  // at, those with most messages.
  std::vector<DomainAudit> finish(Resolver& resolver) const;

 private:
  struct Seen {
    std::string helo;
    std::size_t count[kAuditSources] = {};
  };
  std::map<DomainName, std::map<IpAddress, Seen>> seen_;
};

}  // namespace unsent

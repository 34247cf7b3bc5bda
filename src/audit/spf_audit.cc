// SPDX-License-Identifier: MIT
#include "audit/spf_audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/organisation.h"
#include "spf/validated.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxServers = 1000;

// A provider's record knows its own servers, also those of tomorrow; one of ours, and one
// whose provider publishes nothing, is named by its address, which costs no lookup.
std::string term_for(const AuditedServer& server, const DomainName& domain, Resolver& resolver) {
  for (const std::string& name : server.names) {
    const std::string organisation = organisation_of(name);
    if (organisation.empty() || organisation == organisation_of(domain)) continue;
    for (const std::string& provider :
         {"_spf." + organisation, "spf." + organisation, organisation}) {
      const SpfOutcome spf =
          check_host({.ip = server.client, .sender = provider, .helo = provider}, resolver);
      if (spf.result == SpfResult::pass && !spf.is_over_wide) return "include:" + provider;
    }
  }
  return (server.client.is_v4() ? "ip4:" : "ip6:") + server.client.text();
}

DomainAudit audit_of(const DomainName& domain, std::vector<AuditedServer> servers,
                     Resolver& resolver) {
  DomainAudit audit{domain, survey_domain(domain.text(), resolver), std::move(servers), {}, {}};
  const bool is_mendable =
      audit.survey.result == SpfResult::pass || audit.survey.result == SpfResult::none;
  for (AuditedServer& server : audit.servers) {
    if (server.is_covered() || !server.doubt.empty() || !is_mendable) continue;
    server.addition = term_for(server, domain, resolver);
    if (std::find(audit.additions.begin(), audit.additions.end(), server.addition) ==
        audit.additions.end())
      audit.additions.push_back(server.addition);
  }
  if (!audit.additions.empty())
    audit.proposal =
        survey_record(with_terms(audit.survey.record, audit.additions), domain.text(), resolver);
  return audit;
}

}  // namespace

// Whoever got a message of ours can report on it, through a host of any name; and send it to
// us again. What he cannot is to make hosts of several to whom we sent different messages
// say so, nor to be who brought them to our own server first.
bool SpfAudit::Seen::is_proved() const {
  const std::size_t told = tellers.size() + (logged.empty() ? 0 : 1);
  return messages.size() >= 2 && (told >= 2 || logged.size() >= 2);
}

std::string SpfAudit::Seen::doubt() const {
  if (is_proved()) return "";
  const auto count_of = [&](AuditSource source) { return count[static_cast<std::size_t>(source)]; };
  if (messages.size() >= 2) return fmt::format("only {} says so", *tellers.begin());
  if (messages.size() == 1) return "by one message only, and whoever got that could say as much";
  if (!served.empty())
    return fmt::format("it takes mail for {}, and so stands on the side of whom you wrote to",
                       served);
  if (count_of(AuditSource::bounce) > 0)
    return "whoever brought the reports has nothing to do with those to whom you wrote";
  return "only copies show it, and whoever has a message can send it again";
}

void SpfAudit::add(const SendingServer& server, const Sighting& sighting) {
  Seen& seen = seen_[server.domain][server.client];
  if (seen.helo.empty()) seen.helo = server.helo;
  ++seen.count[static_cast<std::size_t>(sighting.source)];
  if (!sighting.served.empty()) {
    seen.served = sighting.served;
    return;
  }
  if (!sighting.teller.empty()) seen.tellers.insert(sighting.teller);
  const bool is_first_of_log =
      sighting.source == AuditSource::log &&
      first_logged_.emplace(sighting.message, server.client).first->second == server.client;
  if (is_first_of_log) seen.logged.insert(sighting.message);
  if (is_first_of_log || !sighting.teller.empty()) seen.messages.insert(sighting.message);
}

std::vector<DomainAudit> SpfAudit::finish(Resolver& resolver) const {
  std::vector<DomainAudit> audits;
  for (const auto& [domain, clients] : seen_) {
    std::vector<AuditedServer> servers;
    for (const auto& [client, seen] : clients) {
      AuditedServer server{client, {}, {}, {}, seen.doubt(), {}};
      std::copy(std::begin(seen.count), std::end(seen.count), std::begin(server.seen));
      servers.push_back(std::move(server));
    }
    std::stable_sort(servers.begin(), servers.end(),
                     [](const auto& a, const auto& b) { return a.messages() > b.messages(); });
    if (servers.size() > kMaxServers) servers.resize(kMaxServers);
    for (AuditedServer& server : servers) {
      resolver.begin_message();
      server.names = validated_names(server.client, resolver);
      server.spf = check_host(
          {.ip = server.client, .sender = domain.text(), .helo = clients.at(server.client).helo},
          resolver);
    }
    audits.push_back(audit_of(domain, std::move(servers), resolver));
  }
  return audits;
}

}  // namespace unsent

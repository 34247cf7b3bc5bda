// SPDX-License-Identifier: MIT
#include "audit/spf_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/text.h"

namespace unsent {
namespace {

using json = nlohmann::ordered_json;

json outcome_json(const SpfOutcome& outcome) {
  json object;
  object["result"] = name_of(outcome.result);
  object["domain"] = outcome.domain;
  object["reason"] = json_or_null(outcome.reason);
  json path = json::array();
  for (const SpfStep& step : outcome.path)
    path.push_back({{"domain", step.domain}, {"term", to_valid_utf8(step.term)}});
  object["path"] = std::move(path);
  object["over_wide"] = outcome.is_over_wide;
  object["lookups"] = outcome.lookups;
  object["void_lookups"] = outcome.void_lookups;
  object["explanation"] = json_or_null(outcome.explanation);
  return object;
}

std::string_view meaning_of(SpfResult result) {
  switch (result) {
    case SpfResult::pass:
      return "may send for";
    case SpfResult::fail:
      return "must not send for";
    case SpfResult::softfail:
      return "probably must not send for";
    case SpfResult::none:
    case SpfResult::neutral:
      return "is neither allowed nor forbidden to send for";
    case SpfResult::temperror:
    case SpfResult::permerror:
      break;
  }
  return "cannot be checked for";
}

// "ourshop.example include:isp.example, isp.example ip4:192.0.2.77".
std::string way_of(const SpfOutcome& outcome) {
  std::string way;
  for (const SpfStep& step : outcome.path)
    way += fmt::format("{}{} {}", way.empty() ? "" : ", ", step.domain,
                       to_valid_utf8(cut_utf8(step.term, 255)));
  if (way.empty()) way = outcome.reason.empty() ? "no term matches" : outcome.reason;
  return way;
}

json survey_json(const SpfSurvey& survey) {
  json object;
  object["record"] = json_or_null(to_valid_utf8(survey.record));
  object["result"] = name_of(survey.result);
  object["reason"] = json_or_null(survey.reason);
  object["lookups"] = survey.lookups;
  json findings = json::array();
  for (const SpfFinding& finding : survey.findings)
    findings.push_back({{"domain", finding.domain},
                        {"term", to_valid_utf8(finding.term)},
                        {"detail", to_valid_utf8(finding.detail)}});
  object["findings"] = std::move(findings);
  return object;
}

std::string survey_text(const SpfSurvey& survey) {
  if (survey.record.empty()) return fmt::format("  {}\n", survey.reason);
  std::string out = fmt::format("  {}\n", to_valid_utf8(survey.record));
  if (survey.result != SpfResult::pass)
    return out + fmt::format("  {}: mend that first, nobody is let through now\n", survey.reason);
  out += fmt::format("  {} of 10 lookups\n", survey.lookups);
  for (const SpfFinding& finding : survey.findings)
    out += fmt::format("  {}{}{} {}\n", finding.domain, finding.term.empty() ? "" : ": ",
                       to_valid_utf8(finding.term), to_valid_utf8(finding.detail));
  return out;
}

std::string server_text(const AuditedServer& server) {
  const std::string name = server.names.empty() ? "(no name)" : server.names.front();
  std::string out = fmt::format("  {:>8}  {:<39}  {:<9}  {}\n", server.messages(),
                                server.client.text() + " " + name, name_of(server.spf.result),
                                way_of(server.spf));
  if (!server.addition.empty())
    out += fmt::format("            sends for you, but the record forgets it: add {}\n",
                       server.addition);
  else if (!server.is_covered() && !server.doubt.empty())
    out += fmt::format("            not proposed: {}\n", server.doubt);
  return out;
}

}  // namespace

std::string to_text(const SpfOutcome& outcome, const IpAddress& client, const std::string& sender) {
  std::string out = fmt::format("{}: {} {} {}\n", name_of(outcome.result), client.text(),
                                meaning_of(outcome.result), sender);
  out += fmt::format("  {}\n", way_of(outcome));
  if (!outcome.path.empty() && !outcome.reason.empty())
    out += fmt::format("  {}\n", outcome.reason);
  if (outcome.is_over_wide) out += "  the term matches nearly every address: it proves nothing\n";
  out +=
      fmt::format("  {} of 10 lookups, {} of 2 void ones\n", outcome.lookups, outcome.void_lookups);
  if (!outcome.explanation.empty()) out += fmt::format("  it says: {}\n", outcome.explanation);
  return out;
}

std::string to_json(const SpfOutcome& outcome, const IpAddress& client, const std::string& sender) {
  json object = begin_json();
  object["ip"] = client.text();
  object["sender"] = to_valid_utf8(sender);
  object.update(outcome_json(outcome));
  return json_line(object);
}

std::string to_text(const DomainAudit& audit) {
  std::string out = fmt::format("{}\n", audit.domain.text()) + survey_text(audit.survey);
  for (const AuditedServer& server : audit.servers) out += server_text(server);
  if (audit.servers.empty()) out += "  no server was seen to send for it\n";
  if (audit.servers.empty() && audit.survey.result == SpfResult::none)
    out += "  if it never sends, publish: v=spf1 -all\n";
  if (audit.additions.empty()) return out;
  return out + "the record that lets all that are proved yours through:\n" +
         survey_text(audit.proposal);
}

std::string to_json(const DomainAudit& audit) {
  json object = begin_json();
  object["domain"] = audit.domain.text();
  object["spf"] = survey_json(audit.survey);
  json servers = json::array();
  for (const AuditedServer& server : audit.servers) {
    json one = {{"ip", server.client.text()}, {"names", server.names}};
    one["messages"] = {
        {"bounces", server.seen[0]}, {"copies", server.seen[1]}, {"log", server.seen[2]}};
    one["spf"] = outcome_json(server.spf);
    one["doubt"] = json_or_null(server.doubt);
    one["add"] = json_or_null(server.addition);
    servers.push_back(std::move(one));
  }
  object["servers"] = std::move(servers);
  object["additions"] = audit.additions;
  object["proposal"] = audit.additions.empty() ? json(nullptr) : survey_json(audit.proposal);
  return json_line(object);
}

}  // namespace unsent

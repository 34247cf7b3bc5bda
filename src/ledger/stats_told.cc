// SPDX-License-Identifier: MIT
#include "ledger/stats_told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/text.h"
#include "ledger/measured.h"

namespace unsent {
namespace {

using json = nlohmann::ordered_json;

json counts_json(const std::vector<NameCount>& counts) {
  json list = json::array();
  for (const NameCount& one : counts) list.push_back({{"name", one.name}, {"count", one.count}});
  return list;
}

json range_json(const CoverageRange& range) {
  return {{"scope", range.scope},
          {"since", format_rfc3339(range.since)},
          {"until", json_or_null(range.until)},
          {"source", range.source}};
}

json coverage_json(const std::vector<CoverageRange>& ranges) {
  json list = json::array();
  for (const CoverageRange& one : ranges) list.push_back(range_json(one));
  return list;
}

}  // namespace

std::string to_json(const CoverageRange& range) {
  json object = begin_json();
  object.update(range_json(range));
  return json_line(object);
}

std::string to_json(const LedgerStats& stats, const std::string& path) {
  json object = begin_json();
  object["path"] = to_valid_utf8(path);
  object["messages"] = stats.messages;
  object["message_ids"] = stats.message_ids;
  object["recipients"] = stats.recipients;
  object["earliest"] = json_or_null(stats.earliest);
  object["latest"] = json_or_null(stats.latest);
  object["coverage"] = coverage_json(stats.coverage);
  object["gaps"] = json::array();
  for (const CoverageGap& gap : stats.gaps)
    object["gaps"].push_back({{"source", gap.source},
                              {"since", format_rfc3339(gap.since)},
                              {"until", format_rfc3339(gap.until)}});
  object["measured"] = {{"bounces", stats.measured.bounces},
                        {"recorded", stats.measured.recorded},
                        {"refutes_promises", stats.measured.refutes_promises()}};
  object["sources"] = counts_json(stats.sources);
  object["senders"] = counts_json(stats.senders);
  return json_line(object);
}

std::string to_text(const LedgerStats& stats, const std::string& path) {
  std::string text =
      fmt::format("{}\n{}, {}, {}\n", path, many(stats.messages, "message"),
                  many(stats.message_ids, "Message-ID"), many(stats.recipients, "recipient"));
  if (stats.earliest)
    text += fmt::format("sent from {} to {}\n", format_rfc3339(*stats.earliest),
                        format_rfc3339(*stats.latest));
  for (const CoverageRange& scope : stats.coverage)
    text += fmt::format("complete for {} since {}{}\n", scope.scope, format_rfc3339(scope.since),
                        scope.until ? " until " + format_rfc3339(*scope.until) : "");
  if (stats.coverage.empty())
    text += "complete for nobody: what is not in it may still have been sent\n";
  if (stats.measured.bounces > 0) text += describe(stats.measured) + "\n";
  if (stats.measured.refutes_promises())
    text += "so absence does not count, whatever was promised\n";
  for (const CoverageGap& gap : stats.gaps) text += describe(gap) + ": nothing is complete then\n";
  std::size_t shown = 0;
  for (const NameCount& sender : stats.senders)
    if (++shown <= 10) text += fmt::format("{:>8}  {}\n", sender.count, sender.name);
  return text;
}

}  // namespace unsent

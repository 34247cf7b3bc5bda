// SPDX-License-Identifier: MIT
#include "feed/import_told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/text.h"
#include "setup/output.h"

namespace unsent {
namespace {

std::string to_text(const ImportTold& told) {
  const ImportCounts& counts = told.counts;
  std::string text =
      fmt::format("{} added, {} known already", many(counts.added, "message"), counts.known);
  text += counts.refused > 0 ? fmt::format(", {} refused\n", counts.refused) : "\n";
  for (const auto& [scope, since] : told.complete)
    text += fmt::format("complete for {} since {}\n", scope, format_rfc3339(since));
  if (told.measured.bounces > 0) text += describe(told.measured) + '\n';
  if (told.measured.refutes_promises()) text += "so absence does not count, whatever is promised\n";
  return text;
}

std::string to_json(const ImportTold& told) {
  auto object = begin_json();
  object["added"] = told.counts.added;
  object["known"] = told.counts.known;
  object["refused"] = told.counts.refused;
  object["complete"] = nlohmann::ordered_json::array();
  for (const auto& [scope, since] : told.complete)
    object["complete"].push_back({{"scope", scope}, {"since", format_rfc3339(since)}});
  object["refutes_promises"] = told.measured.refutes_promises();
  return json_line(object);
}

}  // namespace

Result<void> tell(const ImportTold& told, bool is_json) {
  Output output;
  auto written = is_json ? output.json(to_json(told)) : output.text(to_text(told));
  return written ? output.flush() : written;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "quarantine/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/printable.h"
#include "base/text.h"
#include "report/figures.h"

namespace unsent {
namespace {

// Two lines: what it is, and why it is here.
std::string to_text(const Quarantined& one, const PutAway& seen) {
  const std::string subject = printable(seen.original.empty() ? seen.subject : seen.original);
  return fmt::format("{}  {}  {}  {}\n    {}\n", printable(one.id), format_rfc3339(one.since),
                     printable(seen.campaign.value_or("(no campaign)")), fit(subject, 70),
                     seen.why.empty() ? "no reason noted" : printable(seen.why));
}

}  // namespace

std::string to_json(const Quarantined& one, const PutAway& seen) {
  nlohmann::ordered_json object = begin_json();
  object["id"] = to_valid_utf8(one.id);
  object["since"] = format_rfc3339(one.since);
  object["size"] = one.size;
  object["why"] = json_or_null(seen.why);
  object["subject"] = json_or_null(seen.subject);
  object["original_subject"] = json_or_null(seen.original);
  object["campaign"] = json_or_null(seen.campaign.value_or(""));
  return json_line(object);
}

std::vector<PutAwayGroup> group_by_campaign(const std::vector<Quarantined>& chosen,
                                            PutAwayReader& reader, std::size_t most) {
  std::map<std::string, PutAwayGroup> groups;
  for (const Quarantined& one : chosen) {
    const PutAway seen = reader.look(one);
    PutAwayGroup& group = groups[seen.campaign.value_or("")];
    group.name = seen.campaign.value_or("");
    if (group.count++ == 0) group.first = group.last = one.since;
    group.first = std::min(group.first, one.since);
    group.last = std::max(group.last, one.since);
    if (group.count <= most) group.messages += to_text(one, seen);
  }
  std::vector<PutAwayGroup> list;
  for (auto& [name, group] : groups) list.push_back(std::move(group));
  std::stable_sort(list.begin(), list.end(), [](const PutAwayGroup& a, const PutAwayGroup& b) {
    return a.name.empty() != b.name.empty() ? b.name.empty() : a.count > b.count;
  });
  return list;
}

std::string to_text(const PutAwayGroup& group, std::size_t most) {
  std::string text = fmt::format(
      "{}: {}, {}{}\n", group.name.empty() ? "(no campaign)" : printable(group.name),
      counted(group.count, "message", "messages"), day_text(group.first),
      day_text(group.first) == day_text(group.last) ? "" : " to " + day_text(group.last));
  for (std::string_view rest = group.messages; !rest.empty();)
    text += fmt::format("  {}\n", take_line(rest));
  if (group.count > most)
    text += fmt::format("  and {} more: --all shows them\n", grouped(group.count - most));
  return text;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "ledger/upkeep_told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/text.h"

namespace unsent {

std::string to_text(const UndoneImport& undone) {
  const ImportRecord& record = undone.record;
  std::string text =
      fmt::format("{} messages removed, which the import of {} from {} had added", undone.messages,
                  format_rfc3339(undone.at), fmt::join(record.from, ", "));
  for (const std::string& scope : record.scopes) text += "\nno longer complete for " + scope;
  return text + '\n';
}

std::string to_json(const UndoneImport& undone) {
  auto object = begin_json();
  object["removed"] = undone.messages;
  object["at"] = format_rfc3339(undone.at);
  object["from"] = undone.record.from;
  object["withdrawn"] = undone.record.scopes;
  return json_line(object);
}

std::string check_json(const std::string& path, const std::vector<std::string>& findings) {
  auto object = begin_json();
  object["path"] = to_valid_utf8(path);
  object["sound"] = findings.empty();
  object["findings"] = findings;
  return json_line(object);
}

}  // namespace unsent

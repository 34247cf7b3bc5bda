// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include <array>

#include "base/printable.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 18> kColumns = {
    "path",          "offset",     "time",          "kind",
    "verdict",       "reason",     "rule",          "reporter",

    "sender",        "message_id", "original_from", "original_subject",
    "original_date", "client_ip",  "recipients",    "status",
    "campaign",      "uid"};

// Spreadsheets of East Asian systems read the wide forms of these as well.
bool is_formula(std::string_view text) {
  for (const std::string_view sign : {"=", "+", "-", "@", "＝", "＋", "－", "＠"})
    if (text.starts_with(sign)) return true;
  return false;
}

std::string time_text(const std::optional<Time>& time) {
  return time ? format_rfc3339(*time) : std::string();
}

template <std::size_t Size>
std::string line_of(const std::array<std::string_view, Size>& fields) {
  std::string line = csv_field(fields.front());
  for (std::size_t i = 1; i < Size; ++i) line += ',' + csv_field(fields.at(i));
  return line + "\r\n";
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string safe = printable(text);
  if (is_formula(safe)) safe.insert(0, 1, '\'');
  if (safe.find_first_of(",\"'; ") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_header() { return line_of(kColumns); }

std::string csv_line(const ScanItem& item, std::string_view campaign) {
  const bool is_in_file = item.place.uid == 0;
  const std::string offset = is_in_file ? std::to_string(item.place.offset) : "";
  const std::string uid = is_in_file ? "" : std::to_string(item.place.uid);
  const std::string time = time_text(item.time);
  const std::string date = time_text(item.original.date);
  return line_of<kColumns.size()>(
      {item.place.path, offset, time, name_of(item.kind), name_of(item.verdict), item.reason,
       item.rule, item.reporter, item.sender, item.original.message_id, item.original.from,
       item.original.subject, date, item.client_ip, item.recipients, item.status, campaign, uid});
}

}  // namespace unsent

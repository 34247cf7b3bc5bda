// SPDX-License-Identifier: MIT
#include "ledger/import_record.h"

#include <charconv>

#include "base/text.h"
#include "evidence/organisation.h"
#include "ledger/memory_ledger.h"
#include "ledger/rows.h"

namespace unsent {
namespace {

constexpr std::size_t kMostNames = 20000;

template <typename T>
T number_of(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_plain(std::string_view text) { return text.find_first_of("\t\n") == text.npos; }

std::string line(std::string_view kind, std::string_view value) {
  return is_plain(value) ? std::string(kind) + '\t' + std::string(value) + '\n' : std::string();
}

}  // namespace

std::int64_t key_of_record(std::string_view name) {
  return hash_of_id("import " + std::string(name));
}

void ImportRecord::count_names_of(const Entry& entry) {
  const auto count = [&](NameKind kind, std::string text) {
    if (text.empty() || !is_plain(text)) return;
    std::pair named(kind, std::move(text));
    if (names.size() < kMostNames || names.count(named) > 0) ++names[std::move(named)];
  };
  for (std::string& sender : senders_of(entry)) count(NameKind::sender, std::move(sender));
  for (const std::string& id : entry.message_ids) count(NameKind::id_host, host_of_id(id));
}

std::string ImportRecord::text() const {
  std::string text = line("name", name);
  for (const std::string& path : from) text += line("from", path);
  for (const std::string& scope : scopes) text += line("scope", scope);
  for (const auto& [key, path] : places) text += line("place " + std::to_string(key), path);
  for (const auto& [named, count] : names)
    text += std::to_string(static_cast<std::int64_t>(named.first)) + '\t' + std::to_string(count) +
            '\t' + named.second + '\n';
  return text;
}

ImportRecord ImportRecord::parse(std::string_view text) {
  ImportRecord record;
  while (!text.empty()) {
    const auto parts = split(take_line(text), '\t');
    if (parts.size() == 3)
      record.names[{static_cast<NameKind>(number_of<std::int64_t>(parts[0])),
                    std::string(parts[2])}] = number_of<std::int64_t>(parts[1]);
    if (parts.size() != 2) continue;
    if (parts[0] == "name") record.name = parts[1];
    if (parts[0] == "from") record.from.emplace_back(parts[1]);
    if (parts[0] == "scope") record.scopes.emplace_back(parts[1]);
    if (parts[0].substr(0, 6) == "place ")
      record.places.insert({number_of<std::int64_t>(parts[0].substr(6)), std::string(parts[1])});
  }
  return record;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "setup/setting_reader.h"

#include <algorithm>

#include "base/text.h"
#include "spf/record.h"

namespace unsent {
namespace {

const Setting* find_setting(std::string_view section, std::string_view key) {
  const auto all = settings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Setting& setting) {
    return setting.section == section && setting.key == key;
  });
  return found == all.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) {
  const auto all = settings();
  return std::any_of(all.begin(), all.end(), [&](const Setting& setting) {
    return setting.section == name ||
           (setting.section.size() > name.size() && setting.section.starts_with(name) &&
            setting.section[name.size()] == '.');
  });
}

void add_name(std::string& names, std::string_view name) {
  if (names.ends_with(name)) return;  // they stand section by section
  if (!names.empty()) names += ", ";
  names += name;
}

std::string keys_of(std::string_view section) {
  std::string keys;
  for (const Setting& setting : settings())
    if (setting.section == section) add_name(keys, setting.key);
  return keys;
}

}  // namespace

std::string section_names() {
  std::string names;
  for (const Setting& setting : settings()) add_name(names, setting.section);
  return names;
}

Unexpected SettingReader::failure(const toml::source_region& where, const std::string& what,
                                  const std::string& hint) const {
  return fail(ErrorCode::config, fmt::format("{}:{}: {}", path_, where.begin.line, what), hint);
}

Unexpected SettingReader::failure(const SettingValue& value, const std::string& what) const {
  return failure(value.node.source(), what,
                 fmt::format("write {} = {}", value.setting.key, value.setting.example));
}

void SettingReader::problem(const toml::source_region& where, const std::string& what) {
  config.problems.push_back(fmt::format("{}:{}: {}", path_, where.begin.line, what));
}

Result<void> SettingReader::not_known(const toml::source_region& where, const std::string& what,
                                      const std::string& hint) {
  if (unknown_ == Unknown::is_error) return failure(where, what, hint);
  problem(where, what + ": passed over");
  return {};
}

Result<void> SettingReader::read(const toml::table& root) {
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    const bool is_known = is_section(name) && node.is_table();
    auto done = is_known ? read_section(node, name)
                         : not_known(key.source(), fmt::format("no section [{}]", name),
                                     "the sections are " + section_names());
    if (!done) return done;
  }
  return {};
}

Result<void> SettingReader::read_section(const toml::node& section, const std::string& name) {
  if (const Setting* whole = find_setting(name, ""); whole != nullptr)
    return whole->read(*this, {section, *whole});
  for (const auto& [key, value] : *section.as_table())
    if (auto done = read_value(key, value, name); !done) return done;
  return {};
}

Result<void> SettingReader::read_value(const toml::key& key, const toml::node& value,
                                       const std::string& name) {
  const Setting* setting = find_setting(name, key.str());
  if (setting == nullptr) {
    const std::string below = name + '.' + std::string(key.str());
    if (is_section(below)) return read_section(value, below);
    if (is_section(name + ".HOST")) return read_host(key, value, name + ".HOST");
    const std::string what = fmt::format("no key {} in [{}]", key.str(), name);
    const std::string hint = "its keys are " + keys_of(name);
    // A limit that is not understood is one that is not kept.
    return name == "limits" ? failure(key.source(), what, hint)
                            : not_known(key.source(), what, hint);
  }
  if (setting->is_of_admin && !is_admin()) {
    problem(key.source(), fmt::format("{} in [{}] is the administrator's, in {}/config.toml",
                                      key.str(), name, kSystemFolder));
    return {};
  }
  return setting->read(*this, {value, *setting});
}

// [imap."mail.example"]: a table for each server.
Result<void> SettingReader::read_host(const toml::key& key, const toml::node& value,
                                      const std::string& section) {
  if (!value.is_table())
    return failure(key.source(), fmt::format("{} is no table", key.str()),
                   "write [imap.\"mail.example\"], and the settings of that server below it");
  host_ = lower(key.str());
  return read_section(value, section);
}

ImapSettings& SettingReader::account() {
  for (ImapSettings& one : config.imap)
    if (one.host == host_) return one;
  config.imap.emplace_back().host = host_;
  return config.imap.back();
}

Result<void> SettingReader::text(const SettingValue& value, std::optional<std::string>& to) const {
  const auto text = value.node.value<std::string>();
  if (!text || text->empty()) return failure(value, "not a text");
  to = *text;
  return {};
}

Result<void> SettingReader::path(const SettingValue& value, std::optional<std::string>& to) const {
  const auto path = value.node.value<std::string>();
  if (!path || path->empty()) return failure(value, "not a path");
  std::string whole = in_home(*path);
  // It would be another one in each folder that a command is run from.
  if (!whole.starts_with('/'))
    return failure(value.node.source(), *path + " is no whole path",
                   path->starts_with('$') ? "write ~/ for the home folder: variables are not read"
                                          : "write it with / or ~/ in front");
  to = std::move(whole);
  return {};
}

Result<void> SettingReader::flag(const SettingValue& value, bool& to) const {
  const auto flag = value.node.value_exact<bool>();
  if (!flag) return failure(value, "neither true nor false");
  to = *flag;
  return {};
}

Result<void> SettingReader::folders(const SettingValue& value, std::vector<std::string>& to) const {
  const toml::array* array = value.node.as_array();
  to.clear();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
    to.push_back(in_home(array->get(i)->value_or(std::string())));
  if (to.empty() || std::any_of(to.begin(), to.end(), [](const std::string& folder) {
        return folder.empty() || folder.front() != '/';
      }))
    return failure(value, "not a list of folders");
  return {};
}

Result<std::optional<std::string>> SettingReader::limited_path(
    const SettingValue& value, const std::vector<std::string>& limit) {
  std::optional<std::string> named;
  if (auto done = path(value, named); !done) return done.failure();
  if (is_admin() || limit.empty() || is_below(*named, limit)) return named;
  std::string folders;
  for (const std::string& folder : limit) folders += (folders.empty() ? "" : " or ") + folder;
  problem(value.node.source(),
          fmt::format("{} is not below {}, as {}/config.toml demands: not used", *named, folders,
                      kSystemFolder));
  return std::optional<std::string>();
}

Result<void> read_aliases(SettingReader& reader, const SettingValue& value) {
  const toml::table* table = value.node.as_table();
  const std::string example = "write " + std::string(value.setting.example);
  reader.config.aliases.clear();
  for (const auto& [key, node] : *table) {
    const auto alias = Address::parse(key.str());
    const auto target = Address::parse(node.value_or(std::string()));
    if (!alias || !target)
      return reader.failure(key.source(), fmt::format("{} is no alias of an address", key.str()),
                            example);
    reader.config.aliases.emplace_back(*alias, *target);
  }
  return {};
}

Result<void> read_spf_records(SettingReader& reader, const SettingValue& value) {
  const toml::table* table = value.node.as_table();
  if (table == nullptr)
    return reader.failure(
        value.node.source(), "not a table of records",
        fmt::format("write {} below [{}]", value.setting.example, value.setting.section));
  reader.config.spf_records.clear();
  for (const auto& [key, node] : *table) {
    const auto domain = DomainName::parse(key.str());
    if (!domain)
      return reader.failure(key.source(), fmt::format("{} is not a domain", key.str()),
                            "mend it or take it out");
    const auto text = node.value<std::string>();
    if (!text || !is_spf_record(*text))
      return reader.failure(node.source(), "not an SPF record", "one begins with v=spf1");
    if (const SpfRecord record = parse_spf_record(*text); !record.error.empty())
      return reader.failure(node.source(), "the record is wrong " + record.error, "see RFC 7208");
    reader.config.spf_records.emplace_back(*domain, *text);
  }
  return {};
}

Result<void> read_names(SettingReader& reader, const SettingValue& value,
                        std::vector<std::string>& to) {
  const toml::array* array = value.node.as_array();
  to.clear();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
    to.push_back(array->get(i)->value_or(std::string()));
  if (array == nullptr || std::find(to.begin(), to.end(), "") != to.end())
    return reader.failure(value, "not a list of names");
  return {};
}

Result<void> read_senders(SettingReader& reader, const SettingValue& value) {
  const toml::table* table = value.node.as_table();
  const std::string hint =
      fmt::format("write {} below [{}]", value.setting.example, value.setting.section);
  if (table == nullptr) return reader.failure(value.node.source(), "not a table of users", hint);
  auto& senders = reader.config.serve.senders;
  senders.clear();
  for (const auto& [key, node] : *table) {
    std::vector<std::string> addresses;
    if (auto read = read_names(reader, {node, value.setting}, addresses); !read) return read;
    for (const std::string& one : addresses)
      if (one.starts_with('@') ? !DomainName::parse(std::string_view(one).substr(1))
                               : !Address::parse(one))
        return reader.failure(
            node.source(), fmt::format("{} is neither an address nor @ and a domain", one), hint);
    senders[std::string(key.str())] = std::move(addresses);
  }
  return {};
}

Result<void> read_mode(SettingReader& reader, const SettingValue& value) {
  const auto mode = value.node.value<std::string>().value_or(std::string());
  if (mode != "active" && mode != "shadow")
    return reader.failure(value.node.source(), "not a mode",
                          "write mode = \"active\" or mode = \"shadow\"");
  reader.config.policy.set_shadow(mode == "shadow");
  return {};
}

Result<void> read_during_burst(SettingReader& reader, const SettingValue& value) {
  const auto handling = parse_handling(value.node.value<std::string>().value_or(std::string()));
  if (!handling || *handling == Handling::drop)
    return reader.failure(value.node.source(), "not a handling for unverified bounces",
                          "write \"deliver\", \"tag\" or \"quarantine\": what cannot be told is "
                          "never dropped");
  reader.config.policy.set_during_burst(*handling);
  return {};
}

namespace {

Result<void> read_handling(SettingReader& reader, const toml::node& node, Verdict verdict,
                           std::optional<Kind> kind) {
  auto handling = parse_handling(node.value<std::string>().value_or(std::string()));
  if (!handling)
    return reader.failure(node.source(), "not a handling",
                          "write \"deliver\", \"tag\", \"quarantine\" or \"drop\"");
  if (const std::string_view reason = refusal(verdict, *handling); !reason.empty())
    return reader.failure(
        node.source(), fmt::format("{} cannot be had for {}", name_of(*handling), name_of(verdict)),
        std::string(reason));
  if (*handling == Handling::drop && !reader.is_admin() && !reader.config.limits.drop) {
    reader.problem(node.source(),
                   fmt::format("{}/config.toml forbids drop: put away instead", kSystemFolder));
    handling = Handling::quarantine;
  }
  if (kind)
    reader.config.policy.set(verdict, *kind, *handling);
  else
    reader.config.policy.set(verdict, *handling);
  return {};
}

}  // namespace

Result<void> read_handlings(SettingReader& reader, const SettingValue& value, Verdict verdict) {
  const toml::table* kinds = value.node.as_table();
  if (kinds == nullptr) return read_handling(reader, value.node, verdict, std::nullopt);
  if (const toml::node* all = kinds->get("default"))
    if (auto done = read_handling(reader, *all, verdict, std::nullopt); !done) return done;
  for (const auto& [key, node] : *kinds) {
    if (key.str() == "default") continue;
    const Kind kind = parse_kind(key.str());
    if (kind == Kind::ordinary)
      return reader.failure(key.source(), fmt::format("{} is no kind", key.str()),
                            "the kinds are bounce, delay, success, auto-reply, challenge, "
                            "virus-notice, read-receipt, report; and default");
    if (auto done = read_handling(reader, node, verdict, kind); !done) return done;
  }
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <cstdlib>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/toml_text.h"
#include "dns/cares.h"
#include "spf/record.h"

namespace unsent {
namespace {

constexpr const char* kSystemFolder = "/etc/unsent";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// $variable, or fallback below $HOME; "" where neither is set.
std::string user_folder(const char* variable, const char* fallback) {
  const std::string folder = environment(variable);
  if (!folder.empty() && folder.front() == '/') return folder;
  const std::string home = environment("HOME");
  return home.empty() ? std::string() : home + fallback;
}

Unexpected config_failure(const std::string& path, const toml::source_region& where,
                          const std::string& what, const std::string& hint) {
  return fail(ErrorCode::config, fmt::format("{}:{}: {}", path, where.begin.line, what), hint);
}

using Setter = std::function<Result<void>(const toml::node&)>;

class Reader {
 public:
  Reader(Config& config, const std::string& path) : config_(config), path_(path) {}

  Result<void> read(const toml::table& root) {
    const std::map<std::string, std::map<std::string, Setter>> sections = {
        {"identity",
         {{"domains", list_setter<DomainName>(config_.domains, "a domain")},
          {"addresses", list_setter<Address>(config_.addresses, "an address")},
          {"never_sends", list_setter<Address>(config_.never_sends, "an address")},
          {"relays", list_setter<IpNetwork>(config_.relays, "an address or network")}}},
        {"ledger",
         {{"trust", list_setter<IpNetwork>(config_.trusted_clients, "an address or network")},
          {"path", path_setter(config_.ledger, "path = \"/…/ledger.db\"")},
          {"retention_days", days_setter(config_.retention_days, "retention_days = 60")}}},
        {"spf", {{"records", [this](const toml::node& node) { return set_records(node); }}}},
        {"dkim",
         {{"retired_keys", path_setter(config_.retired_keys, "retired_keys = \"/…/keys\"")}}},
        {"tag", {{"keys", path_setter(config_.tag_keys, "keys = \"/…/tag.keys\"")}}},
        {"dns",
         {{"server", [this](const toml::node& node) { return set_server(node); }},
          {"cache", path_setter(config_.dns_cache, "cache = \"/…/dns.db\"")}}},
        {"policy",
         {{"mode", [this](const toml::node& node) { return set_mode(node); }},
          {"genuine", policy_setter(Verdict::genuine)},
          {"backscatter", policy_setter(Verdict::backscatter)},
          {"unverified", policy_setter(Verdict::unverified)}}},
        {"delivery", {{"mailbox", path_setter(config_.mailbox, "mailbox = \"~/Maildir/\"")}}},
        {"quarantine",
         {{"path", path_setter(config_.quarantine, "path = \"~/Maildir/.Backscatter\"")},
          {"keep_days", days_setter(config_.quarantine_days, "keep_days = 60")}}}};
    for (const auto& [name, node] : root) {
      if (name.str() == "aliases") {
        if (auto done = set_aliases(node); !done) return done;
        continue;
      }
      const auto section = sections.find(std::string(name.str()));
      if (section == sections.end() || !node.is_table())
        return config_failure(path_, name.source(), fmt::format("no section [{}]", name.str()),
                              fmt::format("the sections are aliases, {}", keys_of(sections)));
      if (auto done = read_section(*node.as_table(), section->first, section->second); !done)
        return done;
    }
    return {};
  }

 private:
  Result<void> read_section(const toml::table& table, const std::string& name,
                            const std::map<std::string, Setter>& setters) {
    for (const auto& [key, node] : table) {
      const auto setter = setters.find(std::string(key.str()));
      if (setter == setters.end())
        return config_failure(path_, key.source(),
                              fmt::format("no key {} in [{}]", key.str(), name),
                              fmt::format("its keys are {}", keys_of(setters)));
      if (auto done = setter->second(node); !done) return done;
    }
    return {};
  }

  template <typename T>
  static std::string keys_of(const std::map<std::string, T>& map) {
    std::string keys;
    for (const auto& [key, value] : map) keys += (keys.empty() ? "" : ", ") + key;
    return keys;
  }

  template <typename T>
  Setter list_setter(std::vector<T>& to, const char* what) {
    return [this, &to, what](const toml::node& node) -> Result<void> {
      const toml::array* array = node.as_array();
      if (array == nullptr)
        return config_failure(path_, node.source(), "not a list", "write [\"…\", \"…\"]");
      to.clear();
      for (const toml::node& item : *array) {
        const auto text = item.value<std::string>();
        auto value = text ? T::parse(*text) : std::nullopt;
        if (!value)
          return config_failure(path_, item.source(),
                                fmt::format("{} is not {}", text.value_or("this"), what),
                                "mend it or take it out");
        to.push_back(std::move(*value));
      }
      return {};
    };
  }

  // "~/" is the home folder.
  Setter path_setter(std::optional<std::string>& to, const char* example) {
    return [this, &to, example](const toml::node& node) -> Result<void> {
      const auto text = node.value<std::string>();
      if (!text || text->empty())
        return config_failure(path_, node.source(), "not a path", std::string("write ") + example);
      const bool is_home = text->substr(0, 2) == "~/";
      to = is_home ? environment("HOME") + text->substr(1) : *text;
      return {};
    };
  }

  Result<void> set_aliases(const toml::node& node) {
    const toml::table* table = node.as_table();
    constexpr const char* kExample = "write \"sales@ourshop.example\" = \"alice@ourshop.example\"";
    if (table == nullptr)
      return config_failure(path_, node.source(), "aliases is no table of addresses", kExample);
    config_.aliases.clear();
    for (const auto& [key, value] : *table) {
      const auto alias = Address::parse(key.str());
      const auto target = Address::parse(value.value_or(std::string()));
      if (!alias || !target)
        return config_failure(path_, key.source(),
                              fmt::format("{} is no alias of an address", key.str()), kExample);
      config_.aliases.emplace_back(*alias, *target);
    }
    return {};
  }

  Result<void> set_server(const toml::node& node) {
    const auto text = node.value<std::string>();
    if (!text || !is_dns_server(*text))
      return config_failure(path_, node.source(), "not an address, with or without port",
                            "write server = \"192.0.2.53\" or \"192.0.2.53:5353\"");
    config_.dns_server = *text;
    return {};
  }

  Result<void> set_records(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      return config_failure(path_, node.source(), "not a table of records",
                            "write \"ourshop.example\" = \"v=spf1 … -all\" below [spf.records]");
    config_.spf_records.clear();
    for (const auto& [key, value] : *table) {
      const auto domain = DomainName::parse(key.str());
      if (!domain)
        return config_failure(path_, key.source(), fmt::format("{} is not a domain", key.str()),
                              "mend it or take it out");
      const auto text = value.value<std::string>();
      if (!text || !is_spf_record(*text))
        return config_failure(path_, value.source(), "not an SPF record", "one begins with v=spf1");
      if (const SpfRecord record = parse_spf_record(*text); !record.error.empty())
        return config_failure(path_, value.source(), "the record is wrong " + record.error,
                              "see RFC 7208");
      config_.spf_records.emplace_back(*domain, *text);
    }
    return {};
  }

  Setter days_setter(int& to, const char* example) {
    return [this, &to, example](const toml::node& node) -> Result<void> {
      const auto days = node.value<std::int64_t>();
      if (!days || *days < 1 || *days > 36500)
        return config_failure(path_, node.source(), "not a number of days from 1 to 36500",
                              std::string("write ") + example);
      to = static_cast<int>(*days);
      return {};
    };
  }

  Result<void> set_mode(const toml::node& node) {
    const auto mode = node.value<std::string>().value_or(std::string());
    if (mode != "active" && mode != "shadow")
      return config_failure(path_, node.source(), "not a mode",
                            "write mode = \"active\" or mode = \"shadow\"");
    config_.policy.set_shadow(mode == "shadow");
    return {};
  }

  // A handling for all kinds, or a table: default = "tag", bounce = "quarantine".
  Setter policy_setter(Verdict verdict) {
    return [this, verdict](const toml::node& node) -> Result<void> {
      const toml::table* kinds = node.as_table();
      if (kinds == nullptr) return set_handling(verdict, std::nullopt, node);
      if (const toml::node* all = kinds->get("default"))
        if (auto done = set_handling(verdict, std::nullopt, *all); !done) return done;
      for (const auto& [key, value] : *kinds) {
        if (key.str() == "default") continue;
        const Kind kind = parse_kind(key.str());
        if (kind == Kind::ordinary)
          return config_failure(path_, key.source(), fmt::format("{} is no kind", key.str()),
                                "the kinds are bounce, delay, success, auto-reply, challenge, "
                                "virus-notice, read-receipt, report; and default");
        if (auto done = set_handling(verdict, kind, value); !done) return done;
      }
      return {};
    };
  }

  Result<void> set_handling(Verdict verdict, std::optional<Kind> kind, const toml::node& node) {
    const auto handling = parse_handling(node.value<std::string>().value_or(std::string()));
    if (!handling)
      return config_failure(path_, node.source(), "not a handling",
                            "write \"deliver\", \"tag\", \"quarantine\" or \"drop\"");
    if (const std::string_view reason = refusal(verdict, *handling); !reason.empty())
      return config_failure(
          path_, node.source(),
          fmt::format("{} cannot be had for {}", name_of(*handling), name_of(verdict)),
          std::string(reason));
    if (kind)
      config_.policy.set(verdict, *kind, *handling);
    else
      config_.policy.set(verdict, *handling);
    return {};
  }

  Config& config_;
  const std::string& path_;
};

Result<void> apply_file(Config& config, const std::string& path) {
  auto text = read_file(path, 1024 * 1024);
  if (!text) return text.failure();
  return apply_config(config, *text, path);
}

}  // namespace

Result<void> apply_config(Config& config, std::string_view text, const std::string& path) {
  if (const auto flaw = find_toml_flaw(text))
    return fail(ErrorCode::config, fmt::format("{}:{}: {}", path, flaw->line, flaw->what),
                "see https://toml.io for how TOML is written");
  try {
    const toml::table root = toml::parse(text, path);
    return Reader(config, path).read(root);
  } catch (const toml::parse_error& error) {
    return config_failure(path, error.source(), std::string(error.description()),
                          "see https://toml.io for how TOML is written");
  }
}

Result<Config> load_config(const std::optional<std::string>& explicit_path) {
  Config config;
  if (explicit_path) {
    if (auto applied = apply_file(config, *explicit_path); !applied) return applied.failure();
    return config;
  }
  for (const std::string& folder : config_folders()) {
    const std::string path = folder + "/config.toml";
    if (::access(path.c_str(), F_OK) != 0) continue;
    if (auto applied = apply_file(config, path); !applied) return applied.failure();
  }
  return config;
}

std::vector<std::string> config_folders() {
  std::vector<std::string> folders = {kSystemFolder};
  const std::string user = user_folder("XDG_CONFIG_HOME", "/.config");
  if (!user.empty()) folders.push_back(user + "/unsent");
  return folders;
}

std::string data_folder() {
  const std::string folder = user_folder("XDG_DATA_HOME", "/.local/share");
  return folder.empty() ? std::string() : folder + "/unsent";
}

std::string default_ledger_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/ledger.db";
}

std::string default_tag_keys_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/tag.keys";
}

std::string quarantine_path(const Config& config) {
  if (config.quarantine) return *config.quarantine;
  const std::string home = environment("HOME");
  if (!home.empty() && ::access((home + "/Maildir/cur").c_str(), F_OK) == 0)
    return home + "/Maildir/.Backscatter";
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/quarantine";
}

}  // namespace unsent

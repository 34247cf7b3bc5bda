// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/toml_text.h"
#include "dns/cares.h"
#include "spf/record.h"

namespace unsent {
namespace {

Unexpected config_failure(const std::string& path, const toml::source_region& where,
                          const std::string& what, const std::string& hint) {
  return fail(ErrorCode::config, fmt::format("{}:{}: {}", path, where.begin.line, what), hint);
}

using Setter = std::function<Result<void>(const toml::node&)>;

class Reader {
 public:
  Reader(Config& config, const std::string& path, Author author)
      : config_(config), path_(path), author_(author) {}

  Result<void> read(const toml::table& root) {
    const std::map<std::string, std::map<std::string, Setter>> sections = {
        {"identity",
         {{"domains", list_setter<DomainName>(config_.domains, "a domain")},
          {"addresses", list_setter<Address>(config_.addresses, "an address")},
          {"never_sends", list_setter<Address>(config_.never_sends, "an address")},
          {"relays", list_setter<IpNetwork>(config_.relays, "an address or network")}}},
        {"ledger",
         {{"trust", list_setter<IpNetwork>(config_.trusted_clients, "an address or network")},
          {"path", [this](const toml::node& node) { return set_ledger(node); }},
          {"shared", flag_setter(config_.is_ledger_for_many, "shared = true")},
          {"plain", flag_setter(config_.keeps_texts, "plain = true")},
          {"retention_days", number_setter(config_.retention_days, 36500, "retention_days = 60")}}},
        {"spf", {{"records", [this](const toml::node& node) { return set_records(node); }}}},
        {"dkim",
         {{"retired_keys", path_setter(config_.retired_keys, "retired_keys = \"/…/keys\"")}}},
        {"tag", {{"keys", path_setter(config_.tag_keys, "keys = \"/…/tag.keys\"")}}},
        {"dns",
         {{"server", [this](const toml::node& node) { return set_server(node); }},
          {"at_once", number_setter(config_.dns_pace.most_open, 10000, "at_once = 100")},
          {"per_second", number_setter(config_.dns_pace.per_second, 100000, "per_second = 500")},
          {"cache", path_setter(config_.dns_cache, "cache = \"/…/dns.db\"")}}},
        {"policy",
         {{"mode", [this](const toml::node& node) { return set_mode(node); }},
          {"during_burst", [this](const toml::node& node) { return set_during_burst(node); }},
          {"genuine", policy_setter(Verdict::genuine)},
          {"backscatter", policy_setter(Verdict::backscatter)},
          {"unverified", policy_setter(Verdict::unverified)}}},
        {"judging",
         {{"deadline", [this](const toml::node& node) { return set_deadline(node); }},
          {"confined", flag_setter(config_.is_confined, "confined = false")}}},
        {"delivery", {{"mailbox", path_setter(config_.mailbox, "mailbox = \"~/Maildir/\"")}}},
        {"quarantine",
         {{"path", [this](const toml::node& node) { return set_quarantine(node); }},
          {"keep_days", number_setter(config_.quarantine_days, 36500, "keep_days = 60")}}},
        {"site", {{"filter", flag_setter(config_.is_site_filter, "filter = true")}}},
        {"limits",
         {{"drop", flag_setter(config_.limits.drop, "drop = false")},
          {"user_rules", flag_setter(config_.limits.user_rules, "user_rules = false")},
          {"ledger", folders_setter(config_.limits.ledger)},
          {"quarantine", folders_setter(config_.limits.quarantine)}}}};
    for (const auto& [name, node] : root) {
      if (name.str() == "aliases") {
        if (auto done = set_aliases(node); !done) return done;
        continue;
      }
      const auto section = sections.find(std::string(name.str()));
      if (section == sections.end() || !node.is_table())
        return config_failure(path_, name.source(), fmt::format("no section [{}]", name.str()),
                              fmt::format("the sections are aliases, {}", keys_of(sections)));
      if (author_ == Author::user && (name.str() == "limits" || name.str() == "site")) {
        problem(name.source(), fmt::format("[{}] is the administrator's, in {}/config.toml",
                                           name.str(), kSystemFolder));
        continue;
      }
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
      to = in_home(*text);
      return {};
    };
  }

  Setter flag_setter(bool& to, const char* example) {
    return [this, &to, example](const toml::node& node) -> Result<void> {
      const auto flag = node.value_exact<bool>();
      if (!flag)
        return config_failure(path_, node.source(), "neither true nor false",
                              std::string("write ") + example);
      to = *flag;
      return {};
    };
  }

  Setter folders_setter(std::vector<std::string>& to) {
    return [this, &to](const toml::node& node) -> Result<void> {
      const toml::array* array = node.as_array();
      to.clear();
      for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
        to.push_back(in_home(array->get(i)->value_or(std::string())));
      if (to.empty() || std::any_of(to.begin(), to.end(), [](const std::string& folder) {
            return folder.empty() || folder.front() != '/';
          }))
        return config_failure(path_, node.source(), "not a list of folders",
                              "write [\"~/\", \"/var/lib/unsent\"]");
      return {};
    };
  }

  void problem(const toml::source_region& where, const std::string& what) {
    config_.problems.push_back(fmt::format("{}:{}: {}", path_, where.begin.line, what));
  }

  // The path, or nothing where it lies beyond the limit.
  Result<std::optional<std::string>> limited_path(const toml::node& node, const char* example,
                                                  const std::vector<std::string>& limit) {
    std::optional<std::string> path;
    if (auto done = path_setter(path, example)(node); !done) return done.failure();
    if (author_ == Author::administrator || limit.empty() || is_below(*path, limit)) return path;
    std::string folders;
    for (const std::string& folder : limit) folders += (folders.empty() ? "" : " or ") + folder;
    problem(node.source(), fmt::format("{} is not below {}, as {}/config.toml demands: not used",
                                       *path, folders, kSystemFolder));
    return std::optional<std::string>();
  }

  Result<void> set_ledger(const toml::node& node) {
    const auto path = limited_path(node, "path = \"/…/ledger.db\"", config_.limits.ledger);
    if (!path) return path.failure();
    if (!*path) return {};
    config_.ledger = **path;
    config_.is_ledger_of_admin = author_ == Author::administrator;
    return {};
  }

  Result<void> set_quarantine(const toml::node& node) {
    const auto path =
        limited_path(node, "path = \"~/Maildir/.Backscatter\"", config_.limits.quarantine);
    if (!path) return path.failure();
    if (*path) config_.quarantine = **path;
    return {};
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

  template <typename T>
  Setter number_setter(T& to, std::int64_t most, const char* example) {
    return [this, &to, most, example](const toml::node& node) -> Result<void> {
      const auto number = node.value<std::int64_t>();
      if (!number || *number < 1 || *number > most)
        return config_failure(path_, node.source(), fmt::format("not a number from 1 to {}", most),
                              std::string("write ") + example);
      to = static_cast<T>(*number);
      return {};
    };
  }

  Result<void> set_deadline(const toml::node& node) {
    int seconds = 0;
    auto done = number_setter(seconds, 3600, "deadline = 5")(node);
    if (done) config_.deadline = std::chrono::seconds(seconds);
    return done;
  }

  Result<void> set_mode(const toml::node& node) {
    const auto mode = node.value<std::string>().value_or(std::string());
    if (mode != "active" && mode != "shadow")
      return config_failure(path_, node.source(), "not a mode",
                            "write mode = \"active\" or mode = \"shadow\"");
    config_.policy.set_shadow(mode == "shadow");
    return {};
  }

  Result<void> set_during_burst(const toml::node& node) {
    const auto handling = parse_handling(node.value<std::string>().value_or(std::string()));
    if (!handling || *handling == Handling::drop)
      return config_failure(path_, node.source(), "not a handling for unverified bounces",
                            "write \"deliver\", \"tag\" or \"quarantine\": what cannot be told is "
                            "never dropped");
    config_.policy.set_during_burst(*handling);
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
    auto handling = parse_handling(node.value<std::string>().value_or(std::string()));
    if (!handling)
      return config_failure(path_, node.source(), "not a handling",
                            "write \"deliver\", \"tag\", \"quarantine\" or \"drop\"");
    if (const std::string_view reason = refusal(verdict, *handling); !reason.empty())
      return config_failure(
          path_, node.source(),
          fmt::format("{} cannot be had for {}", name_of(*handling), name_of(verdict)),
          std::string(reason));
    if (*handling == Handling::drop && author_ == Author::user && !config_.limits.drop) {
      problem(node.source(),
              fmt::format("{}/config.toml forbids drop: put away instead", kSystemFolder));
      handling = Handling::quarantine;
    }
    if (kind)
      config_.policy.set(verdict, *kind, *handling);
    else
      config_.policy.set(verdict, *handling);
    return {};
  }

  Config& config_;
  const std::string& path_;
  Author author_;
};

constexpr std::size_t kMaxFile = 1024 * 1024;

Result<void> apply_file(Config& config, const std::string& path, Author author,
                        Result<std::string> text) {
  if (!text) return text.failure();
  return apply_config(config, *text, path, author);
}

// The administrator's file, if there is one.
Result<void> apply_system(Config& config) {
  const std::string path = std::string(kSystemFolder) + "/config.toml";
  if (::access(path.c_str(), F_OK) != 0) return {};
  return apply_file(config, path, Author::administrator, read_file(path, kMaxFile));
}

}  // namespace

Result<void> apply_config(Config& config, std::string_view text, const std::string& path,
                          Author author) {
  if (const auto flaw = find_toml_flaw(text))
    return fail(ErrorCode::config, fmt::format("{}:{}: {}", path, flaw->line, flaw->what),
                "see https://toml.io for how TOML is written");
  try {
    const toml::table root = toml::parse(text, path);
    return Reader(config, path, author).read(root);
  } catch (const toml::parse_error& error) {
    return config_failure(path, error.source(), std::string(error.description()),
                          "see https://toml.io for how TOML is written");
  }
}

Result<Limits> load_limits() {
  Config config;
  if (auto applied = apply_system(config); !applied) return applied.failure();
  return config.limits;
}

Result<Config> load_config(const std::optional<std::string>& explicit_path) {
  Config config;
  if (explicit_path) {
    const auto limits = load_limits();
    if (!limits) return limits.failure();
    config.limits = *limits;
    const auto applied =
        apply_file(config, *explicit_path, Author::user, read_named_file(*explicit_path, kMaxFile));
    if (!applied) return applied.failure();
    return config;
  }
  if (auto applied = apply_system(config); !applied) return applied.failure();
  const std::string folder = user_config_folder();
  const std::string path = folder + "/config.toml";
  if (folder.empty() || ::access(path.c_str(), F_OK) != 0) return config;
  const auto applied = apply_file(config, path, Author::user, read_own_file(path, kMaxFile));
  if (!applied) return applied.failure();
  return config;
}

std::string quarantine_path(const Config& config) {
  if (config.quarantine) return *config.quarantine;
  const std::string maildir = in_home("~/Maildir");
  if (::access((maildir + "/cur").c_str(), F_OK) == 0) return maildir + "/.Backscatter";
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/quarantine";
}

}  // namespace unsent

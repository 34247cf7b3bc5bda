// SPDX-License-Identifier: MIT
// Reads the values of one configuration file into a Config. What is wrong is an error with
// file, line and a way to mend it; what a user may not ask for is a problem of the Config.
#pragma once

#include <fmt/format.h>

#include <toml++/toml.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "setup/config.h"
#include "setup/setting.h"
#include "setup/too_wide.h"

namespace unsent {

struct SettingValue {
  const toml::node& node;
  const Setting& setting;
};

class SettingReader {
 public:
  // path: for the error text.
  SettingReader(Config& into, const std::string& path, Author author, Unknown unknown)
      : config(into), path_(path), author_(author), unknown_(unknown) {}

  Result<void> read(const toml::table& root);

  bool is_admin() const { return author_ == Author::administrator; }
  Unexpected failure(const toml::source_region& where, const std::string& what,
                     const std::string& hint) const;
  // The value is not what it should be; the hint is the setting's example.
  Unexpected failure(const SettingValue& value, const std::string& what) const;
  // Not used, and said.
  void problem(const toml::source_region& where, const std::string& what);

  Result<void> text(const SettingValue& value, std::optional<std::string>& to) const;
  // "~/" is the home folder.
  Result<void> path(const SettingValue& value, std::optional<std::string>& to) const;
  Result<void> flag(const SettingValue& value, bool& to) const;
  Result<void> folders(const SettingValue& value, std::vector<std::string>& to) const;
  // The path, or nothing where a user's lies beyond the limit.
  Result<std::optional<std::string>> limited_path(const SettingValue& value,
                                                  const std::vector<std::string>& limit);
  // From 1 to most.
  template <typename T>
  Result<void> number(const SettingValue& value, std::int64_t most, T& to) const {
    const auto number = value.node.value<std::int64_t>();
    if (!number || *number < 1 || *number > most)
      return failure(value, fmt::format("not a number from 1 to {}", most));
    to = static_cast<T>(*number);
    return {};
  }
  // Each T::parse()d; what: in words.
  template <typename T>
  Result<void> list(const SettingValue& value, const char* what, std::vector<T>& to) const {
    const toml::array* array = value.node.as_array();
    if (array == nullptr) return failure(value, "not a list");
    to.clear();
    for (const toml::node& item : *array) {
      const auto text = item.value<std::string>();
      auto parsed = text ? T::parse(*text) : std::nullopt;
      if (!parsed)
        return failure(item.source(), fmt::format("{} is not {}", text.value_or("this"), what),
                       "mend it or take it out");
      to.push_back(std::move(*parsed));
    }
    return {};
  }

  // The same, of what is ours alone.
  template <typename T>
  Result<void> list_of_ours(const SettingValue& value, const char* what, std::vector<T>& to) const {
    if (auto read = list(value, what, to); !read) return read;
    for (std::size_t i = 0; i < to.size(); ++i)
      if (const std::string why = why_too_wide(to[i]); !why.empty())
        return failure(value.node.as_array()->get(i)->source(), why, "name what is yours alone");
    return {};
  }

  // Of the server whose section is read.
  ImapSettings& account();

  Config& config;

 private:
  Result<void> read_section(const toml::node& section, const std::string& name);
  Result<void> read_host(const toml::key& key, const toml::node& value, const std::string& section);
  Result<void> read_value(const toml::key& key, const toml::node& value, const std::string& name);

  const std::string& path_;
  // What is not known: an error, or said and passed over.
  Result<void> not_known(const toml::source_region& where, const std::string& what,
                         const std::string& hint);

  Author author_;
  Unknown unknown_;
  std::string host_;  // of the section [imap."HOST"] that is read
};

// The values that are more than one number, path or list; see the table.
Result<void> read_aliases(SettingReader& reader, const SettingValue& value);
Result<void> read_spf_records(SettingReader& reader, const SettingValue& value);
Result<void> read_senders(SettingReader& reader, const SettingValue& value);
// A list of names that are not empty.
Result<void> read_names(SettingReader& reader, const SettingValue& value,
                        std::vector<std::string>& to);
Result<void> read_mode(SettingReader& reader, const SettingValue& value);
Result<void> read_during_burst(SettingReader& reader, const SettingValue& value);
// A handling for all kinds, or a table: default = "tag", bounce = "quarantine".
Result<void> read_handlings(SettingReader& reader, const SettingValue& value, Verdict verdict);

}  // namespace unsent

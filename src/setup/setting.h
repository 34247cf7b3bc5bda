// SPDX-License-Identifier: MIT
// The settings of config.toml, one table: what is read, what holds without it, the example
// file and the manual page come from here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace unsent {

class SettingReader;
struct SettingValue;  // of the file: setup/setting_reader.h

struct Setting {
  std::string_view section;
  std::string_view key;
  std::string_view example;   // its value, as TOML
  std::string_view fallback;  // the value that holds without it, as TOML; "" for none
  std::string_view meaning;   // in sentences
  Result<void> (*read)(SettingReader& reader, const SettingValue& value);
  bool is_of_admin = false;  // stands in the administrator's file alone
};

// Section by section. Without a key: the section is a table of the user's own.
std::span<const Setting> settings();

// "identity, aliases, …", for people.
std::string section_names();

// The file with every setting in it, each commented out; of one section alone if it is named.
// "" if there is no such section.
std::string example_config(std::string_view section = {});

// unsent-config(5), as mdoc.
std::string settings_manual();

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "app/rule_files.h"

#include <algorithm>
#include <filesystem>

#include "app/config.h"
#include "base/file.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = 1024 * 1024;

std::vector<std::string> rule_files_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code none;  // a folder that is not there holds no files
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".toml" && entry.path().filename().string().front() != '.')
      paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::unique_ptr<RuleSet> load_rules(std::vector<std::string>& problems) {
  auto rules = std::make_unique<RuleSet>();
  for (const std::string& folder : config_folders()) {
    for (const std::string& path : rule_files_in(folder + "/rules.d")) {
      auto text = read_file(path, kMaxFile);
      if (text)
        rules->add_file(path, std::move(*text));
      else
        problems.push_back(text.error().message);
    }
  }
  return rules;
}

}  // namespace unsent

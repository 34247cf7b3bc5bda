// SPDX-License-Identifier: MIT
#include "app/rule_files.h"

#include <algorithm>
#include <filesystem>

#include "app/config.h"
#include "app/kept_phrases.h"
#include "base/file.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = 1024 * 1024;

std::vector<std::string> toml_files_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code none;  // a folder that is not there holds no files
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".toml" && entry.path().filename().string().front() != '.')
      paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool may_have_rules() {
  const auto limits = load_limits();
  return limits && limits->user_rules;
}

enum class Phrases { kept, read };

std::unique_ptr<RuleSet> load(std::vector<std::string>& problems, Phrases phrases) {
  auto rules = std::make_unique<RuleSet>();
  const std::string own = user_config_folder();
  std::vector<LanguageFile> languages;
  for (const std::string& folder : config_folders()) {
    const auto paths = toml_files_in(folder + "/rules.d");
    const auto of_languages = toml_files_in(folder + "/rules.d/languages");
    if (folder == own && !(paths.empty() && of_languages.empty()) && !may_have_rules()) {
      problems.push_back(own + "/rules.d: the administrator allows no rules of a user's own");
      continue;
    }
    for (const std::string& path : paths) {
      auto text = folder == own ? read_own_file(path, kMaxFile) : read_file(path, kMaxFile);
      if (text)
        rules->add_file(path, std::move(*text));
      else
        problems.push_back(text.error().message);
    }
    for (const std::string& path : of_languages) languages.push_back({path, folder == own});
  }
  if (languages.empty()) return rules;
  if (phrases == Phrases::kept) {
    rules->wording().set_source(keep_phrases(std::move(languages), state_folder()));
    return rules;
  }
  for (LanguageText& text : read_languages(languages, problems))
    rules->wording().add_file(std::move(text.path), std::move(text.text));
  return rules;
}

}  // namespace

bool has_own_rule_files() {
  const std::string own = user_config_folder();
  return !own.empty() && !(toml_files_in(own + "/rules.d").empty() &&
                           toml_files_in(own + "/rules.d/languages").empty());
}

std::unique_ptr<RuleSet> load_rules(std::vector<std::string>& problems) {
  return load(problems, Phrases::kept);
}

std::unique_ptr<RuleSet> load_rules_to_test(std::vector<std::string>& problems) {
  return load(problems, Phrases::read);
}

}  // namespace unsent

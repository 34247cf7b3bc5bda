// SPDX-License-Identifier: MIT
#include "setup/rule_files.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "setup/config.h"
#include "setup/kept_phrases.h"

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
  const auto limits = load_limits(Unknown::is_problem);
  return limits && limits->user_rules;
}

// Which files lie in rules.d, lower ones first.
struct RuleFiles {
  std::vector<std::string> rules;
  std::vector<LanguageFile> languages;
  std::vector<std::string> problems;
};

RuleFiles find_files() {
  RuleFiles found;
  const std::string own = user_config_folder();
  for (const std::string& folder : config_folders()) {
    if (!path_exists(folder + "/rules.d")) continue;  // as in most homes
    const auto paths = toml_files_in(folder + "/rules.d");
    const auto of_languages = toml_files_in(folder + "/rules.d/languages");
    if (folder == own && !(paths.empty() && of_languages.empty()) && !may_have_rules()) {
      found.problems.push_back(own + "/rules.d: the administrator allows no rules of a user's own");
      continue;
    }
    found.rules.insert(found.rules.end(), paths.begin(), paths.end());
    for (const std::string& path : of_languages) found.languages.push_back({path, folder == own});
  }
  return found;
}

std::unique_ptr<RuleSet> load_rules_of(const RuleFiles& files, std::vector<std::string>& problems) {
  auto rules = std::make_unique<RuleSet>();
  problems.insert(problems.end(), files.problems.begin(), files.problems.end());
  const std::string own = user_config_folder() + '/';
  for (const std::string& path : files.rules) {
    auto text = own.size() > 1 && path.starts_with(own) ? read_own_file(path, kMaxFile)
                                                        : read_file(path, kMaxFile);
    if (text)
      rules->add_file(path, std::move(*text));
    else
      problems.push_back(text.error().message);
  }
  return rules;
}

}  // namespace

bool has_own_rule_files() {
  const std::string own = user_config_folder();
  return !own.empty() && path_exists(own + "/rules.d") &&
         !(toml_files_in(own + "/rules.d").empty() &&
           toml_files_in(own + "/rules.d/languages").empty());
}

std::unique_ptr<RuleSet> load_rules(std::vector<std::string>& problems, Packing packing) {
  RuleFiles files = find_files();
  auto rules = load_rules_of(files, problems);
  if (!files.languages.empty())
    rules->wording().set_source(keep_phrases(std::move(files.languages), state_folder(), packing));
  return rules;
}

std::unique_ptr<RuleSet> load_rules_to_test(std::vector<std::string>& problems) {
  const RuleFiles files = find_files();
  auto rules = load_rules_of(files, problems);
  for (LanguageText& text : read_languages(files.languages, problems))
    rules->wording().add_file(std::move(text.path), std::move(text.text));
  return rules;
}

void pack_phrases_behind() {
  const auto languages = find_files().languages;
  if (!languages.empty()) pack_behind(languages, state_folder());
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "setup/places.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace unsent {
namespace {

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

}  // namespace

std::string in_home(const std::string& path) {
  return path.substr(0, 2) == "~/" ? environment("HOME") + path.substr(1) : path;
}

std::string user_config_folder() {
  const std::string folder = user_folder("XDG_CONFIG_HOME", "/.config");
  return folder.empty() ? std::string() : folder + "/unsent";
}

std::vector<std::string> config_folders() {
  std::vector<std::string> folders = {kSystemFolder};
  if (const std::string user = user_config_folder(); !user.empty()) folders.push_back(user);
  return folders;
}

std::string data_folder() {
  const std::string folder = user_folder("XDG_DATA_HOME", "/.local/share");
  return folder.empty() ? std::string() : folder + "/unsent";
}

std::string state_folder() {
  const std::string folder = user_folder("XDG_STATE_HOME", "/.local/state");
  return folder.empty() ? std::string() : folder + "/unsent";
}

std::string default_ledger_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/ledger.db";
}

std::string default_dns_cache_path() {
  const std::string folder = user_folder("XDG_CACHE_HOME", "/.cache");
  return folder.empty() ? std::string() : folder + "/unsent/dns.db";
}

std::string default_tag_keys_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/tag.keys";
}

std::string default_digest_keys_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/digest.keys";
}

bool is_below(const std::string& path, const std::vector<std::string>& folders) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(path, error);
  if (error || !real.is_absolute()) return false;
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    auto above = std::filesystem::weakly_canonical(folder, error);
    if (error) return false;
    if (!above.has_filename()) above = above.parent_path();  // "/home/alice/"
    const auto [end, rest] = std::mismatch(above.begin(), above.end(), real.begin(), real.end());
    return end == above.end() && rest != real.end();
  });
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "setup/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <toml++/toml.h>

#include "base/file.h"
#include "base/toml_text.h"
#include "setup/output.h"
#include "setup/setting_reader.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = 1024 * 1024;

Result<void> apply_file(Config& config, const std::string& path, Author author,
                        Result<std::string> text, Unknown unknown) {
  if (!text) return text.failure();
  return apply_config(config, *text, path, author, unknown);
}

// The administrator's file, if there is one.
Result<void> apply_system(Config& config, Unknown unknown) {
  const std::string path = std::string(kSystemFolder) + "/config.toml";
  if (::access(path.c_str(), F_OK) != 0) return {};
  return apply_file(config, path, Author::administrator, read_file(path, kMaxFile), unknown);
}

}  // namespace

Result<void> apply_config(Config& config, std::string_view text, const std::string& path,
                          Author author, Unknown unknown) {
  if (const auto flaw = find_toml_flaw(text))
    return fail(ErrorCode::config, fmt::format("{}:{}: {}", path, flaw->line, flaw->what),
                "see https://toml.io for how TOML is written");
  try {
    const toml::table root = toml::parse(text, path);
    return SettingReader(config, path, author, unknown).read(root);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::config,
                fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()),
                "see https://toml.io for how TOML is written");
  }
}

Result<Limits> load_limits(Unknown unknown) {
  Config config;
  if (auto applied = apply_system(config, unknown); !applied) return applied.failure();
  return config.limits;
}

Result<Config> load_config(const std::optional<std::string>& explicit_path, Unknown unknown) {
  Config config;
  if (explicit_path) {
    const auto limits = load_limits(unknown);
    if (!limits) return limits.failure();
    config.limits = *limits;
    const auto applied = apply_file(config, *explicit_path, Author::user,
                                    read_named_file(*explicit_path, kMaxFile), unknown);
    if (!applied) return applied.failure();
    return config;
  }
  if (auto applied = apply_system(config, unknown); !applied) return applied.failure();
  const std::string folder = user_config_folder();
  const std::string path = folder + "/config.toml";
  if (folder.empty() || ::access(path.c_str(), F_OK) != 0) return config;
  const auto applied =
      apply_file(config, path, Author::user, read_own_file(path, kMaxFile), unknown);
  if (!applied) return applied.failure();
  return config;
}

Result<Config> load_config_in_service(const std::optional<std::string>& explicit_path) {
  auto config = load_config(explicit_path, Unknown::is_problem);
  if (config)
    for (const std::string& problem : config->problems) complain(problem);
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

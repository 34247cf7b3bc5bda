// SPDX-License-Identifier: MIT
#include "deliver/delivery_config.h"

#include <exception>

#include "base/field_line.h"
#include "base/file.h"
#include "deliver/apart.h"

namespace unsent {
namespace {

constexpr std::chrono::milliseconds kLongest{5000};

bool has_user_file(const std::optional<std::string>& explicit_path) {
  const std::string folder = user_config_folder();
  return explicit_path || (!folder.empty() && path_exists(folder + "/config.toml"));
}

// "+" before what is there.
std::string told(const std::optional<std::string>& path) { return path ? '+' + *path : ""; }

std::optional<std::string> heard(const std::string& field) {
  return field.empty() ? std::nullopt : std::optional<std::string>(field.substr(1));
}

std::string pack(const Result<Config>& config) {
  if (config)
    return encode_fields(
        {told(config->mailbox), told(config->quarantine), std::to_string(config->quarantine_days)});
  const Error& error = config.error();
  return encode_fields({std::to_string(static_cast<int>(error.code)), error.message});
}

Result<Config> unpack(std::string_view answer) {
  const auto fields = decode_fields(answer.substr(0, answer.find('\n')));
  if (fields.size() == 2) return fail(static_cast<ErrorCode>(to_number(fields[0])), fields[1]);
  if (fields.size() != 3)
    return fail(ErrorCode::config, "the configuration could not be read: its process died");
  Config config;
  config.mailbox = heard(fields[0]);
  config.quarantine = heard(fields[1]);
  config.quarantine_days = static_cast<int>(to_number(fields[2]));
  return config;
}

std::string load_and_pack(const std::optional<std::string>& explicit_path) {
  try {
    return pack(load_config(explicit_path, Unknown::is_problem));
  } catch (const std::exception& error) {
    return pack(fail(ErrorCode::config, error.what()));
  }
}

}  // namespace

Result<Config> load_delivery_config(const std::optional<std::string>& explicit_path) {
  if (!has_user_file(explicit_path)) return load_config(explicit_path, Unknown::is_problem);
  const Answer answer =
      run_apart([&](const SetDeadline&) { return load_and_pack(explicit_path); }, kLongest);
  if (answer.how == Ended::no_process) return load_config(explicit_path, Unknown::is_problem);
  return unpack(answer.text);
}

}  // namespace unsent

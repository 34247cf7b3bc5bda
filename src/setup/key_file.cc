// SPDX-License-Identifier: MIT
#include "setup/key_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/whole_file.h"
#include "ledger/ledger_key.h"
#include "setup/output.h"

namespace unsent {
namespace {

constexpr std::size_t kMostBytes = 1024 * 1024;

}  // namespace

Result<std::string> key_file_path(const std::optional<std::string>& option, const Config& config) {
  if (option) return *option;
  if (config.tag_keys) return *config.tag_keys;
  std::string path = default_tag_keys_path();
  if (path.empty())
    return fail(ErrorCode::config, "neither HOME nor XDG_DATA_HOME says where the keys are",
                "name their file with --keys");
  return path;
}

std::optional<std::string> sharing_fault(const std::string& path, const Config& config) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const mode_t forbidden = config.is_ledger_for_many ? mode_t{S_IWOTH} : mode_t{077};
  const mode_t shared = status.st_mode & forbidden;
  if (shared == 0) return std::nullopt;
  const bool is_written = (shared & (S_IWGRP | S_IWOTH)) != 0;
  return fmt::format(
      "{}: others may {} it (mode {:04o}); chmod 600, or say shared = true in [ledger]", path,
      is_written ? "read or write" : "read", status.st_mode & 07777U);
}

void warn_of_ledger_key(const std::string& ledger_path, const Config& config) {
  if (const auto fault = sharing_fault(LedgerKey::path_for(ledger_path), config)) complain(*fault);
}

Result<KeyRing> read_key_file(const std::string& path) {
  const auto text = read_file(path, kMostBytes);
  if (!text) return text.failure();
  return KeyRing::parse(*text, path);
}

Result<void> write_key_file(const std::string& path, const KeyRing& ring) {
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return os_failure(folder.string(), error.value());
  auto file = WholeFile::begin(path, WholeFile::Aside::first);
  if (!file) return file.failure();
  struct stat old {};
  // The mail system that reads it stays able to.
  if (::stat(path.c_str(), &old) == 0)
    if (auto kept = make_like(file->descriptor(), old, KeepOwner::surely, KeepTimes::no, path);
        !kept)
      return kept;
  if (auto written = file->add(ring.text()); !written) return written;
  return file->finish();
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "app/handled.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr off_t kMaxSize = off_t{1} << 20U;
constexpr std::size_t kMaxId = 200;

// Printable ASCII: the id is a stranger's.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMaxId)) out += c > ' ' && c < 0x7F ? c : '?';
  return out;
}

void add_file(HandledSums& sums, const std::string& path) {
  const auto text = read_file(path, 4 * kMaxSize);
  if (!text) return;
  for (const std::string_view line : split(*text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() < 5) continue;
    if (sums.since.empty()) sums.since = fields[0];
    ++sums.counts[{std::string(fields[1]), std::string(fields[3]), std::string(fields[4])}];
  }
}

}  // namespace

Result<void> note_handled(const std::string& folder, const Handled& handled) {
  if (folder.empty()) return fail(ErrorCode::config, "no home folder to keep the account in");
  if (auto made = make_folders(folder); !made) return made;
  const std::string path = folder + "/handled.tsv";
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && status.st_size > kMaxSize)
    static_cast<void>(::rename(path.c_str(), (path + ".old").c_str()));
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  const FileDescriptor file(::open(path.c_str(), flags, 0600));
  if (!file.is_open()) return os_failure(path, errno);
  const std::string line =
      fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", format_rfc3339(handled.when),
                  name_of(handled.verdict), name_of(handled.kind), name_of(handled.planned),
                  name_of(handled.done), plain(handled.message_id));
  return write_all(file.get(), line, path);
}

HandledSums sum_handled(const std::string& folder) {
  HandledSums sums;
  add_file(sums, folder + "/handled.tsv.old");
  add_file(sums, folder + "/handled.tsv");
  return sums;
}

}  // namespace unsent

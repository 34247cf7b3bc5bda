// SPDX-License-Identifier: MIT
#include "app/handled.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "evidence/identity.h"

namespace unsent {
namespace {

constexpr off_t kMaxSize = off_t{1} << 20U;
constexpr std::size_t kMaxId = 200;
constexpr off_t kSeenOfEnd = off_t{64} << 10U;
constexpr seconds kHour{3600};

// Printable ASCII: the id is a stranger's.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMaxId)) out += c > ' ' && c < 0x7F ? c : '?';
  return out;
}

// The last lines of path, the first of them perhaps not whole.
std::string end_of(const std::string& path) {
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  struct stat status {};
  if (!file || ::fstat(file->get(), &status) != 0) return {};
  const off_t start = std::max<off_t>(0, status.st_size - kSeenOfEnd);
  std::string text(static_cast<std::size_t>(status.st_size - start), '\0');
  const ssize_t got = ::pread(file->get(), text.data(), text.size(), start);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Of an address, what its bounces come to whatever tag is on it: bounces of BATV addresses
// are of one flood.
std::string account_name(const std::string& recipient) {
  const auto address = Address::parse(recipient);
  if (!address) return {};
  return plain(lower(unwrap(*address).candidates.back().text()));
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
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (!file) return file.failure();
  const std::string line = fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", format_rfc3339(handled.when),
                                       name_of(handled.verdict), name_of(handled.kind),
                                       name_of(handled.planned), name_of(handled.done),
                                       plain(handled.message_id), account_name(handled.recipient));
  return write_all(file->get(), line, path);
}

std::int64_t count_recent_backscatter(const std::string& folder, const std::string& recipient,
                                      Time now) {
  const std::string name = account_name(recipient);
  if (folder.empty() || name.empty()) return 0;
  const std::string text = end_of(folder + "/handled.tsv.old") + end_of(folder + "/handled.tsv");
  std::int64_t count = 0;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() != 7 || fields[1] != name_of(Verdict::backscatter) || fields[6] != name)
      continue;
    const auto when = parse_rfc3339(fields[0]);
    if (when && *when > now - kHour && *when <= now) ++count;
  }
  return count;
}

HandledSums sum_handled(const std::string& folder) {
  HandledSums sums;
  add_file(sums, folder + "/handled.tsv.old");
  add_file(sums, folder + "/handled.tsv");
  return sums;
}

}  // namespace unsent

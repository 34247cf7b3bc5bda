// SPDX-License-Identifier: MIT
#include "feed/pending.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "setup/output.h"

namespace unsent {
namespace {

std::string path_beside(const std::string& ledger_path) { return ledger_path + ".pending"; }

// The file may have been taken in and removed between our opening and our lock.
bool is_still_at(const std::string& path, int fd) {
  struct stat here {};
  struct stat there {};
  return ::fstat(fd, &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

Result<FileDescriptor> open_to_add(const std::string& path) {
  for (;;) {
    auto file = open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW);
    if (!file) return file.failure();
    while (::flock(file->get(), LOCK_EX) != 0)
      if (errno != EINTR) return os_failure(path, errno);
    if (is_still_at(path, file->get())) return file;
  }
}

Result<void> record_lines(std::string_view lines, const std::string& path, LedgerWriter& ledger,
                          Time now) {
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    const auto entry = parse_entry(line);
    if (!entry) {
      complain(path + ": " + entry.error().message);
      continue;
    }
    const auto recorded = ledger.record(*entry, "sendmail", now);
    if (!recorded) return recorded.failure();
  }
  return {};
}

}  // namespace

Result<void> keep_pending(const std::string& ledger_path, const Entry& entry) {
  const std::string path = path_beside(ledger_path);
  const auto file = open_to_add(path);
  if (!file) return file.failure();
  struct stat before {};
  if (::fstat(file->get(), &before) != 0) return os_failure(path, errno);
  auto written = write_all(file->get(), format_entry(entry) + '\n', path);
  if (written) written = sync_file(file->get(), path);
  // Half a line would spoil the next one.
  if (!written) static_cast<void>(::ftruncate(file->get(), before.st_size));
  return written;
}

Result<void> hand_over_pending(const std::string& ledger_path,
                               const std::function<Result<void>(const Entry&)>& record) {
  const std::string path = path_beside(ledger_path);
  if (!path_exists(path)) return {};
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  if (!file) return file.failure();
  if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0 || !is_still_at(path, file->get())) return {};
  const auto lines = read_all(file->get(), path);
  if (!lines) return lines.failure();
  std::string_view left = *lines;
  while (!left.empty()) {
    const auto entry = parse_entry(take_line(left));
    const auto recorded = entry ? record(*entry) : Result<void>(entry.failure());
    if (!recorded && recorded.error().code == ErrorCode::temp_fail) return recorded;
    if (!recorded) complain(path + ": " + recorded.error().message);
  }
  ::unlink(path.c_str());
  return {};
}

Result<void> take_pending(const std::string& ledger_path, LedgerWriter& ledger, Time now) {
  const std::string path = path_beside(ledger_path);
  if (!path_exists(path)) return {};
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  if (!file) return file.failure();
  // First the ledger: who waits for it must not make others wait for the file.
  auto transaction = ledger.begin();
  if (!transaction) return transaction.failure();
  if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0 || !is_still_at(path, file->get())) return {};
  const auto lines = read_all(file->get(), path);
  if (!lines) return lines.failure();
  if (auto recorded = record_lines(*lines, path, ledger, now); !recorded) return recorded;
  if (auto committed = transaction->commit(); !committed) return committed;
  ::unlink(path.c_str());
  return {};
}

}  // namespace unsent

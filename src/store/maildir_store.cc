// SPDX-License-Identifier: MIT
#include "store/maildir_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "base/open.h"
#include "base/whole_file.h"

namespace unsent {
namespace {

constexpr const char* kDelivered = "/unsent-delivered";
constexpr seconds kHour{3600};

// "1795204000.M843691P2022R5f3a….host": time, process and chance (a process number may be
// used twice where several machines or containers share the folder).
std::string unique_name() {
  timeval now{};
  ::gettimeofday(&now, nullptr);
  std::uint64_t chance = 0;
  static_cast<void>(::getrandom(&chance, sizeof chance, GRND_NONBLOCK));
  return fmt::format("{}.M{:06}P{}R{:016x}.{}", now.tv_sec, now.tv_usec, ::getpid(), chance,
                     maildir_host());
}

Result<void> write_whole(const std::string& path, const Pieces& pieces) {
  auto opened = open_file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!opened) return opened.failure();
  FileWriter file(std::move(*opened), path);
  for (const std::string_view piece : pieces) static_cast<void>(file.add(piece).has_value());
  auto written = file.close();
  if (!written) ::unlink(path.c_str());
  return written;
}

// Moves tmp's file to unsent-delivered/ and links it into new: the link is the delivery.
// False where that cannot be had here (no hard links, no such folder): rename then.
bool link_by_key(const std::string& folder, const std::string& from, const std::string& key,
                 const std::string& to) {
  if (!make_folders(folder + kDelivered)) return false;
  const std::string kept = folder + kDelivered + '/' + key;
  if (::rename(from.c_str(), kept.c_str()) != 0) return false;
  if (::link(kept.c_str(), to.c_str()) == 0) return true;
  static_cast<void>(::rename(kept.c_str(), from.c_str()));
  return false;
}

void clean_folder(const std::string& path, Time now, seconds alone, seconds linked) {
  struct Closer {
    void operator()(DIR* open) const { ::closedir(open); }
  };
  const std::unique_ptr<DIR, Closer> directory(::opendir(path.c_str()));
  while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
    struct stat status {};
    const int fd = ::dirfd(directory.get());
    if (::fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    const seconds age = now - Time(seconds(status.st_ctime));
    if (age > (status.st_nlink == 1 ? alone : linked)) ::unlinkat(fd, entry->d_name, 0);
  }
}

}  // namespace

std::string maildir_host() {
  char host[256] = "localhost";
  static_cast<void>(::gethostname(host, sizeof host - 1));
  std::string name;
  for (const char* c = host; *c != '\0'; ++c)
    name += *c == '/' ? "\\057" : *c == ':' ? "\\072" : std::string(1, *c);
  return name;
}

Result<void> make_maildir(const std::string& folder) {
  if (::access((folder + "/new").c_str(), F_OK) == 0) return {};
  if (auto made = make_folders(folder); !made) return made;
  for (const char* part : {"/tmp", "/cur", "/new"})
    if (auto made = make_folders(folder + part); !made) return made;
  return {};
}

bool is_in_maildir(const std::string& folder, const std::string& key) {
  struct stat status {};
  return !key.empty() && ::stat((folder + kDelivered + '/' + key).c_str(), &status) == 0 &&
         status.st_nlink > 1;
}

Result<std::string> store_in_maildir(const std::string& folder, const Pieces& pieces,
                                     const MaildirOptions& options) {
  if (options.missing == Missing::create)
    if (auto made = make_maildir(folder); !made) return made.failure();
  if (is_in_maildir(folder, options.key)) return std::string();
  const std::string name = unique_name();
  const std::string from = folder + "/tmp/" + name;
  const std::string to = folder + "/new/" + name;
  if (auto written = write_whole(from, pieces); !written) return written.failure();
  const bool is_linked = !options.key.empty() && link_by_key(folder, from, options.key, to);
  if (!is_linked && ::rename(from.c_str(), to.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(from.c_str());
    return os_failure(to, error_number);
  }
  if (auto synced = sync_folder(folder + "/new"); !synced) {
    // It may or may not outlive a loss of power: taken back, so that it is not there twice.
    if (::unlink(to.c_str()) == 0) return synced.failure();
  }
  return to;
}

void clean_maildir(const std::string& folder, Time now) {
  clean_folder(folder + "/tmp", now, 36 * kHour, 36 * kHour);
  clean_folder(folder + kDelivered, now, kHour, 5 * 24 * kHour);
}

}  // namespace unsent

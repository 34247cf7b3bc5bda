// SPDX-License-Identifier: MIT
#include "deliver/confine.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/open.h"
#include "deliver/syscall_filter.h"

namespace unsent {
namespace {

// <linux/landlock.h>, which as Debian 12 has it ends with the second version.
constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadFolder = 1U << 3U;
constexpr std::uint64_t kRemoveFile = 1U << 5U;
constexpr std::uint64_t kMakeFile = 1U << 8U;
constexpr std::uint64_t kRefer = 1U << 13U;     // since version 2
constexpr std::uint64_t kTruncate = 1U << 14U;  // since version 3
constexpr std::uint64_t kBindTcp = 1U << 0U;    // since version 4
constexpr std::uint64_t kConnectTcp = 1U << 1U;
constexpr std::uint64_t kScopes = 3;  // abstract sockets and signals of others; since version 6
constexpr std::uint64_t kBelowPath = 1;
constexpr std::uint64_t kPort = 2;
constexpr unsigned kAskVersion = 1;

struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};
struct [[gnu::packed]] PathRule {
  std::uint64_t allowed;
  std::int32_t folder;
};
struct PortRule {
  std::uint64_t allowed;
  std::uint64_t port;
};

class Landlock {
 public:
  explicit Landlock(const Confinement& confinement) : confinement_(confinement) {}

  void enforce() {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
    if (version < 1) return;
    Ruleset ruleset;
    // All that there is but the reading of folders: names are no secret that judging could send.
    ruleset.files = (kRefer - 1) & ~kReadFolder;
    if (version >= 2) ruleset.files |= kRefer;
    if (version >= 3) ruleset.files |= kTruncate;
    if (version >= 4) ruleset.network = kBindTcp | kConnectTcp;
    if (version >= 6) ruleset.scopes = kScopes;
    const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    rules_ =
        FileDescriptor(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0)));
    if (!rules_.is_open()) return;
    for (const std::string& path : confinement_.read) allow(path, kReadFile);
    for (const std::string& path : confinement_.change)
      allow(path, (kReadFile | kWriteFile | kMakeFile | kRemoveFile | kTruncate) & ruleset.files);
    if (version >= 4)
      for (const std::uint16_t port : confinement_.ports) allow(port);
    ::syscall(SYS_landlock_restrict_self, rules_.get(), 0);
  }

 private:
  // What is not there needs no leave.
  void allow(const std::string& path, std::uint64_t what) {
    const FileDescriptor place = open_place(path);
    if (!place.is_open()) return;
    const PathRule rule{what, place.get()};
    ::syscall(SYS_landlock_add_rule, rules_.get(), kBelowPath, &rule, 0);
  }

  void allow(std::uint16_t port) {
    const PortRule rule{kConnectTcp, port};
    ::syscall(SYS_landlock_add_rule, rules_.get(), kPort, &rule, 0);
  }

  const Confinement& confinement_;
  FileDescriptor rules_;
};

}  // namespace

void confine(const Confinement& confinement) {
  // Without it neither may be had by a process that is not root's; and no set-user-id program
  // could be its way out.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  Landlock(confinement).enforce();
  filter_system_calls(confinement.ports.empty() ? Sockets::none : Sockets::internet);
}

}  // namespace unsent

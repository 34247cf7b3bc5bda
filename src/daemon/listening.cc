// SPDX-License-Identifier: MIT
#include "daemon/listening.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace unsent {
namespace {

constexpr int kFirstGiven = 3;  // SD_LISTEN_FDS_START
constexpr int kMostGiven = 64;
constexpr int kBacklog = 511;

int number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  int number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  path.copy(address.sun_path, path.size());
  return address;
}

const sockaddr* plain(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Whether somebody answers there.
bool is_alive(const sockaddr_un& address) {
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(probe.get(), plain(address), sizeof address) == 0 || errno == EAGAIN;
}

Result<void> make_way(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode))
    return fail(ErrorCode::config, path + ": there is something that is no socket",
                "name another path with --socket, or remove it");
  if (is_alive(address))
    return fail(ErrorCode::unavailable, path + ": a service answers there already",
                "stop it, or name another path with --socket");
  if (::unlink(path.c_str()) != 0) return os_failure(path, errno);
  return {};
}

}  // namespace

Result<std::vector<Listening>> given_sockets() {
  std::vector<Listening> given;
  const int count = number_in("LISTEN_PID") == ::getpid() ? number_in("LISTEN_FDS") : 0;
  const char* const names_given = std::getenv("LISTEN_FDNAMES");
  const std::string names = names_given == nullptr ? "" : names_given;
  const auto name = split(names, ':');
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(variable);
  for (int i = 0; i < std::min(count, kMostGiven); ++i) {
    const int fd = kFirstGiven + i;
    int is_listening = 0;
    socklen_t size = sizeof is_listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 || is_listening == 0)
      return fail(ErrorCode::config, "what the service manager handed over is no listening socket",
                  "ListenStream= is meant, with Accept=no");
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    const auto at = static_cast<std::size_t>(i);
    given.push_back({FileDescriptor(fd), std::string(at < name.size() ? name[at] : ""), false});
  }
  return given;
}

Result<Listening> listen_at(const std::string& path, mode_t mode) {
  const auto address = address_of(path);
  if (!address)
    return fail(ErrorCode::config, path + ": not a path for a socket (1 to 107 bytes)",
                "name a shorter one with --socket");
  if (auto free = make_way(path, *address); !free) return free.failure();
  Listening listening{
      FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), path, true};
  if (!listening.socket.is_open()) return os_failure("socket", errno);
  // Whom the mode shuts out never sees it open.
  const mode_t before = ::umask(0777U & ~mode);
  const int bound = ::bind(listening.socket.get(), plain(*address), sizeof *address);
  const int reason = errno;
  ::umask(before);
  if (bound != 0) return os_failure(path, reason);
  if (::listen(listening.socket.get(), kBacklog) != 0) return os_failure(path, errno);
  return listening;
}

void end_listening(Listening& listening) {
  if (listening.is_made) ::unlink(listening.name.c_str());
  listening.socket = FileDescriptor();
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "daemon/manager.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace unsent {

void notify_manager(const std::string& state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = path == nullptr ? 0 : std::strlen(path);
  if (size < 2 || size >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, size);
  if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract name
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  static_cast<void>(::sendto(socket.get(), state.data(), state.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address),
                             static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size)));
}

namespace {

void feed_each(Loop& loop, std::chrono::microseconds every) {
  notify_manager("WATCHDOG=1");
  loop.at(Loop::Clock::now() + every, [&loop, every] { feed_each(loop, every); });
}

}  // namespace

void feed_watchdog(Loop& loop) {
  const char* const text = std::getenv("WATCHDOG_USEC");
  std::int64_t microseconds = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), microseconds);
  if (microseconds > 0) feed_each(loop, std::chrono::microseconds(microseconds / 2));
}

Result<Signals> Signals::watch(Loop& loop, std::function<void()> reload,
                               std::function<void()> stop) {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) ::sigaddset(&wanted, signal);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  FileDescriptor fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.is_open()) return os_failure("signalfd", errno);
  const int number = fd.get();
  auto watched = loop.watch(
      number, EPOLLIN, [number, reload = std::move(reload), stop = std::move(stop)](std::uint32_t) {
        signalfd_siginfo info{};
        while (::read(number, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
          info.ssi_signo == SIGHUP ? reload() : stop();
      });
  if (!watched) return watched.failure();
  return Signals(std::move(fd));
}

}  // namespace unsent

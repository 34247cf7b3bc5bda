// SPDX-License-Identifier: MIT
#include "serve/line.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "serve/wire.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{5000};
constexpr milliseconds kUntilFree{5};  // from one try to connect to the next
constexpr std::chrono::seconds kFaultLasts{1};

}  // namespace

ServiceLine::Clock::time_point ServiceLine::latest() const {
  return Clock::now() +
         (deadline_ == nullptr ? kLongest : std::min(deadline_->left() / 2, kLongest));
}

Unexpected ServiceLine::gone(const std::string& why) {
  socket_ = FileDescriptor();
  is_greeted_ = false;
  return fail(ErrorCode::temp_fail, path_ + ": " + why, "is unsent-serve.service running?");
}

Result<void> ServiceLine::wait_for(short what, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    is_too_late_ = left.count() <= 0;
    if (is_too_late_) return gone("the ledger's service did not answer in time");
    pollfd one{socket_.get(), what, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return gone(std::strerror(errno));
  }
}

// A service that is just so busy that nobody more can wait in line is tried again and again.
Result<void> ServiceLine::connect_by(Clock::time_point until) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof address.sun_path)
    return fail(ErrorCode::config, path_ + ": not a path for a socket (1 to 107 bytes)");
  path_.copy(address.sun_path, path_.size());
  socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_.is_open()) return gone(std::strerror(errno));
  while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
         0) {
    if (errno != EAGAIN && errno != EINTR) return gone(std::strerror(errno));
    is_too_late_ = Clock::now() + kUntilFree > until;
    if (is_too_late_) return gone("the ledger's service has too much to do");
    std::this_thread::sleep_for(kUntilFree);
  }
  return {};
}

Result<void> ServiceLine::connect() { return connect_by(latest()); }

Result<void> ServiceLine::send(std::string_view bytes, Clock::time_point until) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return gone(std::strerror(errno));
    if (auto ready = wait_for(POLLOUT, until); !ready) return ready;
  }
  return {};
}

Result<std::string> ServiceLine::receive(Clock::time_point until) {
  std::string answer;
  char piece[16384];
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), piece, sizeof piece, 0);
    if (count == 0) return gone("the ledger's service ended the connection");
    if (count > 0) {
      answer.append(piece, static_cast<std::size_t>(count));
      if (answer.back() == '\n') break;
      if (answer.size() > kMostAnswer) return gone("the ledger's service says too much");
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return gone(std::strerror(errno));
    if (auto ready = wait_for(POLLIN, until); !ready) return ready.failure();
  }
  answer.pop_back();
  if (answer.find('\n') != answer.npos) return gone("the ledger's service says too much");
  return answer;
}

Result<std::string> ServiceLine::ask_by(std::string_view request, Clock::time_point until) {
  is_too_late_ = false;
  if (!socket_.is_open())
    if (auto connected = connect_by(until); !connected) return connected.failure();
  std::string bytes(is_greeted_ ? std::string_view() : kGreeting);
  bytes += request;
  is_greeted_ = true;
  if (auto sent = send(bytes, until); !sent) return sent.failure();
  return receive(until);
}

// Whatever is asked may be asked twice: once more, where the service was started again meanwhile.
Result<std::string> ServiceLine::ask(std::string_view request) {
  if (request.size() > kMostRequest)
    return fail(ErrorCode::data, path_ + ": too much for the ledger's service");
  if (Clock::now() < fault_until_) return fail(ErrorCode::temp_fail, fault_);
  const auto until = latest();
  const bool was_connected = socket_.is_open();
  auto answer = ask_by(request, until);
  if (!answer && was_connected && !is_too_late_) answer = ask_by(request, until);
  if (answer) return answer;
  fault_ = answer.error().message;
  fault_until_ = Clock::now() + kFaultLasts;
  return answer;
}

}  // namespace unsent

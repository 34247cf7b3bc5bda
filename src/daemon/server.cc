// SPDX-License-Identifier: MIT
#include "daemon/server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace unsent {
namespace {

constexpr int kMostAccepted = 64;  // in one round: those who are in have their turn as well
constexpr int kMostTaken = 64;     // requests of one connection in one turn
constexpr std::size_t kPiece = std::size_t{64} << 10U;
// After too many open files: accepting at once would only spin.
constexpr std::chrono::milliseconds kBreath{100};

bool is_later(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

// Reads one request, waits for its answer, writes it; then the next one.
class Server::Connection : public Speaker, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, FileDescriptor socket, Peer peer)
      : server_(&server), socket_(std::move(socket)), peer_(peer) {}

  bool begin(std::unique_ptr<Conversation> conversation) {
    conversation_ = std::move(conversation);
    const auto self = shared_from_this();
    const auto watched = server_->loop_.watch(
        socket_.get(), EPOLLIN, [self](std::uint32_t events) { self->ready(events); });
    if (watched) wait_at_most(server_->limits_.idle);
    return watched.has_value();
  }

  void send(std::string bytes) override {
    if (server_ == nullptr) return;  // it has left meanwhile
    is_in_work_ = false;
    if (server_->held_ + bytes.size() > server_->limits_.held_bytes) return hang_up();
    server_->held_ += bytes.size();
    out_ = std::move(bytes);
    sent_ = 0;
    wait_at_most(server_->limits_.answer);
    if (!is_taking_) go_on();
  }

  void hang_up() override {
    is_hanging_up_ = is_leaving_ = true;
    is_in_work_ = false;
    if (server_ != nullptr && !is_taking_) go_on();
  }

  uid_t user() const { return peer_.user; }
  // It is the client's turn to say or to hear something.
  bool is_waiting_for_client() const { return !is_in_work_; }
  // Answers what it has begun to ask.
  void end_after_work() {
    is_leaving_ = true;
    if (is_free() && is_all_taken()) leave();
  }

  void leave() {
    if (server_ == nullptr) return;
    Server* const server = std::exchange(server_, nullptr);
    server->loop_.cancel(timer_);
    server->loop_.cancel(turn_);
    server->loop_.forget(socket_.get());
    server->held_ -= out_.size();
    socket_ = FileDescriptor();
    conversation_.reset();
    server->remove(*this);
  }

 private:
  void wait_at_most(std::chrono::milliseconds time) {
    Loop& loop = server_->loop_;
    loop.cancel(timer_);
    timer_ = loop.at(Loop::Clock::now() + time,
                     [self = shared_from_this()] { self->is_in_work_ ? void() : self->leave(); });
  }

  void ready(std::uint32_t events) {
    if (server_ == nullptr) return;
    if ((events & EPOLLIN) != 0 && !read()) return leave();
    if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) return leave();
    go_on();
  }

  // False if it is broken.
  bool read() {
    char piece[kPiece];
    const ssize_t count = ::read(socket_.get(), piece, sizeof piece);
    if (count < 0) return is_later(errno);
    if (count == 0) has_said_all_ = true;
    if (count == 0) return true;
    if (is_all_taken()) wait_at_most(server_->limits_.request);
    in_.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  bool write() {
    while (sent_ < out_.size()) {
      const ssize_t count =
          ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
      if (count < 0) return is_later(errno);
      sent_ += static_cast<std::size_t>(count);
      wait_at_most(server_->limits_.answer);
    }
    if (!out_.empty())
      wait_at_most(is_all_taken() ? server_->limits_.idle : server_->limits_.request);
    server_->held_ -= out_.size();
    out_ = {};
    sent_ = 0;
    return true;
  }

  // As far as it goes without waiting; then what is waited for.
  void go_on() {
    const auto self = shared_from_this();
    for (int taken = 0;; ++taken) {
      if (!write()) return leave();
      if (is_hanging_up_) taken_ = in_.size();
      if (taken == kMostTaken) wait_turn({});
      if (!is_free() || !take_one()) break;
    }
    if (server_ == nullptr) return;
    const bool is_stuck = is_free() && turn_ == 0;  // what is here is no whole request
    if (is_stuck && (in_.size() - taken_ >= server_->limits_.request_bytes || has_said_all_))
      return leave();
    if (is_stuck && is_leaving_ && is_all_taken()) return leave();
    server_->loop_.change(socket_.get(), (is_stuck && !has_said_all_ ? EPOLLIN : 0U) |
                                             (out_.empty() ? 0U : std::uint32_t{EPOLLOUT}));
  }

  bool is_free() const { return server_ != nullptr && !is_in_work_ && out_.empty(); }
  bool is_all_taken() const { return taken_ == in_.size(); }

  // Whether a request was taken.
  bool take_one() {
    if (is_all_taken() || turn_ != 0) return false;
    is_taking_ = is_in_work_ = true;
    const std::size_t taken =
        conversation_->take(std::string_view(in_).substr(taken_), shared_from_this());
    is_taking_ = false;
    if (taken == 0) is_in_work_ = false;
    if (taken == 0 || server_ == nullptr) return false;
    taken_ += taken;
    if (is_all_taken() || taken_ > kPiece) in_.erase(0, std::exchange(taken_, 0));
    ++server_->requests_;
    const auto wait = server_->wait_of(peer_.user);
    if (wait.count() > 0) wait_turn(wait);
    return true;
  }

  void wait_turn(std::chrono::microseconds wait) {
    if (turn_ != 0) return;
    turn_ = server_->loop_.at(Loop::Clock::now() + wait, [self = shared_from_this()] {
      self->turn_ = 0;
      self->go_on();
    });
  }

  Server* server_;  // null: it has left
  FileDescriptor socket_;
  Peer peer_;
  std::unique_ptr<Conversation> conversation_;
  std::string in_;
  std::size_t taken_ = 0;  // bytes of it
  std::string out_;        // of one answer
  std::size_t sent_ = 0;
  Loop::TimerId timer_ = 0;
  Loop::TimerId turn_ = 0;   // until which its user's next request waits
  bool is_in_work_ = false;  // taken, not answered
  bool is_taking_ = false;   // just now
  bool has_said_all_ = false;
  bool is_hanging_up_ = false;
  bool is_leaving_ = false;
};

Server::Server(Loop& loop, ServerLimits limits, Begin begin)
    : loop_(loop), limits_(limits), begin_(std::move(begin)) {}

Server::~Server() {
  ended_ = nullptr;
  for (Listening& one : listening_) {
    loop_.forget(one.socket.get());
    end_listening(one);
  }
  while (!connections_.empty()) connections_.begin()->second->leave();
}

Result<void> Server::listen(Listening listening) {
  listening_.push_back(std::move(listening));
  const FileDescriptor& socket = listening_.back().socket;
  return loop_.watch(socket.get(), EPOLLIN,
                     [this, &socket](std::uint32_t) { accept_from(socket); });
}

void Server::accept_from(const FileDescriptor& listening) {
  for (int i = 0; i < kMostAccepted; ++i) {
    FileDescriptor socket(
        ::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.is_open()) {
      take_in(std::move(socket));
      continue;
    }
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    loop_.change(listening.get(), 0);
    loop_.at(Loop::Clock::now() + kBreath, [this, fd = listening.get()] {
      if (!ended_) loop_.change(fd, EPOLLIN);
    });
    return;
  }
}

void Server::take_in(FileDescriptor socket) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return;
  const auto known = users_.find(who.uid);
  const std::size_t held = known == users_.end() ? 0 : known->second.connections;
  if (held >= limits_.connections_of_user ||
      (connections_.size() >= limits_.connections && !make_room(held))) {
    ++refused_;
    return;
  }
  const Peer peer{who.uid, who.pid};
  auto conversation = begin_(peer);
  if (!conversation) return;
  const auto connection = std::make_shared<Connection>(*this, std::move(socket), peer);
  if (!connection->begin(std::move(conversation))) return;
  User& user = users_[who.uid];
  if (user.filled == Loop::Clock::time_point{}) user.tokens = 2.0 * limits_.per_second;
  ++user.connections;
  connections_.emplace(connection.get(), connection);
}

bool Server::make_room(std::size_t held) {
  const auto fullest =
      std::max_element(users_.begin(), users_.end(), [](const auto& one, const auto& other) {
        return one.second.connections < other.second.connections;
      });
  if (fullest == users_.end() || fullest->second.connections <= held + 1) return false;
  for (const auto& one : connections_) {
    if (one.first->user() != fullest->first || !one.first->is_waiting_for_client()) continue;
    const auto kept = one.second;
    kept->leave();
    return true;
  }
  return false;
}

void Server::remove(Connection& connection) {
  const auto user = users_.find(connection.user());
  // Who comes again at once has what he had left.
  if (user != users_.end() && --user->second.connections == 0 &&
      users_.size() > limits_.connections)
    users_.erase(user);
  connections_.erase(&connection);
  if (ended_ && connections_.empty()) std::exchange(ended_, nullptr)();
}

std::chrono::microseconds Server::wait_of(uid_t uid) {
  const auto found = users_.find(uid);
  if (found == users_.end()) return {};
  User& user = found->second;
  const auto now = Loop::Clock::now();
  const double rate = limits_.per_second;
  if (user.filled != Loop::Clock::time_point{})
    user.tokens += std::chrono::duration<double>(now - user.filled).count() * rate;
  user.tokens = std::min(user.tokens, 2 * rate) - 1;
  user.filled = now;
  if (user.tokens >= 0) return {};
  return std::chrono::microseconds(static_cast<std::int64_t>(-user.tokens / rate * 1e6) + 1);
}

void Server::end(std::function<void()> ended) {
  if (ended_) return;
  for (Listening& one : listening_) {
    loop_.forget(one.socket.get());
    end_listening(one);
  }
  if (connections_.empty()) return ended();
  ended_ = std::move(ended);
  loop_.at(Loop::Clock::now() + limits_.farewell, [this] {
    while (!connections_.empty()) connections_.begin()->second->leave();
  });
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& one : connections_) all.push_back(one.second);
  for (const auto& one : all) one->end_after_work();
}

}  // namespace unsent

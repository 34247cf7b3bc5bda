// SPDX-License-Identifier: MIT
// Connections of a service: accepted, bounded in number, bytes, rate and time, and ended in order.
// What is spoken on them is a Conversation's, which knows no socket and so can be tested, and
// fuzzed, without one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "daemon/listening.h"
#include "daemon/loop.h"

namespace unsent {

// Who is at the other end of a UNIX socket, as the kernel says: at the time of connecting.
struct Peer {
  uid_t user = 0;
  pid_t process = 0;
};

// For every client, whoever it is. Times are those after which a connection is closed.
struct ServerLimits {
  std::size_t connections = 1000;
  std::size_t connections_of_user = 100;
  std::size_t request_bytes = std::size_t{256} << 10U;
  std::size_t held_bytes = std::size_t{64} << 20U;  // of answers that nobody has read yet, in all
  // Requests of one user in a second; twice as many at once. Beyond it they wait, and nobody else.
  unsigned per_second = 20000;
  std::chrono::milliseconds idle{60000};      // without a request
  std::chrono::milliseconds request{5000};    // from its first byte until it is whole
  std::chrono::milliseconds answer{10000};    // without the client reading any of it
  std::chrono::milliseconds farewell{10000};  // for what is in work when the service ends
};

// The end of a connection that a conversation holds. All calls are the loop's.
class Speaker {
 public:
  virtual ~Speaker() = default;
  virtual void send(std::string bytes) = 0;
  // When all is sent; nothing more is read.
  virtual void hang_up() = 0;
};

class Conversation {
 public:
  virtual ~Conversation() = default;
  // bytes: all that has come and was not taken. Takes the first request of them, if it is whole,
  // and says how many bytes that was; 0: it is not whole. It is answered by send(), at once or
  // later, and exactly once: until then take() is not called again.
  virtual std::size_t take(std::string_view bytes, const std::shared_ptr<Speaker>& speaker) = 0;
};

// Begins a conversation; nullptr: with this one nobody wants to speak.
using Begin = std::function<std::unique_ptr<Conversation>(const Peer&)>;

class Server {
 public:
  Server(Loop& loop, ServerLimits limits, Begin begin);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<void> listen(Listening listening);
  void set_limits(const ServerLimits& limits) { limits_ = limits; }
  // Takes nobody in any more, answers what has come, and calls ended when all have left, or the
  // time for it is over.
  void end(std::function<void()> ended);

  std::size_t connections() const { return connections_.size(); }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t refused() const { return refused_; }  // connections, beyond a limit

 private:
  class Connection;
  struct User {
    std::size_t connections = 0;
    double tokens = 0;
    Loop::Clock::time_point filled{};
  };

  void accept_from(const FileDescriptor& listening);
  void take_in(FileDescriptor socket);
  // Where all places are taken: who has most of them gives one up to a user who holds so many, so
  // that a few together cannot keep all others out. False if nobody has more than he.
  bool make_room(std::size_t held);
  void remove(Connection& connection);
  // Zero if a request of that user may be taken now, and counts it; else how long it has to wait.
  std::chrono::microseconds wait_of(uid_t uid);

  Loop& loop_;
  ServerLimits limits_;
  Begin begin_;
  std::list<Listening> listening_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  std::unordered_map<uid_t, User> users_;
  std::size_t held_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t refused_ = 0;
  std::function<void()> ended_;  // set while it is ending
};

}  // namespace unsent

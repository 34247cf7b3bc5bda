// SPDX-License-Identifier: MIT
// A DNS server on 127.0.0.1, UDP and TCP on one port, in a thread of the test. What it
// answers, rightly or wrongly, a function decides.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"

namespace unsent {

struct ServedQuestion {
  std::string message;   // as it came
  std::string name;      // with dots
  std::string question;  // the question section
  unsigned type = 0;
  unsigned id = 0;
  bool is_tcp = false;
};

class DnsServer {
 public:
  using Answers = std::function<std::vector<std::string>(const ServedQuestion&)>;

  explicit DnsServer(Answers answers) : answers_(std::move(answers)) {
    udp_ = FileDescriptor(socket(AF_INET, SOCK_DGRAM, 0));
    tcp_ = FileDescriptor(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    is_up_ = bind(udp_.get(), generic, size) == 0 && getsockname(udp_.get(), generic, &size) == 0 &&
             bind(tcp_.get(), generic, size) == 0 && listen(tcp_.get(), 8) == 0;
    port_ = ntohs(address.sin_port);
    std::array<int, 2> ends{};
    is_up_ = is_up_ && pipe(ends.data()) == 0;
    stop_read_ = FileDescriptor(ends[0]);
    stop_write_ = FileDescriptor(ends[1]);
    if (is_up_) thread_ = std::thread([this] { serve(); });
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;
  ~DnsServer() {
    stop_write_ = FileDescriptor();
    if (thread_.joinable()) thread_.join();
  }

  bool is_up() const { return is_up_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  static ServedQuestion parse(const std::string& message, bool is_tcp) {
    ServedQuestion asked{message, {}, {}, 0, 0, is_tcp};
    std::size_t i = 12;
    while (i < message.size() && message[i] != 0) {
      const std::size_t length = static_cast<unsigned char>(message[i]);
      if (!asked.name.empty()) asked.name += '.';
      asked.name += message.substr(i + 1, length);
      i += length + 1;
    }
    if (i + 5 > message.size()) return asked;
    asked.question = message.substr(12, i + 5 - 12);
    const auto byte = [&message](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>(message[at]));
    };
    asked.id = byte(0) << 8U | byte(1);
    asked.type = byte(i + 1) << 8U | byte(i + 2);
    return asked;
  }

  void serve() {
    for (;;) {
      std::array<pollfd, 3> polled = {
          {{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}, {stop_read_.get(), POLLIN, 0}}};
      poll(polled.data(), polled.size(), -1);
      if (polled[2].revents != 0) return;
      if (polled[0].revents != 0) serve_udp();
      if (polled[1].revents != 0) serve_tcp();
    }
  }

  void serve_udp() {
    std::string buffer(4096, '\0');
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* generic = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, generic, &size);
    if (got < 12) return;
    buffer.resize(static_cast<std::size_t>(got));
    for (const std::string& answer : answers_(parse(buffer, false))) {
      sendto(udp_.get(), answer.data(), answer.size(), 0, generic, size);
    }
  }

  void serve_tcp() {
    const FileDescriptor client(accept(tcp_.get(), nullptr, nullptr));
    timeval patience{2, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string buffer(4096, '\0');
    std::size_t have = 0;
    while (have < 14) {
      const ssize_t got = recv(client.get(), buffer.data() + have, buffer.size() - have, 0);
      if (got <= 0) return;
      have += static_cast<std::size_t>(got);
    }
    for (const std::string& answer : answers_(parse(buffer.substr(2, have - 2), true))) {
      const std::string size = {static_cast<char>(answer.size() >> 8U),
                                static_cast<char>(answer.size() & 0xFFU)};
      const std::string framed = size + answer;
      send(client.get(), framed.data(), framed.size(), MSG_NOSIGNAL);
    }
    recv(client.get(), buffer.data(), 1, 0);  // until the client closes
  }

  Answers answers_;
  FileDescriptor udp_;
  FileDescriptor tcp_;
  FileDescriptor stop_read_;
  FileDescriptor stop_write_;
  std::thread thread_;
  unsigned port_ = 0;
  bool is_up_ = false;
};

}  // namespace unsent

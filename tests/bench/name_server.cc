// SPDX-License-Identifier: MIT
// A name server for benchmarks: answers out of zone files on 127.0.0.1, UDP alone, after a set
// delay. name_server ZONES PORT [DELAY-MS [LOSS-PERCENT [SILENT-PERCENT]]]: of the questions some
// are lost, the same one perhaps not when it is asked again; some sites (by the label before the
// last but one, "x" of "mx.x.site.example") never answer. At the end of standard input it prints
// how many questions came, and ends.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <random>
#include <string>

#include "../dns_message.h"
#include "dns/zone.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Reply {
  Clock::time_point due;
  sockaddr_in to{};
  std::string bytes;
};

struct Manners {
  std::chrono::milliseconds delay{0};
  int loss = 0;    // percent of the questions
  int silent = 0;  // percent of the sites
};

std::string name_in(const std::string& message, std::size_t& at) {
  std::string name;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(message[at]));
    name += (name.empty() ? "" : ".") + message.substr(at + 1, length);
    at += length + 1;
  }
  return name;
}

std::string text_data(const std::string& text) {
  std::string data;
  for (std::size_t at = 0; at < text.size(); at += 255) {
    const std::string piece = text.substr(at, 255);
    data += static_cast<char>(piece.size());
    data += piece;
  }
  return data;
}

std::string record(const std::string& name, unsigned type, const std::string& text) {
  if (type == 16) return unsent::wire_record(name, type, text_data(text));
  const std::string host = unsent::wire_name(text);
  return unsent::wire_record(name, type, type == 15 ? unsent::u16(10) + host : host);
}

std::string answer_to(const std::string& message, const std::string& name, std::size_t end,
                      unsent::ZoneResolver& zones) {
  const auto type = static_cast<unsigned>(static_cast<unsigned char>(message[end + 2]));
  const unsent::DnsAnswer found = zones.lookup(name, static_cast<unsent::DnsType>(type));
  std::string records;
  unsigned count = 0;
  for (const auto& ip : found.addresses) {
    records += unsent::wire_record(name, type, ip.bytes());
    ++count;
  }
  for (const auto& text : found.texts) {
    records += record(name, type, text);
    ++count;
  }
  const unsigned flags =
      found.status == unsent::DnsStatus::nxdomain ? unsent::kNxdomain : unsent::kResponse;
  std::string out = unsent::wire_header(flags, count) + message.substr(12, end + 5 - 12) + records;
  out[0] = message[0];
  out[1] = message[1];
  return out;
}

bool is_silent_site(const std::string& name, int percent) {
  const auto labels = unsent::split(name, '.');
  if (labels.size() < 3 || name.ends_with(".arpa")) return false;
  return std::hash<std::string>{}(std::string(labels[labels.size() - 3])) % 100 <
         static_cast<std::size_t>(percent);
}

class Server {
 public:
  Server(unsent::ZoneResolver& zones, Manners manners) : zones_(zones), manners_(manners) {}

  bool open(int port) {
    socket_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  void run() {
    for (;;) {
      std::array<pollfd, 2> polled = {{{socket_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
      poll(polled.data(), polled.size(), replies_.empty() ? -1 : milliseconds_left());
      if (polled[1].revents != 0) return;
      if (polled[0].revents != 0) take();
      send_due();
    }
  }

  long questions() const { return questions_; }

 private:
  int milliseconds_left() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(replies_.front().due - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

  void take() {
    for (;;) {
      Reply reply;
      socklen_t size = sizeof reply.to;
      std::string message(1500, '\0');
      const ssize_t got = recvfrom(socket_, message.data(), message.size(), MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&reply.to), &size);
      if (got < 17) return;
      message.resize(static_cast<std::size_t>(got));
      ++questions_;
      std::size_t end = 12;
      const std::string name = name_in(message, end);
      if (end + 5 > message.size() || is_silent_site(name, manners_.silent)) continue;
      if (static_cast<int>(chance_() % 100) < manners_.loss) continue;
      reply.due = Clock::now() + manners_.delay;
      reply.bytes = answer_to(message, name, end, zones_);
      replies_.push_back(std::move(reply));
    }
  }

  void send_due() {
    for (; !replies_.empty() && replies_.front().due <= Clock::now(); replies_.pop_front()) {
      const Reply& reply = replies_.front();
      sendto(socket_, reply.bytes.data(), reply.bytes.size(), 0,
             reinterpret_cast<const sockaddr*>(&reply.to), sizeof reply.to);
    }
  }

  unsent::ZoneResolver& zones_;
  Manners manners_;
  int socket_ = -1;
  long questions_ = 0;
  std::deque<Reply> replies_;
  std::mt19937 chance_{4711};
};

int number(int count, char** words, int at) { return at < count ? std::atoi(words[at]) : 0; }

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 64;
  unsent::ZoneResolver zones;
  if (const auto loaded = zones.load(words[1]); !loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 66;
  }
  Server server(zones, {std::chrono::milliseconds(number(count, words, 3)), number(count, words, 4),
                        number(count, words, 5)});
  if (!server.open(std::atoi(words[2]))) return 69;
  std::puts("ready");
  std::fflush(stdout);
  server.run();
  std::printf("%ld\n", server.questions());
}

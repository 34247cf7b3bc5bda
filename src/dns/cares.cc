// SPDX-License-Identifier: MIT
#include "dns/cares.h"

#include <ares.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>

#include "dns/wire.h"
#include "spf/ip.h"
#include "spf/name.h"

namespace unsent {
namespace {

constexpr int kUdpBytes = 1232;  // DNS Flag Day 2020: never fragmented
constexpr int kTries = 3;
// So many silent questions in a row, and the server is left alone for a while: a scan of
// thousands of messages must not wait the deadline for each.
constexpr int kMaxSilences = 3;
constexpr std::chrono::seconds kSilence{60};

struct Reply {
  const std::string& name;
  DnsType type;
  bool is_done = false;
  DnsAnswer answer = {};
};

void on_reply(void* argument, int status, int /*timeouts*/, unsigned char* bytes, int size) {
  Reply& reply = *static_cast<Reply*>(argument);
  reply.is_done = true;
  if (bytes && size > 0) {
    const std::string_view message(reinterpret_cast<const char*>(bytes),
                                   static_cast<std::size_t>(size));
    reply.answer = parse_dns_message(message, reply.name, reply.type);
  } else {
    reply.answer.status = status == ARES_ETIMEOUT || status == ARES_ECANCELLED
                              ? DnsStatus::timeout
                              : DnsStatus::temp_error;
  }
}

// c-ares reads backslashes as escapes.
std::string escaped(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == '\\') out += c;
    out += c;
  }
  return out;
}

std::optional<int> port_of(std::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  int port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + (c - '0');
  }
  if (port < 1 || port > 65535) return std::nullopt;
  return port;
}

}  // namespace

bool is_dns_server(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view rest = text.substr(end + 1);
    if (!IpAddress::parse_v6(text.substr(1, end - 1))) return false;
    return rest.empty() || (rest[0] == ':' && port_of(rest.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (IpAddress::parse_v6(text) || IpAddress::parse_v4(text)) return true;
  return colon != std::string_view::npos && IpAddress::parse_v4(text.substr(0, colon)) &&
         port_of(text.substr(colon + 1));
}

void CaresResolver::Destroy::operator()(ares_channeldata* channel) const { ares_destroy(channel); }

CaresResolver::CaresResolver(CaresOptions options) : options_(std::move(options)) {}

CaresResolver::~CaresResolver() = default;

bool CaresResolver::is_ready() {
  if (channel_ || has_failed_) return !has_failed_;
  has_failed_ = true;
  if (!options_.server.empty() && !is_dns_server(options_.server)) return false;
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return false;
  ares_options settings{};
  settings.flags =
      ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP;
  settings.ednspsz = kUdpBytes;
  // c-ares doubles it with each round over the servers.
  settings.timeout = static_cast<int>(std::max<std::int64_t>(options_.deadline.count() / 4, 50));
  settings.tries = kTries;
  std::string lookups = "b";
  settings.lookups = lookups.data();
  ares_channel channel = nullptr;
  const int mask =
      ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS;
  if (ares_init_options(&channel, &settings, mask) != ARES_SUCCESS) return false;
  channel_.reset(channel);
  if (!options_.server.empty() &&
      ares_set_servers_ports_csv(channel, options_.server.c_str()) != ARES_SUCCESS) {
    return false;
  }
  has_failed_ = false;
  return true;
}

// Lets c-ares work until something happened. False if the time is up.
bool CaresResolver::wait(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0) return false;
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const int bits = ares_getsock(channel_.get(), sockets.data(), ARES_GETSOCK_MAXNUM);
  std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
  nfds_t count = 0;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const bool reads = (static_cast<unsigned>(bits) >> i & 1U) != 0;
    const bool writes = (static_cast<unsigned>(bits) >> (i + ARES_GETSOCK_MAXNUM) & 1U) != 0;
    if (!reads && !writes) continue;
    const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    polled[count++] = {sockets[i], static_cast<short>(events), 0};
  }
  timeval most{static_cast<time_t>(left.count() / 1000),
               static_cast<suseconds_t>(left.count() % 1000 * 1000)};
  timeval next{};
  const timeval* chosen = ares_timeout(channel_.get(), &most, &next);
  const auto wait_ms = chosen->tv_sec * 1000 + (chosen->tv_usec + 999) / 1000;
  poll(polled.data(), count, static_cast<int>(std::clamp<std::int64_t>(wait_ms, 0, left.count())));
  bool is_any = false;
  for (nfds_t i = 0; i < count; ++i) {
    const int got = polled[i].revents;
    if (got == 0) continue;
    is_any = true;
    ares_process_fd(channel_.get(),
                    (got & (POLLIN | POLLERR | POLLHUP)) ? polled[i].fd : ARES_SOCKET_BAD,
                    (got & POLLOUT) ? polled[i].fd : ARES_SOCKET_BAD);
  }
  if (!is_any) ares_process_fd(channel_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  return true;
}

std::chrono::nanoseconds CaresResolver::left() const {
  const std::chrono::nanoseconds own = options_.deadline - spent_;
  return options_.whole == nullptr
             ? own
             : std::min<std::chrono::nanoseconds>(own, options_.whole->left());
}

DnsAnswer CaresResolver::ask(const std::string& name, DnsType type) {
  const Clock::time_point start = Clock::now();
  const Clock::time_point until = start + left();
  Reply reply{name, type};
  ares_query(channel_.get(), escaped(name).c_str(), 1, static_cast<int>(type), on_reply, &reply);
  while (!reply.is_done && wait(until)) {
  }
  if (!reply.is_done) ares_cancel(channel_.get());  // calls on_reply
  spent_ += Clock::now() - start;
  if (reply.answer.status != DnsStatus::timeout) {
    silences_ = 0;
  } else if (until - start < options_.deadline / 2) {
    reply.answer.status = DnsStatus::not_asked;  // what it got was the rest of the time
  } else if (++silences_ >= kMaxSilences) {
    silences_ = 0;
    silent_until_ = Clock::now() + kSilence;
  }
  return std::move(reply.answer);
}

DnsAnswer CaresResolver::lookup(std::string_view name, DnsType type) {
  const std::optional<std::string> wanted = query_name(name);
  if (!wanted) return {DnsStatus::nxdomain, {}, {}, {}};
  if (left() <= left().zero() || silent_until_ > Clock::now()) {
    return {DnsStatus::not_asked, {}, {}, {}};
  }
  if (!is_ready()) return {DnsStatus::temp_error, {}, {}, {}};
  return ask(*wanted, type);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "dns/cares.h"

#include <ares.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dns/wire.h"
#include "spf/ip.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

constexpr int kUdpBytes = 1232;  // DNS Flag Day 2020: never fragmented
// c-ares doubles its time with each of them: the three make seven of the first.
constexpr int kTries = 3;
constexpr int kAllTries = 7;
constexpr int kMaxSilences = 3;
// A question that was refused is asked again after a rest, twice as long each time.
constexpr int kMaxRefusals = 4;
constexpr milliseconds kRest{50};
constexpr std::chrono::seconds kMaxSilence{30};

// RFC 1035 4.1.1; 5 is "refused".
bool is_refusal(std::string_view message) {
  return message.size() > 3 && (static_cast<unsigned char>(message[3]) & 0x0FU) == 5;
}

DnsStatus status_of(int status) {
  return status == ARES_ETIMEOUT ? DnsStatus::timeout : DnsStatus::temp_error;
}

int milliseconds_to(CaresChannel::Clock::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - CaresChannel::Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

void wait_to_be_asked(CaresChannel::Clock::time_point until, int wake_fd) {
  pollfd wake{wake_fd, POLLIN, 0};
  poll(&wake, 1, milliseconds_to(until));
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

void CaresChannel::Destroy::operator()(ares_channeldata* channel) const { ares_destroy(channel); }

CaresChannel::CaresChannel(CaresOptions options, Answered answered)
    : options_(std::move(options)), answered_(std::move(answered)), pace_(options_.pace) {}

CaresChannel::~CaresChannel() { is_closing_ = true; }

bool CaresChannel::is_ready() {
  if (channel_ || has_failed_) return !has_failed_;
  has_failed_ = true;
  if (!options_.server.empty() && !is_dns_server(options_.server)) return false;
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return false;
  ares_options settings{};
  settings.flags =
      ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP;
  settings.ednspsz = kUdpBytes;
  settings.timeout =
      static_cast<int>(std::max<std::int64_t>(options_.patience.count() / kAllTries, 50));
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

void CaresChannel::ask(DnsQuestion question) { queued_.push_back({std::move(question)}); }

void CaresChannel::on_reply(void* argument, int status, int /*timeouts*/, unsigned char* bytes,
                            int size) {
  Open& open = *static_cast<Open*>(argument);
  if (open.channel->is_closing_) return;
  const char* text = reinterpret_cast<const char*>(bytes);
  const std::size_t length = bytes != nullptr && size > 0 ? static_cast<std::size_t>(size) : 0;
  open.channel->take(open.self, status,
                     length == 0 ? std::string_view() : std::string_view(text, length));
}

void CaresChannel::take(std::list<Open>::iterator open, int status, std::string_view message) {
  const Clock::time_point now = Clock::now();
  Queued asked = std::move(open->asked);
  DnsAnswer answer;
  if (message.empty())
    answer.status = status_of(status);
  else
    answer = parse_dns_message(message, asked.question.name, asked.question.type);
  const bool is_silent = answer.status == DnsStatus::timeout;
  const bool is_refused = is_refusal(message);
  const bool is_late = open->is_given_up;
  const bool is_slow = now - open->begun > options_.patience / kAllTries;
  (is_late ? given_up_ : open_).erase(open);
  if (is_late && is_silent) return;
  note(asked.question,
       is_refused ? Pace::Outcome::refused
       : is_slow  ? Pace::Outcome::slow
                  : Pace::Outcome::answered,
       is_silent, now);
  if (is_refused && !is_late && ++asked.refusals < kMaxRefusals) {
    rest_until_ = now + kRest * (1 << asked.refusals);
    queued_.push_front(std::move(asked));
  } else {
    answered_(asked.question, answer);
  }
}

// Our patience is not always c-ares' own: several servers, each with its tries.
void CaresChannel::give_up_old(Clock::time_point now) {
  while (!open_.empty() && now - open_.front().begun >= options_.patience) {
    open_.front().is_given_up = true;
    const DnsQuestion question = open_.front().asked.question;
    given_up_.splice(given_up_.end(), open_, open_.begin());
    note(question, Pace::Outcome::slow, true, now);
    answered_(question, {DnsStatus::timeout, {}, {}, {}});
  }
}

void CaresChannel::note(const DnsQuestion& question, Pace::Outcome outcome, bool is_silent,
                        Clock::time_point now) {
  if (!is_silent) {
    pace_.note(outcome, now);
    server_ = Server::well;
    silences_ = 0;
    silence_ = std::chrono::seconds(1);
    last_heard_ = now;
    known_ = question;
  } else if (++silences_ >= kMaxSilences && server_ == Server::well &&
             now - last_heard_ >= options_.patience) {
    server_ = Server::doubted;
    begin_trial(question, now);
  }
}

// With a question that was answered before, if there is one: that of a mail's own domain may
// be silent for its own reasons.
void CaresChannel::begin_trial(const DnsQuestion& question, Clock::time_point now) {
  trial_end_ = now + std::max(options_.patience / 4, milliseconds(50));
  begin({known_.name.empty() ? question : known_}, now);
}

// Each silence is twice as long as the one before.
void CaresChannel::end_trial(Clock::time_point now) {
  server_ = Server::silent;
  silent_until_ = now + silence_;
  silence_ = std::min(2 * silence_, kMaxSilence);
  answer_queued(DnsStatus::not_asked);
}

void CaresChannel::answer_queued(DnsStatus status) {
  const std::deque<Queued> all = std::exchange(queued_, {});
  for (const Queued& asked : all) answered_(asked.question, {status, {}, {}, {}});
}

void CaresChannel::begin(Queued asked, Clock::time_point now) {
  open_.push_back({this, std::move(asked), now, {}});
  Open& open = open_.back();
  open.self = std::prev(open_.end());
  const DnsQuestion& question = open.asked.question;
  const std::string name = escaped(question.name);
  ares_query(channel_.get(), name.c_str(), 1, static_cast<int>(question.type), on_reply,
             &open);  // may be over at once
}

bool CaresChannel::may_begin(Clock::time_point now) {
  return server_ == Server::well && !queued_.empty() && now >= rest_until_ &&
         pace_.may_begin(open_.size(), now);
}

void CaresChannel::begin_questions(Clock::time_point now) {
  if (last_heard_ == Clock::time_point{}) last_heard_ = now;
  if ((server_ == Server::doubted || server_ == Server::tried) && now >= trial_end_) end_trial(now);
  if (server_ == Server::silent && now >= silent_until_ && !queued_.empty()) {
    server_ = Server::tried;
    begin_trial(queued_.front().question, now);
  }
  if (server_ == Server::silent || server_ == Server::tried)
    return answer_queued(DnsStatus::not_asked);
  while (may_begin(now)) {
    Queued asked = std::move(queued_.front());
    queued_.pop_front();
    begin(std::move(asked), now);
  }
}

CaresChannel::Clock::time_point CaresChannel::next_event(Clock::time_point until,
                                                         Clock::time_point now) const {
  if (!open_.empty()) until = std::min(until, open_.front().begun + options_.patience);
  if (server_ == Server::doubted || server_ == Server::tried) until = std::min(until, trial_end_);
  if (server_ == Server::well && !queued_.empty() && open_.size() < pace_.window())
    until = std::min(until, std::max(rest_until_, pace_.next(now)));
  return until;
}

void CaresChannel::work(Clock::time_point until, int wake_fd) {
  if (queued_.empty() && !channel_) return wait_to_be_asked(until, wake_fd);
  if (!is_ready()) return answer_queued(DnsStatus::temp_error);
  const Clock::time_point now = Clock::now();
  give_up_old(now);
  begin_questions(now);
  poll_sockets(next_event(until, now), wake_fd);
}

void CaresChannel::poll_sockets(Clock::time_point until, int wake_fd) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const int bits = ares_getsock(channel_.get(), sockets.data(), ARES_GETSOCK_MAXNUM);
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> polled{};
  nfds_t count = 0;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const bool reads = (static_cast<unsigned>(bits) >> i & 1U) != 0;
    const bool writes = (static_cast<unsigned>(bits) >> (i + ARES_GETSOCK_MAXNUM) & 1U) != 0;
    if (!reads && !writes) continue;
    const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    polled[count++] = {sockets[i], static_cast<short>(events), 0};
  }
  polled[count] = {wake_fd, POLLIN, 0};
  const int left = milliseconds_to(until);
  timeval most{left / 1000, left % 1000 * 1000};
  timeval next{};
  const timeval* chosen = ares_timeout(channel_.get(), &most, &next);
  const auto wait_ms = chosen->tv_sec * 1000 + (chosen->tv_usec + 999) / 1000;
  poll(polled.data(), count + 1, static_cast<int>(std::clamp<std::int64_t>(wait_ms, 0, left)));
  for (nfds_t i = 0; i < count; ++i) {
    const int got = polled[i].revents;
    if (got == 0) continue;
    ares_process_fd(channel_.get(),
                    (got & (POLLIN | POLLERR | POLLHUP)) ? polled[i].fd : ARES_SOCKET_BAD,
                    (got & POLLOUT) ? polled[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what timed out
}

}  // namespace unsent

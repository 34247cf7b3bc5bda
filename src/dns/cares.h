// SPDX-License-Identifier: MIT
// The DNS over the network, by c-ares: no search list, no hosts file, EDNS with 1232
// bytes, TCP where an answer does not fit. Costs nothing until the first question. Hundreds of
// questions may be open at a time; how many, and how fast, the pace says. A server that says
// nothing to anything is not waited for again and again: it is tried now and then. A program
// that uses it ignores SIGPIPE.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "dns/pace.h"
#include "spf/resolver.h"

struct ares_channeldata;

namespace unsent {

struct CaresOptions {
  // "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"; "": those of
  // the system.
  std::string server;
  std::chrono::milliseconds patience{4000};  // with one question, from when it is sent
  PaceLimits pace;
};

// True if options.server may have this text.
bool is_dns_server(std::string_view text);

class CaresChannel {
 public:
  using Clock = std::chrono::steady_clock;
  // Called within work, once for each question; and once more where the true answer came
  // after all to one that had been given up.
  using Answered = std::function<void(const DnsQuestion&, const DnsAnswer&)>;

  CaresChannel(CaresOptions options, Answered answered);
  CaresChannel(const CaresChannel&) = delete;
  CaresChannel& operator=(const CaresChannel&) = delete;
  ~CaresChannel();

  // Asks it as soon as the pace allows.
  void ask(DnsQuestion question);
  // Lets c-ares work until something happened, wake_fd can be read, or it is that time.
  void work(Clock::time_point until, int wake_fd = -1);
  // Questions that could not begin yet.
  std::size_t queued() const { return queued_.size(); }
  // How many may be open at a time, as the server bears it now.
  std::size_t window() const { return pace_.window(); }

 private:
  struct Destroy {
    void operator()(ares_channeldata* channel) const;
  };
  struct Queued {
    DnsQuestion question;
    int refusals = 0;  // so far
  };
  struct Open {
    CaresChannel* channel;
    Queued asked;
    Clock::time_point begun;
    std::list<Open>::iterator self;
    bool is_given_up = false;
  };
  enum class Server {
    well,
    doubted,  // silent to all for long enough: one question is tried, all others wait
    silent,   // not even that one was answered: nothing is asked for a while
    tried,    // after that while: one question is tried, the others still get nothing
  };
  static void on_reply(void* argument, int status, int timeouts, unsigned char* bytes, int size);
  bool is_ready();
  bool may_begin(Clock::time_point now);
  void begin_questions(Clock::time_point now);
  void begin(Queued asked, Clock::time_point now);
  void take(std::list<Open>::iterator open, int status, std::string_view message);
  void give_up_old(Clock::time_point now);
  void note(const DnsQuestion& question, Pace::Outcome outcome, bool is_silent,
            Clock::time_point now);
  void begin_trial(const DnsQuestion& question, Clock::time_point now);
  void end_trial(Clock::time_point now);
  void answer_queued(DnsStatus status);
  Clock::time_point next_event(Clock::time_point until, Clock::time_point now) const;
  void poll_sockets(Clock::time_point until, int wake_fd);

  CaresOptions options_;
  Answered answered_;
  Pace pace_;
  std::deque<Queued> queued_;
  std::list<Open> open_;      // the oldest first
  std::list<Open> given_up_;  // by us; c-ares still has them
  Server server_ = Server::well;
  Clock::time_point rest_until_{};  // after a refusal
  int silences_ = 0;                // questions in a row that timed out
  Clock::time_point last_heard_{};  // an answer, or the first question
  Clock::time_point trial_end_{};   // while doubted or tried: until when the one is waited for
  Clock::time_point silent_until_{};
  std::chrono::seconds silence_{1};  // how long the next one is
  DnsQuestion known_;                // one that was answered: to try with
  bool has_failed_ = false;          // c-ares could not be set up
  bool is_closing_ = false;
  // Last: its end calls on_reply.
  std::unique_ptr<ares_channeldata, Destroy> channel_;
};

}  // namespace unsent

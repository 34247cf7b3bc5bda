// SPDX-License-Identifier: MIT
#include "dns/desk.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include "dns_message.h"
#include "dns_server.h"

namespace unsent {
namespace {

using Clock = DnsDesk::Clock;
using std::chrono::milliseconds;

// Longer than a busy machine takes to answer: no test waits for its end.
constexpr milliseconds kAnswered{60000};

const std::string kIp("\xC0\x00\x02\x07", 4);

std::string good(const ServedQuestion& asked) {
  return wire_header(kResponse, 1, 0, 1, asked.id) + asked.question +
         wire_record(asked.name, asked.type, kIp);
}

std::string bare(const ServedQuestion& asked, unsigned flags) {
  return wire_header(flags, 0, 0, 1, asked.id) + asked.question;
}

// A server that counts, and answers all but what is below silent.example.
class Counting {
 public:
  std::vector<std::string> operator()(const ServedQuestion& asked) {
    const std::lock_guard lock(mutex_);
    ++count_[asked.name];
    ++all_;
    if (asked.name.ends_with("silent.example")) return {};
    if (refuses_from_ > 0 && all_ >= refuses_from_ && all_ < refuses_until_)
      return {bare(asked, kRefused)};
    if (!is_up_) return {};
    return {good(asked)};
  }
  int count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return count_[name];
  }
  int all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  void set_up(bool is_up) {
    const std::lock_guard lock(mutex_);
    is_up_ = is_up;
  }
  void refuse(int from, int until) {
    refuses_from_ = from;
    refuses_until_ = until;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> count_;
  int all_ = 0;
  int refuses_from_ = 0;
  int refuses_until_ = 0;
  bool is_up_ = true;
};

std::vector<DnsQuestion> hosts(int count, const std::string& below) {
  std::vector<DnsQuestion> questions;
  for (int i = 0; i < count; ++i)
    questions.push_back({"h" + std::to_string(i) + "." + below, DnsType::a});
  return questions;
}

milliseconds time_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

int known(DnsDesk& desk, const std::vector<DnsQuestion>& questions) {
  int count = 0;
  for (const DnsQuestion& question : questions)
    count += desk.lookup(question.name, question.type).is_ok() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("what is not known is pending, and known once it was asked") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  CHECK(desk.lookup("a.example", DnsType::a).status == DnsStatus::pending);
  CHECK(counting.all() == 0);
  desk.ask_and_wait({{"a.example", DnsType::a}}, Clock::now() + kAnswered);
  CHECK(desk.lookup("A.Example.", DnsType::a).is_ok());
  CHECK(desk.lookup("a..example", DnsType::a).status == DnsStatus::nxdomain);
  CHECK(counting.all() == 1);
}

TEST_CASE("hundreds of questions are open at a time, and silent ones keep no other waiting") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), milliseconds(1500), {}});
  auto questions = hosts(300, "example");
  for (const DnsQuestion& silent : hosts(60, "silent.example")) questions.push_back(silent);
  const milliseconds took =
      time_of([&] { desk.ask_and_wait(questions, Clock::now() + kAnswered); });
  CHECK(known(desk, hosts(300, "example")) == 300);
  CHECK(took < milliseconds(45000));  // one after the other: 90 seconds
}

TEST_CASE("many who wait for one question ask it once") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  std::atomic<int> ready = 0;
  for (int i = 0; i < 100; ++i)
    desk.ask({{"a.example", DnsType::a}}, Clock::now() + kAnswered, [&] { ++ready; });
  desk.ask_and_wait({{"b.example", DnsType::a}}, Clock::now() + kAnswered);
  desk.ask_and_wait({{"c.example", DnsType::a}}, Clock::now() + kAnswered);
  CHECK(ready == 100);
  CHECK(counting.count("a.example") == 1);
}

TEST_CASE("who waits is told at the end of its time, answered or not, and once") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  const auto questions = hosts(5, "silent.example");
  const milliseconds took =
      time_of([&] { desk.ask_and_wait(questions, Clock::now() + milliseconds(200)); });
  CHECK(took >= milliseconds(200));
  CHECK(took < milliseconds(30000));  // before the questions themselves are given up
  CHECK(desk.lookup(questions[0].name, DnsType::a).status == DnsStatus::pending);
}

TEST_CASE("with a thread of its own it answers many threads") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  desk.start();
  std::mutex mutex;
  std::condition_variable changed;
  int ready = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([&, number] {
      for (const DnsQuestion& question : hosts(100, std::to_string(number % 2) + ".example"))
        desk.ask({question}, Clock::now() + kAnswered, [&] {
          const std::lock_guard lock(mutex);
          ++ready;
          changed.notify_one();
        });
    });
  for (std::thread& thread : threads) thread.join();
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, kAnswered, [&] { return ready == 400; }));
  CHECK(known(desk, hosts(100, "0.example")) == 100);
  CHECK(counting.all() <= 210);  // each once, but for what was asked again while it was open
}

TEST_CASE("a desk ends at once with a thousand questions open") {
  Counting counting;
  DnsServer server(std::ref(counting));
  const milliseconds took = time_of([&] {
    DnsDesk desk({server.address(), kAnswered, {1000, 100000}});
    desk.start();
    desk.ask(hosts(1000, "silent.example"), Clock::now() + kAnswered, [] {});
    std::this_thread::sleep_for(milliseconds(100));
  });
  CHECK(took < milliseconds(30000));  // before they are given up
}

TEST_CASE("a silent domain is waited for once") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), milliseconds(1000), {}});
  desk.ask_and_wait({{"silent.example", DnsType::mx}, {"a.example", DnsType::a}},
                    Clock::now() + milliseconds(5000));
  const milliseconds took = time_of([&] {
    for (const DnsQuestion& question : hosts(20, "silent.example"))
      desk.ask_and_wait({question}, Clock::now() + milliseconds(5000));
  });
  CHECK(took < milliseconds(15000));  // each of them: 20 seconds
  CHECK(desk.lookup("h7.silent.example", DnsType::a).status == DnsStatus::timeout);
}

TEST_CASE("silent domains, however many in a row, do not make the server silent") {
  Counting counting;
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), milliseconds(4000), {}});
  desk.ask_and_wait({{"known.example", DnsType::a}}, Clock::now() + kAnswered);
  for (const char* below : {"silent.example", "more-silent.example"})
    desk.ask_and_wait(hosts(10, below), Clock::now() + kAnswered);
  for (const DnsQuestion& question : hosts(5, "example")) {
    desk.ask_and_wait({question}, Clock::now() + kAnswered);
    CHECK(desk.lookup(question.name, DnsType::a).is_ok());
  }
  CHECK(counting.count("known.example") >= 2);  // asked again, to see
}

TEST_CASE("a server that says nothing is left alone, and asked again when it is back") {
  Counting counting;
  counting.set_up(false);
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), milliseconds(100), {}});
  for (const DnsQuestion& question : hosts(500, "example"))
    desk.ask_and_wait({question}, Clock::now() + milliseconds(2000));
  CHECK(counting.all() < 50);  // of 500: the others did not wait for it
  counting.set_up(true);
  const auto until = Clock::now() + milliseconds(30000);
  DnsStatus status = DnsStatus::timeout;
  for (int i = 0; status != DnsStatus::ok && Clock::now() < until; ++i) {
    const std::string name = "back" + std::to_string(i) + ".example";
    desk.ask_and_wait({{name, DnsType::a}}, Clock::now() + milliseconds(2000));
    status = desk.lookup(name, DnsType::a).status;
    std::this_thread::sleep_for(milliseconds(50));
  }
  CHECK(status == DnsStatus::ok);
}

TEST_CASE("a server that refuses for a while is asked more slowly, and in the end answers") {
  Counting counting;
  counting.refuse(50, 80);
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  const auto questions = hosts(200, "example");
  desk.ask_and_wait(questions, Clock::now() + kAnswered);
  CHECK(known(desk, questions) == 200);
}

TEST_CASE("a server that refuses everything is asked a few times") {
  Counting counting;
  counting.refuse(1, 1000000);
  DnsServer server(std::ref(counting));
  DnsDesk desk({server.address(), kAnswered, {}});
  const milliseconds took = time_of([&] {
    desk.ask_and_wait({{"a.example", DnsType::a}}, Clock::now() + kAnswered);
  });
  CHECK(desk.lookup("a.example", DnsType::a).status == DnsStatus::temp_error);
  CHECK(counting.all() <= 5);
  CHECK(took < milliseconds(30000));  // before its time is up
}

}  // namespace unsent

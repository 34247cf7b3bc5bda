// SPDX-License-Identifier: MIT
#include "dns/waiting.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>

#include "dns_message.h"
#include "dns_server.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

const std::string kIp("\xC0\x00\x02\x07", 4);

std::string reply(const ServedQuestion& asked, unsigned flags, const std::string& records = {},
                  unsigned count = 0) {
  return wire_header(flags, count, 0, 1, asked.id) + asked.question + records;
}

std::string good(const ServedQuestion& asked) {
  return reply(asked, kResponse, wire_record(asked.name, asked.type, kIp), 1);
}

bool has_edns(const ServedQuestion& asked) {
  return asked.message.size() > 12 + asked.question.size() && asked.message[11] == 1;
}

std::string other_id(const ServedQuestion& asked) {
  std::string message = good(asked);
  message[0] = static_cast<char>(message[0] ^ 0x55);
  return message;
}

// The first label says what the server does.
std::vector<std::string> behave(const ServedQuestion& asked) {
  static std::atomic<int> dropped{0};
  const std::string how = asked.name.substr(0, asked.name.find('.'));
  const std::string forged = wire_header(kResponse, 1, 0, 1, asked.id) +
                             wire_question("victim.example", 1) +
                             wire_record("victim.example", 1, "\x7F\x02\x02\x02");
  if (how == "ok") return {good(asked)};
  if (how == "nx") return {reply(asked, kNxdomain)};
  if (how == "nodata") return {reply(asked, kResponse)};
  if (how == "servfail") return {reply(asked, kServfail)};
  if (how == "refused") return {reply(asked, kRefused)};
  if (how == "other") {
    return {reply(asked, kResponse, wire_record("victim.example", asked.type, kIp), 1)};
  }
  if (how == "forged") return {forged, other_id(asked), "garbage", good(asked)};
  if (how == "forged-only") return {forged, other_id(asked)};
  if (how == "garbage") return {std::string(500, '\xFF'), "", "x"};
  if (how == "cut") return {good(asked).substr(0, good(asked).size() - 2)};
  if (how == "lies") return {reply(asked, kResponse, wire_record(asked.name, asked.type, kIp), 9)};
  if (how == "drops") {
    if (dropped++ == 0) return {};
    return {good(asked)};
  }
  if (how == "old") {
    if (has_edns(asked)) return {wire_header(0x8181, 0, 0, 1, asked.id) + asked.question};
    return {good(asked)};
  }
  if (how == "large" || how == "large-cut") {
    if (!asked.is_tcp || how == "large-cut") return {reply(asked, kTruncated)};
    std::string text;
    for (int i = 0; i < 20; ++i) text += '\xFA' + std::string(250, 'x');
    return {reply(asked, kResponse, wire_record(asked.name, 16, text), 1)};
  }
  if (how == "large-silent" && !asked.is_tcp) return {reply(asked, kTruncated)};
  return {};
}

// A desk of its own, and who waits at it.
class Asker {
 public:
  // deadline: of a message; of_question: of one question, where that is another.
  Asker(const std::string& server, milliseconds deadline) : Asker(server, deadline, deadline) {}
  Asker(const std::string& server, milliseconds deadline, milliseconds of_question)
      : desk_({server, of_question, {}}), waiting_(desk_, deadline) {}
  DnsAnswer lookup(std::string_view name, DnsType type) { return waiting_.lookup(name, type); }
  void begin_message() { waiting_.begin_message(); }

 private:
  DnsDesk desk_;
  WaitingResolver waiting_;
};

milliseconds time_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("what a server answers, rightly or wrongly, is told apart") {
  DnsServer server(behave);
  REQUIRE(server.is_up());
  struct Row {
    std::string_view name;
    DnsStatus status;
  };
  constexpr Row kRows[] = {
      {"ok.example", DnsStatus::ok},
      {"OK.Example.", DnsStatus::ok},
      {"nx.example", DnsStatus::nxdomain},
      {"nodata.example", DnsStatus::no_data},
      {"servfail.example", DnsStatus::temp_error},
      {"refused.example", DnsStatus::temp_error},
      {"other.example", DnsStatus::temp_error},
      {"forged.example", DnsStatus::ok},
      {"cut.example", DnsStatus::temp_error},
      {"lies.example", DnsStatus::temp_error},
      {"drops.example", DnsStatus::ok},
      {"old.example", DnsStatus::ok},
      {"large-cut.example", DnsStatus::temp_error},
      {"a..example", DnsStatus::nxdomain},
      {"", DnsStatus::nxdomain},
      {"b\xC3\xBC"
       "cher.example",
       DnsStatus::nxdomain},
  };
  Asker resolver(server.address(), milliseconds(60000));
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    resolver.begin_message();
    const DnsAnswer answer = resolver.lookup(row.name, DnsType::a);
    CHECK(name_of(answer.status) == name_of(row.status));
    CHECK(answer.addresses.size() == (row.status == DnsStatus::ok ? 1 : 0));
    if (!answer.addresses.empty()) CHECK(answer.addresses[0].text() == "192.0.2.7");
  }
}

TEST_CASE("an answer that does not fit comes by TCP") {
  DnsServer server(behave);
  Asker resolver(server.address(), milliseconds(20000));
  const DnsAnswer answer = resolver.lookup("large.example", DnsType::txt);
  REQUIRE(answer.is_ok());
  CHECK(answer.texts == std::vector<std::string>{std::string(5000, 'x')});
}

TEST_CASE("questions carry EDNS with 1232 bytes, and the name as asked, not a search list's") {
  std::string seen;
  std::string name;
  DnsServer server([&](const ServedQuestion& asked) {
    seen = asked.message.substr(12 + asked.question.size());
    name = asked.name;
    return std::vector<std::string>{reply(asked, kNxdomain)};
  });
  {
    Asker resolver(server.address(), milliseconds(60000));
    CHECK(resolver.lookup("odd\\046name", DnsType::a).status == DnsStatus::nxdomain);
  }
  CHECK(name == "odd\\046name");
  REQUIRE(seen.size() >= 5);
  CHECK(seen.substr(0, 5) == std::string("\0\0\x29\x04\xD0", 5));
}

TEST_CASE("silence, garbage and forgeries end at the deadline of the message") {
  DnsServer server(behave);
  for (const std::string_view name : {"silent.example", "garbage.example", "forged-only.example"}) {
    CAPTURE(name);
    Asker resolver(server.address(), milliseconds(2000), milliseconds(60000));
    const milliseconds took = time_of([&] {
      CHECK(resolver.lookup(name, DnsType::a).status == DnsStatus::timeout);
      CHECK(resolver.lookup(name, DnsType::mx).status == DnsStatus::not_asked);
      CHECK(resolver.lookup("ok.example", DnsType::a).status == DnsStatus::not_asked);
    });
    CHECK(took < milliseconds(30000));
    resolver.begin_message();
    CHECK(resolver.lookup("ok.example", DnsType::a).is_ok());
  }
}

TEST_CASE("a server that says nothing by TCP is not waited for longer") {
  DnsServer server(behave);
  Asker resolver(server.address(), milliseconds(2000));
  const milliseconds took = time_of([&] {
    CHECK(resolver.lookup("large-silent.example", DnsType::a).status == DnsStatus::timeout);
  });
  CHECK(took < milliseconds(30000));
}

TEST_CASE("a server that stays silent is left alone") {
  DnsServer server(behave);
  Asker resolver(server.address(), milliseconds(100));
  const milliseconds took = time_of([&] {
    for (int i = 0; i < 1000; ++i) {
      resolver.begin_message();
      CHECK_FALSE(resolver.lookup("silent.example", DnsType::a).is_ok());
    }
  });
  CHECK(took < milliseconds(30000));  // waited for each time: 100 seconds
}

TEST_CASE("no server at all is a temporary error at once") {
  std::string address;
  {
    const DnsServer gone(behave);
    address = gone.address();
  }
  Asker resolver(address, milliseconds(60000));
  const milliseconds took = time_of(
      [&] { CHECK(resolver.lookup("ok.example", DnsType::a).status == DnsStatus::temp_error); });
  CHECK(took < milliseconds(30000));
  Asker wrong("not a server", milliseconds(100));
  CHECK(wrong.lookup("ok.example", DnsType::a).status == DnsStatus::temp_error);
}

TEST_CASE("a resolver that is never asked opens nothing") {
  const auto files = [] {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  };
  const auto before = files();
  const Asker resolver("127.0.0.1", milliseconds(100));
  CHECK(files() == before);
}

TEST_CASE("a server is an address, with a port or without") {
  for (const std::string_view text : {"192.0.2.53", "192.0.2.53:5353", "2001:db8::53",
                                      "[2001:db8::53]", "[2001:db8::53]:5353", "::1"}) {
    CAPTURE(text);
    CHECK(is_dns_server(text));
  }
  for (const std::string_view text :
       {"", "ns.example", "ns.example:53", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536",
        "192.0.2.53:53x", "192.0.2", "[2001:db8::53", "[192.0.2.53]", "[2001:db8::53]53",
        "2001:db8::53,192.0.2.1", "192.0.2.1,192.0.2.2", "192.0.2.53 ", ":53"}) {
    CAPTURE(text);
    CHECK_FALSE(is_dns_server(text));
  }
}

}  // namespace unsent

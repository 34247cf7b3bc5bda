// SPDX-License-Identifier: MIT
#include "dns/wire.h"

#include <doctest/doctest.h>

#include "dns_message.h"

namespace unsent {
namespace {

constexpr std::string_view kName = "d.example";

DnsAnswer read(const std::string& message, DnsType type = DnsType::a) {
  return parse_dns_message(message, kName, type);
}

std::string response(unsigned type, unsigned answers, const std::string& records) {
  return wire_header(kResponse, answers) + wire_question(kName, type) + records;
}

const std::string kIp("\xC0\x00\x02\x07", 4);

}  // namespace

TEST_CASE("each type of record is read, with the least time to live") {
  const DnsAnswer a = read(response(
      1, 2, wire_record("D.Example", 1, kIp, 60) + wire_record(kName, 1, "\x7F\x01\x01\x01", 30)));
  REQUIRE(a.is_ok());
  REQUIRE(a.addresses.size() == 2);
  CHECK(a.addresses[0].text() == "192.0.2.7");
  CHECK(a.ttl == seconds{30});

  const DnsAnswer v6 =
      read(response(28, 1, wire_record(kName, 28, std::string(15, '\0') + '\1')), DnsType::aaaa);
  REQUIRE(v6.addresses.size() == 1);
  CHECK(v6.addresses[0].text() == "::1");

  const DnsAnswer mx =
      read(response(15, 3,
                    wire_record(kName, 15, u16(20) + wire_name("B.d.example")) +
                        wire_record(kName, 15, u16(10) + wire_name("a.d.example")) +
                        wire_record(kName, 15, u16(5) + wire_name(""))),
           DnsType::mx);
  CHECK(mx.texts == std::vector<std::string>{"", "a.d.example", "b.d.example"});

  const DnsAnswer txt =
      read(response(16, 2,
                    wire_record(kName, 16, std::string("\x06v=spf1\x05 -all\x00", 14)) +
                        wire_record(kName, 16, std::string(1, '\0'))),
           DnsType::txt);
  CHECK(txt.texts == std::vector<std::string>{"v=spf1 -all", ""});

  const DnsAnswer ptr = read(response(12, 1, wire_record(kName, 12, "\xC0\x0C")), DnsType::ptr);
  CHECK(ptr.texts == std::vector<std::string>{"d.example"});
}

TEST_CASE("aliases are followed within the answer, whatever the order") {
  const std::string alias = wire_record(kName, 5, wire_name("b.example"), 10);
  const std::string address = wire_record("b.example", 1, kIp);
  for (const std::string& records : {alias + address, address + alias}) {
    const DnsAnswer answer = read(response(1, 2, records));
    CHECK(answer.addresses.size() == 1);
    CHECK(answer.ttl == seconds{10});
  }
  CHECK(read(response(1, 1, alias)).status == DnsStatus::no_data);
  const std::string back = wire_record("b.example", 5, wire_name(kName));
  CHECK(read(response(1, 2, alias + back)).status == DnsStatus::temp_error);
}

TEST_CASE("what is not there is so as long as the SOA says") {
  const std::string soa = wire_record(
      "example", 6,
      wire_name("ns.example") + wire_name("a.example") + std::string(16, '\1') + u32(60));
  const DnsAnswer none = read(wire_header(kResponse, 0, 1) + wire_question(kName, 1) + soa);
  CHECK(none.status == DnsStatus::no_data);
  CHECK(none.ttl == seconds{60});
  const DnsAnswer missing = read(wire_header(kNxdomain, 0, 1) + wire_question(kName, 1) + soa);
  CHECK(missing.status == DnsStatus::nxdomain);
  CHECK(missing.ttl == seconds{60});
  CHECK(read(wire_header(kResponse, 0) + wire_question(kName, 1)).ttl == seconds{0});
}

TEST_CASE("what cannot be believed is a temporary error") {
  const std::string question = wire_question(kName, 1);
  const std::string good = wire_record(kName, 1, kIp);
  struct Row {
    const char* what;
    std::string message;
  };
  const Row rows[] = {
      {"nothing", ""},
      {"half a header", std::string(11, '\0')},
      {"zeros", std::string(512, '\0')},
      {"ones", std::string(512, '\xFF')},
      {"a question", wire_header(0x0100, 0) + question},
      {"SERVFAIL", wire_header(kServfail, 0) + question},
      {"REFUSED", wire_header(kRefused, 0) + question},
      {"truncated flag", wire_header(kTruncated, 1) + question + good},
      {"two questions", wire_header(kResponse, 1, 0, 2) + question + question + good},
      {"no question", wire_header(kResponse, 1, 0, 0) + good},
      {"another name asked", wire_header(kResponse, 1) + wire_question("e.example", 1) + good},
      {"another type asked", wire_header(kResponse, 1) + wire_question(kName, 28) + good},
      {"another class asked",
       wire_header(kResponse, 1) + wire_name(kName) + u16(1) + u16(3) + good},
      {"answer for another name", response(1, 1, wire_record("e.example", 1, kIp))},
      {"answer of another type", response(1, 1, wire_record(kName, 2, wire_name("ns.example")))},
      {"fewer answers than told", response(1, 2, good)},
      {"65535 answers", response(1, 65535, good)},
      {"short address", response(1, 1, wire_record(kName, 1, "\x7F\x01\x01"))},
      {"long address", response(1, 1, wire_record(kName, 1, "\x7F\x01\x01\x01\x01"))},
      {"alias to itself", response(1, 1, wire_record(kName, 5, wire_name(kName)))},
      {"pointer to itself", response(1, 1, "\xC0\x1B" + good.substr(11))},
      {"pointer forward", response(1, 1, "\xC0\xFF" + good.substr(11))},
      {"name without end", response(1, 1, std::string(63, '\x3F'))},
      {"label type 0x80", response(1, 1, "\x80" + good)},
      {"alias that points outside", response(1, 1, wire_record(kName, 5, "\xC0"))},
      {"alias with a tail", response(1, 1, wire_record(kName, 5, wire_name("e.example") + "x"))},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(read(row.message).status == DnsStatus::temp_error);
  }
  CHECK(read(response(16, 1, wire_record(kName, 16, "\x09short")), DnsType::txt).status ==
        DnsStatus::temp_error);
  CHECK(read(response(15, 1, wire_record(kName, 15, u16(10))), DnsType::mx).status ==
        DnsStatus::temp_error);
}

TEST_CASE("every cut of a good message is a temporary error") {
  const std::string message = response(
      1, 2, wire_record(kName, 5, wire_name("b.example")) + wire_record("b.example", 1, kIp));
  REQUIRE(read(message).is_ok());
  for (std::size_t size = 0; size < message.size(); ++size) {
    CHECK(read(message.substr(0, size)).status == DnsStatus::temp_error);
  }
}

TEST_CASE("a host name with bytes that no host has is left out") {
  std::string odd = wire_name("evil.example");
  odd[2] = '\n';
  const DnsAnswer ptr = read(
      response(12, 2, wire_record(kName, 12, odd) + wire_record(kName, 12, wire_name("a.example"))),
      DnsType::ptr);
  CHECK(ptr.texts == std::vector<std::string>{"a.example"});
  CHECK(read(response(12, 1, wire_record(kName, 12, odd)), DnsType::ptr).status ==
        DnsStatus::no_data);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "spf/ip.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("an address is read strictly, and a mapped one is IPv4") {
  struct Row {
    std::string_view text;
    std::string_view printed;
  };
  constexpr Row kRows[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"2001:DB8::1", "2001:db8::1"},
      {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
      {"::", "::"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:c000:201", "192.0.2.1"},
      {"2001:db8::192.0.2.1", "2001:db8::c000:201"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const auto ip = IpAddress::parse(row.text);
    REQUIRE(ip);
    CHECK(ip->text() == row.printed);
    CHECK(IpAddress::from_bytes(ip->bytes()) == ip);
  }
  CHECK_FALSE(IpAddress::parse_v6("::ffff:192.0.2.1")->is_v4());
}

TEST_CASE("what is no address is none") {
  constexpr std::string_view kRows[] = {
      "",         " ",          "192.0.2",           "192.0.2.256",  "192.0.2.01", "192.0.2.1.",
      ".192.0.2", "192.0.2.1 ", "192.0.2.1/24",      "192.0.2.1:25", "1",          "0x7f.0.0.1",
      ":::",      "2001:db8",   "2001:db8::1::",     "fe80::1%eth0", "[::1]",      "::ffff:192.0.2",
      "g::1",     "12345::",    "1:2:3:4:5:6:7:8:9",
  };
  for (const std::string_view text : kRows) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("192.0.2.1\0", 10)));
  CHECK_FALSE(IpAddress::parse(std::string(100000, ':')));
  CHECK_FALSE(IpAddress::from_bytes("12345"));
}

TEST_CASE("a network holds the addresses that share its prefix, of its family only") {
  struct Row {
    std::string_view network;
    std::string_view ip;
    bool is_inside;
  };
  constexpr Row kRows[] = {
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.77/24", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"192.0.2.0/31", "192.0.2.1", true},
      {"192.0.2.0/31", "192.0.2.2", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "192.0.2.1", false},
      {"::/0", "2001:db8::1", true},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"192.0.2.0/24", "::ffff:192.0.2.9", true},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.network);
    CAPTURE(row.ip);
    const auto network = IpNetwork::parse(row.network);
    REQUIRE(network);
    CHECK(network->contains(*IpAddress::parse(row.ip)) == row.is_inside);
    CHECK(network->text() == row.network);
  }
}

TEST_CASE("what is no network is none") {
  for (const std::string_view text :
       {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.0/-1", "192.0.2/24",
        "::/129", "192.0.2.0/255.0.0.0", "192.0.2.0/24/24", "192.0.2.0/4294967297"}) {
    CAPTURE(text);
    CHECK_FALSE(IpNetwork::parse(text));
  }
}

TEST_CASE("addresses that mean nothing outside their network") {
  for (const std::string_view text :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "127.0.0.1",
        "169.254.1.1", "0.0.0.0", "::", "::1", "fe80::1", "febf::1", "fc00::1", "fd12::1",
        "::ffff:10.0.0.1"}) {
    CAPTURE(text);
    CHECK(IpAddress::parse(text)->is_internal());
  }
  for (const std::string_view text :
       {"192.0.2.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "126.255.0.1",
        "169.253.0.1", "2001:db8::1", "fec0::1", "fe00::1", "::2"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text)->is_internal());
  }
}

TEST_CASE("reverse and dotted forms (RFC 7208 7.3, RFC 3596)") {
  const auto v4 = *IpAddress::parse("192.0.2.1");
  CHECK(v4.reverse() == "1.2.0.192.in-addr.arpa");
  CHECK(v4.dotted() == "192.0.2.1");
  const auto v6 = *IpAddress::parse("2001:db8::cb01");
  CHECK(v6.reverse() == "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  CHECK(v6.dotted() == "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1");
}

}  // namespace unsent

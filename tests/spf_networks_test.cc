// SPDX-License-Identifier: MIT
#include "spf/networks.h"

#include <doctest/doctest.h>

#include "map_resolver.h"

namespace unsent {
namespace {

std::string list(const SpfNetworks& found) {
  std::string out;
  for (const IpNetwork& network : found.networks) out += network.text() + " ";
  return out;
}

MapResolver& fill(MapResolver& dns, const std::string& record) {
  return dns.add("d.example", DnsType::txt, record)
      .add("d.example", DnsType::a, "192.0.2.30")
      .add("d.example", DnsType::aaaa, "2001:db8::30")
      .add("d.example", DnsType::mx, "mx.d.example")
      .add("mx.d.example", DnsType::a, "192.0.2.20")
      .add("_spf.d.example", DnsType::txt, "v=spf1 ip4:198.51.100.0/28 include:d.example")
      .add("isp.example", DnsType::txt, "v=spf1 ip4:203.0.113.0/24");
}

}  // namespace

TEST_CASE("the networks that a record names itself") {
  struct Row {
    std::string record;
    std::string networks;
  };
  const Row rows[] = {
      {"v=spf1 ip4:192.0.2.10 include:isp.example -all", "192.0.2.10 "},
      {"v=spf1 a mx -all", "2001:db8::30 192.0.2.20 192.0.2.30 "},
      {"v=spf1 a/28//64 a/28//64 -all", "2001:db8::30/64 192.0.2.30/28 "},
      {"v=spf1 ip6:2001:db8::/32 ip4:0.0.0.0/0 ip4:192.0.2.9 -all", "2001:db8::/32 192.0.2.9 "},
      {"v=spf1 -ip4:192.0.2.9 ~a ?mx +ip4:192.0.2.8 ~all", "192.0.2.8 "},
      {"v=spf1 -all ip4:192.0.2.9", ""},
      {"v=spf1 redirect=isp.example", ""},
      {"v=spf1 ptr exists:%{i}.d.example a:%{h} -all", ""},
      {"v=spf1", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    MapResolver dns;
    const SpfNetworks found = networks_named_by("d.example", fill(dns, row.record));
    CHECK(found.result == SpfResult::pass);
    CHECK(list(found) == row.networks);
  }
}

TEST_CASE("includes are followed where they are our own, loops once") {
  MapResolver dns;
  fill(dns, "v=spf1 ip4:192.0.2.10 include:_spf.d.example include:isp.example -all");
  const auto is_own = [](std::string_view name) { return is_name_within(name, "d.example"); };
  CHECK(list(networks_named_by("D.example.", dns, is_own)) == "192.0.2.10 198.51.100.0/28 ");
  MapResolver redirected;
  fill(redirected, "v=spf1 redirect=_spf.d.example");
  CHECK(list(networks_named_by("d.example", redirected, is_own)) == "198.51.100.0/28 ");
}

TEST_CASE("without a right record there are no networks, and the reason is told") {
  struct Row {
    std::string domain;
    SpfResult result;
  };
  MapResolver dns;
  dns.add("wrong.example", DnsType::txt, "v=spf1 ip4:192.0.2.1 bogus")
      .add("two.example", DnsType::txt, "v=spf1 ip4:192.0.2.1")
      .add("two.example", DnsType::txt, "v=spf1 ip4:192.0.2.2")
      .add("text.example", DnsType::txt, "hello")
      .fail("dead.example", DnsType::txt, DnsStatus::timeout);
  const Row rows[] = {
      {"wrong.example", SpfResult::permerror}, {"two.example", SpfResult::permerror},
      {"text.example", SpfResult::none},       {"nowhere.example", SpfResult::none},
      {"dead.example", SpfResult::temperror},  {"", SpfResult::none},
      {"[192.0.2.1]", SpfResult::none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.domain);
    const SpfNetworks found = networks_named_by(row.domain, dns);
    CHECK(found.result == row.result);
    CHECK(found.networks.empty());
    CHECK_FALSE(found.reason.empty());
  }
}

}  // namespace unsent

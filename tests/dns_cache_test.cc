// SPDX-License-Identifier: MIT
#include "dns/cache.h"

#include <doctest/doctest.h>

#include "map_resolver.h"

namespace unsent {

TEST_CASE("a question is asked once, failures included, whatever the spelling") {
  MapResolver dns;
  dns.add("a.example", DnsType::a, "192.0.2.1").fail("b.example", DnsType::a, DnsStatus::timeout);
  CachingResolver cache(dns);
  for (const std::string_view name : {"a.example", "A.Example."}) {
    CHECK(cache.lookup(name, DnsType::a).addresses.size() == 1);
    CHECK(cache.lookup(name, DnsType::aaaa).status == DnsStatus::no_data);
    CHECK(cache.lookup("b.example", DnsType::a).status == DnsStatus::timeout);
    CHECK(cache.lookup("c.example", DnsType::a).status == DnsStatus::nxdomain);
    CHECK(cache.lookup("c..example", DnsType::a).status == DnsStatus::nxdomain);
  }
  CHECK(dns.asked.size() == 4);
}

TEST_CASE("what was not asked for lack of time is asked again") {
  MapResolver dns;
  dns.fail("a.example", DnsType::a, DnsStatus::not_asked);
  CachingResolver cache(dns);
  cache.lookup("a.example", DnsType::a);
  cache.lookup("a.example", DnsType::a);
  CHECK(dns.asked.size() == 2);
}

TEST_CASE("the cache is bounded in answers and in bytes") {
  MapResolver dns;
  CachingResolver cache(dns, 100);
  for (int i = 0; i < 1000; ++i) {
    cache.lookup("h" + std::to_string(i) + ".example", DnsType::a);
    CHECK(cache.size() <= 100);
  }
  MapResolver large;
  CachingResolver bytes(large);
  for (int i = 0; i < 40; ++i) {
    const std::string name = "t" + std::to_string(i) + ".example";
    large.add(name, DnsType::txt, std::string(1U << 20U, 'x'));
    CHECK(bytes.lookup(name, DnsType::txt).is_ok());
    CHECK(bytes.size() <= 16);
  }
}

}  // namespace unsent

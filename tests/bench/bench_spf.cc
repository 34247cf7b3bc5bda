// SPDX-License-Identifier: MIT
// Evaluations of check_host a second on one core, all DNS in memory, every record parsed
// anew. Not a test: prints its figures.
#include <chrono>
#include <cstdio>
#include <string>

#include "../map_resolver.h"
#include "spf/check_host.h"

namespace unsent {
namespace {

// As MapResolver, without its log of questions.
class BenchResolver : public Resolver {
 public:
  explicit BenchResolver(MapResolver& source) : source_(source) {}
  DnsAnswer lookup(std::string_view name, DnsType type) override {
    DnsAnswer answer = source_.lookup(name, type);
    source_.asked.clear();
    return answer;
  }

 private:
  MapResolver& source_;
};

std::string large_record() {
  std::string record = "v=spf1 include:_spf.isp.example";
  for (int i = 0; i < 30; ++i) record += " ip4:198.51.100." + std::to_string(i) + "/32";
  return record + " ~all";
}

void fill(MapResolver& dns) {
  dns.add("direct.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 include:_spf.isp.example -all")
      .add("_spf.isp.example", DnsType::txt,
           "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/25 ip6:2001:db8:1::/48 ~all")
      .add("mx.example", DnsType::txt, "v=spf1 mx a:www.mx.example -all")
      .add("mx.example", DnsType::mx, "mx1.mx.example")
      .add("mx.example", DnsType::mx, "mx2.mx.example")
      .add("mx1.mx.example", DnsType::a, "192.0.2.20")
      .add("mx2.mx.example", DnsType::a, "192.0.2.21")
      .add("www.mx.example", DnsType::a, "192.0.2.22")
      .add("large.example", DnsType::txt, large_record())
      .add("macro.example", DnsType::txt, "v=spf1 exists:%{ir}.%{l1r-}.spf.%{d2} -all");
}

void measure(const char* what, std::string_view sender, std::string_view ip) {
  MapResolver table;
  fill(table);
  BenchResolver dns(table);
  const SpfQuery query{*IpAddress::parse(ip), sender, "mail.client.example"};
  constexpr int kRounds = 200000;
  const auto start = std::chrono::steady_clock::now();
  SpfOutcome outcome;
  for (int i = 0; i < kRounds; ++i) outcome = check_host(query, dns);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  table.asked.clear();
  check_host(query, table);
  std::printf("%-26s %9.0f evaluations/s  %s, %zu questions\n", what, kRounds / took.count(),
              std::string(name_of(outcome.result)).c_str(), table.asked.size());
}

}  // namespace
}  // namespace unsent

int main() {
  using unsent::measure;
  measure("own ip4, pass", "alice@direct.example", "192.0.2.10");
  measure("include, pass", "alice@direct.example", "198.51.100.7");
  measure("include, fail", "alice@direct.example", "203.0.113.200");
  measure("mx and a, fail", "alice@mx.example", "203.0.113.200");
  measure("30 ip4 and include, fail", "alice@large.example", "203.0.113.200");
  measure("exists with macros, fail", "strong-bad@macro.example", "203.0.113.200");
}

// SPDX-License-Identifier: MIT
// Input, a line each: the sender, the HELO, an IP, the terms of d.example's record; then
// the rest of the DNS as lines "name TYPE value".
#include "../map_resolver.h"
#include "base/text.h"
#include "spf/check_host.h"
#include "spf/networks.h"
#include "spf/survey.h"

namespace {

constexpr std::size_t kMaxQuestions = 140;
constexpr std::size_t kMaxSurveyed = 101;
// Ten records of ten terms, ten hosts each, A and AAAA, and the MX itself.
constexpr std::size_t kMaxNetworkQuestions = 10 + 10 * 10 * 21;

void add_line(unsent::MapResolver& dns, std::string_view line) {
  using unsent::DnsType;
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return;
  const std::string_view name = line.substr(0, first);
  const std::string_view type = line.substr(first + 1, second - first - 1);
  const std::string value(line.substr(second + 1));
  if (!unsent::query_name(name)) return;
  const std::string key(name);
  if (type == "A" && unsent::IpAddress::parse_v4(value)) dns.add(key, DnsType::a, value);
  if (type == "AAAA" && unsent::IpAddress::parse_v6(value)) dns.add(key, DnsType::aaaa, value);
  if (type == "MX") dns.add(key, DnsType::mx, value);
  if (type == "PTR") dns.add(key, DnsType::ptr, value);
  if (type == "TXT") dns.add(key, DnsType::txt, value);
  if (type == "FAIL") dns.fail(key, DnsType::txt, unsent::DnsStatus::timeout);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  std::string_view rest = input;
  const std::string_view sender = unsent::take_line(rest);
  const std::string_view helo = unsent::take_line(rest);
  const auto ip = unsent::IpAddress::parse(unsent::take_line(rest));
  unsent::MapResolver dns;
  dns.add("d.example", unsent::DnsType::txt, "v=spf1 " + std::string(unsent::take_line(rest)));
  while (!rest.empty()) add_line(dns, unsent::take_line(rest));
  const unsent::IpAddress client = ip.value_or(*unsent::IpAddress::parse("192.0.2.7"));
  for (const std::string_view whose : {sender, std::string_view("a.b-c@d.example")}) {
    dns.asked.clear();
    const auto outcome = unsent::check_host({client, whose, helo}, dns);
    if (dns.asked.size() > kMaxQuestions || outcome.path.size() > 12) __builtin_trap();
    dns.asked.clear();
    unsent::networks_named_by(outcome.domain, dns, [](std::string_view) { return true; });
    if (dns.asked.size() > kMaxNetworkQuestions) __builtin_trap();
    dns.asked.clear();
    const auto survey = unsent::survey_domain(outcome.domain, dns);
    if (dns.asked.size() > kMaxSurveyed) __builtin_trap();
    const std::string longer = unsent::with_terms(survey.record, {"ip4:192.0.2.1"});
    if (survey.result == unsent::SpfResult::pass && !unsent::parse_spf_record(longer).error.empty())
      __builtin_trap();
  }
  return 0;
}

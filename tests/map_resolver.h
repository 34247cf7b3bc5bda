// SPDX-License-Identifier: MIT
// A Resolver that answers from a table in the test, and counts the questions.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "spf/name.h"
#include "spf/resolver.h"

namespace unsent {

class MapResolver : public Resolver {
 public:
  // An address for A and AAAA, a host for MX and PTR, a text for TXT.
  MapResolver& add(const std::string& name, DnsType type, const std::string& value) {
    DnsAnswer& answer = answer_of(name, type);
    answer.status = DnsStatus::ok;
    answer.ttl = seconds{300};
    if (type == DnsType::a || type == DnsType::aaaa) {
      answer.addresses.push_back(*IpAddress::parse_v6(type == DnsType::a ? "::" : value));
      if (type == DnsType::a) answer.addresses.back() = *IpAddress::parse_v4(value);
    } else {
      answer.texts.push_back(value);
    }
    return *this;
  }
  MapResolver& fail(const std::string& name, DnsType type, DnsStatus status) {
    answer_of(name, type).status = status;
    return *this;
  }

  DnsAnswer lookup(std::string_view name, DnsType type) override {
    const auto wanted = query_name(name);
    asked.emplace_back(std::string(name_of(type)) + " " + wanted.value_or("?"));
    const auto node = names_.find(wanted.value_or(""));
    if (node == names_.end()) return {DnsStatus::nxdomain, {}, {}, {}};
    const auto found = node->second.find(type);
    return found == node->second.end() ? DnsAnswer{} : found->second;
  }

  std::vector<std::string> asked;

 private:
  DnsAnswer& answer_of(const std::string& name, DnsType type) {
    return names_[query_name(name).value()][type];
  }
  std::map<std::string, std::map<DnsType, DnsAnswer>> names_;
};

}  // namespace unsent

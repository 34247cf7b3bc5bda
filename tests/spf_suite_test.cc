// SPDX-License-Identifier: MIT
// The community's test suite for RFC 7208, as JSON: scenarios of a zone and its tests.
// Zone: a record of type TIMEOUT answers every type that the name has no record of.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "spf/check_host.h"
#include "spf/name.h"

namespace unsent {
namespace {

using nlohmann::json;

// The suite writes bytes as the code points U+0000 to U+00FF.
std::string to_bytes(const std::string& utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      out += utf8[i];
    } else {
      out += static_cast<char>((byte & 0x3U) << 6U | (static_cast<unsigned>(utf8[++i]) & 0x3FU));
    }
  }
  return out;
}

class SuiteResolver : public Resolver {
 public:
  explicit SuiteResolver(const json& zone) {
    for (const auto& [name, records] : zone.items()) {
      for (const json& record : records) zone_[lower(name)].push_back(record);
    }
  }

  DnsAnswer lookup(std::string_view name, DnsType type) override {
    std::string wanted = lower(name);
    if (!wanted.empty() && wanted.back() == '.') wanted.pop_back();
    for (int hops = 0; hops < 8; ++hops) {
      const auto node = zone_.find(wanted);
      if (node == zone_.end()) return {DnsStatus::nxdomain, {}, {}, {}};
      const json* alias = nullptr;
      bool times_out = false;
      DnsAnswer answer;
      for (const json& record : node->second) {
        if (record["type"] == "CNAME") alias = &record;
        if (record["type"] == "TIMEOUT") times_out = true;
        if (record["type"] == name_of(type)) add(answer, type, record["data"]);
      }
      if (answer.is_ok()) return answer;
      if (times_out) return {DnsStatus::timeout, {}, {}, {}};
      if (!alias) return answer;
      wanted = lower((*alias)["data"].get<std::string>());
      if (!wanted.empty() && wanted.back() == '.') wanted.pop_back();
    }
    return {DnsStatus::temp_error, {}, {}, {}};
  }

 private:
  static void add(DnsAnswer& answer, DnsType type, const json& data) {
    answer.status = DnsStatus::ok;
    if (type == DnsType::txt) {
      std::string& text = answer.texts.emplace_back();
      for (const json& part : data) text += to_bytes(part.get<std::string>());
    } else if (type == DnsType::mx) {
      const auto host = data.get<std::string>();
      answer.texts.push_back(host.substr(std::min(host.find(' ') + 1, host.size())));
    } else if (type == DnsType::ptr) {
      answer.texts.push_back(data.get<std::string>());
    } else {
      answer.addresses.push_back(IpAddress::parse(data.get<std::string>()).value());
    }
  }

  std::map<std::string, std::vector<json>> zone_;
};

}  // namespace

TEST_CASE("the community's RFC 7208 suite: every result and every explanation") {
  std::ifstream in(SPF_SUITE);
  REQUIRE(in);
  const json suite = json::parse(in);
  int tests = 0;
  int right = 0;
  int explanations = 0;
  int explained = 0;
  for (const json& scenario : suite["scenarios"]) {
    SuiteResolver resolver(scenario["zone"]);
    for (const json& test : scenario["tests"]) {
      const std::string sender = to_bytes(test["mailfrom"].get<std::string>());
      const auto helo = test["helo"].get<std::string>();
      const auto ip = IpAddress::parse(test["host"].get<std::string>());
      REQUIRE(ip);
      const SpfOutcome outcome = check_host({*ip, sender, helo}, resolver);
      CAPTURE(test["id"].get<std::string>());
      CAPTURE(outcome.reason);
      const json& allowed = test["result"];
      const bool is_right =
          std::find(allowed.begin(), allowed.end(), name_of(outcome.result)) != allowed.end();
      CHECK_MESSAGE(is_right, std::string(name_of(outcome.result)));
      ++tests;
      right += is_right ? 1 : 0;
      if (!test.contains("explanation")) continue;
      const auto wanted = test["explanation"].get<std::string>();
      CHECK(outcome.explanation == (wanted == "DEFAULT" ? "" : wanted));
      ++explanations;
      explained += outcome.explanation == (wanted == "DEFAULT" ? "" : wanted) ? 1 : 0;
    }
  }
  MESSAGE("results " << right << " of " << tests << ", explanations " << explained << " of "
                     << explanations);
  CHECK(tests >= 203);
  CHECK(explanations >= 22);
}

}  // namespace unsent

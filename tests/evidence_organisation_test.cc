// SPDX-License-Identifier: MIT
#include "evidence/organisation.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace unsent {

TEST_CASE("whose a host is, by the public suffixes") {
  struct Row {
    std::string host;
    std::string organisation;
  };
  const Row rows[] = {
      {"example.com", "example.com"},
      {"mx1.example.co.uk", "example.co.uk"},
      {"A.B.Example.COM.", "example.com"},
      {"co.uk", "co.uk"},  // strangers' houses below it are not one
      {"com", "com"},
      {"localhost", "localhost"},
      {"[192.0.2.1]", "[192.0.2.1]"},
      {"", ""},
      {"(none)", ""},
      {"a..example.com", ""},
      {"two words.example.com", ""},
      {std::string(300, 'a') + ".example.com", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    CHECK(organisation_of(row.host) == row.organisation);
    CHECK(organisation_of(row.host) == row.organisation);  // as it is remembered
  }
}

TEST_CASE("what is none is nobody's, and the same as nothing") {
  for (const std::string& none : {std::string(), std::string("a b"), std::string(300, 'x')}) {
    CAPTURE(none);
    CHECK_FALSE(same_organisation(none, none));
    CHECK_FALSE(same_organisation(none, "example.com"));
    CHECK_FALSE(same_organisation("example.com", none));
  }
}

TEST_CASE("of more hosts than are remembered each stays its own organisation's") {
  std::vector<std::string> hosts;
  for (int i = 0; i < 3000; ++i) {
    const std::string house = "house" + std::to_string(i) + ".example";
    hosts.push_back("mx." + house);
    CHECK(same_organisation(hosts.back(), house));
    CHECK(same_organisation(house, hosts.back()));
    CHECK(same_organisation(house, house));
  }
  for (std::size_t i = 1; i < hosts.size(); ++i)
    CHECK_FALSE(same_organisation(hosts[i - 1], hosts[i]));
  for (std::size_t i = 0; i < hosts.size(); i += 7)
    CHECK(organisation_of(hosts[i]) == "house" + std::to_string(i) + ".example");
}

TEST_CASE("a public suffix is one whoever asks") {
  CHECK(is_public_suffix(*DomainName::parse("co.uk")));
  CHECK(is_public_suffix(*DomainName::parse("com")));
  CHECK_FALSE(is_public_suffix(*DomainName::parse("example.co.uk")));
}

}  // namespace unsent

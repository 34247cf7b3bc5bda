// SPDX-License-Identifier: MIT
#include "spf/name.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

constexpr const char* kUmlaut =
    "b\xC3\xBC"
    "cher.example";

}  // namespace

TEST_CASE("a name to ask for is in lower case and without final dot") {
  CHECK(query_name("MX.Example.ORG.") == "mx.example.org");
  CHECK(query_name("_spf.example") == "_spf.example");
  CHECK(query_name("foo:bar/baz.example") == "foo:bar/baz.example");
  CHECK(query_name(std::string(63, 'a') + ".example"));
  std::string longest;
  while (longest.size() < 250) longest += "a.";
  CHECK(query_name(longest + "abc"));
  CHECK_FALSE(query_name(longest + "abcd"));
}

TEST_CASE("what the DNS cannot be asked for is no name") {
  for (const std::string_view name :
       {"", ".", "..", "a..example", ".example", "example..", kUmlaut, "\xFF.example"}) {
    CAPTURE(name);
    CHECK_FALSE(query_name(name));
  }
  CHECK_FALSE(query_name(std::string(64, 'a') + ".example"));
  CHECK_FALSE(query_name(std::string_view("a\0.example", 10)));
  CHECK_FALSE(query_name(std::string(1U << 20U, 'a')));
}

TEST_CASE("a name is within itself and its parents, by whole labels") {
  CHECK(is_name_within("mx.Example.org", "example.ORG"));
  CHECK(is_name_within("example.org.", "example.org"));
  CHECK_FALSE(is_name_within("badexample.org", "example.org"));
  CHECK_FALSE(is_name_within("example.org", "mx.example.org"));
  CHECK_FALSE(is_name_within("example.org", ""));
}

TEST_CASE("only a domain of two labels and visible characters can be checked (RFC 7208 4.3)") {
  CHECK(checkable_domain("Example.ORG.") == "example.org");
  CHECK(checkable_domain("b\xC3\xBC"
                         "cher.example") == "xn--bcher-kva.example");
  for (const std::string_view name :
       {"", "localhost", "[192.0.2.1]", "a..example", "a b.example", "a\texample.org", "example.",
        ".example.org", "\xC3.example.org", "a.example\n"}) {
    CAPTURE(name);
    CHECK_FALSE(checkable_domain(name));
  }
}

}  // namespace unsent

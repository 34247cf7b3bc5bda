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

TEST_CASE("U-labels become A-labels (RFC 3492 7.1 and names in use)") {
  struct Row {
    std::string_view name;
    std::string_view ascii;
  };
  constexpr Row kRows[] = {
      {"example.org", "example.org"},
      {"b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example"},
      {"B\xC3\x9C"
       "CHER.example",
       "xn--bcher-kva.example"},
      {"\xE4\xBE\x8B\xE5\xAD\x90.\xE6\xB5\x8B\xE8\xAF\x95", "xn--fsqu00a.xn--0zwm56d"},
      {"\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.example", "xn--e1afmkfd.example"},
      // RFC 3492 7.1 (B): Chinese (simplified).
      {"\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9\x88\xE4\xB8\x8D\xE8\xAF\xB4\xE4"
       "\xB8\xAD\xE6\x96\x87",
       "xn--ihqwcrb4cv8a8dqg056pqjye"},
      // (L): 3<nen>B<gumi><kinpachi><sensei>, folded.
      {"3\xE5\xB9\xB4"
       "B\xE7\xB5\x84\xE9\x87\x91\xE5\x85\xAB\xE5\x85\x88\xE7\x94\x9F",
       "xn--3b-ww4c5e180e575a65lsy2b"},
      {"\xF0\x9F\x93\xAC.example", "xn--iu8h.example"},
  };
  for (const Row& row : kRows) CHECK(to_a_labels(row.name) == row.ascii);
  CHECK_FALSE(to_a_labels("\xFF.example"));
  CHECK_FALSE(to_a_labels("\xC3"));
  std::string many;
  for (int i = 0; i < 70; ++i) many += "\xC3\xBC";
  CHECK_FALSE(to_a_labels(many));
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

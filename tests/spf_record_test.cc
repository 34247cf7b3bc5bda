// SPDX-License-Identifier: MIT
#include "spf/record.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

SpfRecord parse(std::string_view text) {
  REQUIRE(is_spf_record(text));
  return parse_spf_record(text);
}

}  // namespace

TEST_CASE("a record is told by its version, whole and in any case (4.5)") {
  for (const std::string_view text : {"v=spf1", "v=spf1 ", "V=SPF1 -all", "v=spf1  a"}) {
    CHECK(is_spf_record(text));
  }
  for (const std::string_view text : {"", "v=spf", "v=spf10", "v=spf1-all", " v=spf1",
                                      "v=spf2.0/pra", "v = spf1", "v=spf1\t-all", "\"v=spf1\""}) {
    CHECK_FALSE(is_spf_record(text));
  }
}

TEST_CASE("terms are read with qualifier, domain and prefixes (4.6, 5)") {
  const SpfRecord record = parse(
      "v=spf1 a ?MX:Mail.example.org/24//64 ~ip4:192.0.2.0/28 -ip6:2001:DB8::/32 +ptr "
      "include:_spf.example.net exists:%{i}.example.org a//48 -ALL redirect=r.example.org "
      "exp=why.example.org x-note=%{d} ");
  CHECK(record.error == "");
  REQUIRE(record.terms.size() == 9);
  CHECK(record.terms[0].domain_spec == "");
  CHECK(record.terms[0].qualifier == SpfResult::pass);
  CHECK(record.terms[1].qualifier == SpfResult::neutral);
  CHECK(record.terms[1].mechanism == SpfMechanism::mx);
  CHECK(record.terms[1].domain_spec == "Mail.example.org");
  CHECK(record.terms[1].prefix4 == 24);
  CHECK(record.terms[1].prefix6 == 64);
  CHECK(record.terms[1].text == "?MX:Mail.example.org/24//64");
  CHECK(record.terms[2].network.text() == "192.0.2.0/28");
  CHECK(record.terms[2].qualifier == SpfResult::softfail);
  CHECK(record.terms[3].network.text() == "2001:db8::/32");
  CHECK(record.terms[7].prefix4 == 32);
  CHECK(record.terms[7].prefix6 == 48);
  CHECK(record.terms[8].qualifier == SpfResult::fail);
  CHECK(record.redirect == "r.example.org");
  CHECK(record.exp == "why.example.org");
  CHECK(record.lookups() == 7);
}

TEST_CASE("one wrong term makes the record wrong, and is named (4.6)") {
  for (const std::string_view term : {"moo",
                                      "+",
                                      "-",
                                      "all.",
                                      "all:",
                                      "all/8",
                                      "-all:example.org",
                                      "+redirect=a.example.org",
                                      "=a",
                                      "1up=a",
                                      "a=",
                                      "redirect=",
                                      "exp=",
                                      "redirect=-all",
                                      "redirect:a.example.org",
                                      "include",
                                      "include:",
                                      "include:a.example.org/24",
                                      "include:localhost",
                                      "exists",
                                      "exists:a.example.org/24",
                                      "ptr/0",
                                      "ptr:",
                                      "a:",
                                      "a/",
                                      "a/33",
                                      "a//129",
                                      "a/024",
                                      "a/24/64",
                                      "a//64/24",
                                      "a/-1",
                                      "a///64",
                                      "mx/33",
                                      "mx:192.0.2.1",
                                      "ip4",
                                      "ip4:",
                                      "ip4:192.0.2",
                                      "ip4:192.0.2.1/33",
                                      "ip4:192.0.2.1/",
                                      "ip4:192.0.2.1//32",
                                      "ip4:192.0.2.1:25",
                                      "ip4/24",
                                      "ip4:2001:db8::1",
                                      "ip6",
                                      "ip6:192.0.2.1",
                                      "ip6:2001:db8::1/129",
                                      "ip6:::1//64",
                                      "ip6:2001:db8::g",
                                      "a:b\xC3\xBC.example",
                                      "\xEF\xBB\xBF+all",
                                      "a\tall",
                                      "x=%",
                                      "x=%{q}",
                                      "exp=%{r}.example.org",
                                      "a:%{d}x",
                                      "--all",
                                      "all -",
                                      "ip 4:192.0.2.1"}) {
    CAPTURE(term);
    const SpfRecord record =
        parse_spf_record("v=spf1 ip4:192.0.2.1 " + std::string(term) + " -all");
    const bool is_wrong = !record.error.empty();
    if (term == "a=") {  // an unknown modifier may be empty
      CHECK_FALSE(is_wrong);
    } else {
      CHECK(is_wrong);
    }
  }
  CHECK(parse("v=spf1 a:192.0.2.1 -all").error ==
        "in 'a:192.0.2.1': '192.0.2.1' is an address, which ip4 or ip6 would name");
  CHECK(parse("v=spf1 exp=a.example.org exp=b.example.org").error != "");
  CHECK(parse("v=spf1 redirect=a.example.org redirect=a.example.org").error != "");
  CHECK(parse_spf_record(std::string_view("v=spf1 a:example.org\0 -all", 26)).error != "");
}

TEST_CASE("a record of megabytes is refused, one of thousands of terms is read") {
  std::string text = "v=spf1";
  for (int i = 0; i < 4000; ++i) text += " ip4:192.0.2.1";
  CHECK(parse(text).terms.size() == 4000);
  CHECK(parse(text).error == "");
  text += std::string(4U << 20U, ' ');
  CHECK(parse(text).error == "longer than a DNS message");
  CHECK(parse("v=spf1 " + std::string(60000, 'x')).error.size() < 300);
}

TEST_CASE("a term that matches nearly everyone is over-wide") {
  for (const std::string_view term :
       {"all", "ip4:0.0.0.0/0", "ip4:128.0.0.0/1", "ip4:64.0.0.0/7", "ip6:::/0", "ip6:2000::/3",
        "a/0", "mx//8", "exists:example.org", "exists:%{d}.example.org",
        "exists:%{l}.example.org"}) {
    CAPTURE(term);
    CHECK(is_over_wide(parse("v=spf1 " + std::string(term)).terms.at(0)));
  }
  for (const std::string_view term : {"ip4:10.0.0.0/8", "ip6:2001:db8::/32", "a", "mx/24//64",
                                      "ptr", "exists:%{ir}.example.org", "include:example.org"}) {
    CAPTURE(term);
    CHECK_FALSE(is_over_wide(parse("v=spf1 " + std::string(term)).terms.at(0)));
  }
}

}  // namespace unsent

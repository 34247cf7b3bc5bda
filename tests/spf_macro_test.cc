// SPDX-License-Identifier: MIT
#include "spf/macro.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

// The values of RFC 7208 7.4.
MacroValues values() {
  MacroValues values;
  values.sender = "strong-bad@email.example.com";
  values.local_part = "strong-bad";
  values.sender_domain = "email.example.com";
  values.domain = "email.example.com";
  values.helo = "mail.example.net";
  values.ip = *IpAddress::parse("192.0.2.3");
  values.now = Time(seconds{1795000000});
  values.validated_name = [] { return std::string("mx.example.org"); };
  return values;
}

}  // namespace

TEST_CASE("macros expand as in the examples of RFC 7208 7.4") {
  struct Row {
    std::string_view text;
    std::string_view expanded;
  };
  constexpr Row kRows[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"%{h} %{p} %{c} %{r} %{t}", "mail.example.net mx.example.org 192.0.2.3 unknown 1795000000"},
      {"%{S}", "strong-bad%40email.example.com"},
      {"%{D999999999999999999999}", "email.example.com"},
      {"a%%b%_c%-d", "a%b c%20d"},
      {"%{dR}", "com.example.email"},
      {"", ""},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    REQUIRE(macro_defect(row.text, MacroPlace::explanation).empty());
    CHECK(expand_macros(row.text, values(), 255) == row.expanded);
  }
  MacroValues v6 = values();
  v6.ip = *IpAddress::parse("2001:db8::cb01");
  CHECK(expand_macros("%{ir}.%{v}._spf.%{d2}", v6, 255) ==
        "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com");
}

TEST_CASE("the validated name is asked for only where it is used") {
  int asked = 0;
  MacroValues counted = values();
  counted.validated_name = [&asked] {
    ++asked;
    return std::string("unknown");
  };
  CHECK(expand_macros("%{d}.%{i}", counted, 255));
  CHECK(asked == 0);
  CHECK(expand_macros("%{p}", counted, 255) == "unknown");
  CHECK(asked == 1);
}

TEST_CASE("an expansion is bounded") {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "%{s}";
  CHECK_FALSE(expand_macros(many, values(), 8192));
  CHECK(expand_macros(std::string(255, 'a'), values(), 255));
  CHECK_FALSE(expand_macros(std::string(256, 'a'), values(), 255));
}

TEST_CASE("what is no macro-string is refused (7.1)") {
  for (const std::string_view text :
       {"%",      "%a",     "a%",       "%{",    "%{}",   "%{d",  "%{x}",   "%{d0}", "%{d00r}",
        "%{d2x}", "%{d-2}", "%{dr2}",   "%{d:}", "%{ d}", "%(d)", "% {d}",  "%%%",   "a b",
        "a\tb",   "\x7F",   "\xC3\xBC", "%{c}",  "%{R}",  "%{t}", "%{\xC3}"}) {
    CAPTURE(text);
    CHECK_FALSE(macro_defect(text, MacroPlace::domain).empty());
  }
  CHECK_FALSE(macro_defect(std::string_view("a\0b", 3), MacroPlace::explanation).empty());
  CHECK_FALSE(macro_defect("%{x}", MacroPlace::modifier).empty());
  CHECK(macro_defect("%{c}", MacroPlace::modifier).empty());
}

TEST_CASE("a domain-spec ends in a macro or in a top label (7.1)") {
  for (const std::string_view text :
       {"example.org", "example.org.", "%{d}", "a.%{d2}", "%{d}.org", "_spf.example.xn--0zwm56d",
        "a:b/c.example", "x.1a", "a%%", "%{i}._x.%{d}.org.", "example.%{d}%-"}) {
    CAPTURE(text);
    CHECK(domain_spec_defect(text) == "");
  }
  for (const std::string_view text :
       {"", ".", "org", "org.", "example.", "example..", "example.123", "192.0.2.1", "example.-a",
        "example.a-", "example.a_b", "example.org:25", "example.org/24", "%{d}org", "a.%{d}x",
        "example.org..", "-all"}) {
    CAPTURE(text);
    CHECK(domain_spec_defect(text) != "");
  }
}

TEST_CASE("a macro is found in its text whatever its case, and %% is none") {
  CHECK(uses_macro("%{ir}.example.org", "ip"));
  CHECK(uses_macro("a.%{P}.example.org", "ip"));
  CHECK_FALSE(uses_macro("%%{i}.%{d}.example.org", "ip"));
  CHECK_FALSE(uses_macro("i.example.org", "ip"));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "spf/check_host.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "map_resolver.h"

namespace unsent {
namespace {

constexpr std::string_view kClient = "192.0.2.7";

SpfOutcome check(Resolver& dns, std::string_view sender, std::string_view ip = kClient,
                 std::string_view helo = "mail.client.example") {
  return check_host({*IpAddress::parse(ip), sender, helo}, dns);
}

// The result for a@d.example, whose record is given, in the world of other.
SpfOutcome check_record(MapResolver& dns, const std::string& record,
                        std::string_view ip = kClient) {
  dns.add("d.example", DnsType::txt, record);
  return check(dns, "a@d.example", ip);
}

std::string way(const SpfOutcome& outcome) {
  std::string out;
  for (const SpfStep& step : outcome.path) out += step.domain + " " + step.term + "; ";
  return out;
}

}  // namespace

TEST_CASE("2.4: a null sender is postmaster at the HELO name") {
  MapResolver dns;
  dns.add("mail.client.example", DnsType::txt, "v=spf1 exists:%{l}.%{o}.x.example -all")
      .add("postmaster.mail.client.example.x.example", DnsType::a, "127.0.0.2");
  CHECK(check(dns, "").result == SpfResult::pass);
  CHECK(check(dns, "", kClient, "mail").result == SpfResult::none);
  CHECK(check(dns, "", kClient, "[192.0.2.7]").result == SpfResult::none);
}

TEST_CASE("4.3: a malformed domain gives none, and asks nothing") {
  MapResolver dns;
  for (const std::string_view sender :
       {"a@", "@", "a@localhost", "a@[192.0.2.7]", "a@b..example", "a@.example", "a@b c.example",
        "a@\xFF.example", "a@b.example\n"}) {
    CAPTURE(sender);
    const SpfOutcome outcome = check(dns, sender);
    CHECK(outcome.result == SpfResult::none);
    CHECK_FALSE(outcome.reason.empty());
  }
  CHECK(check(dns, std::string(1U << 20U, 'a') + "@d.example").result == SpfResult::none);
  CHECK(check(dns, "a@d.example", kClient, std::string(1U << 20U, 'a')).result == SpfResult::none);
  CHECK(dns.asked.empty());
}

TEST_CASE("4.3: a quoted local part may hold an @; a bare domain is one of postmaster") {
  MapResolver dns;
  dns.add("d.example", DnsType::txt, "v=spf1 -all exp=why.example")
      .add("why.example", DnsType::txt, "%{l} at %{o}");
  CHECK(check(dns, "\"a@b\"@D.Example").explanation == "\"a@b\" at d.example");
  CHECK(check(dns, "d.example").explanation == "postmaster at d.example");
  CHECK(check(dns, "@d.example").explanation == "postmaster at d.example");
}

TEST_CASE("4.4: what the DNS could not say is temperror, not none") {
  struct Row {
    DnsStatus status;
    SpfResult result;
  };
  constexpr Row kRows[] = {
      {DnsStatus::no_data, SpfResult::none},         {DnsStatus::nxdomain, SpfResult::none},
      {DnsStatus::temp_error, SpfResult::temperror}, {DnsStatus::timeout, SpfResult::temperror},
      {DnsStatus::not_asked, SpfResult::temperror},
  };
  for (const Row& row : kRows) {
    MapResolver dns;
    dns.fail("d.example", DnsType::txt, row.status);
    CHECK(check(dns, "a@d.example").result == row.result);
    MapResolver included;
    included.fail("i.example", DnsType::txt, row.status);
    CHECK(check_record(included, "v=spf1 include:i.example -all").result ==
          (row.result == SpfResult::none ? SpfResult::permerror : row.result));
    MapResolver host;
    host.fail("d.example", DnsType::a, row.status);
    CHECK(check_record(host, "v=spf1 a -all").result ==
          (row.result == SpfResult::none ? SpfResult::fail : row.result));
  }
  MapResolver dns;
  dns.fail("d.example", DnsType::txt, DnsStatus::timeout);
  CHECK(check(dns, "a@d.example").reason == "TXT d.example: time-out");
}

TEST_CASE("4.5: one record is chosen among the texts; several are a permanent error") {
  MapResolver dns;
  dns.add("d.example", DnsType::txt, "site-verification=1")
      .add("d.example", DnsType::txt, std::string("v=spf1\0", 7))
      .add("d.example", DnsType::txt, std::string(1U << 20U, 'x'));
  CHECK(check_record(dns, "v=spf1 ip4:192.0.2.7 -all").result == SpfResult::pass);
  CHECK(check_record(dns, "V=spf1 -all").reason == "d.example has several SPF records");
}

TEST_CASE("4.6.2 and 4.7: the first match decides, the default is neutral") {
  struct Row {
    std::string record;
    SpfResult result;
  };
  const Row rows[] = {
      {"v=spf1", SpfResult::neutral},
      {"v=spf1 ip4:192.0.2.8", SpfResult::neutral},
      {"v=spf1 ip4:192.0.2.7", SpfResult::pass},
      {"v=spf1 -ip4:192.0.2.7 +all", SpfResult::fail},
      {"v=spf1 ~ip4:192.0.2.0/24 -all", SpfResult::softfail},
      {"v=spf1 ?all -all", SpfResult::neutral},
      {"v=spf1 ip6:::ffff:192.0.2.7 -all", SpfResult::fail},
      {"v=spf1 ip4:192.0.2.7 bogus", SpfResult::permerror},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    MapResolver dns;
    CHECK(check_record(dns, row.record).result == row.result);
  }
}

TEST_CASE("4.6.4: the eleventh term that asks is a permanent error, wherever it stands") {
  MapResolver dns;
  dns.add("h.example", DnsType::a, "192.0.2.9")
      .add("i.example", DnsType::txt, "v=spf1 a:h.example");
  std::string ten = "v=spf1 include:i.example include:i.example";
  for (int i = 0; i < 6; ++i) ten += " a:h.example";
  MapResolver at_limit = MapResolver();
  at_limit.add("h.example", DnsType::a, "192.0.2.9")
      .add("i.example", DnsType::txt, "v=spf1 a:h.example");
  const SpfOutcome ok = check_record(at_limit, ten + " ip4:192.0.2.7");
  CHECK(ok.result == SpfResult::pass);
  CHECK(ok.lookups == 10);
  const SpfOutcome over = check_record(dns, ten + " a:h.example ip4:192.0.2.7");
  CHECK(over.result == SpfResult::permerror);
  CHECK(over.reason == "more than 10 terms that ask the DNS");
}

TEST_CASE("4.6.4: loops and chains end at the limit") {
  for (const std::string_view term : {"include:", "redirect="}) {
    MapResolver self;
    CHECK(check_record(self, "v=spf1 " + std::string(term) + "d.example").result ==
          SpfResult::permerror);
    CHECK(self.asked.size() <= 11);
    MapResolver chain;
    for (int i = 0; i < 100; ++i) {
      chain.add("c" + std::to_string(i) + ".example", DnsType::txt,
                "v=spf1 " + std::string(term) + "c" + std::to_string(i + 1) + ".example");
    }
    const SpfOutcome outcome = check(chain, "a@c0.example");
    CHECK(outcome.result == SpfResult::permerror);
    CHECK(chain.asked.size() == 11);
    CHECK(outcome.path.size() == 11);
  }
}

TEST_CASE("4.6.4: two void lookups are allowed, of a record's own questions") {
  MapResolver dns;
  CHECK(check_record(dns, "v=spf1 a:x1.example mx:x2.example ip4:192.0.2.7").result ==
        SpfResult::pass);
  MapResolver three;
  const SpfOutcome outcome =
      check_record(three, "v=spf1 a:x1.example exists:x2.example a ip4:192.0.2.7");
  CHECK(outcome.result == SpfResult::permerror);
  CHECK(outcome.reason == "more than 2 questions without an answer, the last for d.example");
  MapResolver reverse;  // the client's PTR is not the domain's fault
  CHECK(check_record(reverse, "v=spf1 ptr ptr ptr ip4:192.0.2.7").result == SpfResult::pass);
}

TEST_CASE("4.6.4: more than ten MX hosts are an error, more than ten PTR names are left") {
  MapResolver dns;
  MapResolver names;
  for (int i = 0; i < 11; ++i) {
    const std::string host = "h" + std::to_string(i) + ".d.example";
    dns.add("d.example", DnsType::mx, host).add(host, DnsType::a, "192.0.2.9");
    names.add("7.2.0.192.in-addr.arpa", DnsType::ptr, host);
    names.add(host, DnsType::a, i == 10 ? "192.0.2.7" : "192.0.2.9");
  }
  CHECK(check_record(dns, "v=spf1 mx -all").result == SpfResult::permerror);
  CHECK(check_record(names, "v=spf1 ptr -all").result == SpfResult::fail);
}

TEST_CASE("4.8: a target that is no name does not match, and asks nothing") {
  MapResolver dns;
  CHECK(check_record(dns, "v=spf1 a:b..example mx:" + std::string(64, 'x') +
                              ".example exists:%{l}..%{d} -all")
            .result == SpfResult::fail);
  CHECK(dns.asked.size() == 1);
}

TEST_CASE("5.1: what follows all is not evaluated, redirect included") {
  MapResolver dns;
  CHECK(check_record(dns, "v=spf1 ~all a:h.example redirect=r.example").result ==
        SpfResult::softfail);
  CHECK(dns.asked.size() == 1);
}

TEST_CASE("5.2: an include matches where its record passes, and only there") {
  struct Row {
    std::string included;
    SpfResult result;
  };
  const Row rows[] = {
      {"v=spf1 ip4:192.0.2.7", SpfResult::softfail},
      {"v=spf1 -all", SpfResult::neutral},
      {"v=spf1 ~all", SpfResult::neutral},
      {"v=spf1 ?all", SpfResult::neutral},
      {"v=spf1", SpfResult::neutral},
      {"v=spf1 bogus", SpfResult::permerror},
      {"no record", SpfResult::permerror},
  };
  for (const Row& row : rows) {
    CAPTURE(row.included);
    MapResolver dns;
    dns.add("i.example", DnsType::txt, row.included);
    CHECK(check_record(dns, "v=spf1 ~include:i.example ?all").result == row.result);
  }
}

TEST_CASE("5.3 and 5.4: a and mx match by the client's family and prefix") {
  MapResolver dns;
  dns.add("d.example", DnsType::a, "192.0.2.9")
      .add("d.example", DnsType::aaaa, "2001:db8:1::9")
      .add("m.example", DnsType::mx, "")
      .add("m.example", DnsType::mx, "D.Example.");
  struct Row {
    std::string_view term;
    std::string_view ip;
    bool is_match;
  };
  constexpr Row kRows[] = {
      {"a", "192.0.2.9", true},
      {"a", "192.0.2.7", false},
      {"a/24", "192.0.2.7", true},
      {"a/24", "2001:db8:1::7", false},
      {"a//48", "2001:db8:1::7", true},
      {"a//48", "192.0.2.7", false},
      {"a", "::ffff:192.0.2.9", true},
      {"mx:m.example", "192.0.2.9", true},
      {"mx:m.example", "192.0.2.7", false},
      {"mx:m.example/24", "192.0.2.7", true},
      {"mx:m.example//48", "2001:db8:1::7", true},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.term);
    CAPTURE(row.ip);
    const std::string domain = "t" + std::to_string(&row - kRows) + ".example";
    std::string term(row.term);
    if (term[0] == 'a') term.insert(1, ":d.example");
    dns.add(domain, DnsType::txt, "v=spf1 " + term + " -all");
    const SpfOutcome outcome = check(dns, "a@" + domain, row.ip);
    CHECK((outcome.result == SpfResult::pass) == row.is_match);
    CHECK(outcome.is_direct_pass() == row.is_match);
  }
}

TEST_CASE("5.4: a domain without MX has no MX, not itself") {
  MapResolver dns;
  dns.add("d.example", DnsType::a, "192.0.2.7");
  CHECK(check_record(dns, "v=spf1 mx -all").result == SpfResult::fail);
}

TEST_CASE("5.5: ptr matches names that lead back to the client, errors do not match") {
  MapResolver dns;
  dns.add("7.2.0.192.in-addr.arpa", DnsType::ptr, "mx.d.example")
      .add("7.2.0.192.in-addr.arpa", DnsType::ptr, "real.other.example")
      .add("real.other.example", DnsType::a, "192.0.2.7")
      .fail("mx.d.example", DnsType::a, DnsStatus::timeout);
  CHECK(check_record(dns, "v=spf1 ptr -all").result == SpfResult::fail);
  MapResolver good;
  good.add("7.2.0.192.in-addr.arpa", DnsType::ptr, "MX.D.Example")
      .add("mx.d.example", DnsType::a, "192.0.2.7");
  const SpfOutcome outcome = check_record(good, "v=spf1 ptr -all");
  CHECK(outcome.result == SpfResult::pass);
  CHECK_FALSE(outcome.is_direct_pass());
  MapResolver dead;
  dead.fail("7.2.0.192.in-addr.arpa", DnsType::ptr, DnsStatus::timeout);
  CHECK(check_record(dead, "v=spf1 ptr -all").result == SpfResult::fail);
}

TEST_CASE("5.7: exists asks for A, whatever the client") {
  MapResolver dns;
  dns.add("2.0.0.1.x.example", DnsType::a, "127.0.0.2");
  CHECK(check_record(dns, "v=spf1 exists:%{i4r}.x.example -all", "2001:db8::1").result ==
        SpfResult::fail);
  MapResolver v6;
  v6.add("2.0.0.1.x.example", DnsType::a, "127.0.0.2");
  CHECK(check_record(v6, "v=spf1 exists:2.0.0.1.x.example -all", "2001:db8::1").result ==
        SpfResult::pass);
}

TEST_CASE("6.1: redirect replaces the record, and needs one") {
  MapResolver dns;
  dns.add("r.example", DnsType::txt, "v=spf1 a -all").add("r.example", DnsType::a, "192.0.2.7");
  const SpfOutcome outcome = check_record(dns, "v=spf1 redirect=r.example");
  CHECK(outcome.result == SpfResult::pass);
  CHECK(way(outcome) == "d.example redirect=r.example; r.example a; ");
  CHECK_FALSE(outcome.is_direct_pass());
  CHECK(outcome.is_direct_pass([](std::string_view domain) { return domain == "r.example"; }));
  CHECK_FALSE(
      outcome.is_direct_pass([](std::string_view domain) { return domain == "x.example"; }));
  MapResolver none;
  CHECK(check_record(none, "v=spf1 redirect=r.example").result == SpfResult::permerror);
}

TEST_CASE("6.2: only a fail of the domain's own or redirected record is explained") {
  MapResolver dns;
  dns.add("e.example", DnsType::txt, "%{i} is not %{d}'s, says %{r} at %{t}. ")
      .add("i.example", DnsType::txt, "v=spf1 -all exp=other.example")
      .add("other.example", DnsType::txt, "other");
  const std::string own = "v=spf1 include:i.example -all exp=e.example";
  CHECK(check_record(dns, own).explanation == "192.0.2.7 is not d.example's, says unknown at 0. ");
  MapResolver soft;
  soft.add("e.example", DnsType::txt, "text");
  CHECK(check_record(soft, "v=spf1 ~all exp=e.example").explanation.empty());
  for (const std::string& text :
       {std::string("%{q}"), std::string("b\xC3\xBC"), std::string("a\nb"), std::string(5000, 'x'),
        std::string("a\0b", 3)}) {
    MapResolver bad;
    bad.add("e.example", DnsType::txt, text);
    const SpfOutcome outcome = check_record(bad, "v=spf1 -all exp=e.example");
    CHECK(outcome.result == SpfResult::fail);
    CHECK(outcome.explanation.empty());
  }
}

TEST_CASE("whoever wants no explanation asks for none") {
  MapResolver dns;
  dns.add("d.example", DnsType::txt, "v=spf1 -all exp=why.example")
      .add("why.example", DnsType::txt, "so");
  const SpfQuery query{
      .ip = *IpAddress::parse(kClient), .sender = "d.example", .helo = "h", .is_explained = false};
  CHECK(check_host(query, dns).result == SpfResult::fail);
  CHECK(dns.asked == std::vector<std::string>{"TXT d.example"});
}

TEST_CASE("7.3: a name that grows too long loses labels on the left") {
  MapResolver dns;
  std::string record = "v=spf1 exists:";
  for (int i = 0; i < 40; ++i) record += "%{d}.";
  CHECK(check_record(dns, record + "x.example -all").result == SpfResult::fail);
  REQUIRE(dns.asked.size() == 2);
  CHECK(dns.asked[1].size() <= 2 + 253);
  CHECK(dns.asked[1].size() > 2 + 240);
  CHECK(is_name_within(dns.asked[1], "d.example.x.example"));
}

TEST_CASE("RFC 8616: U-labels are asked as A-labels; a local part outside ASCII matches nothing") {
  MapResolver dns;
  dns.add("xn--bcher-kva.example", DnsType::txt, "v=spf1 exists:%{l}.x.example a:%{o} -all")
      .add("xn--bcher-kva.example", DnsType::a, "192.0.2.7");
  const SpfOutcome outcome = check(dns,
                                   "j\xC3\xBCrgen@B\xC3\xBC"
                                   "cher.example");
  CHECK(outcome.result == SpfResult::pass);
  CHECK(outcome.domain == "xn--bcher-kva.example");
  CHECK(dns.asked ==
        std::vector<std::string>{"TXT xn--bcher-kva.example", "A xn--bcher-kva.example"});
  dns.add("h.example", DnsType::txt, "v=spf1 a:%{h} -all");
  CHECK(check(dns, "a@h.example", kClient,
              "b\xC3\xBC"
              "cher.example")
            .result == SpfResult::pass);
}

TEST_CASE("the way to the result, and what the pass is worth") {
  struct Row {
    std::string record;
    std::string path;
    bool is_direct;
    bool is_over_wide;
  };
  const Row rows[] = {
      {"v=spf1 ip4:192.0.2.7 -all", "d.example ip4:192.0.2.7; ", true, false},
      {"v=spf1 a:no.example +all", "d.example +all; ", false, true},
      {"v=spf1 ip4:0.0.0.0/0 -all", "d.example ip4:0.0.0.0/0; ", false, true},
      {"v=spf1 include:i.example -all", "d.example include:i.example; i.example ip4:192.0.2.0/24; ",
       false, false},
      {"v=spf1 include:no-pass.example include:i.example -all",
       "d.example include:i.example; i.example ip4:192.0.2.0/24; ", false, false},
      {"v=spf1 include:wide.example -all", "d.example include:wide.example; wide.example all; ",
       false, true},
      {"v=spf1 include:both.example -all",
       "d.example include:both.example; both.example redirect=i.example; i.example "
       "ip4:192.0.2.0/24; ",
       false, false},
      {"v=spf1 -all", "d.example -all; ", false, true},
      {"v=spf1 redirect=both.example",
       "d.example redirect=both.example; both.example redirect=i.example; i.example "
       "ip4:192.0.2.0/24; ",
       false, false},
      {"v=spf1", "", false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    MapResolver dns;
    dns.add("i.example", DnsType::txt, "v=spf1 ip4:192.0.2.0/24 -all")
        .add("no-pass.example", DnsType::txt, "v=spf1 redirect=fails.example")
        .add("fails.example", DnsType::txt, "v=spf1 -all")
        .add("wide.example", DnsType::txt, "v=spf1 all")
        .add("both.example", DnsType::txt, "v=spf1 redirect=i.example");
    const SpfOutcome outcome = check_record(dns, row.record);
    CHECK(way(outcome) == row.path);
    CHECK(outcome.is_direct_pass() == row.is_direct);
    const auto all_are_own = [](std::string_view) { return true; };
    CHECK(outcome.is_direct_pass(all_are_own) ==
          (outcome.result == SpfResult::pass && !row.is_over_wide));
    CHECK(outcome.is_over_wide == row.is_over_wide);
  }
}

TEST_CASE("the worst record is bounded in questions") {
  MapResolver dns;
  std::string record = "v=spf1";
  for (int i = 0; i < 5000; ++i) record += " mx";
  for (int i = 0; i < 10; ++i) {
    const std::string host = "h" + std::to_string(i) + ".example";
    dns.add("d.example", DnsType::mx, host).add(host, DnsType::a, "192.0.2.9");
  }
  CHECK(check_record(dns, record).result == SpfResult::permerror);
  CHECK(dns.asked.size() <= 1 + 10 * 11);
}

}  // namespace unsent

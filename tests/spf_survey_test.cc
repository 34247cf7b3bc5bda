// SPDX-License-Identifier: MIT
#include "spf/survey.h"

#include <doctest/doctest.h>

#include "map_resolver.h"

namespace unsent {
namespace {

void fill(MapResolver& dns) {
  dns.add("isp.example", DnsType::txt, "v=spf1 ip4:203.0.113.0/24 include:_a.isp.example ~all")
      .add("_a.isp.example", DnsType::txt, "v=spf1 a mx ~all")
      .add("loop.example", DnsType::txt, "v=spf1 include:d.example -all")
      .add("wide.example", DnsType::txt, "v=spf1 ip4:0.0.0.0/1 -all")
      .add("wrong.example", DnsType::txt, "v=spf1 ipv4:192.0.2.1 -all")
      .add("twice.example", DnsType::txt, "v=spf1 -all")
      .add("twice.example", DnsType::txt, "v=spf1 +all")
      .add("words.example", DnsType::txt, "hello");
}

std::string findings(const SpfSurvey& survey) {
  std::string out;
  for (const SpfFinding& finding : survey.findings)
    out += finding.domain + "|" + finding.term + "|" + finding.detail.substr(0, 24) + "\n";
  return out;
}

}  // namespace

TEST_CASE("a record costs what it and all that it includes would ask") {
  struct Row {
    std::string record;
    int lookups;
    std::string findings;
  };
  std::string eleven = "v=spf1";
  for (int i = 0; i < 11; ++i) eleven += " a:h" + std::to_string(i) + ".d.example";
  const Row rows[] = {
      {"v=spf1 ip4:192.0.2.10 -all", 0, ""},
      {"v=spf1 a mx exists:%{i}.d.example ~all", 3, ""},
      {"v=spf1 include:isp.example -all", 4, ""},
      {"v=spf1 redirect=isp.example", 4, ""},
      {"v=spf1 -all redirect=isp.example", 0, ""},
      {"v=spf1 include:%{d}.isp.example -all", 1, ""},
      {"v=spf1 include:d.example -all", 1,
       "d.example|include:d.example|leads back to a record a\n"},
      {"v=spf1 include:loop.example -all", 2,
       "loop.example|include:d.example|leads back to a record a\n"},
      {"v=spf1 include:none.example -all", 1,
       "d.example|include:none.example|none.example has no SPF \n"},
      {"v=spf1 include:words.example -all", 1,
       "d.example|include:words.example|words.example has no SPF\n"},
      {"v=spf1 include:twice.example -all", 1,
       "d.example|include:twice.example|twice.example has severa\n"},
      {"v=spf1 include:wrong.example -all", 1,
       "d.example|include:wrong.example|the record of wrong.exam\n"},
      {"v=spf1 include:wide.example -all", 1,
       "wide.example|ip4:0.0.0.0/1|lets nearly every addres\n"},
      {"v=spf1 +all", 0, "d.example|+all|lets nearly every addres\n"},
      {"v=spf1 ?all", 0, "d.example|?all|forbids nobody\n"},
      {"v=spf1 ip4:192.0.2.1", 0, "d.example||ends without \"all\": whoe\n"},
      {"v=spf1 ip4:10.0.0.0/9 -all", 0, "d.example|ip4:10.0.0.0/9|is a very wide network\n"},
      {"v=spf1 ip6:2001::/20 -all", 0, "d.example|ip6:2001::/20|is a very wide network\n"},
      {"v=spf1 -ip4:10.0.0.0/9 -all", 0, ""},
      {"v=spf1 ptr -all", 1, "d.example|ptr|is slow, unreliable and \n"},
      {"v=spf1 -all a", 0, "d.example|a|stands behind \"all\" and \n"},
      {eleven + " -all", 11, "d.example||takes 11 lookups, and mo\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    MapResolver dns;
    fill(dns);
    const SpfSurvey survey = survey_record(row.record, "d.example", dns);
    CHECK(survey.result == SpfResult::pass);
    CHECK(survey.lookups == row.lookups);
    CHECK(findings(survey) == row.findings);
  }
}

TEST_CASE("a record too long for one string, or for one short answer, is told") {
  MapResolver dns;
  std::string record = "v=spf1";
  while (record.size() < 300) record += " ip4:192.0.2.1";
  CHECK(survey_record(record + " -all", "d.example", dns)
            .findings.front()
            .detail.find("several strings") != std::string::npos);
  while (record.size() < 500) record += " ip4:192.0.2.1";
  CHECK(survey_record(record + " -all", "d.example", dns)
            .findings.front()
            .detail.find("too many for a short DNS answer") != std::string::npos);
}

TEST_CASE("what is published decides whether there is anything to survey") {
  MapResolver dns;
  fill(dns);
  dns.fail("sleepy.example", DnsType::txt, DnsStatus::timeout);
  struct Row {
    std::string domain;
    SpfResult result;
    std::string reason;
  };
  const Row rows[] = {
      {"isp.example", SpfResult::pass, ""},
      {"ISP.example.", SpfResult::pass, ""},
      {"none.example", SpfResult::none, "none.example has no SPF record"},
      {"words.example", SpfResult::none, "words.example has no SPF record"},
      {"twice.example", SpfResult::permerror, "twice.example has several SPF records"},
      {"sleepy.example", SpfResult::temperror, "TXT sleepy.example: time-out"},
      {"localhost", SpfResult::none, "'localhost' is no mail domain"},
      {"", SpfResult::none, "'' is no mail domain"},
      {std::string("a\0b.example", 11), SpfResult::none, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.domain);
    const SpfSurvey survey = survey_domain(row.domain, dns);
    CHECK(survey.result == row.result);
    if (!row.reason.empty()) CHECK(survey.reason == row.reason);
  }
  CHECK(survey_domain("wrong.example", dns).result == SpfResult::permerror);
  CHECK(survey_domain("wrong.example", dns).record == "v=spf1 ipv4:192.0.2.1 -all");
}

TEST_CASE("records that include each other without end are read a bounded number of times") {
  MapResolver dns;
  for (int i = 0; i < 400; ++i)
    dns.add("n" + std::to_string(i) + ".example", DnsType::txt,
            "v=spf1 include:n" + std::to_string(i + 1) + ".example include:n" +
                std::to_string(i + 2) + ".example -all");
  survey_domain("n0.example", dns);
  CHECK(dns.asked.size() <= 102);
}

TEST_CASE("new terms stand before what ends the record") {
  struct Row {
    std::string record;
    std::string with;
  };
  const Row rows[] = {
      {"", "v=spf1 NEW ~all"},
      {"v=spf1", "v=spf1 NEW"},
      {"v=spf1 -all", "v=spf1 NEW -all"},
      {"v=spf1 a  mx ALL", "v=spf1 a mx NEW ALL"},
      {"v=spf1 a redirect=isp.example", "v=spf1 a NEW redirect=isp.example"},
      {"v=spf1 a exp=why.example ?all", "v=spf1 a exp=why.example NEW ?all"},
      {"v=spf1 a:all.example -all", "v=spf1 a:all.example NEW -all"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    CHECK(with_terms(row.record, {"NEW"}) == row.with);
  }
}

}  // namespace unsent

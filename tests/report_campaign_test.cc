// SPDX-License-Identifier: MIT
#include "report/campaign.h"

#include <doctest/doctest.h>

#include "bounce/original.h"

namespace unsent {
namespace {

const Time kNoon = *parse_rfc3339("2026-11-24T12:00:00Z");

CampaignTraits traits(std::string subject, std::string network = "", std::string sender = "",
                      std::string reporter = "") {
  return {std::move(subject), std::move(network), std::move(sender), std::move(reporter)};
}

std::vector<std::string> names_of(const Campaigns& campaigns) {
  std::vector<std::string> names;
  for (const Campaign& one : campaigns.list())
    names.push_back(one.shared + ": " + std::to_string(one.bounces));
  return names;
}

}  // namespace

TEST_CASE("a bounce tells network, forged sender and reporter") {
  Bounce bounce;
  bounce.reporter = "mx1.mail.remote.example";
  Defects defects;
  read_original(bounce.original,
                "Received: from x (y.example [198.51.100.77]) by mx1.mail.remote.example with "
                "ESMTP; Mon, 23 Nov 2026 10:00:00 +0000\n"
                "From: Alice@OurShop.example\nSubject: Cheap meds 17\n",
                Extent::headers, defects);
  const CampaignTraits told = campaign_traits(bounce);
  CHECK(told.subject == "cheap meds #");
  CHECK(told.network == "198.51.100.0/24");
  CHECK(told.sender == "alice@ourshop.example");
  CHECK(told.reporter == "remote.example");
  const CampaignTraits nothing = campaign_traits(Bounce());
  CHECK((nothing.subject + nothing.network + nothing.sender + nothing.reporter).empty());
  Bounce six;
  read_original(six.original,
                "Received: from x (y.example [IPv6:2001:db8:1:2::3]) by mx.remote.example; Mon, "
                "23 Nov 2026 10:00:00 +0000\n",
                Extent::headers, defects);
  CHECK(campaign_traits(six).network == "2001:db8:1::/48");
}

TEST_CASE("bounces of one subject are a campaign, whatever else differs") {
  Campaigns campaigns;
  for (int i = 0; i < 20; ++i)
    campaigns.add(traits("cheap meds", "198.51." + std::to_string(i) + ".0/24", "a@ourshop.example",
                         "r" + std::to_string(i % 3) + ".example"),
                  Verdict::backscatter, kNoon + seconds(i));
  for (int i = 0; i < 4; ++i)
    campaigns.add(traits("hello", "203.0.113.0/24"), Verdict::backscatter, kNoon);
  REQUIRE(names_of(campaigns) == std::vector<std::string>{"subject \"cheap meds\": 20"});
  const Campaign found = campaigns.list().front();
  CHECK(found.name.rfind("cheap-meds-", 0) == 0);
  CHECK(found.first == kNoon);
  CHECK(found.last == kNoon + seconds(19));
  CHECK(found.networks.names() >= 8);
  REQUIRE(found.senders.top(5).size() == 1);
  CHECK(found.senders.top(5)[0].counts[Verdict::backscatter] == 20);
  CHECK(found.reporters.top(1)[0].counts.total() == 7);
  CHECK(campaigns.name_for(traits("cheap meds")) == found.name);
  CHECK_FALSE(campaigns.name_for(traits("hello", "203.0.113.0/24")).has_value());
  CHECK_FALSE(campaigns.name_for({}).has_value());
}

TEST_CASE("subjects that all differ: the network makes the campaign, else sender and reporter") {
  Campaigns campaigns;
  for (int i = 0; i < 30; ++i)
    campaigns.add(traits(std::string(1, static_cast<char>('a' + i % 26)) + std::string("x") +
                             static_cast<char>('a' + i / 26),
                         "198.51.100.0/24", "a@ourshop.example", "remote.example"),
                  Verdict::backscatter, kNoon);
  for (int i = 0; i < 10; ++i)
    campaigns.add(traits("", "", "b@ourshop.example", "other.example"), Verdict::backscatter,
                  kNoon);
  CHECK(names_of(campaigns) ==
        std::vector<std::string>{"network 198.51.100.0/24: 30",
                                 "sender b@ourshop.example, reporter other.example: 10"});
  CHECK(campaigns.name_for(traits("new", "198.51.100.0/24")) == "198.51.100.0/24");
}

TEST_CASE("a name is the same in every run, and two campaigns never share one") {
  Campaigns first(1), second(1);
  first.add(traits("cheap meds"), Verdict::backscatter, kNoon);
  first.add(traits("cheap-meds"), Verdict::backscatter, kNoon);
  second.add(traits("cheap meds"), Verdict::backscatter, kNoon + seconds(9));
  CHECK(first.list()[0].name != first.list()[1].name);
  CHECK(second.list()[0].name == *first.name_for(traits("cheap meds")));
}

TEST_CASE("what is kept of a bounce finds the same name as the bounce") {
  Campaigns campaigns;
  for (int i = 0; i < 9; ++i) {
    campaigns.add(traits("cheap meds"), Verdict::backscatter, kNoon);
    campaigns.add(traits("", "198.51.100.0/24"), Verdict::backscatter, kNoon);
    campaigns.add(traits("", "", "b@ourshop.example", "other.example"), Verdict::backscatter,
                  kNoon);
  }
  const CampaignNames names = campaigns.names();
  for (const CampaignTraits& one :
       {traits("cheap meds"), traits("new", "198.51.100.0/24"), traits("new"), CampaignTraits(),
        traits("x", "y", "b@ourshop.example", "other.example")})
    CHECK(names.find(campaign_key(one)) == campaigns.name_for(one));
  for (const Campaign& one : campaigns.list()) CHECK(names.has(one.name));
  CHECK_FALSE(names.has("cheap-meds"));
  CHECK_FALSE(names.has(""));
}

TEST_CASE("memory is bounded, and a large campaign outlives a million small ones") {
  Campaigns campaigns;
  for (int i = 0; i < 100; ++i) campaigns.add(traits("cheap meds"), Verdict::backscatter, kNoon);
  for (int i = 0; i < 20000; ++i)
    campaigns.add(traits("s" + std::to_string(i), std::to_string(i), std::to_string(i), "r"),
                  Verdict::backscatter, kNoon);
  CHECK(names_of(campaigns) == std::vector<std::string>{"subject \"cheap meds\": 100"});
}

}  // namespace unsent

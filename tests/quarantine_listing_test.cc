// SPDX-License-Identifier: MIT
#include "quarantine/listing.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "quarantined_mail.h"

namespace unsent {
namespace {

const bool kIsInUtc = ::setenv("TZ", "UTC", 1) == 0;
const Quarantined kOne{"1793610760.M1P1.host", "/q/new/1793610760.M1P1.host",
                       Time(seconds(1793610760)), 512};

}  // namespace

TEST_CASE("for programs a message is an object, with null for what is not known") {
  PutAway seen;
  CHECK(to_json(kOne, seen) ==
        R"({"version":1,"id":"1793610760.M1P1.host","since":"2026-11-02T09:12:40Z","size":512,)"
        R"("why":null,"subject":null,"original_subject":null,"campaign":null})");
  seen = {"backscatter; kind=bounce", "Undelivered", "Cheap \xFF", 0, "cheap-1a2b3c"};
  CHECK(to_json(kOne, seen) ==
        R"({"version":1,"id":"1793610760.M1P1.host","since":"2026-11-02T09:12:40Z","size":512,)"
        R"("why":"backscatter; kind=bounce","subject":"Undelivered",)"
        "\"original_subject\":\"Cheap \xEF\xBF\xBD\",\"campaign\":\"cheap-1a2b3c\"}");
}

TEST_CASE("for people the largest campaign comes first, what is of none last, few of each") {
  QuarantineFolder folder;
  folder.fill();
  RuleSet rules;
  PutAwayReader reader(folder.path(), rules);
  const auto all = list_quarantine_files(folder.path());
  REQUIRE(all);
  reader.learn(*all);
  const auto groups = group_by_campaign(*all, reader, 1);
  REQUIRE(groups.size() == 2);
  const std::string& name = groups[0].name;
  CHECK(to_text(groups[0], 1) ==
        name + ": 6 messages, 2 Nov 2026 to 7 Nov 2026\n  " + all->front().id +
            "  2026-11-02T09:12:40Z  " + name +
            "  Cheap meds 0\n"
            "      backscatter; kind=bounce; reason=\"nobody here has sent it\"\n"
            "  and 5 more: --all shows them\n");
  CHECK(to_text(groups[1], 1) ==
        "(no campaign): 1 message, 8 Nov 2026\n  " + all->back().id +
            "  2026-11-08T09:12:40Z  (no campaign)  Invoice\n"
            "      unverified; kind=bounce; reason=\"nobody here has sent it\"\n");
}

TEST_CASE("what steers a terminal in a stranger's subject is shown by its number") {
  QuarantineFolder folder;
  folder.add(0, "Subject: =?utf-8?q?a=1B[31m?=\n\nHi\n");
  RuleSet rules;
  PutAwayReader reader(folder.path(), rules);
  const auto groups = group_by_campaign(*list_quarantine_files(folder.path()), reader, 9);
  REQUIRE(groups.size() == 1);
  const std::string text = to_text(groups[0], 9);
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(text.find("no reason noted") != std::string::npos);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "quarantine/put_away.h"

#include <doctest/doctest.h>

#include "quarantined_mail.h"

namespace unsent {
namespace {

// Of the only message in a quarantine.
PutAway look_at(const std::string& bytes) {
  QuarantineFolder folder;
  folder.add(0, bytes);
  RuleSet rules;
  const auto all = list_quarantine_files(folder.path());
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  return PutAwayReader(folder.path(), rules).look(all->front());
}

}  // namespace

TEST_CASE("a message tells why it is there, and what the one is about that it reports on") {
  const PutAway seen = look_at(bounce_about("Cheap meds 17", "backscatter"));
  CHECK(seen.why == "backscatter; kind=bounce; reason=\"nobody here has sent it\"");
  CHECK(seen.subject == "Undelivered Mail");
  CHECK(seen.original == "Cheap meds 17");
  CHECK(seen.doubt == 0);
  CHECK(!seen.campaign);
}

TEST_CASE("what speaks for it is doubt, strong words three times") {
  CHECK(look_at("X-Unsent-Evidence: spf; points-to=genuine; strength=strong\n"
                "X-Unsent-Evidence: ledger; points-to=genuine; strength=weak\n"
                "X-Unsent-Evidence: dkim; points-to=backscatter; strength=proof\n\n")
            .doubt == 4);
}

TEST_CASE("what bears no header of ours, or is gone, is looked at as well") {
  const PutAway bare = look_at("Subject: hi\n\nHi\n");
  CHECK(bare.why.empty());
  CHECK(bare.subject == "hi");
  RuleSet rules;
  QuarantineFolder folder;
  const PutAway gone =
      PutAwayReader(folder.path(), rules).look({"id", folder.path() + "/new/id", Time{}, 0});
  CHECK(gone.why.empty());
  CHECK(gone.subject.empty());
}

TEST_CASE("campaigns are known once all has been looked at, but for what is genuine") {
  QuarantineFolder folder;
  folder.fill();
  folder.add(7, bounce_about("Cheap meds 7", "genuine"));
  RuleSet rules;
  PutAwayReader reader(folder.path(), rules);
  const auto all = list_quarantine_files(folder.path());
  REQUIRE(all);
  CHECK(!reader.look(all->front()).campaign);
  reader.learn(*all);
  const auto campaign = reader.look(all->front()).campaign;
  REQUIRE(campaign);
  CHECK(campaign->starts_with("cheap-meds-"));
  CHECK(reader.look((*all)[5]).campaign == campaign);
  CHECK(!reader.look((*all)[6]).campaign);
  CHECK(!reader.look((*all)[7]).campaign);
}

}  // namespace unsent

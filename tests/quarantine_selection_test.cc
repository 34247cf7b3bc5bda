// SPDX-License-Identifier: MIT
#include "quarantine/selection.h"

#include <doctest/doctest.h>

#include "quarantined_mail.h"

namespace unsent {
namespace {

// The ids that are chosen; the error's message where there is one.
std::vector<std::string> chosen(const QuarantineFolder& folder, const Selection& selection) {
  RuleSet rules;
  PutAwayReader reader(folder.path(), rules);
  const auto list = choose(folder.path(), selection, &reader);
  if (!list) return {list.error().message};
  std::vector<std::string> ids;
  for (const Quarantined& one : *list) ids.push_back(one.id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("no condition chooses all, oldest first; a folder that is not there has none") {
  QuarantineFolder folder;
  const std::string second = folder.add(2, "");
  const std::string first = folder.add(1, "");
  CHECK(chosen(folder, {}) == Ids{first, second});
  const auto none = choose(folder.path() + "/missing", {}, nullptr);
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("an id is named by any beginning that is no other's") {
  QuarantineFolder folder;
  const std::string first = folder.add(1, "");
  const std::string second = folder.add(2, "");
  CHECK(chosen(folder, {.ids = {second, first}}) == Ids{second, first});
  CHECK(chosen(folder, {.ids = {first.substr(0, first.find('.'))}}) == Ids{first});
  CHECK(chosen(folder, {.ids = {"17"}}) == Ids{"17: begins the ids of several messages"});
  for (const char* bad : {"", "18", "x"})
    CHECK(chosen(folder, {.ids = {bad}}) ==
          Ids{std::string(bad) + ": no such message in the quarantine"});
}

TEST_CASE("what came before a time, and all conditions at once") {
  QuarantineFolder folder;
  const std::string first = folder.add(0, "");
  const std::string second = folder.add(1, "");
  const Time then = Time(seconds(1793610760 + 86400));
  CHECK(chosen(folder, {.before = then}) == Ids{first});
  CHECK(chosen(folder, {.ids = {second}, .before = then}).empty());
}

TEST_CASE("a campaign is chosen by its name; one that nothing bears is a slip") {
  QuarantineFolder folder;
  folder.fill();
  RuleSet rules;
  PutAwayReader reader(folder.path(), rules);
  const auto all = choose(folder.path(), {}, &reader);
  REQUIRE(all);
  const std::string name = reader.look(all->front()).campaign.value_or("");
  CHECK(chosen(folder, {.campaign = name}).size() == 6);
  CHECK(chosen(folder, {.campaign = name, .before = Time(seconds(0))}).empty());
  CHECK(chosen(folder, {.campaign = "other"}) == Ids{"other: no such campaign in the quarantine"});
}

TEST_CASE("a selection is empty as long as it says nothing") {
  CHECK(Selection().is_empty());
  CHECK(!Selection{.ids = {"1"}}.is_empty());
  CHECK(!Selection{.campaign = ""}.is_empty());
  CHECK(!Selection{.before = Time{}}.is_empty());
  CHECK(!Selection{.is_all = true}.is_empty());
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "review/board.h"

#include <doctest/doctest.h>

#include "scan_items.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

ScanItem report(Verdict verdict, int number, const std::string& shape, const std::string& network) {
  ScanItem one = item(verdict, number);
  one.id = "id" + std::to_string(number);
  one.traits = {shape, network, "", ""};
  return one;
}

// Seven unverified and three that are backscatter of one campaign, six that are backscatter of
// another, two unverified alone, and two that are genuine.
ScanSummary flood() {
  ScanSummary summary;
  int number = 0;
  for (int i = 0; i < 10; ++i)
    summary.add(report(i < 7 ? Verdict::unverified : Verdict::backscatter, number++,
                       "cheap pills #", "203.0.113.0/24"),
                2000);
  for (int i = 0; i < 6; ++i)
    summary.add(report(Verdict::backscatter, number++, "", "198.51.100.0/24"), 2000);
  for (int i = 0; i < 2; ++i)
    summary.add(report(Verdict::unverified, number++, "alone " + std::string(1, char('a' + i)),
                       "192.0." + std::to_string(i) + ".0/24"),
                2000);
  for (int i = 0; i < 2; ++i)
    summary.add(report(Verdict::genuine, number++, "cheap pills #", "203.0.113.0/24"), 2000);
  return summary;
}

void check_effect(const Board& board, std::uint64_t put_away, std::uint64_t stays) {
  CHECK(board.effect().put_away == put_away);
  CHECK(board.effect().stays == stays);
}

}  // namespace

TEST_CASE(
    "campaigns come largest first, then what is part of none; what is genuine is in neither") {
  const Board board(flood(), {});
  REQUIRE(board.rows().size() == 3);
  CHECK(board.rows()[0].campaign.bounces == 10);
  CHECK(board.rows()[0].items.size() == 10);
  CHECK(board.rows()[1].campaign.name == "198.51.100.0/24");
  CHECK(board.rows()[1].items.size() == 6);
  CHECK(board.rows()[2].campaign.name == "");
  CHECK(board.rows()[2].campaign.bounces == 2);
  CHECK(board.rows()[2].items.size() == 2);
  CHECK(board.genuine() == 2);
}

TEST_CASE("where nothing is said backscatter goes and what is unverified stays") {
  check_effect(Board(flood(), {}), 9, 9);
}

TEST_CASE("a word is of all reports of a campaign, and the same word again takes it back") {
  Board board(flood(), {});
  board.say(0, Word::not_mine);
  check_effect(board, 16, 2);
  board.say(0, Word::mine);
  check_effect(board, 6, 12);
  board.say(1, Word::mine);
  check_effect(board, 0, 18);
  board.say(1, Word::mine);
  board.say(0, Word::mine);
  check_effect(board, 9, 9);
}

TEST_CASE("of reports that are part of no campaign nothing is said at once") {
  Board board(flood(), {});
  board.say(2, Word::not_mine);
  check_effect(board, 9, 9);
  board.say(2, 0, Word::not_mine);
  check_effect(board, 10, 8);
}

TEST_CASE("a word about one report outweighs the one about its campaign") {
  Board board(flood(), {});
  board.say(0, Word::not_mine);
  board.say(0, 3, Word::mine);
  check_effect(board, 15, 3);
  CHECK(!board.goes(0, 3));
  CHECK(board.goes(0, 4));
  board.say(0, Word::mine);
  board.say(0, 4, Word::not_mine);
  check_effect(board, 7, 11);
  CHECK(board.goes(0, 4));
  const ReviewedWords words = board.words();
  CHECK(words.mine.size() == 1);
  CHECK(words.not_mine.empty());
  CHECK(words.spared.size() == 1);
  CHECK(words.meant.size() == 1);
  board.say(0, 3, Word::mine);
  CHECK(board.words().spared.empty());
}

TEST_CASE("what was said is recalled by the next review, and can be taken back") {
  CampaignWords said;
  const Time now = at("2026-11-23T12:00:00Z");
  Board first(flood(), said);
  first.say(0, Word::not_mine);
  first.remember(said, now);
  CHECK(said.all().size() == 1);

  Board second(flood(), said);
  CHECK(second.rows()[0].word == Word::not_mine);
  CHECK(second.rows()[0].is_recalled);
  CHECK(!second.rows()[1].is_recalled);
  check_effect(second, 16, 2);
  second.say(0, Word::not_mine);
  second.remember(said, now);
  CHECK(said.all().empty());
}

TEST_CASE("the file of what was said: whole or as far as its lines are") {
  const ScratchFolder folder;
  const std::string path = folder / "deep/reviewed.tsv";
  CHECK(CampaignWords::read(path)->all().empty());
  CampaignWords said;
  said.say("cheap-pills-1a2b3c", Word::not_mine, "subject \"cheap\tpills\"\n", Time(seconds(5)));
  said.say("198.51.100.0/24", Word::mine, "", Time(seconds(6)));
  REQUIRE(said.write(path));
  const auto back = CampaignWords::read(path);
  REQUIRE(back);
  CHECK(back->all().size() == 2);
  CHECK(back->find("cheap-pills-1a2b3c") == Word::not_mine);
  CHECK(back->all().at("cheap-pills-1a2b3c").shared == "subject \"cheap\tpills\"\n");
  CHECK(back->find("198.51.100.0/24") == Word::mine);
  CHECK(back->find("another") == Word::none);

  for (const char* damaged : {"", "\n", "a\tmine\t5\n", "a\tours\t5\tx\t.\n", "\xff\x00\x01"}) {
    write_file(folder / "damaged", damaged);
    const auto none = CampaignWords::read(folder / "damaged");
    REQUIRE(none);
    CHECK(none->all().empty());
  }
}

TEST_CASE("what was said of a campaign is told to people and to programs") {
  const CampaignWords::Entry entry{Word::not_mine, "subject \"cheap meds #\"",
                                   at("2026-11-23T12:00:00Z")};
  CHECK(to_text("cheap-meds-1a2b3c", entry) ==
        "not mine  2026-11-23  cheap-meds-1a2b3c  subject \"cheap meds #\"");
  CHECK(to_json("cheap-meds-1a2b3c", entry) ==
        R"({"version":1,"campaign":"cheap-meds-1a2b3c","word":"not mine",)"
        R"("when":"2026-11-23T12:00:00Z","shared":"subject \"cheap meds #\""})");
}

TEST_CASE("an empty mailbox gives an empty board") {
  const Board board(ScanSummary(), {});
  CHECK(board.rows().empty());
  check_effect(board, 0, 0);
  CHECK(board.words().meant.empty());
}

}  // namespace unsent

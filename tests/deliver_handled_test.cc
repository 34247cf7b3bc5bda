// SPDX-License-Identifier: MIT
#include "deliver/handled.h"

#include <doctest/doctest.h>

#include "ledger_scratch.h"

namespace unsent {
namespace {

void note(const std::string& folder, Time when, Verdict verdict, const std::string& recipient) {
  REQUIRE(note_handled(folder, {when, verdict, Kind::bounce, Handling::tag, Handling::tag,
                                "<b1@mx.remote.example>", recipient}));
}

}  // namespace

TEST_CASE("backscatter to an address within the hour is counted, and nothing else") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  const std::string alice = "alice@ourshop.example";
  CHECK(count_recent_backscatter(folder, alice, kNow) == 0);
  for (int i = 0; i < 30; ++i) note(folder, kNow - seconds(60 * i), Verdict::backscatter, alice);
  for (int i = 0; i < 30; ++i) note(folder, kNow - seconds(7200 + i), Verdict::backscatter, alice);
  note(folder, kNow + seconds(600), Verdict::backscatter, alice);
  note(folder, kNow, Verdict::unverified, alice);
  note(folder, kNow, Verdict::genuine, alice);
  note(folder, kNow, Verdict::backscatter, "bob@ourshop.example");
  note(folder, kNow, Verdict::backscatter, "");
  CHECK(count_recent_backscatter(folder, alice, kNow) == 30);
  CHECK(count_recent_backscatter(folder, "ALICE@ourshop.example", kNow) == 30);
  CHECK(count_recent_backscatter(folder, "bob@ourshop.example", kNow) == 1);
  CHECK(count_recent_backscatter(folder, "", kNow) == 0);
  CHECK(count_recent_backscatter("", alice, kNow) == 0);
}

TEST_CASE("a recipient is counted without the tag on its address") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  note(folder, kNow, Verdict::backscatter, "prvs=1234abcdef=alice@ourshop.example");
  note(folder, kNow, Verdict::backscatter, "alice+shop@ourshop.example");
  CHECK(count_recent_backscatter(folder, "alice@ourshop.example", kNow) == 2);
}

TEST_CASE("the account counts by verdict and by rule") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  note(folder, kNow, Verdict::backscatter, "alice@ourshop.example");
  for (const char* rule : {"postfix", "postfix", "exim", ""})
    REQUIRE(note_handled(folder, {kNow, Verdict::genuine, Kind::bounce, Handling::tag,
                                  Handling::tag, "<b@mx.remote.example>", "", rule}));
  const HandledSums sums = sum_handled(folder);
  CHECK(sums.counts.at({"genuine", "tag", "tag"}) == 4);
  CHECK(sums.counts.at({"backscatter", "tag", "tag"}) == 1);
  CHECK(sums.rules.at("postfix") == 2);
  CHECK(sums.rules.size() == 2);
}

TEST_CASE("the last problem is kept, printable and no longer than it needs be, or none is") {
  const ScratchFolder scratch;
  note_problem(scratch / "none", {kNow, "nobody hears it"});
  CHECK_FALSE(last_problem(scratch / "none"));
  const std::string folder = scratch / "";
  note_problem(folder, {kNow, "first"});
  note_problem(folder, {kNow + seconds(5), "ledger.db: \x1b[31m" + std::string(9000, 'x')});
  const auto last = last_problem(folder);
  REQUIRE(last);
  CHECK(last->when == kNow + seconds(5));
  CHECK(last->what.find('\x1b') == last->what.npos);
  CHECK(last->what.size() <= 1000);
}

TEST_CASE("a long account costs no more than a short one, and a new one sees the old one's end") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  const std::string alice = "alice@ourshop.example";
  for (int i = 0; i < 12000; ++i) note(folder, kNow, Verdict::backscatter, alice);
  const auto count = count_recent_backscatter(folder, alice, kNow);
  CHECK(count > 500);
  CHECK(count < 2000);
}

}  // namespace unsent

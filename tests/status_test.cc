// SPDX-License-Identifier: MIT
#include "status/status.h"

#include <doctest/doctest.h>

#include "scratch_folder.h"

namespace unsent {
namespace {

// A home in which there is nothing yet.
class Home {
 public:
  Home() { make_home(folder_); }
  std::string operator/(const std::string& name) const { return folder_ / name; }

 private:
  ScratchFolder folder_;
};

}  // namespace

TEST_CASE("of a home in which there is nothing nothing is known, and nothing is made there") {
  const Home home;
  const Status status = read_status(std::nullopt, {});
  CHECK(status.ledger == home / ".local/share/unsent/ledger.db");
  CHECK(status.ledger_state == "none yet");
  CHECK(!status.messages);
  CHECK(!status.bytes);
  CHECK(status.mailbox.empty());
  CHECK(status.quarantine_state == "empty");
  CHECK(status.put_away == 0);
  CHECK(status.opt_ins.empty());
  CHECK(status.sums.since.empty());
  CHECK(!status.problem);
  CHECK(std::filesystem::is_empty(home / ""));
}

TEST_CASE("a file that is no ledger is told of, with what is wrong") {
  const Home home;
  write_file(home / "ledger.db", "not a ledger");
  const Status status = read_status(home / "ledger.db", {});
  CHECK(status.ledger == home / "ledger.db");
  CHECK(status.ledger_state.find("ledger.db") != std::string::npos);
  CHECK(!status.messages);
}

TEST_CASE("what was put away is counted, with its bytes and since when") {
  const Home home;
  Config config;
  config.quarantine = home / "quarantine";
  config.mailbox = home / "Maildir/";
  std::filesystem::create_directories(home / "quarantine/new");
  std::filesystem::create_directories(home / "quarantine/cur");
  write_file(home / "quarantine/new/1793610760.M1P2.host", "12345");
  write_file(home / "quarantine/cur/1793610761.M1P2.host:2,S", "123");
  const Status status = read_status(std::nullopt, config);
  CHECK(status.mailbox == home / "Maildir/");
  CHECK(status.quarantine == home / "quarantine");
  CHECK(status.quarantine_state == "2 messages, 8 bytes, the oldest since 2026-11-02T09:12:40Z");
  CHECK(status.put_away == 2);
  CHECK(status.put_away_bytes == 8);
  CHECK(status.oldest == Time(seconds(1793610760)));
}

TEST_CASE("the account and the last problem are those of the user's own folder") {
  const Home home;
  const std::string folder = home / ".local/share/unsent";
  Handled handled;
  handled.when = Time(seconds(1793610760));
  handled.verdict = Verdict::backscatter;
  REQUIRE(note_handled(folder, handled));
  note_problem(folder, {Time(seconds(1793610761)), "the ledger is locked"});
  const Status status = read_status(std::nullopt, {});
  CHECK(status.sums.since == "2026-11-02T09:12:40Z");
  CHECK(status.sums.counts.at({"backscatter", "tag", "tag"}) == 1);
  REQUIRE(status.problem);
  CHECK(status.problem->what == "the ledger is locked");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "submit/remember.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/file.h"
#include "feed/pending.h"
#include "ledger/ledger_writer.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-02T09:12:40Z");

Entry entry(const std::string& id) {
  Entry one;
  one.message_ids = {id};
  one.sent_at = kNow;
  return one;
}

std::int64_t messages_in(const std::string& path) {
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  const auto stats = (*ledger)->stats();
  REQUIRE(stats);
  return stats->messages;
}

}  // namespace

TEST_CASE("what was sent is in the ledger, and takes along what waited beside it") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  REQUIRE(remember(path, {}, entry("a1@ourshop.example"), kNow));
  CHECK(messages_in(path) == 1);
  REQUIRE(keep_pending(path, entry("a2@ourshop.example")));
  REQUIRE(remember(path, {}, entry("a3@ourshop.example"), kNow));
  CHECK(messages_in(path) == 3);
  REQUIRE(keep_pending(path, entry("a4@ourshop.example")));
  REQUIRE(record_sent(path, {}, entry("a5@ourshop.example")));
  CHECK(messages_in(path) == 5);
  REQUIRE(record_sent(path, {}, entry("a5@ourshop.example")));
  CHECK(messages_in(path) == 5);
}

TEST_CASE("what nothing could be matched with is left, and makes no ledger") {
  const ScratchFolder folder;
  REQUIRE(remember(folder / "ledger.db", {}, Entry(), kNow));
  CHECK(!path_exists(folder / "ledger.db"));
}

TEST_CASE("a file that is no ledger is an error, and nothing waits beside it") {
  const ScratchFolder folder;
  write_file(folder / "ledger.db", "not a ledger");
  CHECK(!remember(folder / "ledger.db", {}, entry("a1@ourshop.example"), kNow));
  CHECK(!record_sent(folder / "ledger.db", {}, entry("a1@ourshop.example")));
  CHECK(!path_exists(folder / "ledger.db.pending"));
}

TEST_CASE("while the service is away a message that is out waits, and one that is recorded fails") {
  const ScratchFolder folder;
  ::setenv("XDG_DATA_HOME", folder.path().c_str(), 1);
  REQUIRE(remember(folder / "away.sock", {}, entry("a1@ourshop.example"), kNow));
  CHECK(path_exists(folder / "unsent/service.pending"));
  const auto recorded = record_sent(folder / "away.sock", {}, entry("a2@ourshop.example"));
  REQUIRE(!recorded);
  CHECK(recorded.error().code == ErrorCode::temp_fail);
  CHECK(!path_exists(folder / "away.sock"));
}

}  // namespace unsent

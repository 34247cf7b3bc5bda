// SPDX-License-Identifier: MIT
// What judging notes in a ledger: bounces, each once, and what something else has proved.
#include <doctest/doctest.h>

#include <chrono>

#include "ledger/measured.h"
#include "ledger/memory_ledger.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {

TEST_CASE("each bounce about a message is counted once") {
  MemoryLedger ledger;
  CHECK(ledger.add(entry_with("a1@ourshop.example", "bob@remote.example"), kNow));
  CHECK(ledger.add(entry_with("b2@ourshop.example", "bob@remote.example"), kNow));
  const SentMessage sent = ledger.find(ByMessageId{"a1@ourshop.example"}).value.at(0);
  const SentMessage other = ledger.find(ByMessageId{"b2@ourshop.example"}).value.at(0);
  CHECK(ledger.note(BounceAbout{sent.row, "first"}).value == 1);
  CHECK(ledger.note(BounceAbout{sent.row, "second"}).value == 2);
  CHECK(ledger.note(BounceAbout{sent.row, "first"}).value == 2);
  CHECK(ledger.note(BounceAbout{other.row, "first"}).value == 1);
  CHECK(ledger.note(BounceAbout{0, "first"}).value == 0);
  for (int i = 0; i < 2000; ++i) ledger.note(BounceAbout{sent.row, std::to_string(i)});
  CHECK(ledger.note(BounceAbout{sent.row, "last"}).value == Ledger::kMostCounted);
}

TEST_CASE("bounces to an address of our key's are counted once each, until the ledger is expired") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  {
    auto made = LedgerWriter::open(path, Texts::hashed);
    REQUIRE(made);
    REQUIRE((*made)->record(entry_with("a1@ourshop.example", "bob@remote.example"), "test", kNow));
  }
  const auto count = [&](const char* address, const char* bounce) {
    auto ledger = LedgerReader::open(path, nullptr, Notes::written);
    REQUIRE(ledger);
    return (*ledger)->note(BounceTo{address, bounce}).value;
  };
  CHECK(count("prvs=0001aa@ourshop.example", "one") == 1);
  CHECK(count("PRVS=0001aa@ourshop.example", "two") == 2);
  CHECK(count("prvs=0001aa@ourshop.example", "one") == 2);
  CHECK(count("prvs=0002bb@ourshop.example", "one") == 1);
  CHECK(expire_ledger(path, kNow - seconds(86400)));
  CHECK(count("prvs=0001aa@ourshop.example", "three") == 1);
}

TEST_CASE("a ledger that is open for reading counts each bounce about a message once") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a1@ourshop.example", "bob@remote.example"),
                 entry_with("a2@ourshop.example", "bob@remote.example")});
  const auto ledger = LedgerReader::open(path, nullptr, Notes::written);
  const SentMessage one = (*ledger)->find(ByMessageId{"a1@ourshop.example"}).value.front();
  const SentMessage two = (*ledger)->find(ByMessageId{"a2@ourshop.example"}).value.front();
  CHECK((*ledger)->note(BounceAbout{one.row, "first"}).value == 1);
  CHECK((*ledger)->note(BounceAbout{one.row, "second"}).value == 2);
  CHECK((*ledger)->note(BounceAbout{one.row, "first"}).value == 2);
  CHECK((*ledger)->note(BounceAbout{two.row, "first"}).value == 1);
  CHECK((*ledger)->note(BounceAbout{SentMessage{}.row, "first"}).value == 0);
  const auto again = LedgerReader::open(path, nullptr, Notes::written);
  CHECK((*again)->note(BounceAbout{one.row, "second"}).value == 2);
  for (int i = 0; i < 1100; ++i)
    CHECK((*again)->note(BounceAbout{one.row, std::to_string(i)}).value <= 1000);
  CHECK((*again)->note(BounceAbout{one.row, "one more"}).value == 1000);
}

TEST_CASE("bounces that something else proved show how complete the ledger is, and may refute it") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  {
    const auto writer = LedgerWriter::open(path);
    REQUIRE((*writer)->declare_complete("ourshop.example", kNow - seconds(86400)));
  }
  const auto ledger = LedgerReader::open(path, nullptr, Notes::written);
  const Address alice = *Address::parse("alice@ourshop.example");
  CHECK((*ledger)->sender(alice, kNow).value.wants_proofs);
  const auto covered = [&] { return (*ledger)->sender(alice, kNow).value.coverage; };
  for (int i = 0; i < 40; ++i) (*ledger)->note(Proof{"in" + std::to_string(i), true, kNow});
  CHECK_FALSE((*ledger)->identity().value.needs_proof);
  for (const char* bringer : {"in1", "out2", "out2", "out2"})
    (*ledger)->note(Proof{bringer, false, kNow});
  CHECK(covered().is_covered);  // three that have nothing in common are needed
  (*ledger)->note(Proof{"out3", false, kNow});
  CHECK_FALSE(covered().is_covered);
  CHECK(covered().detail.find("40 of 43 bounces are about messages in here (93 %), 3 are not") !=
        std::string::npos);
  CHECK((*ledger)->stats()->measured.recorded == 40);
  CHECK(*forget_measured(path) == 43);
  CHECK(covered().is_covered);
  CHECK((*ledger)->identity().value.needs_proof);
  (*ledger)->note(Proof{"in1", true, kNow});
  REQUIRE(expire_ledger(path, kNow + seconds(1)));
  CHECK((*ledger)->stats()->measured.bounces == 0);
}

TEST_CASE("who is told to write nothing counts, and notes nothing") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  {
    const auto writer = LedgerWriter::open(path);
    Entry entry;
    entry.message_ids = {"a1@ourshop.example"};
    entry.recipients = {*Address::parse("bob@remote.example")};
    REQUIRE((*writer)->record(entry, "test", kNow));
  }
  const auto ledger = LedgerReader::open(path);
  CHECK_FALSE((*ledger)->sender(*Address::parse("a@b.example"), kNow).value.wants_proofs);
  const SentMessage sent = (*ledger)->find(ByMessageId{"a1@ourshop.example"}).value.front();
  CHECK((*ledger)->note(BounceAbout{sent.row, "one"}).value == 1);
  CHECK((*ledger)->note(BounceAbout{sent.row, "one"}).value == 1);
  CHECK((*ledger)->note(BounceAbout{sent.row, "two"}).value == 2);
  (*ledger)->note(Proof{"remote.example", true, kNow});
  CHECK((*ledger)->stats()->measured.bounces == 0);
  const auto other = LedgerReader::open(path, nullptr, Notes::written);
  CHECK((*other)->note(BounceAbout{sent.row, "three"}).value == 1);
  CHECK((*ledger)->note(BounceAbout{sent.row, "three"}).value == 3);
  CHECK((*ledger)->note(BounceAbout{sent.row, "four"}).value == 4);
}

TEST_CASE("bounces are not counted, and nothing waits, while the ledger is locked") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a1@ourshop.example", "bob@remote.example")});
  const auto ledger = LedgerReader::open(path, nullptr, Notes::written);
  const SentMessage sent = (*ledger)->find(ByMessageId{"a1@ourshop.example"}).value.front();
  auto other = Database::open(path, Database::Access::write);
  auto held = Transaction::begin(*other);
  REQUIRE(held);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    const auto answer = (*ledger)->note(BounceAbout{sent.row, std::to_string(i)});
    CHECK(answer.is_available());
    CHECK(answer.value == 0);
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));  // waiting: 500
  CHECK((*ledger)->find(ByMessageId{"a1@ourshop.example"}).value.size() == 1);
}

}  // namespace unsent

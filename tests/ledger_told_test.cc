// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "ledger/message_told.h"
#include "ledger/stats_told.h"
#include "ledger/upkeep_told.h"

namespace unsent {
namespace {

const Time kSent = *parse_rfc3339("2026-11-23T10:00:05Z");
const Time kSince = *parse_rfc3339("2026-11-01T00:00:00Z");

LedgerStats some() {
  LedgerStats stats;
  stats.messages = 2;
  stats.message_ids = 1;
  stats.recipients = 3;
  stats.earliest = kSince;
  stats.latest = kSent;
  stats.sources = {{"import", 2}};
  stats.senders = {{"alice@ourshop.example", 2}};
  return stats;
}

CoverageRange range() { return {"ourshop.example", kSince, std::nullopt, "declared"}; }

}  // namespace

TEST_CASE("an empty ledger is complete for nobody") {
  CHECK(to_text(LedgerStats(), "ledger.db") ==
        "ledger.db\n0 messages, 0 Message-IDs, 0 recipients\n"
        "complete for nobody: what is not in it may still have been sent\n");
  CHECK(to_json(LedgerStats(), "ledger.db") ==
        R"({"version":1,"path":"ledger.db","messages":0,"message_ids":0,"recipients":0,)"
        R"("earliest":null,"latest":null,"coverage":[],"gaps":[],)"
        R"("measured":{"bounces":0,"recorded":0,"refutes_promises":false},)"
        R"("sources":[],"senders":[]})");
}

TEST_CASE("what is in a ledger, for whom it is complete, and who sends most") {
  LedgerStats stats = some();
  stats.coverage = {range()};
  CHECK(to_text(stats, "ledger.db") ==
        "ledger.db\n2 messages, 1 Message-ID, 3 recipients\n"
        "sent from 2026-11-01T00:00:00Z to 2026-11-23T10:00:05Z\n"
        "complete for ourshop.example since 2026-11-01T00:00:00Z\n"
        "       2  alice@ourshop.example\n");
  CHECK(to_json(stats, "ledger.db") ==
        R"({"version":1,"path":"ledger.db","messages":2,"message_ids":1,"recipients":3,)"
        R"("earliest":"2026-11-01T00:00:00Z","latest":"2026-11-23T10:00:05Z",)"
        R"("coverage":[{"scope":"ourshop.example","since":"2026-11-01T00:00:00Z","until":null,)"
        R"("source":"declared"}],"gaps":[],)"
        R"("measured":{"bounces":0,"recorded":0,"refutes_promises":false},)"
        R"("sources":[{"name":"import","count":2}],)"
        R"("senders":[{"name":"alice@ourshop.example","count":2}]})");
}

TEST_CASE("what speaks against a promise is said with it") {
  LedgerStats stats = some();
  stats.coverage = {range()};
  stats.coverage.front().until = kSent;
  stats.measured = {40, 30};
  stats.gaps = {{"/var/log/mail.log", kSince, kSent}};
  const std::string text = to_text(stats, "ledger.db");
  CHECK(text.find("since 2026-11-01T00:00:00Z until 2026-11-23T10:00:05Z\n") != std::string::npos);
  CHECK(text.find(describe(stats.measured) +
                  "\nso absence does not count, whatever was promised\n") != std::string::npos);
  CHECK(text.find(describe(stats.gaps.front()) + ": nothing is complete then\n") !=
        std::string::npos);
  const std::string json = to_json(stats, "ledger.db");
  CHECK(json.find(R"("refutes_promises":true)") != std::string::npos);
  CHECK(json.find(R"("gaps":[{"source":"/var/log/mail.log","since":"2026-11-01T00:00:00Z",)"
                  R"("until":"2026-11-23T10:00:05Z"}])") != std::string::npos);
}

TEST_CASE("people see ten senders, programs all") {
  LedgerStats stats;
  for (int i = 0; i < 12; ++i) stats.senders.push_back({"s" + std::to_string(i), 12 - i});
  CHECK(to_text(stats, "l").find("  s9\n") != std::string::npos);
  CHECK(to_text(stats, "l").find("  s10\n") == std::string::npos);
  CHECK(to_json(stats, "l").find("s11") != std::string::npos);
}

TEST_CASE("a promise is an object of its own") {
  CHECK(to_json(range()) ==
        R"({"version":1,"scope":"ourshop.example","since":"2026-11-01T00:00:00Z","until":null,)"
        R"("source":"declared"})");
}

TEST_CASE("of a message that is kept as hashes the addresses are told that were asked for") {
  Entry entry;
  entry.message_ids = {"a1@ourshop.example"};
  entry.sent_at = kSent;
  entry.recipients = {*Address::parse("bob@remote.example"), *Address::parse("carol@else.example")};
  const SentMessage sent = sent_message_of(entry);
  CHECK(to_json(sent, "a1@ourshop.example",
                {*Address::parse("bob@remote.example"), *Address::parse("dave@else.example")}) ==
        R"({"version":1,"message_ids":["a1@ourshop.example"],"sent_at":"2026-11-23T10:00:05Z",)"
        R"("hashed":true,"recipient_count":2,"recipients":["bob@remote.example"],)"
        R"("all_recipients":true})");
}

TEST_CASE("a message whose text is kept is the line that an import takes, with the version") {
  Entry entry;
  entry.message_ids = {"a1@ourshop.example"};
  entry.sent_at = kSent;
  const std::string line = to_json(entry);
  CHECK(line.starts_with(R"({"version": 1, "message_ids")"));
  const auto back = parse_entry(line);
  REQUIRE(back);
  CHECK(*back == entry);
}

TEST_CASE("a line of a list says what is kept") {
  ListedMessage one{kSent, 1, {}, ""};
  CHECK(to_text(one) == "2026-11-23T10:00:05Z  1 recipient");
  CHECK(to_json(one) ==
        R"({"version":1,"time":"2026-11-23T10:00:05Z","recipients":1,"message_ids":[],)"
        R"("sender":null})");
  one.message_ids = {"a1@ourshop.example", "a2@ourshop.example"};
  one.sender = "alice@ourshop.example";
  CHECK(to_text(one) ==
        "2026-11-23T10:00:05Z  1 recipient  <a1@ourshop.example> <a2@ourshop.example>  "
        "alice@ourshop.example");
  one.time = std::nullopt;
  one.sender = "a\x1B[31m";
  CHECK(to_text(one).find('\x1B') == std::string::npos);
  CHECK(to_json(one).find(R"("time":null)") != std::string::npos);
}

TEST_CASE("an import that was taken back names what it had read and what it had promised") {
  UndoneImport undone;
  undone.record.from = {"sent", "mail.log"};
  undone.at = kSince;
  undone.messages = 7;
  CHECK(to_text(undone) ==
        "7 messages removed, which the import of 2026-11-01T00:00:00Z from sent, mail.log had "
        "added\n");
  undone.record.scopes = {"ourshop.example"};
  CHECK(to_text(undone).ends_with(" had added\nno longer complete for ourshop.example\n"));
  CHECK(to_json(undone) ==
        R"({"version":1,"removed":7,"at":"2026-11-01T00:00:00Z","from":["sent","mail.log"],)"
        R"("withdrawn":["ourshop.example"]})");
}

TEST_CASE("a ledger is sound where nothing was found") {
  CHECK(check_json("ledger.db", {}) ==
        R"({"version":1,"path":"ledger.db","sound":true,"findings":[]})");
  CHECK(check_json("l\xFF", {"a page is damaged"}) ==
        "{\"version\":1,\"path\":\"l\xEF\xBF\xBD\",\"sound\":false,"
        "\"findings\":[\"a page is damaged\"]}");
}

}  // namespace unsent

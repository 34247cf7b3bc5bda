// SPDX-License-Identifier: MIT
#include "status/told.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

Policy quarantining() {
  Policy policy;
  policy.set(Verdict::backscatter, Handling::quarantine);
  return policy;
}

// Of somebody who has just begun.
Status fresh() {
  Status status;
  status.ledger = "/home/alice/ledger.db";
  status.ledger_state = "none yet";
  status.quarantine = "/home/alice/quarantine";
  status.quarantine_state = "empty";
  status.put_away = 0;
  return status;
}

Status busy() {
  Status status = fresh();
  status.ledger_state = "1234 messages";
  status.messages = 1234;
  status.bytes = 65536;
  status.mailbox = "/home/alice/Maildir/";
  status.quarantine_state = "2 messages, 4096 bytes, the oldest since 2026-11-02T09:12:40Z";
  status.put_away = 2;
  status.put_away_bytes = 4096;
  status.oldest = *parse_rfc3339("2026-11-02T09:12:40Z");
  status.opt_ins = {{Agent::site, ""}};
  status.sums.since = "2026-11-01T00:00:00Z";
  status.sums.counts[{"backscatter", "quarantine", "quarantine"}] = 2;
  status.sums.counts[{"backscatter", "quarantine", "tag"}] = 1;
  status.sums.counts[{"unverified", "drop", "quarantine"}] = 7;
  status.sums.rules["postfix"] = 10;
  status.sums.services["mail.example"] = 3;
  status.problem = Problem{*parse_rfc3339("2026-11-03T00:00:00Z"), "the ledger is locked"};
  return status;
}

}  // namespace

TEST_CASE("where nothing has come yet, that is said in words") {
  CHECK(to_text(fresh(), Policy()) ==
        "ledger      /home/alice/ledger.db: none yet\n"
        "mailbox     none configured\n"
        "quarantine  /home/alice/quarantine: empty\n"
        "opt-in      no\n"
        "policy      active\n"
        "            genuine: tag\n"
        "            backscatter: tag\n"
        "            unverified: tag\n"
        "handled     nothing yet\n");
}

TEST_CASE("what was done is told beside what the policy says, and why it was less") {
  CHECK(to_text(busy(), quarantining()) ==
        "ledger      /home/alice/ledger.db: 1234 messages\n"
        "mailbox     /home/alice/Maildir/\n"
        "quarantine  /home/alice/quarantine: 2 messages, 4096 bytes, the oldest since "
        "2026-11-02T09:12:40Z\n"
        "opt-in      site: the administrator's filter\n"
        "policy      active\n"
        "            genuine: tag\n"
        "            backscatter: quarantine\n"
        "            unverified: tag\n"
        "handled     since 2026-11-01T00:00:00Z\n"
        "                 2  backscatter: quarantine\n"
        "                 1  backscatter: tag; the mail agent does what its own lines say "
        "(quarantine)\n"
        "                 7  unverified: quarantine, where the policy says drop\n"
        "problem     2026-11-03T00:00:00Z: the ledger is locked\n"
        "question    " +
            question_about("mail.example", 3) + "\n");
}

TEST_CASE("in the shadow what would have been done is told") {
  Policy policy = quarantining();
  policy.set_shadow(true);
  const std::string text = to_text(busy(), policy);
  CHECK(text.find("policy      shadow: nothing is put away or dropped, only counted\n") !=
        std::string::npos);
  CHECK(text.find("     1  backscatter: tag in the shadow, else quarantine\n") !=
        std::string::npos);
}

TEST_CASE("for programs what is not known is null") {
  CHECK(to_json(fresh(), Policy()) ==
        R"({"version":1,"ledger":{"path":"/home/alice/ledger.db","state":"none yet",)"
        R"("messages":null,"bytes":null},"mailbox":null,)"
        R"("quarantine":{"path":"/home/alice/quarantine","state":"empty","messages":0,"bytes":0,)"
        R"("oldest":null},"opt_in":[],"mode":"active","since":null,"handled":[],"rules":[],)"
        R"("problem":null,"services":[]})");
}

TEST_CASE("for programs each sum is an object") {
  CHECK(to_json(busy(), Policy()) ==
        R"({"version":1,"ledger":{"path":"/home/alice/ledger.db","state":"1234 messages",)"
        R"("messages":1234,"bytes":65536},"mailbox":"/home/alice/Maildir/",)"
        R"("quarantine":{"path":"/home/alice/quarantine",)"
        R"("state":"2 messages, 4096 bytes, the oldest since 2026-11-02T09:12:40Z",)"
        R"("messages":2,"bytes":4096,"oldest":"2026-11-02T09:12:40Z"},)"
        R"("opt_in":["site: the administrator's filter"],"mode":"active",)"
        R"("since":"2026-11-01T00:00:00Z","handled":[)"
        R"({"verdict":"backscatter","planned":"quarantine","done":"quarantine","count":2},)"
        R"({"verdict":"backscatter","planned":"quarantine","done":"tag","count":1},)"
        R"({"verdict":"unverified","planned":"drop","done":"quarantine","count":7}],)"
        R"("rules":[{"rule":"postfix","count":10}],)"
        R"("problem":{"when":"2026-11-03T00:00:00Z","what":"the ledger is locked"},)"
        R"("services":[{"service":"mail.example","count":3}]})");
}

}  // namespace unsent

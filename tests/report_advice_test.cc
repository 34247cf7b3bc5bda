// SPDX-License-Identifier: MIT
#include "report/advice.h"

#include <doctest/doctest.h>

#include "report/shell_text.h"
#include "scan_items.h"

using namespace unsent;

namespace {

const Time kNow = at("2026-11-23T12:00:00Z");

// A flood of which nothing is known but that Sent lacks it; two of them from before it.
ScanItem missed(int number) {
  ScanItem one = item(Verdict::unverified, number);
  one.original.date = at("2026-11-14T07:59:00Z") + seconds(3600 * number);
  one.facts = {{Check::ledger,
                PointsTo::neither,
                Strength::weak,
                "not in the ledger",
                "ledger",
                {{"the ledger had it", PointsTo::genuine, Strength::proof, Remedy::record},
                 {"it were complete", PointsTo::backscatter, Strength::strong, Remedy::complete,
                  "ourshop.example"}}},
               {Check::origin,
                PointsTo::backscatter,
                Strength::weak,
                "softfail",
                "SPF",
                {{"203.0.113.7 were a server of yours", PointsTo::genuine, Strength::strong,
                  Remedy::name_relay},
                 {"it ended in -all", PointsTo::backscatter, Strength::strong, Remedy::end_in_all,
                  "ourshop.example"}}}};
  return one;
}

Circumstances known() {
  Circumstances one;
  one.scan = {{"unsent", "scan", "--sent", "~/Mail/sent"}, {"~/Mail/inbox"}};
  one.sent = {"~/Mail/sent"};
  one.was_sent_named = true;
  one.domains = {"ourshop.example"};
  one.spf = {{"ourshop.example", SpfResult::pass, "v=spf1 include:isp.example ~all", ""}};
  return one;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string text_of(const std::vector<Advice>& list) {
  std::string out;
  for (const Advice& one : list) {
    out += one.text + '\n';
    for (const auto& words : one.commands) out += "  $ " + joined(words) + '\n';
  }
  return out;
}

bool has(const std::string& text, std::string_view needle) {
  return text.find(needle) != std::string::npos;
}

}  // namespace

TEST_CASE("what would settle most comes first, with its number and its command") {
  ScanSummary summary;
  for (int i = 0; i < 30; ++i) summary.add(missed(i), 2000);
  for (int i = 0; i < 3; ++i) summary.add(item(Verdict::backscatter, i), 2000);
  const std::string text = text_of(advise(known(), summary, kNow));
  CAPTURE(text);
  CHECK(text.starts_with("3 reports are about mail that you never sent"));
  CHECK(has(text, "  $ unsent scan --sent ~/Mail/sent --quarantine ~/Mail/inbox\n"));
  CHECK(has(text,
            "30 of 30 that cannot be told would be settled if your Sent folder is complete since "
            "14 Nov"));
  CHECK(has(text,
            "  $ unsent import --complete ourshop.example --since 2026-11-14 ~/Mail/sent\n"
            "  $ unsent scan ~/Mail/inbox\n"));
  CHECK(has(text, "if the SPF record of ourshop.example ended in -all instead of ~all"));
  CHECK(has(text, "  $ unsent spf audit --domain ourshop.example ~/Mail/inbox\n"));
  CHECK(has(text, "  $ unsent optin\n"));
  CHECK_FALSE(has(text, "203.0.113.7"));  // whose address it is nobody knows
}

TEST_CASE("one old date makes no promise for years") {
  ScanSummary summary;
  for (int i = 0; i < 200; ++i) summary.add(missed(i % 48), 2000);
  ScanItem old = missed(0);
  old.original.date = at("1999-01-01T00:00:00Z");
  summary.add(old, 2000);
  CHECK(has(text_of(advise(known(), summary, kNow)), "--since 2026-11-14 "));
}

TEST_CASE("an address at a provider's is promised for, not the provider") {
  ScanSummary summary;
  for (int i = 0; i < 5; ++i) summary.add(missed(i), 2000);
  Circumstances one = known();
  one.domains.clear();
  one.addresses = {"alice@ourshop.example", "bob@remote.example"};
  one.is_learned = true;
  one.learned_from = 24;
  CHECK(has(text_of(advise(one, summary, kNow)), "--complete alice@ourshop.example --since"));
  CHECK(grounds(one, summary).front() ==
        "Taken for yours, learned from 24 messages that you sent: alice@ourshop.example and "
        "bob@remote.example.");
}

TEST_CASE("nothing is advised about a domain that is not ours, which a forger may choose") {
  ScanSummary summary;
  for (int i = 0; i < 5; ++i) summary.add(missed(i), 2000);
  Circumstances one = known();
  one.domains = {"another.example"};
  const std::string text = text_of(advise(one, summary, kNow));
  CHECK_FALSE(has(text, "ourshop.example"));
  CHECK_FALSE(has(text, "--complete"));
}

TEST_CASE("a promise that does not count is no promise to make again") {
  ScanSummary summary;
  for (int i = 0; i < 5; ++i) summary.add(missed(i), 2000);
  Circumstances one = known();
  one.complete = {"ourshop.example"};
  const std::string text = text_of(advise(one, summary, kNow));
  CHECK_FALSE(has(text, "unsent import"));
  CHECK(has(text, "  $ unsent ledger stats\n"));
}

TEST_CASE("a ledger that was named is the one that is spoken of") {
  ScanSummary summary;
  for (int i = 0; i < 5; ++i) summary.add(missed(i), 2000);
  Circumstances one = known();
  one.scan.begin = {"unsent", "scan", "--ledger", "l.db"};
  CHECK(has(text_of(advise(one, summary, kNow)), "  $ unsent import --ledger l.db --complete "));
  one.complete = {"ourshop.example"};
  CHECK(has(text_of(advise(one, summary, kNow)), "  $ unsent ledger stats --ledger l.db\n"));
}

TEST_CASE("what the DNS said is said in words") {
  struct Row {
    Circumstances::Dns dns;
    std::vector<SpfWord> spf;
    const char* text;
  };
  using Dns = Circumstances::Dns;
  const std::vector<Row> rows = {
      {Dns::off, {}, "The DNS was not asked"},
      {Dns::asked,
       {{"a.example", SpfResult::temperror, "", "timeout"},
        {"b.example", SpfResult::temperror, "", "timeout"}},
       "Your DNS resolver answers nothing (timeout)"},
      {Dns::asked, {{"a.example", SpfResult::none, "", ""}}, "a.example has no SPF record"},
      {Dns::asked,
       {{"a.example", SpfResult::pass, "v=spf1 mx -all", ""}},
       "SPF of a.example forbids all servers but those that it names"},
      {Dns::asked, {{"a.example", SpfResult::pass, "v=spf1 mx ~all ", ""}}, "ends in ~all"},
      {Dns::asked, {{"a.example", SpfResult::permerror, "", "two records"}}, "cannot be read: two"},
  };
  for (const Row& row : rows) {
    Circumstances one = known();
    one.dns = row.dns;
    one.spf = row.spf;
    const auto lines = grounds(one, ScanSummary());
    CAPTURE(row.text);
    REQUIRE(lines.size() == 2);
    CHECK(has(lines[1], row.text));
  }
}

TEST_CASE("by whom mail of ours went out is learned from what is proved, and shown") {
  ScanSummary summary;
  for (int i = 0; i < 3; ++i) {
    ScanItem proved = item(Verdict::genuine, i);
    proved.facts = {{Check::ledger, PointsTo::genuine, Strength::proof, "ours"}};
    proved.client_ip = i < 2 ? "192.0.2.10" : "192.0.2.11";
    summary.add(proved, 2000);
  }
  summary.add(item(Verdict::genuine, 4), 2000);  // not proved: its client may be anybody
  CHECK(grounds(known(), summary)[1] ==
        "What is proved to be yours was handed in by 192.0.2.10 (2) and 192.0.2.11 (1).");
}

TEST_CASE("whatever a word holds, a shell takes it for that word alone") {
  struct Row {
    const char* word;
    const char* text;
  };
  const std::vector<Row> rows = {
      {"~/x", "'~/x'"},
      {"/home/al/Mail/in", "~/Mail/in"},
      {"/home/al/My mail", "~/'My mail'"},
      {"/home/alan", "/home/alan"},
      {"", "''"},
      {"a'b", "'a'\\''b'"},
      {"x; rm -rf /", "'x; rm -rf /'"},
      {"$(id)`id`", "'$(id)`id`'"},
      {"a\x1b[2Jb", "$'a\\033[2Jb'"},
      {"a\nb", "$'a\\012b'"},
      {"\xff'\\", "$'\\377\\'\\\\'"},
      {"Gr\xc3\xbc\xc3\x9f"
       "e",
       "'Gr\xc3\xbc\xc3\x9f"
       "e'"},
  };
  for (const Row& row : rows) CHECK(shell_word(row.word, "/home/al") == row.text);
}

TEST_CASE("a long command is broken where the shell goes on reading") {
  const std::vector<std::string> words = {"unsent", "scan", "--sent", "~/Mail/sent", "inbox"};
  CHECK(joined(command_lines(words, 0)) == "unsent scan --sent ~/Mail/sent inbox");
  const auto lines = command_lines(words, 24);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "unsent scan --sent \\");
  CHECK(lines[1] == "  ~/Mail/sent inbox");
}

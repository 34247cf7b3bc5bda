// SPDX-License-Identifier: MIT
#include "status/collected.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ledger/ledger_writer.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-02T09:12:40Z");

// The lines of samples: what they are is said in the others.
std::string samples_of(const std::string& text) {
  std::string samples;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    if (text[begin] != '#') samples += text.substr(begin, end - begin);
    begin = end;
  }
  return samples;
}

}  // namespace

TEST_CASE("what is not known is a metric without a sample") {
  Status status;
  status.ledger = "nowhere";
  const std::string text = to_metrics(status, kNow);
  CHECK(samples_of(text) == "unsent_time_seconds 1793610760\n");
  for (const char* name :
       {"unsent_reports", "unsent_reports_by_rule", "unsent_reports_since_seconds",
        "unsent_quarantine_messages", "unsent_quarantine_bytes", "unsent_ledger_messages",
        "unsent_ledger_bytes", "unsent_last_problem_seconds"}) {
    CAPTURE(name);
    CHECK(text.find("# TYPE " + std::string(name) + " gauge\n") != std::string::npos);
  }
}

TEST_CASE("sums, the quarantine and the last problem are samples") {
  Status status;
  status.ledger = "/nowhere/ledger.db";
  status.sums.since = "2026-11-01T00:00:00Z";
  status.sums.counts[{"backscatter", "quarantine", "tag"}] = 4;
  status.sums.rules["postfix"] = 4;
  status.put_away = 2;
  status.put_away_bytes = 4096;
  status.problem = Problem{kNow, "the ledger is locked"};
  CHECK(samples_of(to_metrics(status, kNow)) ==
        "unsent_reports{verdict=\"backscatter\",planned=\"quarantine\",done=\"tag\"} 4\n"
        "unsent_reports_by_rule{rule=\"postfix\"} 4\n"
        "unsent_reports_since_seconds 1793491200\n"
        "unsent_quarantine_messages 2\n"
        "unsent_quarantine_bytes 4096\n"
        "unsent_last_problem_seconds 1793610760\n"
        "unsent_time_seconds 1793610760\n");
}

TEST_CASE("of a ledger it is told since when it is complete") {
  const ScratchFolder folder;
  Status status;
  status.ledger = folder / "ledger.db";
  status.messages = 1;
  status.bytes = 100;
  {
    auto ledger = LedgerWriter::open(status.ledger, Texts::hashed);
    REQUIRE(ledger);
    REQUIRE((*ledger)->declare_complete("ourshop.example", kNow));
  }
  const std::string samples = samples_of(to_metrics(status, kNow));
  CHECK(samples.find("unsent_ledger_messages 1\n"
                     "unsent_ledger_bytes 100\n"
                     "unsent_ledger_complete_since_seconds{scope=\"ourshop.example\"} "
                     "1793610760\n") != std::string::npos);
}

TEST_CASE("the file is for all to read, and replaced as a whole") {
  const ScratchFolder folder;
  for (const char* text : {"a longer text\n", "a text\n"}) {
    REQUIRE(write_metrics(folder / "unsent.prom", text));
    CHECK(*read_file(folder / "unsent.prom") == text);
    struct stat info {};
    REQUIRE(::stat((folder / "unsent.prom").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0644);
  }
  CHECK(!write_metrics(folder / "missing/unsent.prom", ""));
}

}  // namespace unsent

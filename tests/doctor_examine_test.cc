// SPDX-License-Identifier: MIT
#include "doctor/examine.h"

#include <doctest/doctest.h>

#include "ledger_scratch.h"
#include "map_resolver.h"

namespace unsent {
namespace {

Identity of(const char* domain) {
  Identity identity;
  identity.domains = {*DomainName::parse(domain)};
  return identity;
}

std::string spf_of(MapResolver& resolver, const char* domain) {
  Findings found;
  examine_spf(of(domain), resolver, found);
  return found.text();
}

std::string stats_of(const std::string& path, Time now) {
  Findings found;
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  examine_stats(**ledger, now, found);
  return found.text();
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a clock before this program was written is a fault") {
  Findings found;
  examine_clock(kNow, found);
  CHECK(found.text() == "  ok     the clock says 2026-12-01T00:00:00Z\n");
  examine_clock(Time(seconds(0)), found);
  CHECK(found.has("the clock says 1970-01-01T00:00:00Z, before this program was written"));
  CHECK(found.has_fault());
}

TEST_CASE("an SPF record is good, wrong, or says nothing; a DNS that is silent is a fault") {
  MapResolver answers;
  answers.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.0/24 -all");
  CHECK(spf_of(answers, "ourshop.example") == "  ok     SPF of ourshop.example: 0 of 10 lookups\n");
  answers.add("broken.example", DnsType::txt, "v=spf1 nonsense:x -all");
  CHECK(spf_of(answers, "broken.example").starts_with("  FAULT  SPF: "));
  CHECK(
      spf_of(answers, "other.example").starts_with("  note   SPF of other.example tells nothing"));
  answers.fail("silent.example", DnsType::txt, DnsStatus::temp_error);
  CHECK(spf_of(answers, "silent.example")
            .starts_with("  FAULT  the DNS does not answer for silent.example: "));
}

TEST_CASE("a ledger is to be fed, and complete for somebody") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {});
  CHECK(stats_of(path, kNow) ==
        "  FAULT  the ledger is empty: feed it with `unsent import` and `unsent record`\n");
  add_all(path, {entry_with("a1@ourshop.example", "bob@remote.example")});
  std::string text = stats_of(path, kNow);
  CHECK(text.starts_with("  ok     1 messages, the newest of 2026-11-23T10:00:05Z\n"));
  CHECK(has(text, "  note   the ledger is complete for nobody"));
  CHECK(stats_of(path, kNow + seconds(30 * 86400))
            .starts_with("  FAULT  the newest of 1 messages is of 2026-11-23T10:00:05Z: is the "
                         "ledger still fed?\n"));
  REQUIRE((*LedgerWriter::open(path))->declare_complete("ourshop.example", std::nullopt));
  text = stats_of(path, kNow);
  CHECK(has(text, "  ok     complete for ourshop.example since "));
  CHECK(!has(text, "for nobody"));
}

TEST_CASE("a file that others can read is a fault, and of none that is not there it is told") {
  const ScratchFolder folder;
  Findings found;
  examine_permissions(folder / "missing", {}, found);
  CHECK(found.all().empty());
  write_file(folder / "ledger.db", "");
  std::filesystem::permissions(folder / "ledger.db", std::filesystem::perms(0600));
  examine_permissions(folder / "ledger.db", {}, found);
  CHECK(found.text() ==
        "  ok     " + (folder / "ledger.db") + ": only its owner may read and write it\n");
  std::filesystem::permissions(folder / "ledger.db", std::filesystem::perms(0644));
  examine_permissions(folder / "ledger.db", {}, found);
  CHECK(found.has_fault());
}

TEST_CASE("without ledger, DNS and keys the whole of it still says what it lacks") {
  const ScratchFolder home;
  make_home(home);
  JudgingOptions judging;
  judging.no_ledger = true;
  judging.dns.is_off = true;
  judging.now = kNow;
  auto setup = make_setup(judging, {});
  REQUIRE(setup);
  Findings found;
  REQUIRE(examine(*setup, judging, {}, found));
  const std::string text = found.text();
  CHECK(
      text.starts_with("  ok     the clock says 2026-12-01T00:00:00Z\n"
                       "  note   no ledger: what you sent is known by SPF only\n"
                       "  note   the DNS is off: nobody is asked who may send for you\n"
                       "  note   no tag keys: "));
}

}  // namespace unsent

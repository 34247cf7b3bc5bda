// SPDX-License-Identifier: MIT
#include "ledger/upkeep.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "ledger/ledger_file.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

Entry entry_at(const std::string& id, const char* time) {
  Entry entry = entry_with(id, id.substr(0, id.find('@')) + "@remote.example");
  entry.sent_at = *parse_rfc3339(time);
  entry.date = format_rfc3339(*entry.sent_at);
  entry.fingerprint.reset();
  entry.notices = {"N" + id};
  return entry;
}

const Time kBorder = *parse_rfc3339("2026-11-01T00:00:00Z");

std::string filled(const ScratchFolder& folder) {
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_at("old@ourshop.example", "2026-10-31T23:59:59Z"),
                 entry_at("border@ourshop.example", "2026-11-01T00:00:00Z"),
                 entry_at("new@ourshop.example", "2026-11-20T00:00:00Z"),
                 entry_at("odd@ourshop.example", "1970-01-01T00:00:00Z")});
  return path;
}

std::vector<std::string> ids_in(const std::string& path) {
  std::vector<std::string> ids;
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  REQUIRE((*ledger)->for_each([&](const Entry& entry) -> Result<void> {
    ids.push_back(entry.message_ids.front());
    return {};
  }));
  return ids;
}

}  // namespace

TEST_CASE("what was sent before then is forgotten with all that belongs to it, and nothing else") {
  const ScratchFolder folder;
  const std::string path = filled(folder);
  {
    const auto judging = LedgerReader::open(path, nullptr, Notes::written);
    for (const char* id : {"old@ourshop.example", "new@ourshop.example"})
      CHECK((*judging)
                ->note(BounceAbout{(*judging)->find(ByMessageId{id}).value.front().row, "b"})
                .value == 1);
  }
  const auto removed = expire_ledger(path, kBorder);
  REQUIRE(removed);
  CHECK(*removed == 1);
  CHECK(ids_in(path) == std::vector<std::string>{"odd@ourshop.example", "border@ourshop.example",
                                                 "new@ourshop.example"});
  const auto ledger = LedgerReader::open(path);
  CHECK((*ledger)->find(ByMessageId{"old@ourshop.example"}).value.empty());
  CHECK((*ledger)->find(ByNotice{"Nold@ourshop.example"}).value.empty());
  CHECK((*ledger)->find(ByNotice{"Nnew@ourshop.example"}).value.size() == 1);
  const auto stats = (*ledger)->stats();
  CHECK(stats->messages == 3);
  CHECK(stats->recipients == 3);
  CHECK(stats->earliest == kBorder);
  CHECK(stats->sources.front().count == 3);
  auto file = open_ledger_to_read(path);
  Database* database = &file->database;
  CHECK(*database->integer("SELECT count(*) FROM texts") == 3);
  CHECK(*database->integer("SELECT count(*) FROM bounces") == 1);
  CHECK(*expire_ledger(path, kBorder) == 0);
  CHECK(check_ledger(path)->empty());
  CHECK(*expire_ledger(path, *parse_rfc3339("2030-01-01T00:00:00Z")) == 2);
  CHECK(ids_in(path).size() == 1);
}

TEST_CASE("more messages than one transaction takes are all removed") {
  const ScratchFolder folder;
  std::vector<Entry> entries;
  for (int i = 0; i < 2500; ++i)
    entries.push_back(entry_at("m" + std::to_string(i) + "@ourshop.example",
                               i % 5 == 0 ? "2026-11-20T00:00:00Z" : "2026-10-20T00:00:00Z"));
  add_all(folder / "ledger.db", entries);
  CHECK(*expire_ledger(folder / "ledger.db", kBorder) == 2000);
  CHECK(ids_in(folder / "ledger.db").size() == 500);
  CHECK(check_ledger(folder / "ledger.db")->empty());
}

TEST_CASE("what is forgotten is not promised to be complete any more") {
  const ScratchFolder folder;
  const std::string path = filled(folder);
  const auto at = [](const char* time) { return *parse_rfc3339(time); };
  {
    const auto ledger = LedgerWriter::open(path);
    REQUIRE((*ledger)->declare_complete("ourshop.example", at("2026-10-01T00:00:00Z")));
    REQUIRE((*ledger)->declare_complete("past.example", at("2026-10-01T00:00:00Z"),
                                        at("2026-10-20T00:00:00Z")));
    REQUIRE((*ledger)->declare_complete("late.example", at("2026-11-10T00:00:00Z")));
  }
  REQUIRE(expire_ledger(path, kBorder));
  const auto ledger = LedgerReader::open(path);
  const auto covers = [&](const char* sender, const char* time) {
    return (*ledger)->sender(*Address::parse(sender), at(time)).value.coverage.is_covered;
  };
  CHECK(!covers("a@ourshop.example", "2026-10-31T23:59:59Z"));
  CHECK(covers("a@ourshop.example", "2026-11-01T00:00:00Z"));
  CHECK(!covers("a@past.example", "2026-10-10T00:00:00Z"));
  CHECK(covers("a@late.example", "2026-11-11T00:00:00Z"));
  CHECK((*ledger)->stats()->coverage.size() == 2);
}

TEST_CASE("a backup is a whole ledger that only its owner can read, and never replaces a file") {
  const ScratchFolder folder;
  const std::string path = filled(folder);
  const std::string copy = folder / "it's a copy.db";
  REQUIRE(back_up_ledger(path, copy));
  CHECK(export_lines(copy) == export_lines(path));
  struct stat status {};
  REQUIRE(::stat(copy.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  add_all(copy, {entry_at("more@ourshop.example", "2026-11-21T00:00:00Z")});
  CHECK(!back_up_ledger(path, copy));
  CHECK(ids_in(copy).size() == 5);
  CHECK(!back_up_ledger(path, folder / "no/where.db"));
  CHECK(!back_up_ledger(folder / "nowhere.db", folder / "other.db"));
  CHECK(!std::filesystem::exists(folder / "other.db"));
}

TEST_CASE("a backup while somebody writes holds what was committed") {
  const ScratchFolder folder;
  const std::string path = filled(folder);
  const auto ledger = LedgerWriter::open(path);
  auto batch = (*ledger)->begin();
  REQUIRE(
      (*ledger)->record(entry_at("late@ourshop.example", "2026-11-22T00:00:00Z"), "test", kNow));
  REQUIRE(back_up_ledger(path, folder / "copy.db"));
  REQUIRE(batch->commit());
  CHECK(ids_in(folder / "copy.db").size() == 4);
}

TEST_CASE("a check says what is wrong") {
  const ScratchFolder folder;
  const std::string path = filled(folder);
  CHECK(check_ledger(path)->empty());
  {
    auto file = open_ledger_to_write(path);
    REQUIRE(file->database.execute("UPDATE totals SET value = 7 WHERE name = 'messages'"));
    REQUIRE(file->database.execute("DELETE FROM fresh_postings"));
  }
  const auto findings = check_ledger(path);
  REQUIRE(findings);
  CHECK(findings->size() == 2);
  CHECK(!check_ledger(folder / "nowhere.db"));
}

TEST_CASE("a file whose middle was overwritten is found damaged") {
  const ScratchFolder folder;
  std::vector<Entry> entries;
  for (int i = 0; i < 500; ++i)
    entries.push_back(
        entry_at("m" + std::to_string(i) + "@ourshop.example", "2026-11-20T00:00:00Z"));
  add_all(folder / "ledger.db", entries);
  REQUIRE(back_up_ledger(folder / "ledger.db", folder / "copy.db"));
  {
    std::fstream file(folder / "copy.db", std::ios::in | std::ios::out | std::ios::binary);
    const auto size = std::filesystem::file_size(folder / "copy.db");
    for (std::uintmax_t at = 3 * 4096; at + 4096 < size; at += 4096) {
      file.seekp(static_cast<std::streamoff>(at));
      file << std::string(2000, 'x');
    }
  }
  const auto findings = check_ledger(folder / "copy.db");
  CHECK((!findings || !findings->empty()));
}

}  // namespace unsent

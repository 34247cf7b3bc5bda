// SPDX-License-Identifier: MIT
#include "feed/merge.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "ledger/import_record.h"
#include "ledger_scratch.h"

namespace unsent {

TEST_CASE("what others hold is added once, and their promises are not") {
  const ScratchFolder folder;
  add_all(folder / "one.db", {entry_with("a1@ourshop.example", "bob@remote.example"),
                              entry_with("a2@ourshop.example", "bob@remote.example")});
  add_all(folder / "two.db", {entry_with("a2@ourshop.example", "bob@remote.example"),
                              entry_with("a3@ourshop.example", "bob@remote.example")});
  REQUIRE((*LedgerWriter::open(folder / "one.db"))->declare_complete("ourshop.example", kNow));
  const auto merged =
      merge_ledgers(folder / "all.db", {folder / "one.db", folder / "two.db"}, Texts::kept);
  REQUIRE(merged);
  CHECK(merged->counts.added == 3);
  CHECK(merged->counts.known == 1);
  CHECK(!merged->damage);
  CHECK(export_lines(folder / "all.db").size() == 3);
  const auto promises = (*LedgerReader::open(folder / "all.db"))->promises();
  REQUIRE(promises);
  CHECK(promises->empty());
}

TEST_CASE("a merge is taken back as an import") {
  const ScratchFolder folder;
  add_all(folder / "one.db", {entry_with("a1@ourshop.example", "bob@remote.example")});
  REQUIRE(merge_ledgers(folder / "all.db", {folder / "one.db"}, Texts::kept));
  const auto undone = undo_import(folder / "all.db");
  REQUIRE(undone);
  REQUIRE(*undone);
  CHECK((*undone)->messages == 1);
  CHECK((*undone)->record.from == std::vector<std::string>{folder / "one.db"});
}

TEST_CASE("one that cannot be opened leaves all as it was") {
  const ScratchFolder folder;
  add_all(folder / "one.db", {entry_with("a1@ourshop.example", "bob@remote.example")});
  write_file(folder / "no-ledger", "nothing");
  CHECK(!merge_ledgers(folder / "all.db", {folder / "one.db", folder / "no-ledger"}, Texts::kept));
  CHECK(!merge_ledgers(folder / "all.db", {folder / "one.db", folder / "missing"}, Texts::kept));
  CHECK(!path_exists(folder / "all.db"));
  CHECK(!merge_ledgers(folder / "no-ledger", {folder / "one.db"}, Texts::kept));
  CHECK(*read_file(folder / "no-ledger") == "nothing");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What is put back of what was put away, once some of that has been released or purged.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "acting/acting.h"
#include "acting/quarantine.h"
#include "acting_scratch.h"
#include "base/digest.h"
#include "base/file.h"

namespace unsent {
TEST_CASE(
    "what was put away and has been purged since cannot be put back, and is no act any more") {
  for (const bool has_quarantine : {true, false}) {
    const Scratch scratch;
    for (const char* part : {"cur", "new", "tmp"})
      fs::create_directories(scratch.path() + "/md/" + part);
    auto act = Act::create(scratch.home(), Deed::quarantine, scratch.path() + "/away", kNow);
    REQUIRE(act);
    for (const char* name : {"1.a", "2.a"}) {
      const std::string path = scratch.path() + "/md/new/" + name;
      write(path, "Subject: x\n\nx\n");
      REQUIRE(act->plan({MailboxKind::maildir, 0, 14, "", "X-Unsent-Verdict: x\n", path}));
    }
    REQUIRE(act->end_plan());
    REQUIRE(perform(*act, {}));
    CHECK(has_way_back(*act));
    for (const auto& entry : fs::directory_iterator(scratch.path() + "/away/new"))
      fs::rename(entry.path(),
                 scratch.path() + "/away/cur/" + entry.path().filename().string() + ":2,S");
    CHECK(has_way_back(*act));  // seen, and there
    fs::remove_all(scratch.path() + "/away/cur");
    // A disk that is not there may come back.
    has_quarantine ? fs::create_directories(scratch.path() + "/away/cur")
                   : fs::remove_all(scratch.path() + "/away") > 0;
    CHECK(has_way_back(*act) != has_quarantine);
    const auto undone = take_back(*act, {});
    REQUIRE(undone);
    CHECK(undone->messages == 0);
    CHECK(undone->gone == 2);
    CHECK(undone->problems.size() == 1);
    CHECK(fs::exists(act->folder()) != has_quarantine);
  }
}

TEST_CASE("of an mbox what was released meanwhile is not put back a second time") {
  for (const bool is_changed : {false, true}) {
    CAPTURE(is_changed);
    const Scratch scratch;
    const std::string path = scratch.path() + "/in";
    write(path, kOne + kTwo + kThree);
    auto act = Act::create(scratch.home(), Deed::quarantine, scratch.path() + "/away", kNow);
    REQUIRE(act);
    for (const auto& [offset, message] :
         {std::pair(std::size_t{0}, kOne), std::pair(kOne.size() + kTwo.size(), kThree)})
      REQUIRE(act->plan({MailboxKind::mbox, offset, message.size(), digest(message), "", path}));
    REQUIRE(act->end_plan());
    REQUIRE(perform(*act, {}));
    REQUIRE(read(path) == kTwo);
    const auto away = list_quarantine_files(scratch.path() + "/away");
    REQUIRE(away);
    REQUIRE(away->size() == 2);
    CHECK_FALSE(was_moved_here((*away)[0]));
    REQUIRE(note_released(scratch.path() + "/away", (*away)[0].id));
    if (is_changed) write(path, kFrom + "Subject: 4\n\nfour\n\n");
    const auto undone = take_back(*act, {});
    REQUIRE(undone);
    CHECK(undone->messages == 1);
    CHECK(read(path) == (is_changed ? kFrom + "Subject: 4\n\nfour\n\n" : kTwo) + kThree);
  }
}

}  // namespace unsent

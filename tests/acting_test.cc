// SPDX-License-Identifier: MIT
// What happens to a mailbox between the reading and the deed. The deeds themselves, and
// that they survive a kill, are tested end to end.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "acting/acting.h"
#include "acting/renamed_files.h"
#include "acting_scratch.h"
#include "base/digest.h"
#include "base/field_line.h"
#include "base/file.h"
#include "store/maildir_name.h"
#include "store/mbox_swap.h"

namespace unsent {
namespace {

// An act that is to take the message at that place out of the mbox.
Act planned(const Scratch& scratch, const std::string& path, std::uint64_t offset,
            const std::string& message, Deed deed = Deed::remove) {
  auto act = Act::create(scratch.home(), deed, scratch.path() + "/away", kNow);
  REQUIRE(act);
  REQUIRE(act->plan({MailboxKind::mbox, offset, message.size(), digest(message), "", path}));
  REQUIRE(act->end_plan());
  return std::move(*act);
}

}  // namespace

TEST_CASE("between reading and deed an mbox may grow, but not change otherwise") {
  struct Case {
    const char* what;
    std::string then;  // what the mbox is when the deed comes
    std::string after;
  };
  const std::string before = kOne + kTwo;
  const Case cases[] = {
      {"untouched", before, kOne},
      {"grown", before + kThree, kOne + kThree},
      {"the last message was still being written", before + "rest of it\n\n" + kThree, ""},
      {"cut short", before.substr(0, before.size() - 3), ""},
      {"emptied", "", ""},
      {"a message before was deleted", kTwo, ""},
      {"a flag was added before", kFrom + "Status: RO\nSubject: 1\n\none\n\n" + kTwo, ""},
      {"the message itself was changed", kOne + kFrom + "Subject: 2\n\nTWO\n\n", ""},
      {"another message before, as long as the old", kThree.substr(0, 48) + kOne.substr(48) + kTwo,
       kThree.substr(0, 48) + kOne.substr(48)},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    for (const Deed deed : {Deed::remove, Deed::quarantine}) {
      const Scratch scratch;
      const std::string path = scratch.path() + "/in";
      write(path, c.then);
      const Act act = planned(scratch, path, kOne.size(), kTwo, deed);
      const auto acted = perform(act, {});
      REQUIRE(acted);
      const bool is_refused = c.after.empty();
      CHECK(acted->messages == (is_refused ? 0 : 1));
      CHECK(acted->problems.size() == (is_refused ? 1 : 0));
      CHECK(read(path) == (is_refused ? c.then : c.after));
      CHECK(has_effect(act) != is_refused);
      if (is_refused && fs::exists(scratch.path() + "/away/new"))
        CHECK(fs::is_empty(scratch.path() + "/away/new"));
      CHECK(!fs::exists(act.aside(path)));
      REQUIRE(take_back(act, {}));
      CHECK(read(path) == c.then);
    }
  }
}

TEST_CASE("an mbox that is gone when all is taken back holds what was taken out") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/in";
  write(path, kOne + kTwo);
  const Act act = planned(scratch, path, 0, kOne);
  REQUIRE(perform(act, {}));
  fs::remove(path);
  const auto undone = take_back(act, {});
  REQUIRE(undone);
  CHECK(undone->messages == 1);
  CHECK(read(path) == kOne);
}

TEST_CASE("a Maildir's message is found by its base name, whatever its flags are by then") {
  for (const char* now : {"/md/cur/1.a:2,RS", "/md/new/1.a", ""}) {
    CAPTURE(now);
    const Scratch scratch;
    for (const char* part : {"cur", "new", "tmp"})
      fs::create_directories(scratch.path() + "/md/" + part);
    if (*now != '\0') write(scratch.path() + now, "Subject: x\n\nx\n");
    auto act = Act::create(scratch.home(), Deed::quarantine, scratch.path() + "/away", kNow);
    REQUIRE(act);
    REQUIRE(act->plan({MailboxKind::maildir, 0, 14, "", "X-Unsent-Verdict: x\n",
                       scratch.path() + "/md/cur/1.a:2,"}));
    REQUIRE(act->end_plan());
    const auto acted = perform(*act, {});
    REQUIRE(acted);
    CHECK(acted->messages == (*now == '\0' ? 0 : 1));
    CHECK(acted->problems.size() == (*now == '\0' ? 1 : 0));
    REQUIRE(take_back(*act, {}));
    if (*now != '\0') CHECK(read(scratch.path() + now) == "Subject: x\n\nx\n");
  }
}

TEST_CASE("fields of the record have any byte, and a line that was cut short is none") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string line = encode_fields({all, "", "x"});
  CHECK(line.find('\n') == line.size() - 1);
  const auto fields = decode_fields(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(fields.size() == 3);
  CHECK(fields[0] == all);
  CHECK(fields[1].empty());
  for (std::size_t cut = 0; cut + 1 < line.size(); ++cut)
    CHECK(decode_fields(line.substr(0, cut)).empty());
}

TEST_CASE("what stands between the end of an mbox and a From_ line") {
  struct Case {
    const char* end;
    const char* gap;
  };
  const Case cases[] = {
      {"", ""},      {"\n", ""},        {"x", "\n\n"},     {"x\n", "\n"},
      {"x\n\n", ""}, {"x\r\n", "\r\n"}, {"x\r\n\r\n", ""}, {"x\r", "\r"},
  };
  for (const Case& c : cases) CHECK(gap_before_from(c.end) == c.gap);
}

TEST_CASE("the sizes in a Maildir's name are those of its bytes, and nothing else is changed") {
  const std::string bytes = "a\nb\r\n\n";  // 6, and 8 with CRLF
  const struct {
    const char* from;
    const char* to;
  } cases[] = {
      {"md/cur/1.M2P3.host,S=4711,W=5000:2,S", "md/cur/1.M2P3.host,S=6,W=8:2,S"},
      {"md/new/1.M2P3.host,W=5000,S=4711", "md/new/1.M2P3.host,W=8,S=6"},
      {"md/cur/1.M2P3.host,S=4711:2,", "md/cur/1.M2P3.host,S=6:2,"},
      {"md/cur/1.M2P3.host:2,S", "md/cur/1.M2P3.host:2,S"},
      {"md/cur/1.M2P3.host,S=:2,S", "md/cur/1.M2P3.host,S=:2,S"},
      {"md/cur/1.M2P3.host,S=4x:2,S", "md/cur/1.M2P3.host,S=4x:2,S"},
      {"md/cur/1.M2P3.host:2,S=1", "md/cur/1.M2P3.host:2,S=1"},
      {"md,S=1/cur/1.M2P3.host", "md,S=1/cur/1.M2P3.host"},
      {",S=1", ",S=6"},
  };
  for (const auto& each : cases) CHECK(with_sizes_of(each.from, bytes) == each.to);
}

TEST_CASE("a Maildir's message is found under whatever flags it has, again and again") {
  const Scratch scratch;
  const std::string maildir = scratch.path() + "/md";
  fs::create_directories(maildir + "/cur");
  fs::create_directories(maildir + "/new");
  write(maildir + "/cur/1.host,S=3:2,RS", "one");
  write(maildir + "/new/2.host", "two");
  RenamedFiles renamed;
  CHECK(renamed.find(maildir + "/new/1.host,S=3") == maildir + "/cur/1.host,S=3:2,RS");
  CHECK(renamed.find(maildir + "/cur/2.host:2,") == maildir + "/new/2.host");
  CHECK(renamed.find(maildir + "/cur/1.host:2,").empty());
  CHECK(renamed.find(maildir + "/cur/3.host:2,").empty());
  fs::rename(maildir + "/new/2.host", maildir + "/cur/2.host:2,F");
  CHECK(renamed.find(maildir + "/new/2.host") == maildir + "/cur/2.host:2,F");
  fs::remove(maildir + "/cur/2.host:2,F");
  CHECK(renamed.find(maildir + "/new/2.host").empty());
  CHECK(renamed.find(scratch.path() + "/none/new/2.host").empty());
}

namespace {

struct LedAway {
  Scratch scratch;
  std::string folder = scratch.path() + "/md/cur";
  std::string path = folder + "/1.a:2,S";
  std::string victim = scratch.path() + "/victim";
  static constexpr const char* kMail = "Subject: x\n\nours\n";

  LedAway() {
    for (const char* part : {"cur", "new", "tmp"})
      fs::create_directories(scratch.path() + "/md/" + part);
    fs::create_directories(victim);
    write(path, kMail);
    write(victim + "/1.a:2,S", kMail);
  }

  Act planned(Deed deed) const {
    auto act = Act::create(scratch.home(), deed, scratch.path() + "/away", kNow);
    REQUIRE(act);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    REQUIRE(act->plan({MailboxKind::maildir, 0, std::string_view(kMail).size(), digest(kMail),
                       "X-Unsent-Verdict: backscatter\n", path, status.st_dev, status.st_ino}));
    REQUIRE(act->end_plan());
    return std::move(*act);
  }

  // A link as another user would make it.
  void lead(const std::string& from, const std::string& to) const {
    fs::create_symlink(to, from);
    REQUIRE(::lchown(from.c_str(), 65534, 65534) == 0);
  }

  bool is_victim_whole() const {
    return std::distance(fs::directory_iterator(victim), fs::directory_iterator()) == 1 &&
           read(victim + "/1.a:2,S") == kMail;
  }
};

}  // namespace

TEST_CASE("between reading and deed a message file may not become another, nor be led away") {
  REQUIRE(::geteuid() == 0);  // only root is told by whom a link is
  const std::pair<const char*, void (*)(const LedAway&)> changes[] = {
      {"another file of the same text",
       [](const LedAway& at) {
         write(at.path + ".new", LedAway::kMail);
         fs::rename(at.path + ".new", at.path);
       }},
      {"rewritten in place, as long as before",
       [](const LedAway& at) { write(at.path, "Subject: x\n\nOURS\n"); }},
      {"longer", [](const LedAway& at) { write(at.path, "Subject: x\n\nours and more\n"); }},
      {"a link to it",
       [](const LedAway& at) {
         fs::rename(at.path, at.scratch.path() + "/moved");
         at.lead(at.path, at.scratch.path() + "/moved");
       }},
      {"a link to another's",
       [](const LedAway& at) {
         fs::remove(at.path);
         at.lead(at.path, at.victim + "/1.a:2,S");
       }},
      {"a hard link to another's",
       [](const LedAway& at) {
         fs::remove(at.path);
         fs::create_hard_link(at.victim + "/1.a:2,S", at.path);
       }},
      {"its folder is a link",
       [](const LedAway& at) {
         fs::rename(at.folder, at.scratch.path() + "/moved");
         at.lead(at.folder, at.victim);
       }},
      {"the folder above is a link",
       [](const LedAway& at) {
         fs::create_directories(at.scratch.path() + "/other");
         fs::rename(at.scratch.path() + "/md", at.scratch.path() + "/moved");
         fs::rename(at.victim, at.scratch.path() + "/other/cur");
         at.lead(at.scratch.path() + "/md", at.scratch.path() + "/other");
         fs::create_symlink(at.scratch.path() + "/other/cur", at.victim);
       }},
      {"a pipe", [](const LedAway& at) {
         fs::remove(at.path);
         REQUIRE(::mkfifo(at.path.c_str(), 0600) == 0);
       }}};
  for (const auto& [what, change] : changes) {
    for (const Deed deed : {Deed::remove, Deed::quarantine, Deed::tag}) {
      CAPTURE(what);
      CAPTURE(name_of(deed));
      const LedAway at;
      const Act act = at.planned(deed);
      change(at);
      const auto acted = perform(act, {});
      REQUIRE(acted);
      CHECK(acted->messages == 0);
      CHECK(acted->problems.size() == 1);
      CHECK(at.is_victim_whole());
      CHECK(!has_effect(act));
    }
  }
}

TEST_CASE(
    "what is put back goes to the folder it came from, never by another's link to a third one") {
  REQUIRE(::geteuid() == 0);
  for (const Deed deed : {Deed::remove, Deed::quarantine, Deed::tag}) {
    CAPTURE(name_of(deed));
    const LedAway at;
    const Act act = at.planned(deed);
    CHECK(perform(act, {})->messages == 1);
    const std::string moved = at.scratch.path() + "/moved";
    fs::rename(at.folder, moved);
    at.lead(at.folder, at.victim);
    CHECK(take_back(act, {})->problems.size() == 1);
    CHECK(at.is_victim_whole());
    fs::remove(at.folder);
    fs::rename(moved, at.folder);
    CHECK(take_back(act, {})->problems.empty());
    CHECK(read(at.path) == LedAway::kMail);
  }
}

TEST_CASE("an mbox in a folder that became another's link is neither changed nor put back there") {
  REQUIRE(::geteuid() == 0);
  const LedAway at;
  const std::string folder = at.scratch.path() + "/mail";
  fs::create_directories(folder);
  for (const std::string& place : {folder, at.victim}) write(place + "/in", kOne + kTwo);
  const Act act = planned(at.scratch, folder + "/in", 0, kOne);
  const std::string moved = at.scratch.path() + "/moved";
  const auto lead = [&] {
    fs::rename(folder, moved);
    at.lead(folder, at.victim);
  };
  const auto lead_back = [&] {
    fs::remove(folder);
    fs::rename(moved, folder);
  };
  lead();
  CHECK(perform(act, {})->messages == 0);
  CHECK(read(at.victim + "/in") == kOne + kTwo);
  lead_back();
  CHECK(perform(act, {})->messages == 1);
  lead();
  CHECK(!take_back(act, {})->problems.empty());
  CHECK(read(at.victim + "/in") == kOne + kTwo);
  lead_back();
  CHECK(take_back(act, {})->messages == 1);
  CHECK(read(folder + "/in") == kOne + kTwo);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "optin/switch.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "optin/opt_in.h"
#include "scratch_folder.h"
#include "setup/user.h"

namespace unsent {
namespace {

// The home of one who has no files yet.
class Home {
 public:
  Home() {
    ::setenv("HOME", folder_.path().c_str(), 1);
    ::setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
    ::setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
  }
  std::string operator/(const std::string& name) const { return folder_ / name; }
  // The file of procmail as optin leaves it, and the note of it.
  void opt_in(std::string_view text, bool is_new) const {
    const Wiring wiring{"/usr/bin/unsent", "alice", "", folder_ / "Maildir/.Backscatter"};
    const auto with = put_lines(Agent::procmail, text, wiring, folder_ / ".procmailrc", is_new);
    REQUIRE(with);
    write_file(folder_ / ".procmailrc", *with);
    REQUIRE(write_opt_ins({{Agent::procmail, folder_ / ".procmailrc"}}));
  }

 private:
  ScratchFolder folder_;
};

}  // namespace

TEST_CASE("an opt-in at the site is noted once it is asked for, and an opt-out takes it away") {
  const Home home;
  const auto shown = opt_in_at_site(Asked::to_show);
  REQUIRE(shown);
  CHECK(shown->state == OptInTold::State::planned);
  CHECK(shown->path == home / "config/unsent/opted-in");
  CHECK(!has_opted_in());
  for (int i = 0; i < 2; ++i) {
    const auto done = opt_in_at_site(Asked::to_do);
    REQUIRE(done);
    CHECK(done->state == OptInTold::State::done);
    REQUIRE(read_opt_ins().size() == 1);
    CHECK(read_opt_ins().front().agent == Agent::site);
  }
  const auto out = opt_out(std::nullopt);
  REQUIRE(out);
  CHECK(out->was_in);
  CHECK(out->files.empty());
  CHECK(!has_opted_in());
}

TEST_CASE("an opt-out of somebody who never opted in changes nothing") {
  const Home home;
  write_file(home / ".procmailrc", ":0\n* ^Subject: x\nx/\n");
  const auto out = opt_out(std::nullopt);
  REQUIRE(out);
  CHECK(!out->was_in);
  CHECK(out->files.empty());
  CHECK(*read_file(home / ".procmailrc") == ":0\n* ^Subject: x\nx/\n");
}

TEST_CASE("an opt-out leaves the file as it was, and none where there was none") {
  const Home home;
  home.opt_in(":0\n* ^Subject: x\nx/\n", false);
  auto out = opt_out(std::nullopt);
  REQUIRE(out);
  CHECK(out->was_in);
  REQUIRE(out->files.size() == 1);
  CHECK(out->files.front().path == home / ".procmailrc");
  CHECK(out->files.front().done == OptOutTold::Done::as_before);
  CHECK(*read_file(home / ".procmailrc") == ":0\n* ^Subject: x\nx/\n");

  home.opt_in("", true);
  out = opt_out(std::nullopt);
  REQUIRE(out);
  REQUIRE(out->files.size() == 1);
  CHECK(out->files.front().done == OptOutTold::Done::removed);
  CHECK(!path_exists(home / ".procmailrc"));
}

TEST_CASE("without a note our lines are found in the usual files and in the one that is named") {
  const Home home;
  home.opt_in("# mine\n", false);
  REQUIRE(write_opt_ins({}));
  write_file(home / "rc", *read_file(home / ".procmailrc"));
  const auto out = opt_out("~/rc");
  REQUIRE(out);
  CHECK(!out->was_in);
  CHECK(out->files.size() == 2);
  CHECK(*read_file(home / "rc") == "# mine\n");
}

TEST_CASE("what somebody has changed between our marks is left to them, and the note stays") {
  const Home home;
  home.opt_in("", true);
  std::string text = *read_file(home / ".procmailrc");
  text.insert(text.find('\n') + 1, "# changed\n");
  write_file(home / ".procmailrc", text);
  CHECK(!opt_out(std::nullopt));
  CHECK(has_opted_in());
  CHECK(*read_file(home / ".procmailrc") == text);
}

TEST_CASE("a file that is a link is not written into, and nothing is noted") {
  const Home home;
  write_file(home / "elsewhere", "");
  std::filesystem::create_symlink(home / "elsewhere", home / ".procmailrc");
  const Wiring wiring{"/usr/bin/unsent", "alice", "", ""};
  CHECK(!opt_in(Agent::procmail, home / ".procmailrc", wiring, Asked::to_do));
  CHECK(!has_opted_in());
  CHECK(read_file(home / "elsewhere")->empty());
}

}  // namespace unsent

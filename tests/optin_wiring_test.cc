// SPDX-License-Identifier: MIT
#include "optin/wiring.h"

#include <doctest/doctest.h>

#include "scratch_folder.h"

namespace unsent {
namespace {

Config with_policy(Handling handling) {
  Config config;
  config.policy.set(Verdict::backscatter, handling);
  config.quarantine = "/var/quarantine";
  return config;
}

void make_folders_of(const std::string& path) {
  for (const char* part : {"/cur", "/new", "/tmp"})
    std::filesystem::create_directories(path + part);
}

}  // namespace

TEST_CASE("the lines call the program that is named, by its whole path, or the one that runs") {
  WiringWish wish;
  auto wiring = make_wiring(Agent::procmail, wish, {});
  REQUIRE(wiring);
  CHECK(wiring->program == std::filesystem::read_symlink("/proc/self/exe").string());
  wish.program = "/bin/sh";
  wiring = make_wiring(Agent::procmail, wish, {});
  REQUIRE(wiring);
  CHECK(wiring->program == "/bin/sh");
  for (const char* bad : {"", "sh", "bin/sh", "/nowhere/unsent", "/etc/passwd"}) {
    wish.program = bad;
    CAPTURE(bad);
    CHECK(!make_wiring(Agent::procmail, wish, {}));
  }
}

TEST_CASE("the lines put away what the policy puts away or drops, and else they mark") {
  for (const Handling handling : {Handling::quarantine, Handling::drop}) {
    const auto wiring = make_wiring(Agent::procmail, {}, with_policy(handling));
    REQUIRE(wiring);
    CHECK(wiring->quarantine == "/var/quarantine");
  }
  for (const Handling handling : {Handling::tag, Handling::deliver}) {
    const auto wiring = make_wiring(Agent::procmail, {}, with_policy(handling));
    REQUIRE(wiring);
    CHECK(wiring->quarantine.empty());
  }
}

TEST_CASE("agents whose lines deliver are told the mailbox, the others are not") {
  const ScratchFolder folder;
  make_folders_of(folder / "Mail");
  WiringWish wish;
  wish.mailbox.maildir = folder / "Mail";
  for (const Agent agent : {Agent::forward, Agent::exim, Agent::qmail}) {
    const auto wiring = make_wiring(agent, wish, {});
    REQUIRE(wiring);
    CHECK(wiring->mailbox == "--maildir " + (folder / "Mail"));
  }
  for (const Agent agent : {Agent::procmail, Agent::maildrop, Agent::sieve}) {
    const auto wiring = make_wiring(agent, wish, {});
    REQUIRE(wiring);
    CHECK(wiring->mailbox.empty());
  }
}

TEST_CASE("a mailbox is that of the option, of the configuration, or the usual one") {
  const ScratchFolder home;
  ::setenv("HOME", home.path().c_str(), 1);
  Config config;
  CHECK(!make_wiring(Agent::forward, {}, config));
  make_folders_of(home / "Maildir");
  auto wiring = make_wiring(Agent::forward, {}, config);
  REQUIRE(wiring);
  CHECK(wiring->mailbox == "--maildir " + (home / "Maildir"));
  write_file(home / "inbox", "");
  config.mailbox = home / "inbox";
  wiring = make_wiring(Agent::forward, {}, config);
  REQUIRE(wiring);
  CHECK(wiring->mailbox == "--mbox " + (home / "inbox"));
  WiringWish wish;
  wish.mailbox.mbox = home / "missing";
  CHECK(!make_wiring(Agent::forward, wish, config));
}

}  // namespace unsent

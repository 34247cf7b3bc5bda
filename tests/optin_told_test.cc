// SPDX-License-Identifier: MIT
#include "optin/told.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

OptInTold planned() {
  OptInTold told;
  told.agent = Agent::procmail;
  told.path = "/home/alice/.procmailrc";
  told.change = "+ :0 fw\n+ | /usr/bin/unsent filter\n";
  told.tried = "procmail: a bounce and a message came through";
  told.quarantine = "/home/alice/Maildir/.Backscatter";
  return told;
}

OptInTold done() {
  OptInTold told = planned();
  told.state = OptInTold::State::done;
  told.backup = "/home/alice/.local/share/unsent/before-optin/.procmailrc";
  return told;
}

}  // namespace

TEST_CASE("an opt-in that is planned shows the lines, and says that nothing is changed") {
  CHECK(to_text(planned()) ==
        "/home/alice/.procmailrc:\n"
        "+ :0 fw\n"
        "+ | /usr/bin/unsent filter\n"
        "procmail: a bounce and a message came through\n"
        "nothing is changed yet; --yes does it\n");
}

TEST_CASE("one that is done says where the file lies as it was") {
  CHECK(to_text(done()) ==
        "/home/alice/.procmailrc:\n"
        "+ :0 fw\n"
        "+ | /usr/bin/unsent filter\n"
        "procmail: a bounce and a message came through\n"
        "the file as it was: /home/alice/.local/share/unsent/before-optin/.procmailrc\n"
        "opted in\n");
}

TEST_CASE("lines that put nothing away and deliver nothing only mark, and that is said") {
  OptInTold told = done();
  told.quarantine = told.backup = "";
  CHECK(to_text(told).find("\nbackscatter is only marked: the policy says no more\nopted in\n") !=
        std::string::npos);
  told.mailbox = "--maildir /home/alice/Maildir";
  CHECK(to_text(told).find("only marked") == std::string::npos);
}

TEST_CASE("what stands there already is said, and no more of it") {
  OptInTold told = done();
  told.state = OptInTold::State::there_already;
  CHECK(to_text(told) == "/home/alice/.procmailrc: our lines stand there already\n");
}

TEST_CASE("an opt-in at the site changes no file but the note") {
  OptInTold told;
  told.path = "/home/alice/.config/unsent/opted-in";
  CHECK(to_text(told) ==
        "would note the opt-in in /home/alice/.config/unsent/opted-in; --yes does it\n");
  told.state = OptInTold::State::done;
  CHECK(to_text(told) == "opted in: /home/alice/.config/unsent/opted-in\n");
}

TEST_CASE("what the administrator has to add comes last, whichever the agent") {
  OptInTold told = done();
  told.administrator = "to dovecot.conf:\n  sieve_plugins = sieve_extprograms\n";
  CHECK(to_text(told).ends_with(
      "opted in\nthe administrator of this host has to add, to dovecot.conf:\n"
      "  sieve_plugins = sieve_extprograms\n"));
}

TEST_CASE("for programs an opt-in has a stage, and null for what there is not") {
  CHECK(to_json(planned()) ==
        R"({"version":1,"agent":"procmail","stage":"planned","path":"/home/alice/.procmailrc",)"
        R"("change":"+ :0 fw\n+ | /usr/bin/unsent filter\n",)"
        R"("tried":"procmail: a bounce and a message came through","backup":null,)"
        R"("quarantine":"/home/alice/Maildir/.Backscatter","administrator":null})");
  OptInTold told = planned();
  told.state = OptInTold::State::there_already;
  CHECK(to_json(told).find(R"("stage":"there already")") != std::string::npos);
  told.path = "/home/\xFF";
  CHECK(to_json(told).find("/home/\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("an opt-out names each file that our lines stood in, and what became of it") {
  OptOutTold told;
  CHECK(to_text(told) == "there was no opt-in\n");
  CHECK(to_json(told) == R"({"version":1,"was_in":false,"files":[]})");
  told.was_in = true;
  told.files = {{"/home/alice/.forward", OptOutTold::Done::removed},
                {"/home/alice/.procmailrc", OptOutTold::Done::as_before}};
  CHECK(to_text(told) ==
        "/home/alice/.forward: taken away\n"
        "/home/alice/.procmailrc: as it was before\n"
        "opted out\n");
  CHECK(to_json(told) ==
        R"({"version":1,"was_in":true,"files":[{"path":"/home/alice/.forward","removed":true},)"
        R"({"path":"/home/alice/.procmailrc","removed":false}]})");
}

}  // namespace unsent

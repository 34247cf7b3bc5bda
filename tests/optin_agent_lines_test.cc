// SPDX-License-Identifier: MIT
#include "optin/agent_lines.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "optin/sieve_text.h"

namespace unsent {
namespace {

const Wiring kWiring{"/usr/bin/unsent", "alice", "--maildir /home/alice/Maildir",
                     "/home/alice/Maildir/.Backscatter"};

std::string put(Agent agent, std::string_view text, bool is_new = false) {
  auto with = put_lines(agent, text, kWiring, "rc", is_new);
  CAPTURE(text);
  REQUIRE(with);
  return *with;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("what is taken out is exactly what was put in, whatever stands around it") {
  const std::string_view procmail[] = {"",
                                       "\n",
                                       "MAILDIR=$HOME/Mail\n\n:0\n* ^Subject: x\nx/\n",
                                       "# no end",
                                       "#!/usr/bin/procmail\n:0\nx/\n",
                                       "LANG=\xFC\n",
                                       ":0\n* ^X: \\\n  y\nz\n"};
  for (const std::string_view text : procmail) {
    const std::string with = put(Agent::procmail, text);
    const auto taken = take_lines(with, "rc");
    REQUIRE((taken && *taken));
    CHECK((*taken)->text == text);
    CHECK(!(*taken)->is_new);
  }
  const std::string_view sieve[] = {"", "keep;\n", "require \"fileinto\";\nkeep;\n",
                                    "require [\"a\", \"b\"];\r\n\r\nstop;\r\n"};
  for (const std::string_view text : sieve)
    CHECK((*take_lines(put(Agent::sieve, text), "s"))->text == text);
  const std::string_view forward[] = {"", "# mine\n", "\\alice\n", "# mine\n\\alice\n"};
  for (const std::string_view text : forward)
    CHECK((*take_lines(put(Agent::forward, text), "f"))->text == text);
  const std::string_view exim[] = {"# Exim filter\n",
                                   "#exim FILTER # mine\nsave $home/x\nfinish\n"};
  for (const std::string_view text : exim)
    CHECK((*take_lines(put(Agent::exim, text), "f"))->text == text);
  CHECK(put(Agent::exim, "", true).substr(0, 14) == "# Exim filter\n");
  CHECK((*take_lines(put(Agent::exim, "", true), "f"))->text.empty());
  CHECK((*take_lines(put(Agent::qmail, "", true), "q"))->is_new);
  CHECK(!*take_lines("nothing of ours\n", "rc"));
}

TEST_CASE("whatever a file holds: it is refused, or comes back to the byte") {
  constexpr std::string_view kPieces[] = {"\n",
                                          "\n",
                                          "\r\n",
                                          " ",
                                          "\t",
                                          "#",
                                          "x",
                                          ";",
                                          "\"",
                                          "\\",
                                          "[",
                                          "]",
                                          ",",
                                          "/*",
                                          "*/",
                                          "#!/bin/x",
                                          "require",
                                          "require \"a\";",
                                          "require [\"a\", \"b\"] ;",
                                          "keep;",
                                          ":0\n",
                                          "| y\n",
                                          "\\alice\n",
                                          "\\alice",
                                          "./Maildir/\n",
                                          "# Exim filter\n",
                                          "#exim filter",
                                          "to x\n",
                                          "{",
                                          "}",
                                          "# unsent optin:",
                                          "# unsent optin: end ",
                                          "\xFC",
                                          "text:\n.\n",
                                          "# was\n"};
  std::mt19937 random(4711);  // the same texts each time
  int put_in = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string text;
    for (auto left = random() % 8; left > 0; --left) text += kPieces[random() % std::size(kPieces)];
    const Agent agent = kAgents[random() % std::size(kAgents)];
    const auto with = agent == Agent::site ? fail(ErrorCode::usage, "no file")
                                           : put_lines(agent, text, kWiring, "rc", false);
    if (!with) continue;
    ++put_in;
    CAPTURE(name_of(agent));
    CAPTURE(text);
    const auto taken = take_lines(*with, "rc");
    REQUIRE((taken && *taken));
    CHECK((*taken)->text == text);
    CHECK_FALSE(put_lines(agent, *with, kWiring, "rc", false));
  }
  CHECK(put_in > 5000);
}

TEST_CASE("ours come before all that delivers, and behind the requires of a Sieve script") {
  CHECK(put(Agent::procmail, "DEFAULT=x\n").substr(0, 16) == "# unsent optin: ");
  CHECK(put(Agent::maildrop, "#!/usr/bin/maildrop\nto x\n").substr(0, 20) ==
        "#!/usr/bin/maildrop\n");
  const std::string sieve =
      put(Agent::sieve,
          "# require \"x\";\n/* a\n b */ REQUIRE [\"fileinto\" , \"envelope\"] ; # both\n"
          "require \"copy\";require \"vacation\";\nif true { stop; }\n");
  CHECK(sieve.find("\"vacation\";\n# unsent optin") != std::string::npos);
  CHECK(has(put(Agent::sieve, "require \"a\";\r\nkeep;\r\n"), "\r\n    stop;\r\n"));
}

TEST_CASE("qmail: without other lines ours deliver, else these do") {
  CHECK(has(put(Agent::qmail, ""),
            "|/usr/bin/unsent deliver --qmail --maildir /home/alice/Maildir\n"));
  CHECK(has(put(Agent::qmail, "# only words\n"), "--maildir"));
  CHECK(has(put(Agent::qmail, "./Maildir/\n"), "|/usr/bin/unsent deliver --qmail\n"));
}

TEST_CASE("without a quarantine nothing is put away") {
  Wiring wiring = kWiring;
  wiring.quarantine.clear();
  for (const Agent agent : {Agent::procmail, Agent::maildrop, Agent::sieve}) {
    const auto lines = make_lines(agent, wiring);
    REQUIRE(lines);
    CHECK(!has(*lines, "ackscatter"));
    CHECK(!has(*lines, "stop"));
  }
}

TEST_CASE("what cannot be understood for sure is refused, with its line") {
  struct Row {
    Agent agent;
    std::string text;
    std::string_view message;
  };
  const Row rows[] = {
      {Agent::procmail, "a\r\n", "rc: its lines end in CR; "},
      {Agent::procmail, std::string("a\0b\n", 4), "rc: it holds NUL bytes; "},
      {Agent::procmail, "\xEF\xBB\xBFMAILDIR=x\n", "rc: it begins with a byte order mark; "},
      {Agent::procmail, std::string(300000, '\n'), "rc: larger than any such file; "},
      {Agent::procmail, "\n:0 fw\n| /opt/unsent filter\n", "rc:3: unsent is called here already"},
      {Agent::procmail, "x\n# unsent optin: end 12345678\n", "rc:2: a mark of ours"},
      {Agent::maildrop, "xfilter \"unsent filter\"\n", "rc:1: unsent is called here already"},
      {Agent::sieve, "require \"\xFF\";\n", "rc: it is not UTF-8; "},
      {Agent::sieve, "require \"a\"\nkeep;\n", "rc:2: a require without its semicolon"},
      {Agent::sieve, "require [\"a\", ];\n", "rc:1: a require that cannot be read"},
      {Agent::sieve, "require \"a;\nkeep;\n", "rc:3: a require that cannot be read"},
      {Agent::sieve, "/* a\nrequire \"a\";\n", "rc:1: a comment without an end"},
      {Agent::sieve, "require \"a\"; keep;\n", "rc:1: more stands behind the semicolon"},
      {Agent::sieve, "require \"a\"; /* b\n */ keep;\n", "rc:1: more stands behind the semicolon"},
      {Agent::sieve, "require \"a\";", "rc:1: the last line has no end"},
      {Agent::sieve, "if filter \"unsent\" [\"filter\"] {}\n",
       "rc:1: unsent is called here already"},
      {Agent::forward, "\"|/usr/local/bin/sort-mail\"\n", "rc:1: a program is called here"},
      {Agent::forward, "| /usr/bin/vacation alice\n", "rc:1: a program is called here"},
      {Agent::forward, "\\alice, bob@remote.example\n", "rc:1: mail goes elsewhere, too"},
      {Agent::forward, "# mine\nbob@remote.example\n", "rc:2: mail goes elsewhere, too"},
      {Agent::forward, "\\bob\n", "rc:1: mail goes elsewhere, too"},
      {Agent::forward, "/home/alice/mbox\n", "rc:1: mail goes elsewhere, too"},
      {Agent::forward, ":include:/home/alice/list\n", "rc:1: mail goes elsewhere, too"},
      {Agent::forward, "\"|exec /usr/bin/procmail\"\n", "rc:1: another agent is called here"},
      {Agent::forward, "#   Exim filter\nfinish\n", "rc:1: this is a filter"},
      {Agent::forward, "# Exim filter\nfinish\n", "rc:1: this is a filter"},
      {Agent::forward, "# Sieve filter\nkeep;\n", "rc:1: this is a filter"},
      {Agent::forward, "# no end", "rc:1: the last line has no end"},
      {Agent::procmail, "#!/bin/x", "rc:1: the last line has no end"},
      {Agent::exim, "", "rc:1: a list of addresses, not an Exim filter"},
      {Agent::exim, "\\alice\n", "rc:1: a list of addresses, not an Exim filter"},
      {Agent::exim, "\n# Exim filter\n", "rc:1: a list of addresses, not an Exim filter"},
      {Agent::qmail, "\n./Maildir/\n", "rc:1: qmail defers mail"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 60));
    const auto with = put_lines(row.agent, row.text, kWiring, "rc", false);
    REQUIRE(!with);
    CHECK(with.error().message.substr(0, row.message.size()) == row.message);
  }
  Wiring wiring = kWiring;
  for (const char* path : {"/home/a b/unsent", "/x'y", "bin/unsent", "/x$HOME", "/x\ny", "/x;y"}) {
    wiring.program = path;
    CHECK_FALSE(put_lines(Agent::procmail, "", wiring, "rc", true));
  }
}

TEST_CASE("lines of ours that somebody has changed are no longer ours") {
  const std::string good = put(Agent::procmail, "LAST=1\n");
  const std::size_t middle = good.find(":0 fw");
  const std::string begin = good.substr(0, good.find('\n') + 1);
  std::string edited = good;
  edited.replace(middle, 5, ":0 fW");
  const std::string cut = good.substr(0, middle);
  const std::string headless = good.substr(begin.size());
  for (const std::string& text : {edited, cut, headless, begin + good, good + good}) {
    CAPTURE(text);
    CHECK_FALSE(take_lines(text, "rc"));
  }
}

TEST_CASE("only what differs is shown") {
  CHECK(difference("a\nb\nc\n", "a\nx\ny\nc\n") == "- b\n+ x\n+ y\n");
  CHECK(difference("", "a\n") == "+ a\n");
  CHECK(difference("a\n", "a\n").empty());
}

}  // namespace unsent

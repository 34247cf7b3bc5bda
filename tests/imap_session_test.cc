// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "imap/folders.h"
#include "imap/move.h"
#include "imap/sasl.h"
#include "imap/session.h"

using namespace unsent;

namespace {

// A server that has said everything already; what it is told is kept.
class Said : public ImapConnection {
 public:
  Said(std::string bytes, std::string& told) : bytes_(std::move(bytes)), told_(told) {}
  Result<std::string_view> more() override {
    if (is_over_) return fail(ErrorCode::io, "broken");
    is_over_ = true;
    return std::string_view(bytes_);
  }
  Result<void> send(std::string_view bytes) override {
    told_ += bytes;
    return {};
  }
  Result<bool> wait(std::chrono::milliseconds) override { return !is_over_; }
  Result<void> compress() override { return {}; }

 private:
  std::string bytes_;
  std::string& told_;
  bool is_over_ = false;
};

const std::string kCan =
    "* CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ESEARCH UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED "
    "AUTH=PLAIN\r\nu1 OK\r\nu2 OK [CAPABILITY IMAP4rev1 LITERAL+ ESEARCH UIDPLUS MOVE SPECIAL-USE "
    "LIST-EXTENDED] in\r\n";

struct Talk {
  explicit Talk(const std::string& said, std::string_view secret = "secret",
                bool is_token = false) {
    ImapUrl url;
    url.host = "mail.example";
    const Credentials credentials{"alice", Secret(secret), is_token};
    auto opened = ImapSession::open(std::make_unique<Said>(said, told), url, credentials);
    if (opened)
      session = std::move(*opened);
    else
      error = opened.error();
  }
  std::string told;
  std::unique_ptr<ImapSession> session;
  Error error;
};

std::string name_of(const ImapFolder* folder) { return folder == nullptr ? "" : folder->name; }

}  // namespace

TEST_CASE("SCRAM proves the password, and has the server prove it too (RFC 5802, 7677)") {
  struct Row {
    const char* hash;
    const char* nonce;
    const char* said;
    const char* proof;
    const char* signature;
  };
  const Row rows[] = {
      {"SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO",
       "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
       ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
       "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
      {"SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL",
       "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
       ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
  };
  for (const Row& row : rows) {
    const Credentials credentials{"user", Secret("pencil"), false};
    const auto scram = make_scram(credentials, row.hash, row.nonce);
    REQUIRE(scram != nullptr);
    CHECK(scram->first().view() == std::string("n,,n=user,r=") + row.nonce);
    const auto answer = scram->answer(row.said);
    REQUIRE(answer.has_value());
    CHECK(answer->view().ends_with(row.proof));
    CHECK(!scram->is_complete());
    const auto wrong = make_scram(credentials, row.hash, row.nonce);
    static_cast<void>(wrong->answer(row.said).has_value());
    CHECK(!wrong->answer("v=AAAA").has_value());
    CHECK(scram->answer(row.signature).has_value());
    CHECK(scram->is_complete());
  }
}

TEST_CASE("a SCRAM that is weak, or another's, is not gone on with") {
  for (const char* said :
       {"", "r=abc,s=QSXCR+Q6sek8bf92,i=4096", "r=nonce,s=QSXCR+Q6sek8bf92,i=4096",
        "r=nonce2,s=,i=4096", "r=nonce2,s=QSXCR+Q6sek8bf92,i=1", "r=nonce2,s=QSXCR+Q6sek8bf92",
        "r=nonce2,s=QSXCR+Q6sek8bf92,i=999999999", "r=nonce2,s=!!,i=4096"}) {
    CAPTURE(said);
    const Credentials credentials{"user", Secret("pencil"), false};
    CHECK(!make_scram(credentials, "SCRAM-SHA-256", "nonce")->answer(said).has_value());
  }
}

TEST_CASE("the best way to log in is taken, and a token is no password") {
  ImapUrl server;
  server.host = "mail.example";
  const auto chosen = [&](std::vector<std::string_view> all, bool is_token) {
    const Credentials credentials{"a", Secret("x"), is_token};
    const auto sasl = make_sasl(credentials, server, [&](std::string_view name) {
      return std::find(all.begin(), all.end(), name) != all.end();
    });
    return sasl ? std::string(sasl->mechanism()) : std::string();
  };
  CHECK(chosen({"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, false) == "SCRAM-SHA-256");
  CHECK(chosen({"PLAIN", "SCRAM-SHA-1"}, false) == "SCRAM-SHA-1");
  CHECK(chosen({"PLAIN", "LOGIN"}, false) == "PLAIN");
  CHECK(chosen({"XOAUTH2", "OAUTHBEARER"}, false).empty());
  CHECK(chosen({"XOAUTH2", "OAUTHBEARER", "PLAIN"}, true) == "OAUTHBEARER");
  CHECK(chosen({"XOAUTH2", "PLAIN"}, true) == "XOAUTH2");
  CHECK(chosen({"PLAIN"}, true).empty());
}

TEST_CASE("a password that is refused is one clear error, and is in no error") {
  const Talk wrong(
      "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nu1 OK\r\nu2 NO [AUTHENTICATIONFAILED] "
      "no\x1b[31m\r\n",
      "hunter2");
  CHECK(wrong.session == nullptr);
  CHECK(wrong.error.code == ErrorCode::no_permission);
  CHECK(wrong.error.message.find("alice may not log in") != std::string::npos);
  CHECK(wrong.error.message.find("hunter2") == std::string::npos);
  CHECK(wrong.error.message.find('\x1b') == std::string::npos);
  const Talk busy(
      "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nu1 OK\r\nu2 NO [UNAVAILABLE] later\r\n");
  CHECK(busy.error.code == ErrorCode::temp_fail);
  const Talk none("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nu1 OK\r\n");
  CHECK(none.error.code == ErrorCode::unavailable);
  CHECK(none.told == "u1 CAPABILITY\r\n");
}

TEST_CASE("LOGIN is for servers that know nothing else, and quotes what is in a password") {
  Talk talk("* CAPABILITY IMAP4rev1\r\nu1 OK\r\nu2 OK [CAPABILITY IMAP4rev1] in\r\n", "a\"b\\c d");
  REQUIRE(talk.session != nullptr);
  CHECK(talk.told.find("u2 LOGIN \"alice\" \"a\\\"b\\\\c d\"\r\n") != std::string::npos);
}

TEST_CASE("folders are known by special use, then by the names that languages have") {
  const std::pair<const char*, const char*> rows[] = {
      {"* LIST (\\Sent) \".\" \"Odd\"\r\n* LIST () \".\" Sent\r\n", "Odd"},
      {"* LIST () \"/\" Sent\r\n* LIST () \"/\" \"Sent Items\"\r\n", "Sent"},
      {"* LIST () \".\" INBOX\r\n* LIST () \".\" \"INBOX.Gesendete Objekte\"\r\n",
       "INBOX.Gesendete Objekte"},
      {"* LIST () \"/\" \"&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-\"\r\n", "Отправленные"},
      {"* LIST () \"/\" \"&AMk-l&AOk-ments envoy&AOk-s\"\r\n", "Éléments envoyés"},
      {"* LIST () \"/\" SENT\r\n", "SENT"},
      {"* LIST (\\Noselect) \"/\" Sent\r\n* LIST () \"/\" \"Sent Items\"\r\n", "Sent Items"},
      {"* LIST (\\Trash) \"/\" Sent\r\n", ""},
      {"* LIST () \"/\" Resent\r\n* LIST () NIL \"not Sent\"\r\n", ""},
      {"* LIST () \"/\"\r\n* LIST\r\n* LIST Sent\r\n* LIST (()) x y\r\n", ""},
  };
  for (const auto& [said, name] : rows) {
    CAPTURE(said);
    Talk talk(kCan + said + "u3 OK\r\n");
    REQUIRE(talk.session != nullptr);
    const auto folders = list_folders(*talk.session);
    REQUIRE(folders.has_value());
    CHECK(name_of(find_role(*folders, FolderRole::sent)) == name);
  }
}

TEST_CASE(
    "a folder is found by its name, by its path, or by its role; else it is said what is there") {
  Talk talk(
      kCan +
      "* LIST () \".\" INBOX\r\n* LIST () \".\" A.B\r\n* LIST (\\Sent) \".\" \"Out \\\"x\\\"\"\r\n"
      "* LIST () \".\" {4}\r\na\nb\r\r\nu3 OK\r\n");
  REQUIRE(talk.session != nullptr);
  const auto folders = list_folders(*talk.session);
  REQUIRE(folders.has_value());
  REQUIRE(folders->size() == 4);
  const auto found = [&](std::string_view name) {
    const auto folder = find_folder(*folders, name, "mail.example");
    return folder ? folder->wire : folder.error().hint;
  };
  CHECK(found("inbox") == "INBOX");
  CHECK(found("A/B") == "A.B");
  CHECK(found("A.B") == "A.B");
  CHECK(found("Sent") == "Out \"x\"");
  CHECK(found("Nowhere").find("INBOX, A.B") != std::string::npos);
  CHECK(place_for(*folders, "Backscatter") == "Backscatter");
}

TEST_CASE("where all folders lie below INBOX, a new one does too") {
  std::vector<ImapFolder> folders = {{"INBOX", "INBOX", '.', true, {}},
                                     {"INBOX.Sent", "INBOX.Sent", '.', true, {}}};
  CHECK(place_for(folders, "Backscatter") == "INBOX.Backscatter");
  folders.push_back({"Other", "Other", '.', true, {}});
  CHECK(place_for(folders, "Backscatter") == "Backscatter");
  CHECK(place_for({}, "Backscatter") == "Backscatter");
}

TEST_CASE("a server that finds more than there is, or moves what nobody named, is not believed") {
  Talk talk(kCan + "* ESEARCH (TAG \"u3\") UID ALL 1:4294967295\r\nu3 OK\r\n");
  REQUIRE(talk.session != nullptr);
  CHECK(!talk.session->search("ALL", 1000).has_value());
  UidSet uids;
  uids.add({1, 3});
  for (const char* said :
       {"u3 OK [COPYUID 9 1:4 1:4] x\r\n", "u3 OK [COPYUID 9 1:3 1:2] x\r\n",
        "u3 OK [COPYUID 9 1:4294967295 1:4294967295] x\r\n", "u3 OK [COPYUID 9 1:3 *] x\r\n",
        "u3 OK [COPYUID] x\r\n", "u3 OK done\r\n", "u3 NO no\r\n"}) {
    CAPTURE(said);
    Talk liar(kCan + said);
    REQUIRE(liar.session != nullptr);
    CHECK(!copy_messages(*liar.session, uids, "Backscatter").has_value());
  }
  Talk honest(kCan + "u3 OK [COPYUID 9 1:3 7,5:6] x\r\n");
  REQUIRE(honest.session != nullptr);
  const auto pairs = copy_messages(*honest.session, uids, "Back\nscatter");
  REQUIRE(pairs.has_value());
  CHECK(pairs->validity == 9);
  CHECK(pairs->pairs == UidPairs{{1, 7}, {2, 5}, {3, 6}});
  CHECK(honest.told.ends_with("u3 UID COPY 1:3 {12+}\r\nBack\nscatter\r\n"));
}

TEST_CASE("Gmail is asked to copy, others to move, and who can neither is left alone") {
  const auto way = [](const std::string& can) {
    Talk talk("* CAPABILITY IMAP4rev1\r\nu1 OK\r\nu2 OK [CAPABILITY IMAP4rev1 " + can + "] in\r\n");
    REQUIRE(talk.session != nullptr);
    return way_of(*talk.session);
  };
  CHECK(way("MOVE UIDPLUS") == ImapWay::move);
  CHECK(way("MOVE UIDPLUS X-GM-EXT-1") == ImapWay::copy);
  CHECK(way("UIDPLUS") == ImapWay::copy);
  CHECK(way("IDLE") == ImapWay::none);
}

// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mailbox/mailbox.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

const std::string kMail = "From: alice@ourshop.example\nSubject: x\n\nbody\n";
const std::string kFrom = "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n";

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "unsent-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string put(const std::string& name, std::string_view bytes = kMail) const {
    const std::string path = path_ + '/' + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  void folder(const std::string& name) const { fs::create_directories(path_ + '/' + name); }

 private:
  std::string path_;
};

struct Walk {
  std::vector<std::string> places;  // "path below the folder@offset"
  std::vector<std::string> problems;
  Result<void> result;
};

Walk walk(const std::string& path, const WalkOptions& options = {}) {
  Walk found;
  found.result = walk_mailbox(
      path,
      [&](const StoredMessage& stored) -> Result<void> {
        const std::string name = stored.path == path ? "" : stored.path.substr(path.size() + 1);
        found.places.push_back(name + '@' + std::to_string(stored.offset));
        CHECK(stored.size >= stored.bytes.size());
        return {};
      },
      found.problems, options);
  return found;
}

using Places = std::vector<std::string>;

}  // namespace

TEST_CASE("what a path is") {
  const Folder folder;
  folder.put("mbox", kFrom + kMail);
  folder.put("message");
  folder.folder("maildir/cur");
  folder.put("maildir/new/1700000010.M5P1.host");
  folder.put("mh/1");
  folder.put("mh/,2");
  folder.put("old-mh/.mh_sequences", "cur: 1\n");
  folder.put("old-mh/notes.txt");
  folder.put("old-mh/7");
  folder.put("folder/1");
  folder.put("folder/a.eml");
  const struct {
    const char* name;
    MailboxKind kind;
  } cases[] = {{"mbox", MailboxKind::mbox}, {"message", MailboxKind::message},
               {"mh", MailboxKind::mh},     {"maildir", MailboxKind::maildir},
               {"old-mh", MailboxKind::mh}, {"folder", MailboxKind::message}};
  for (const auto& each : cases) {
    CAPTURE(each.name);
    std::vector<std::string> problems;
    std::size_t count = 0;
    const auto visit = [&](const StoredMessage& stored) -> Result<void> {
      ++count;
      CHECK(stored.kind == each.kind);
      return {};
    };
    CHECK(walk_mailbox(folder.path() + '/' + each.name, visit, problems));
    CHECK(count > 0);
  }
}

TEST_CASE("a Maildir is read in the order of delivery, new and read mail together") {
  const Folder folder;
  folder.put("cur/1700000010.M5P1.host:2,S");
  folder.put("cur/1700000002.M900000P1.host:2,S");
  folder.put("new/1700000002.M50P1.host");
  folder.put("new/999999999.1.host");
  folder.put("new/unnumbered");
  folder.put("new/.hidden");
  folder.put("tmp/1700000001.M1P1.host");
  folder.put("dovecot-uidlist", "3 V1 N2\n");
  folder.put(".Sent/cur/1600000000.M1P1.host:2,S");
  folder.folder(".Sent/new");
  folder.put("notes/1.eml");
  const Places inbox = {"new/unnumbered@0", "new/999999999.1.host@0", "new/1700000002.M50P1.host@0",
                        "cur/1700000002.M900000P1.host:2,S@0", "cur/1700000010.M5P1.host:2,S@0"};
  Places all = inbox;
  all.emplace_back(".Sent/cur/1600000000.M1P1.host:2,S@0");
  CHECK(walk(folder.path()).places == all);
  CHECK(walk(folder.path(), {.subfolders = Subfolders::leave}).places == inbox);
}

TEST_CASE("MH messages come by number, deleted ones and other files not at all") {
  const Folder folder;
  for (const char* name : {"10", "9", "100", ",8", "#7", ".mh_sequences", "inner/2"})
    folder.put(name);
  CHECK(walk(folder.path()).places == Places{"9@0", "10@0", "100@0", "inner/2@0"});
}

TEST_CASE("a folder is read by name: messages, mboxes, mailboxes; what is no mail is passed over") {
  const Folder folder;
  const std::string piece = kFrom + kMail + '\n';
  folder.put("b.eml", "\n\nno header at all\n");
  folder.put("a", piece + piece);
  folder.put("index", std::string("\1\0\2", 3));
  folder.put("list.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n");
  folder.put("empty", "");
  folder.put("c\xFF\n name");
  folder.put("z/cur/1.host:2,");
  folder.folder("z/new");
  const auto found = walk(folder.path());
  CHECK(found.result);
  CHECK(found.problems.empty());
  CHECK(found.places == Places{"a@0", "a@" + std::to_string(piece.size()), "b.eml@0",
                               "c\xFF\n name@0", "z/cur/1.host:2,@0"});
}

TEST_CASE("a message file with a From_ line in a Maildir is one message") {
  const Folder folder;
  folder.put("cur/1.host:2,", kFrom + kMail + '\n' + kFrom + kMail);
  folder.folder("new");
  CHECK(walk(folder.path()).places.size() == 1);
}

TEST_CASE("loops of symbolic links end, and each folder is read once") {
  const Folder folder;
  folder.put("a/1.eml");
  fs::create_directory_symlink("..", folder.path() + "/a/loop");
  fs::create_directory_symlink("a", folder.path() + "/b");
  fs::create_symlink("self", folder.path() + "/self");
  fs::create_symlink("a/1.eml", folder.path() + "/linked.eml");
  const auto found = walk(folder.path());
  CHECK(found.places == Places{"linked.eml@0", "a/1.eml@0"});
  CHECK(found.problems.size() == 1);  // self
}

TEST_CASE("what cannot be read is named, and the walk goes on") {
  const Folder folder;
  folder.put("1.eml");
  fs::create_symlink("/nonexistent/mail", folder.path() + "/2.eml");
  folder.put("3.eml");
  folder.put("4.mbox.bz2", "BZh91AY packed");
  REQUIRE(::mkfifo((folder.path() + "/5.eml").c_str(), 0600) == 0);
  const auto found = walk(folder.path());
  CHECK(found.result);
  CHECK(found.places == Places{"1.eml@0", "3.eml@0"});
  CHECK(found.problems == Places{folder.path() + "/2.eml: No such file or directory",
                                 folder.path() + "/4.mbox.bz2: compressed (bzip2)"});
}

TEST_CASE("a path that cannot be read at all is one error with a mend") {
  const Folder folder;
  for (const std::string& path : {folder.path() + "/nothing", folder.put("file") + "/below"}) {
    const auto found = walk(path);
    REQUIRE_FALSE(found.result);
    CHECK(found.result.error().code == ErrorCode::no_input);
    CHECK(found.result.error().message.find(path + ": ") == 0);
    CHECK_FALSE(found.result.error().hint.empty());
  }
  const auto packed = walk(folder.put("mbox.bz2", "BZh91AY packed"));
  REQUIRE_FALSE(packed.result);
  CHECK(packed.result.error().hint == "unpack it first");
}

TEST_CASE("an error of the visitor stops the walk and comes back") {
  const Folder folder;
  folder.put("1.eml");
  folder.put("2.eml");
  int visits = 0;
  std::vector<std::string> problems;
  const auto result = walk_mailbox(
      folder.path(),
      [&](const StoredMessage&) -> Result<void> {
        ++visits;
        return fail(ErrorCode::io, "stop");
      },
      problems);
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "stop");
  CHECK(visits == 1);
  CHECK(problems.empty());
}

TEST_CASE("a mailbox that is shortened while it is read ends early, and that is said") {
  const Folder folder;
  std::string text;
  while (text.size() < (8U << 20U)) text += kFrom + kMail + '\n';
  const std::string path = folder.put("mbox", text);
  std::size_t messages = 0;
  std::vector<std::string> problems;
  const auto result = walk_mailbox(
      path,
      [&](const StoredMessage&) -> Result<void> {
        if (++messages == 10) REQUIRE(::truncate(path.c_str(), 100) == 0);
        return {};
      },
      problems);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::temp_fail);
  CHECK(result.error().message == path + ": became shorter while it was read");
  CHECK(messages >= 10);
}

TEST_CASE("a file that is shortened is a problem of its folder; one that has grown is none") {
  for (const bool is_shortened : {true, false}) {
    const Folder folder;
    const std::string path = folder.put("mail/a.mbox", kFrom + kMail + '\n' + kFrom + kMail);
    folder.put("mail/b.eml");
    std::vector<std::string> problems;
    std::size_t messages = 0;
    const auto result = walk_mailbox(
        folder.path() + "/mail",
        [&](const StoredMessage&) -> Result<void> {
          if (++messages > 1) return {};
          if (is_shortened) REQUIRE(::truncate(path.c_str(), 10) == 0);
          if (!is_shortened) std::ofstream(path, std::ios::app) << '\n' + kFrom + kMail;
          return {};
        },
        problems);
    CHECK(result);
    CHECK(problems.size() == (is_shortened ? 1 : 0));
    CHECK(messages == 3);
  }
}

TEST_CASE("a file in a folder is mail whatever stands before its header or its first From_ line") {
  const Folder folder;
  const std::string mark = "\xEF\xBB\xBF";
  const std::string two = kFrom + kMail + '\n' + kFrom + kMail;
  folder.put("mail/a", mark + kMail);
  folder.put("mail/b", "+OK 312 octets\r\n" + kMail);
  folder.put("mail/c", "\r\n\n" + kMail);
  folder.put("mail/d", ">" + kFrom + kMail);
  folder.put("mail/e", mark + two);
  folder.put("mail/f", "+OK 2 messages\r\n" + two);
  folder.put("mail/g", mark + "no mail: at all, but\n\ntext\n");
  folder.put("mail/h", "+OK\n");
  folder.put("mail/i", mark);
  const std::string second = std::to_string(kFrom.size() + kMail.size() + 1 + 3);
  const std::string last = std::to_string(kFrom.size() + kMail.size() + 1 + 16);
  CHECK(walk(folder.path() + "/mail").places == std::vector<std::string>{"a@0", "b@0", "c@0", "d@0",
                                                                         "e@3", "e@" + second,
                                                                         "f@16", "f@" + last});
}

TEST_CASE("a message that may hold another is told by what it is said to be") {
  const std::string two = kMail + '\n' + kFrom + kMail;
  const struct {
    MailboxKind kind;
    std::string bytes;
    bool may_hold;
  } rows[] = {
      {MailboxKind::mbox, kFrom + kMail, false},    {MailboxKind::mbox, kFrom + two, true},
      {MailboxKind::message, kMail, false},         {MailboxKind::message, two, true},
      {MailboxKind::maildir, two, false},           {MailboxKind::mh, two, false},
      {MailboxKind::maildir, kFrom + two, true},    {MailboxKind::mh, "\n" + kFrom + two, true},
      {MailboxKind::maildir, kFrom + kMail, false},
  };
  const std::string path = "x";
  for (const auto& row : rows) {
    StoredMessage stored{path, 0, row.bytes.size(), row.bytes, Time()};
    stored.kind = row.kind;
    CHECK(may_hold_another(stored) == row.may_hold);
  }
}

TEST_CASE("mail in a form that is not read is an error, and never one message") {
  const Folder folder;
  std::string wide = "\xFF\xFE";
  for (const char c : kFrom + kMail) wide += std::string(1, c) + '\0';
  const std::string mmdf = "\1\1\1\1\n" + kMail + "\1\1\1\1\n";
  const std::string binary = std::string("!BDN\0\0\0\1", 8) + kMail;
  for (const std::string& bytes : {wide, wide.substr(2), mmdf, mmdf + mmdf, binary}) {
    const auto named = walk(folder.put("box", bytes));
    CHECK(named.places.empty());
    REQUIRE_FALSE(named.result);
    CHECK(named.result.error().code == ErrorCode::no_input);
    CHECK_FALSE(named.result.error().hint.empty());
  }
  folder.put("mail/a", wide);
  folder.put("mail/b", mmdf);
  folder.put("mail/c");
  const auto found = walk(folder.path() + "/mail");
  CHECK(found.places == Places{"c@0"});
  CHECK(found.problems.size() == 2);
}

TEST_CASE("of Apple Mail's files the message is read, and none of what stands around it") {
  const Folder folder;
  const std::string list = "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"/>\n";
  const std::string size = std::to_string(kMail.size());
  folder.put("1.emlx", size + "       \n" + kMail + list);
  folder.put("2.emlx", size + "\n" + kMail);
  folder.put("3.emlx", size + "0\n" + kMail + list);
  folder.put("4.emlx", kMail);
  std::vector<std::string> bytes;
  std::vector<std::string> problems;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    CHECK(stored.is_plain == stored.path.ends_with("4.emlx"));
    CHECK(stored.size == kMail.size());
    bytes.emplace_back(stored.bytes);
    return {};
  };
  CHECK(walk_mailbox(folder.path(), visit, problems));
  CHECK(bytes == Places{kMail, kMail, kMail});
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("3.emlx: ends before its message does") != std::string::npos);
  CHECK(walk(folder.path() + "/1.emlx").places == Places{"@10"});
}

TEST_CASE("what of a folder holds no mail is told, but for the indexes that are kept beside mail") {
  const Folder folder;
  folder.put("2026-10.zip", "PK\3\4");
  folder.put("2026-11", kFrom + kMail);
  folder.put("notes.txt", "no header\n");
  folder.put("2026-11.msf", "// <!-- mork -->\n");
  folder.put("dovecot.index.log", std::string("\1\0\2", 3));
  folder.put("Info.plist", "<?xml?>\n");
  folder.put("empty", "");
  Places told;
  WalkOptions options;
  options.passed_over = [&](const std::string& path) {
    told.push_back(path.substr(folder.path().size() + 1));
  };
  CHECK(walk(folder.path(), options).places == Places{"2026-11@0"});
  CHECK(told == Places{"2026-10.zip", "notes.txt"});
}

TEST_CASE("a sparse file of 3 GB is walked in bounded memory and time") {
  const Folder folder;
  const std::string path = folder.put("huge.eml");
  if (::truncate(path.c_str(), off_t{3} << 30U) != 0) return;
  std::vector<std::string> problems;
  std::uint64_t size = 0;
  std::size_t kept = 0;
  const auto result = walk_mailbox(
      path,
      [&](const StoredMessage& stored) -> Result<void> {
        size = stored.size;
        kept = stored.bytes.size();
        return {};
      },
      problems);
  CHECK(result);
  CHECK(size == std::uint64_t{3} << 30U);
  CHECK(kept == kMaxSeen);
}

}  // namespace unsent

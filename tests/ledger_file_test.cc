// SPDX-License-Identifier: MIT
// The ledger as a file among others: who may read it, what is refused, and what happens
// when the world is against it.
#include "ledger/ledger_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "ledger/upkeep.h"
#include "ledger_scratch.h"

namespace unsent {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a new ledger and its folders are for their owner only, whatever the umask") {
  const ScratchFolder folder;
  const mode_t before = ::umask(0);
  const std::string path = folder / "a/b/ledger.db";
  {
    const auto ledger = LedgerWriter::open(path);
    ::umask(before);
    REQUIRE(ledger);
    REQUIRE((*ledger)->record(entry_with("a@b", "bob@remote.example"), "test", kNow));
    CHECK(mode_of(path + "-wal") == 0600);
    CHECK(mode_of(path + "-shm") == 0600);
  }
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(folder / "a/b") == 0700);
  CHECK(mode_of(folder / "a") == 0700);
}

TEST_CASE("several slashes in the name of a ledger are one") {
  const ScratchFolder folder;
  for (const std::string& path : {"/" + (folder / "ledger.db"), "//" + (folder / "ledger.db"),
                                  folder / "/ledger.db", folder / "deep//er///ledger.db"}) {
    CAPTURE(path);
    REQUIRE(LedgerWriter::open(path));
    CHECK(LedgerReader::open(path));
  }
}

TEST_CASE("opening to read makes nothing") {
  const ScratchFolder folder;
  const auto ledger = LedgerReader::open(folder / "ledger.db");
  REQUIRE_FALSE(ledger);
  CHECK(ledger.error().code == ErrorCode::no_input);
  CHECK(ledger.error().message == folder / "ledger.db: there is no ledger yet");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("what is no ledger of ours is refused and left as it is") {
  const ScratchFolder folder;
  write_file(folder / "text",
             "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n\nno database\n");
  write_file(folder / "long", std::string(20000, 'x'));
  make_database(folder / "other", "CREATE TABLE t (x)");
  make_database(folder / "stamped", "CREATE TABLE t (x); PRAGMA application_id = 7");
  std::filesystem::create_directory(folder / "folder");
  const std::string as_ours = "; PRAGMA user_version = " + std::to_string(ledger_version()) +
                              "; PRAGMA application_id = " + std::to_string(kLedgerApplicationId);
  make_database(folder / "viewing",
                "CREATE VIEW messages AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                "FROM n) SELECT i FROM n" +
                    as_ours);
  make_database(folder / "triggering",
                "CREATE TABLE messages (x); CREATE TRIGGER t AFTER INSERT ON messages "
                "BEGIN DELETE FROM messages; END" +
                    as_ours);
  const struct {
    const char* name;
    ErrorCode code;
    const char* says;
  } cases[] = {
      {"text", ErrorCode::config, "not a ledger (not a SQLite database)"},
      {"long", ErrorCode::config, "not a ledger (not a SQLite database)"},
      {"other", ErrorCode::config, "a database, but not a ledger"},
      {"stamped", ErrorCode::config, "a database, but not a ledger"},
      {"viewing", ErrorCode::config, "a database, but not a ledger"},
      {"triggering", ErrorCode::config, "a database, but not a ledger"},
      {"folder", ErrorCode::no_input, "Is a directory"},
      {"text/ledger.db", ErrorCode::no_input, "Not a directory"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.name);
    const std::string path = folder / each.name;
    const auto before = read_file(path);
    const auto reading = LedgerReader::open(path);
    const auto writing = LedgerWriter::open(path);
    REQUIRE_FALSE(reading);
    REQUIRE_FALSE(writing);
    CHECK(reading.error().code == each.code);
    CHECK(reading.error().message == path + ": " + each.says);
    CHECK_FALSE(reading.error().hint.empty());
    CHECK(writing.error().code == each.code);
    CHECK_FALSE(writing.error().hint.empty());
    if (before) CHECK(*read_file(path) == *before);
  }
}

TEST_CASE("a ledger of a newer version is refused, by reader and writer") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a@b", "bob@remote.example")});
  {
    auto database = Database::open(path, Database::Access::write);
    REQUIRE(database->execute("PRAGMA user_version = 99"));
  }
  for (const auto& error : {LedgerReader::open(path).error(), LedgerWriter::open(path).error()}) {
    CHECK(error.code == ErrorCode::config);
    CHECK(error.message == path + ": written by a newer unsent (version 99, this one knows " +
                               std::to_string(ledger_version()) + ")");
    CHECK(error.hint == "upgrade unsent, or name another ledger with --ledger");
  }
}

TEST_CASE("odd file names are names, not options of SQLite") {
  const ScratchFolder folder;
  for (const char* name : {"a?mode=memory", "b#c%41", "file:d", ":memory:", "\xFF\x01 e"}) {
    const std::string path = folder / name;
    add_all(path, {entry_with("a@b", "bob@remote.example")});
    CHECK(std::filesystem::file_size(path) > 0);
    CHECK(count_messages(path) == 1);
  }
}

TEST_CASE("a locked ledger is waited for, then said to be locked; reading goes on") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a@b", "bob@remote.example")});
  auto other = Database::open(path, Database::Access::write);
  auto held = Transaction::begin(*other);
  REQUIRE(held);
  const auto reader = LedgerReader::open(path);
  REQUIRE(reader);
  CHECK((*reader)->find(ByMessageId{"a@b"}).value.size() == 1);
  const auto writer = LedgerWriter::open(path);
  REQUIRE(writer);
  const auto start = std::chrono::steady_clock::now();
  const auto recorded = (*writer)->record(entry_with("c@d", "bob@remote.example"), "test", kNow);
  const auto waited = std::chrono::steady_clock::now() - start;
  REQUIRE_FALSE(recorded);
  CHECK(recorded.error().code == ErrorCode::temp_fail);
  CHECK(recorded.error().message == path + ": locked by another program");
  CHECK(waited > std::chrono::seconds(4));
  CHECK(waited < std::chrono::seconds(60));
}

TEST_CASE("a ledger that nobody can use is still told apart from what never was one") {
  const ScratchFolder folder;
  add_all(folder / "ledger.db", {entry_with("a1@ourshop.example", "bob@remote.example")});
  const std::string whole = *read_file(folder / "ledger.db");
  const auto is_other = [&](std::string_view bytes) {
    std::ofstream(folder / "file", std::ios::binary) << bytes;
    return is_something_else(folder / "file");
  };
  CHECK_FALSE(is_other(whole));
  CHECK_FALSE(is_other(whole.substr(0, 72)));
  CHECK_FALSE(is_something_else(folder / "missing"));
  CHECK(is_other(whole.substr(0, 71)));
  CHECK(is_other(""));
  CHECK(is_other("From alice Mon Nov 23 10:00:00 2026\n" + whole));
  CHECK(is_other(whole.substr(0, 68) + "else" + whole.substr(72)));
  CHECK(is_something_else(folder.path()));
}

TEST_CASE("a damaged ledger is an answer that could not be had") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  std::vector<Entry> entries;
  entries.reserve(500);
  for (int i = 0; i < 500; ++i)
    entries.push_back(entry_with(numbered("m", i), "bob@remote.example"));
  add_all(path, entries);
  std::string bytes = *read_file(path);
  REQUIRE(bytes.size() > 20000);
  std::fill(bytes.begin() + 4096, bytes.end(), '\xA5');
  write_file(path, bytes);
  const auto ledger = LedgerReader::open(path);
  REQUIRE(ledger);
  const auto answer = (*ledger)->find(ByMessageId{numbered("m", 1)});
  CHECK_FALSE(answer.is_available());
  CHECK(answer.unavailable.find(path + ": damaged") == 0);
  CHECK_FALSE((*ledger)->identity().is_available());
  CHECK_FALSE((*ledger)->sender(*Address::parse("a@b.example"), kNow).is_available());
}

TEST_CASE("a full disk is one clear error, and what was acknowledged is kept") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("first@ourshop.example", "bob@remote.example")});
  const pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{400000, 400000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const auto ledger = LedgerWriter::open(path);
    if (!ledger) return 2;
    for (int i = 0; i < 100000; ++i) {
      const auto recorded =
          (*ledger)->record(entry_with(numbered("m", i), "bob@remote.example"), "test", kNow);
      if (!recorded) return recorded.error().code == ErrorCode::io ? 42 : 3;
      if (!(*ledger)->find(ByMessageId{numbered("m", i)}).is_available()) return 4;
    }
    return 5;
  });
  CHECK(status_of(child) == 42);
  CHECK(count_messages(path) > 1);
}

TEST_CASE("kill -9 in the middle of an import loses nothing that was acknowledged") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {});
  int known = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const std::string prefix = "r" + std::to_string(round) + '.';
    const pid_t child = in_child([&] {
      return record_many(path, prefix, 1000000, 50, [&](int count) {
        if (::write(ends[1], &count, sizeof count) != sizeof count) ::_exit(1);
      });
    });
    ::close(ends[1]);
    int acknowledged = 0;
    REQUIRE(::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    std::this_thread::sleep_for(std::chrono::milliseconds(23 * round));
    ::kill(child, SIGKILL);
    CHECK(status_of(child) == 1000 + SIGKILL);
    for (int count = 0; ::read(ends[0], &count, sizeof count) == sizeof count;)
      acknowledged = count;
    ::close(ends[0]);
    const auto ledger = LedgerReader::open(path);
    REQUIRE(ledger);
    for (int i = 0; i < acknowledged; i += 7)
      CHECK((*ledger)->find(ByMessageId{numbered(prefix, i)}).value.size() == 1);
    known += acknowledged;
    CHECK(count_messages(path) >= known);
    known = static_cast<int>(count_messages(path));
  }
  CHECK(known >= 8 * 50);
}

TEST_CASE("a ledger whose making was cut short is none yet, and is made by the next writer") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  write_file(path, "");
  CHECK(LedgerReader::open(path).error().message == path + ": there is no ledger yet");
  {
    auto database = Database::open(path, Database::Access::write);
    REQUIRE(database->execute("PRAGMA journal_mode = WAL"));
  }
  CHECK(std::filesystem::file_size(path) > 0);
  CHECK(LedgerReader::open(path).error().message == path + ": there is no ledger yet");
  add_all(path, {entry_with("a@b", "bob@remote.example")});
  CHECK(count_messages(path) == 1);
}

TEST_CASE("two writers and eight readers at once: every message once, every answer given") {
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("first@ourshop.example", "bob@remote.example")});
  std::vector<pid_t> children;
  children.reserve(10);
  for (int writer = 0; writer < 2; ++writer)
    children.push_back(in_child([&] { return record_many(path, "m", 3000, 100, [](int) {}); }));
  // And one that is killed in the midst of it, again and again.
  children.push_back(in_child([&] {
    for (int round = 0; round < 6; ++round) {
      const pid_t victim = in_child([&] { return record_many(path, "m", 3000, 100, [](int) {}); });
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 30 * round));
      ::kill(victim, SIGKILL);
      static_cast<void>(status_of(victim));
    }
    return 0;
  }));
  for (int reader = 0; reader < 8; ++reader)
    children.push_back(in_child([&] {
      for (int i = 0; i < 300; ++i) {
        const auto ledger = LedgerReader::open(path);
        if (!ledger) return 1;
        if ((*ledger)->find(ByMessageId{"first@ourshop.example"}).value.size() != 1) return 2;
        const auto answer = (*ledger)->find(ByMessageId{numbered("m", i)});
        if (!answer.is_available() || answer.value.size() > 1) return 3;
        if (!(*ledger)->identity().is_available()) return 4;
      }
      return 0;
    }));
  for (const pid_t child : children) CHECK(status_of(child) == 0);
  CHECK(count_messages(path) == 3001);
}

TEST_CASE("another user reads a ledger where he may not write, and is told where he may not read") {
  if (::geteuid() != 0) {
    MESSAGE("needs root to become somebody else: skipped");
    return;
  }
  const ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  add_all(path, {entry_with("a@b", "bob@remote.example")});
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  const auto as_nobody = [&](const std::function<int()>& body) {
    return status_of(in_child([&] { return ::setuid(65534) == 0 ? body() : 1; }));
  };
  CHECK(as_nobody([&] {
          const auto ledger = LedgerReader::open(path);
          return !ledger && ledger.error().code == ErrorCode::no_permission ? 42 : 2;
        }) == 42);
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(as_nobody([&] {
          const auto ledger = LedgerReader::open(path);
          return !ledger && ledger.error().code == ErrorCode::no_permission ? 42 : 2;
        }) == 42);
  REQUIRE(::chmod((path + ".key").c_str(), 0644) == 0);
  CHECK(as_nobody([&] {
          const auto ledger = LedgerReader::open(path);
          return ledger && (*ledger)->find(ByMessageId{"a@b"}).value.size() == 1 ? 42 : 2;
        }) == 42);
  CHECK(as_nobody([&] {
          const auto ledger = LedgerWriter::open(path);
          return !ledger && ledger.error().code == ErrorCode::no_permission ? 42 : 2;
        }) == 42);
}

}  // namespace unsent

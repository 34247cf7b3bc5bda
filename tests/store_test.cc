// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>

#include "base/digest.h"
#include "scratch_folder.h"
#include "store/maildir_store.h"
#include "store/mbox_lock.h"
#include "store/mbox_store.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

using Scratch = ScratchFolder;

std::size_t count_in(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::string only_file_in(const std::string& folder) {
  REQUIRE(count_in(folder) == 1);
  return *read_file(fs::directory_iterator(folder)->path());
}

const Time kNow = *parse_rfc3339("2026-11-23T10:00:00Z");
constexpr std::string_view kMail = "Subject: a\n\nbody\n";

MboxOptions mbox_options(const Scratch& scratch, const std::string& key = "") {
  return {make_from_line("", kNow), key, scratch.path(), std::chrono::seconds(1), kNow};
}

std::string in_mbox(std::string_view text) {
  return "From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n" + std::string(text);
}

}  // namespace

TEST_CASE("a digest tells apart what differs by a byte or by where the parts meet") {
  std::set<std::string> seen;
  for (const char* text : {"", "a", "b", "ab", "ba", "aa"}) CHECK(seen.insert(digest(text)).second);
  CHECK(seen.insert(digest("a", "b")).second);
  CHECK(seen.insert(digest("", "ab")).second);
  CHECK(seen.insert(digest(std::string_view("\0", 1))).second);
  CHECK(digest("a", "b") == digest("a", "b"));
  CHECK(digest("").size() == 32);
}

TEST_CASE("a message is in new, whole, for its owner only, and tmp is empty") {
  const Scratch scratch;
  const std::string folder = scratch.path() + "/deep/er/Maildir";
  const auto stored =
      store_in_maildir(folder, {"Subject: a\n", "\n", "b\r\n\0"}, {Missing::create, ""});
  REQUIRE(stored);
  CHECK(*read_file(*stored) == join({"Subject: a\n", "\n", "b\r\n\0"}));
  CHECK(count_in(folder + "/new") == 1);
  CHECK(count_in(folder + "/tmp") == 0);
  struct stat status {};
  CHECK(::stat(stored->c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(::stat(folder.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0700U);
}

TEST_CASE("a Maildir that is not there may be a disk that is not there: refused") {
  const Scratch scratch;
  CHECK(!store_in_maildir(scratch.path() + "/Maildir", {kMail}));
  CHECK(count_in(scratch.path()) == 0);
}

TEST_CASE("the same key again is a repetition as long as the message is there, wherever it moved") {
  const Scratch scratch;
  const MaildirOptions options{Missing::create, "key"};
  const auto first = store_in_maildir(scratch.path(), {kMail}, options);
  REQUIRE(first);
  CHECK(store_in_maildir(scratch.path(), {"X: tagged\n", kMail}, options)->empty());
  const std::string read = scratch.path() + "/cur/x:2,S";
  fs::rename(*first, read);
  CHECK(store_in_maildir(scratch.path(), {kMail}, options)->empty());
  CHECK(is_in_maildir(scratch.path(), "key"));
  CHECK(!is_in_maildir(scratch.path(), "other"));
  CHECK(!is_in_maildir(scratch.path(), ""));
  fs::remove(read);
  CHECK(!is_in_maildir(scratch.path(), "key"));
  CHECK(!store_in_maildir(scratch.path(), {kMail}, options)->empty());
  CHECK(count_in(scratch.path() + "/new") == 1);
}

TEST_CASE("without a key nothing is taken for a repetition") {
  const Scratch scratch;
  for (int i = 0; i < 3; ++i)
    CHECK(!store_in_maildir(scratch.path(), {kMail}, {Missing::create, ""})->empty());
  CHECK(count_in(scratch.path() + "/new") == 3);
}

TEST_CASE("a delivery that was killed before the link has left nothing that counts") {
  const Scratch scratch;
  REQUIRE(store_in_maildir(scratch.path(), {"x"}, {Missing::create, ""}));
  fs::create_directory(scratch.path() + "/unsent-delivered");
  const FileDescriptor torn(
      ::open((scratch.path() + "/unsent-delivered/key").c_str(), O_WRONLY | O_CREAT, 0600));
  REQUIRE(write_all(torn.get(), "Subj", "torn"));
  CHECK(!is_in_maildir(scratch.path(), "key"));
  const auto stored = store_in_maildir(scratch.path(), {kMail}, {Missing::refuse, "key"});
  REQUIRE(stored);
  CHECK(*read_file(*stored) == kMail);
}

TEST_CASE("what cannot be written whole is not there at all") {
  const Scratch scratch;
  REQUIRE(store_in_maildir(scratch.path(), {"x"}, {Missing::create, ""}));
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit full{1000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  const auto stored =
      store_in_maildir(scratch.path(), {std::string(5000, 'x')}, {Missing::refuse, "k"});
  const std::string mbox = scratch.path() + "/mbox";
  const auto small = append_to_mbox(mbox, {kMail}, {make_from_line("", kNow), "", "", {}, {}});
  const auto appended =
      append_to_mbox(mbox, {std::string(5000, 'x')}, {make_from_line("", kNow), "", "", {}, {}});
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(!stored);
  CHECK(count_in(scratch.path() + "/new") == 1);
  CHECK(count_in(scratch.path() + "/tmp") == 0);
  CHECK(small);
  CHECK(!appended);
  CHECK(*read_file(mbox) == in_mbox("Subject: a\n\nbody\n\n"));
}

TEST_CASE("cleaning takes what is old and dead, and leaves every message") {
  const Scratch scratch;
  REQUIRE(store_in_maildir(scratch.path(), {kMail}, {Missing::create, "alive"}));
  const auto gone = store_in_maildir(scratch.path(), {kMail}, {Missing::create, "gone"});
  fs::remove(*gone);
  const FileDescriptor torn(
      ::open((scratch.path() + "/tmp/torn").c_str(), O_WRONLY | O_CREAT, 0600));
  const Time now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  clean_maildir(scratch.path(), now);
  CHECK(count_in(scratch.path() + "/unsent-delivered") == 2);
  CHECK(count_in(scratch.path() + "/tmp") == 1);
  clean_maildir(scratch.path(), now + seconds(2 * 86400));
  CHECK(count_in(scratch.path() + "/unsent-delivered") == 1);
  CHECK(count_in(scratch.path() + "/tmp") == 0);
  CHECK(is_in_maildir(scratch.path(), "alive"));
  clean_maildir(scratch.path(), now + seconds(6 * 86400));
  CHECK(count_in(scratch.path() + "/unsent-delivered") == 0);
  CHECK(only_file_in(scratch.path() + "/new") == kMail);
  clean_maildir(scratch.path() + "/nowhere", now);
}

TEST_CASE("an mbox: a From_ line, lines like one quoted, an empty line at the end") {
  struct Row {
    std::string_view message;
    std::string_view stored;
  };
  const Row rows[] = {
      {"A: b\n\nc\n", "A: b\n\nc\n\n"},
      {"A: b\n\nc", "A: b\n\nc\n\n"},
      {"A: b\n\nFrom x\n>From y\n From z\n>>From\n",
       "A: b\n\n>From x\n>>From y\n From z\n>>From\n\n"},
      {"A: b\r\n\r\nc\r\n", "A: b\r\n\r\nc\r\n\n"},
      {"", "\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    const Scratch scratch;
    const std::string path = scratch.path() + "/mbox";
    CHECK(append_to_mbox(path, {row.message}, mbox_options(scratch)).has_value());
    CHECK(*read_file(path) == in_mbox(row.stored));
    CHECK(!fs::exists(path + ".lock"));
  }
  CHECK(make_from_line("alice@ourshop.example", kNow) ==
        "From alice@ourshop.example Mon Nov 23 10:00:00 2026");
  CHECK(make_from_line("a b\nFrom c", kNow) == "From abFromc Mon Nov 23 10:00:00 2026");
}

TEST_CASE("an mbox that another program left without an empty line gets one") {
  for (const char* end : {"", "\n", "\n\n"}) {
    const Scratch scratch;
    const std::string path = scratch.path() + "/mbox";
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
    REQUIRE(write_all(file.get(), std::string("From x\nA: b\n\nc") + end, path));
    CHECK(append_to_mbox(path, {kMail}, mbox_options(scratch)).has_value());
    CHECK(*read_file(path) == "From x\nA: b\n\nc\n\n" + in_mbox("Subject: a\n\nbody\n\n"));
  }
}

TEST_CASE("a repetition is told for days, whatever other mail came in between") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/mbox";
  CHECK(*append_to_mbox(path, {kMail}, mbox_options(scratch, digest("1"))) == Appended::now);
  for (int i = 0; i < 300; ++i)
    CHECK(*append_to_mbox(path, {kMail}, mbox_options(scratch, digest("x", std::to_string(i)))) ==
          Appended::now);
  const std::string before = *read_file(path);
  MboxOptions later = mbox_options(scratch, digest("1"));
  for (const int hours : {0, 25, 119}) {
    later.now = kNow + hours * seconds(3600);
    CHECK(*append_to_mbox(path, {kMail}, later) == Appended::before);
    CHECK(*is_in_mbox(path, {kMail}, later));
  }
  CHECK(*read_file(path) == before);
  later.now = kNow + seconds(6 * 86400);
  CHECK(!*is_in_mbox(path, {kMail}, later));
  CHECK(*append_to_mbox(path, {kMail}, later) == Appended::now);
}

TEST_CASE("what is known of old deliveries is given up in time") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/mbox";
  const std::string note = scratch.path() + "/mbox-" + digest(path) + ".journal.delivered";
  for (int day = 0; day < 40; ++day) {
    MboxOptions options = mbox_options(scratch, digest(std::to_string(day)));
    options.now = kNow + day * seconds(86400);
    CHECK(*append_to_mbox(path, {kMail}, options) == Appended::now);
    CHECK(*append_to_mbox(path, {kMail}, options) == Appended::before);
    CHECK(fs::file_size(note) < 12 * 100);
  }
}

TEST_CASE("a repetition is one only where the message still stands in the same mbox") {
  const std::string other = in_mbox("Subject: other\n\nother\n\n");
  const std::string ours = in_mbox("Subject: a\n\nbody\n\n");
  const struct {
    const char* what;
    std::optional<std::string> mailbox;  // now; nullopt: it is gone
    Appended appended;
  } rows[] = {
      {"nothing has changed", other + ours, Appended::before},
      {"other mail behind it", other + ours + other, Appended::before},
      {"what stood before it is gone", ours, Appended::before},
      {"it was moved to the end", other + other + other + ours, Appended::before},
      {"a mail program noted what it knows",
       other + in_mbox("Status: RO\nX-Status: A\nSubject: a\nX-UID: 7\n\nbody\n\n"),
       Appended::before},
      {"it was tagged", other + in_mbox("X-Unsent-Verdict: genuine;\n\tx\nSubject: a\n\nbody\n\n"),
       Appended::before},
      {"the mbox was emptied", "", Appended::now},
      {"the mbox was removed", std::nullopt, Appended::now},
      {"the message was removed", other, Appended::now},
      {"a part of it is left", other + ours.substr(0, ours.size() - 4), Appended::now},
      {"another stands in its place", other + in_mbox("Subject: b\n\nbody\n\n"), Appended::now},
      {"its text has changed", other + in_mbox("Subject: a\n\nBody\n\n"), Appended::now},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const Scratch scratch;
    const std::string path = scratch.path() + "/mbox";
    const auto put = [&](const std::string& text) {
      const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
      REQUIRE(write_all(file.get(), text, path));
    };
    put(other);
    const MboxOptions options = mbox_options(scratch, digest("1"));
    REQUIRE(*append_to_mbox(path, {kMail}, options) == Appended::now);
    REQUIRE(*read_file(path) == other + ours);
    ::unlink(path.c_str());
    if (row.mailbox) put(*row.mailbox);
    CHECK(*append_to_mbox(path, {"X-Unsent-Verdict: backscatter\n", kMail}, options) ==
          row.appended);
    const std::size_t size = row.mailbox ? row.mailbox->size() : 0;
    CHECK((fs::file_size(path) > size) == (row.appended == Appended::now));
  }
}

TEST_CASE("two mailboxes of one name are two; one of two names is one") {
  const Scratch scratch;
  fs::create_directories(scratch.path() + "/a");
  fs::create_directories(scratch.path() + "/b");
  const fs::path home = fs::current_path();
  const MboxOptions options = mbox_options(scratch, digest("1"));
  for (const char* folder : {"/a", "/b"}) {
    fs::current_path(scratch.path() + folder);
    CHECK(*append_to_mbox("inbox", {kMail}, options) == Appended::now);
    CHECK(*append_to_mbox("inbox", {kMail}, options) == Appended::before);
  }
  fs::current_path(home);
  fs::create_symlink(scratch.path() + "/a", scratch.path() + "/link");
  for (const char* name : {"/a/inbox", "/link/inbox", "/a/../b/inbox"})
    CHECK(*append_to_mbox(scratch.path() + name, {kMail}, options) == Appended::before);
  CHECK(*read_file(scratch.path() + "/a/inbox") == in_mbox("Subject: a\n\nbody\n\n"));
}

TEST_CASE("what a killed delivery left: a torn end goes, a whole message stays and is known") {
  const std::string whole = in_mbox("Subject: a\n\nbody\n\n");
  const std::string old_mail = in_mbox("Subject: old\n\nold\n\n");
  struct Row {
    const char* what;
    std::string in_mailbox;  // behind the old mail
    bool is_delivered;
    std::string left;  // what of it must remain
  };
  const Row rows[] = {
      {"nothing was written", "", false, ""},
      {"a part was written", whole.substr(0, 30), false, ""},
      {"all was written", whole, true, whole},
      {"all, and another program's mail behind it", whole + old_mail, true, whole + old_mail},
      {"a part, and another program's mail: not ours to cut", whole.substr(0, 30) + old_mail, false,
       whole.substr(0, 30) + old_mail},
      {"somebody else's mail", old_mail, false, old_mail},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Scratch scratch;
    const std::string path = scratch.path() + "/mbox";
    const std::string journal = scratch.path() + "/mbox-" + digest(path) + ".journal";
    const FileDescriptor mailbox(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
    REQUIRE(write_all(mailbox.get(), old_mail + row.in_mailbox, path));
    const FileDescriptor note(::open(journal.c_str(), O_WRONLY | O_CREAT, 0600));
    const std::string head = digest("key") + ' ' + std::to_string(old_mail.size()) + '\n';
    REQUIRE(write_all(note.get(), head + whole, journal));
    const auto again = append_to_mbox(path, {kMail}, mbox_options(scratch, digest("key")));
    REQUIRE(again);
    CHECK(*again == (row.is_delivered ? Appended::before : Appended::now));
    CHECK(*read_file(path) == old_mail + row.left + (row.is_delivered ? "" : whole));
    CHECK(!fs::exists(journal));
  }
}

TEST_CASE("a lock is waited for, and not broken while its holder lives") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/mbox";
  {
    const FileDescriptor dot(::open((path + ".lock").c_str(), O_WRONLY | O_CREAT, 0600));
    const auto appended = append_to_mbox(path, {kMail}, mbox_options(scratch));
    REQUIRE(!appended);
    CHECK(appended.error().code == ErrorCode::temp_fail);
    CHECK(fs::exists(path + ".lock"));
    CHECK(fs::file_size(path) == 0);
  }
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ::waitpid(dead, nullptr, 0);
  const FileDescriptor dot(::open((path + ".lock").c_str(), O_WRONLY | O_TRUNC, 0600));
  REQUIRE(write_all(dot.get(), std::to_string(dead) + ' ' + host + '\n', path));
  CHECK(append_to_mbox(path, {kMail}, mbox_options(scratch)).has_value());
  CHECK(!fs::exists(path + ".lock"));
}

TEST_CASE("an fcntl lock of another process is waited for") {
  const Scratch scratch;
  const std::string path = scratch.path() + "/mbox";
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    ::fcntl(fd, F_SETLK, &lock);
    static_cast<void>(::write(ready[1], "x", 1) + 1);
    ::pause();
  }
  char c = 0;
  REQUIRE(::read(ready[0], &c, 1) == 1);
  CHECK(!append_to_mbox(path, {kMail}, mbox_options(scratch)).has_value());
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  CHECK(append_to_mbox(path, {kMail}, mbox_options(scratch)).has_value());
}

TEST_CASE("what is no mailbox is refused: a folder, a pipe, no folder to be in") {
  const Scratch scratch;
  CHECK(!append_to_mbox(scratch.path(), {kMail}, mbox_options(scratch)).has_value());
  CHECK(!append_to_mbox(scratch.path() + "/no/mbox", {kMail}, mbox_options(scratch)).has_value());
  CHECK(!append_to_mbox("/dev/null", {kMail}, mbox_options(scratch)).has_value());
  REQUIRE(::mkfifo((scratch.path() + "/fifo").c_str(), 0600) == 0);
  CHECK(!append_to_mbox(scratch.path() + "/fifo", {kMail}, mbox_options(scratch)).has_value());
}

}  // namespace unsent

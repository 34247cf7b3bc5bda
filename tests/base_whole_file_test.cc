// SPDX-License-Identifier: MIT
#include "base/whole_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <vector>

#include "base/open.h"
#include "scratch_folder.h"

using namespace unsent;
namespace fs = std::filesystem;
using Aside = WholeFile::Aside;

namespace {

// In which a process of another user can look around, and so fail where it should.
class Folder : public ScratchFolder {
 public:
  Folder() { REQUIRE(::chmod(path().c_str(), 0755) == 0); }
  std::string at(const std::string& name) const { return *this / name; }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path())) names.insert(entry.path().filename());
    return names;
  }
};

std::string text_of(const std::string& path) {
  const auto text = read_file(path);
  return text ? *text : "(" + text.error().message + ")";
}

// What the work tells, done in a process of its own, which may have been killed.
int in_another_process(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

struct stat status_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

constexpr Aside kAsides[] = {Aside::one, Aside::first, Aside::unique};

}  // namespace

TEST_CASE("a file is replaced whole, and nothing is left beside it") {
  const Folder folder;
  const std::string path = folder.at("note");
  for (const Aside aside : kAsides) {
    for (const std::string& text : {std::string("old"), std::string(), std::string(300000, 'x')}) {
      REQUIRE(replace_file(path, text, aside));
      CHECK(text_of(path) == text);
      CHECK((status_of(path).st_mode & 0777U) == 0600);
      CHECK(folder.names() == std::set<std::string>{"note"});
    }
  }
}

TEST_CASE("until it is finished, the old one is there, and what is given up goes") {
  const Folder folder;
  const std::string path = folder.at("note");
  REQUIRE(replace_file(path, "old"));
  for (const Aside aside : kAsides) {
    auto file = WholeFile::begin(path, aside);
    REQUIRE(file);
    REQUIRE(file->add("new"));
    REQUIRE(file->complete());
    CHECK(text_of(path) == "old");
    CHECK_FALSE(file->is_in_place());
    const WholeFile moved = std::move(*file);
    CHECK(folder.names().size() == 2);
  }
  CHECK(folder.names() == std::set<std::string>{"note"});
}

TEST_CASE("whoever is killed on the way leaves the old one, and is in nobody's way") {
  const Folder folder;
  const std::string path = folder.at("note");
  REQUIRE(replace_file(path, "old"));
  for (const Aside aside : {Aside::one, Aside::unique}) {
    for (int step = 0; step < 3; ++step) {
      CAPTURE(step);
      const auto killed = [&] {
        auto file = WholeFile::begin(path, aside);
        if (step > 0) static_cast<void>(file->add(std::string(100000, 'n')).has_value());
        if (step > 1) static_cast<void>(file->complete().has_value());
        ::_exit(7);
        return 0;
      };
      CHECK(in_another_process(killed) == 7);
      CHECK(text_of(path) == "old");
      CHECK(in_another_process([&] { return replace_file(path, "new", aside) ? 0 : 1; }) == 0);
      CHECK(text_of(path) == "new");
      REQUIRE(replace_file(path, "old"));
    }
  }
}

TEST_CASE("of two that make it first, one is told that the other is at work") {
  const Folder folder;
  const std::string path = folder.at("keys");
  auto first = WholeFile::begin(path, Aside::first);
  REQUIRE(first);
  const auto second = WholeFile::begin(path, Aside::first);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::temp_fail);
  REQUIRE(first->finish());
  CHECK(WholeFile::begin(path, Aside::first));
}

TEST_CASE("several writers do not disturb each other") {
  const Folder folder;
  const std::string path = folder.at("page");
  auto one = WholeFile::begin(path, Aside::unique);
  auto other = WholeFile::begin(path, Aside::unique);
  REQUIRE(one);
  REQUIRE(other);
  REQUIRE(one->add("one"));
  REQUIRE(other->add("other"));
  REQUIRE(other->finish());
  CHECK(text_of(path) == "other");
  REQUIRE(one->finish());
  CHECK(text_of(path) == "one");
  CHECK(folder.names() == std::set<std::string>{"page"});
}

TEST_CASE("a full disk leaves the old one, tells so, and goes on telling") {
  const Folder folder;
  const std::string path = folder.at("note");
  REQUIRE(replace_file(path, "old"));
  for (const Aside aside : kAsides) {
    const auto on_full_disk = [&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{100000, 100000};
      if (::setrlimit(RLIMIT_FSIZE, &most) != 0) return 1;
      {
        auto file = WholeFile::begin(path, aside);
        if (!file) return 2;
        for (int i = 0; i < 20; ++i)
          static_cast<void>(file->add(std::string(10000, 'n')).has_value());
        if (file->add("more") || file->complete() || file->finish() || file->is_in_place())
          return 3;
      }
      return replace_file(path, std::string(100001, 'n'), aside) ? 4 : 0;
    };
    CHECK(in_another_process(on_full_disk) == 0);
    CHECK(text_of(path) == "old");
    CHECK(folder.names() == std::set<std::string>{"note"});
  }
}

TEST_CASE("a folder that cannot be written, or is none, is an error, and changes nothing") {
  const Folder folder;
  const std::string path = folder.at("note");
  REQUIRE(replace_file(path, "old"));
  REQUIRE(::chmod(folder.at(".").c_str(), 0555) == 0);
  for (const Aside aside : kAsides) {
    const auto as_nobody = [&] {
      if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
      const auto done = replace_file(path, "new", aside);
      return !done && done.error().code == ErrorCode::no_permission ? 0 : 2;
    };
    CHECK(in_another_process(as_nobody) == 0);
    CHECK_FALSE(replace_file(folder.at("missing/note"), "new", aside));
    CHECK_FALSE(replace_file(path + "/note", "new", aside));
  }
  REQUIRE(::chmod(folder.at(".").c_str(), 0755) == 0);
  CHECK(text_of(path) == "old");
  // A folder bears the name: it stays.
  REQUIRE(fs::create_directory(folder.at("place")));
  CHECK_FALSE(replace_file(folder.at("place"), "new"));
  CHECK(folder.names() == std::set<std::string>{"note", "place"});
}

TEST_CASE("no link in the way is written through") {
  const Folder folder;
  const std::string path = folder.at("note");
  REQUIRE(replace_file(folder.at("victim"), "precious"));
  fs::create_symlink(folder.at("victim"), path + ".new");
  CHECK_FALSE(replace_file(path, "new", Aside::one));
  CHECK_FALSE(replace_file(path, "new", Aside::first));
  CHECK(replace_file(path, "new", Aside::unique));
  CHECK(text_of(path) == "new");
  CHECK(fs::is_symlink(path + ".new"));
  // One that bears the name itself makes room.
  fs::create_symlink(folder.at("victim"), folder.at("named"));
  REQUIRE(replace_file(folder.at("named"), "new"));
  CHECK_FALSE(fs::is_symlink(folder.at("named")));
  CHECK(text_of(folder.at("victim")) == "precious");
}

TEST_CASE("what is made like another has its mode and times, and its owner or an error") {
  const Folder folder;
  REQUIRE(replace_file(folder.at("old"), "old"));
  REQUIRE(::chmod(folder.at("old").c_str(), 0640) == 0);
  const timespec times[2] = {{1700000000, 5}, {1600000000, 7}};
  REQUIRE(::utimensat(AT_FDCWD, folder.at("old").c_str(), times, 0) == 0);
  struct stat old = status_of(folder.at("old"));
  for (const KeepTimes keep : {KeepTimes::no, KeepTimes::yes}) {
    auto file = WholeFile::begin(folder.at("new"), Aside::one);
    REQUIRE(file);
    REQUIRE(file->add("new"));
    REQUIRE(file->complete());
    const auto again = open_file(folder.at("new.new"), O_WRONLY);
    REQUIRE(make_like(again->get(), old, KeepOwner::surely, keep, "new"));
    REQUIRE(file->finish());
    const struct stat made = status_of(folder.at("new"));
    CHECK((made.st_mode & 07777U) == 0640);
    CHECK((made.st_mtim.tv_sec == 1600000000 && made.st_mtim.tv_nsec == 7) ==
          (keep == KeepTimes::yes));
  }
  old.st_uid += 4711;
  const auto as_nobody = [&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
    std::string path = "/tmp/unsent-XXXXXX";
    const auto file = open_unguessed(path);
    if (!file) return 2;
    ::unlink(path.c_str());
    const auto surely = make_like(file->get(), old, KeepOwner::surely, KeepTimes::no, "f");
    const bool is_told = !surely && surely.error().code == ErrorCode::no_permission;
    const bool is_rest_done =
        make_like(file->get(), old, KeepOwner::if_possible, KeepTimes::no, "f").has_value();
    return is_told && is_rest_done ? 0 : 3;
  };
  CHECK(in_another_process(as_nobody) == 0);
}

TEST_CASE("pieces come out in their order, whatever their size") {
  const Folder folder;
  const std::string path = folder.at("lines");
  auto file = open_file(path, O_WRONLY | O_CREAT);
  REQUIRE(file);
  FileWriter writer(std::move(*file), path);
  std::string all;
  for (const std::size_t size : std::vector<std::size_t>{1, 70000, 0, 65535, 65536, 3, 200000, 1}) {
    const std::string piece(size, static_cast<char>('a' + size % 26));
    REQUIRE(writer.add(piece));
    all += piece;
  }
  REQUIRE(writer.flush());
  CHECK(text_of(path) == all);
  REQUIRE(writer.close());
  CHECK(writer.close());
}

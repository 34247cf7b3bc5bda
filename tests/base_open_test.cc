// SPDX-License-Identifier: MIT
#include "base/open.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/file_lines.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

struct Scratch : ScratchFolder {
  std::string at(const std::string& name) const { return path() + '/' + name; }
};

void write_text(const std::string& path, std::string_view text) {
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  REQUIRE(file);
  REQUIRE(write_all(file->get(), text, path));
}

void make_socket(const std::string& path) {
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

bool is_quick(std::chrono::steady_clock::time_point since) {
  return std::chrono::steady_clock::now() - since < std::chrono::seconds(10);
}

}  // namespace

TEST_CASE(
    "a pipe, a socket, a device and a folder are no files, whichever way they are opened, and hold "
    "nobody up") {
  const Scratch scratch;
  REQUIRE(::mkfifo(scratch.at("pipe").c_str(), 0600) == 0);
  make_socket(scratch.at("socket"));
  fs::create_directory(scratch.at("folder"));
  fs::create_symlink("pipe", scratch.at("link"));
  const auto begun = std::chrono::steady_clock::now();
  for (const std::string& path : {scratch.at("pipe"), scratch.at("socket"), scratch.at("folder"),
                                  scratch.at("link"), std::string("/dev/zero"), std::string("/")}) {
    CAPTURE(path);
    for (const int flags : {O_RDONLY, O_WRONLY | O_CREAT, O_WRONLY | O_APPEND | O_CREAT, O_RDWR,
                            O_RDWR | O_CREAT | O_TRUNC, O_WRONLY | O_CREAT | O_EXCL})
      CHECK_FALSE(open_file(path, flags));
    CHECK_FALSE(open_named(path));
    CHECK_FALSE(read_file(path));
    CHECK_FALSE(read_own_file(path));
    CHECK_FALSE(MappedFile::open(path));
  }
  CHECK(is_quick(begun));
  CHECK(open_file(scratch.at("pipe"), O_RDONLY).error().message ==
        scratch.at("pipe") + ": not a file");
  CHECK(open_file(scratch.at("folder"), O_RDONLY).error().message ==
        scratch.at("folder") + ": Is a directory");
}

TEST_CASE("to read, a link is followed and the null device is an empty file") {
  const Scratch scratch;
  write_text(scratch.at("file"), "text");
  fs::create_symlink("file", scratch.at("link"));
  CHECK(*read_file(scratch.at("link")) == "text");
  CHECK(read_file("/dev/null")->empty());
  CHECK_FALSE(open_file(scratch.at("link"), O_RDONLY | O_NOFOLLOW));
  CHECK_FALSE(open_file("/dev/null", O_WRONLY));
}

TEST_CASE("to write, links of our own are followed, however many; in a circle they lead nowhere") {
  const Scratch scratch;
  write_text(scratch.at("file"), "text");
  fs::create_symlink("file", scratch.at("a"));
  fs::create_symlink(scratch.at("a"), scratch.at("b"));
  fs::create_symlink("new", scratch.at("c"));
  fs::create_symlink("circle", scratch.at("circle"));
  write_text(scratch.at("b"), "other");
  CHECK(*read_file(scratch.at("file")) == "other");
  write_text(scratch.at("c"), "made");
  CHECK(*read_file(scratch.at("new")) == "made");
  CHECK_FALSE(open_file(scratch.at("circle"), O_WRONLY | O_CREAT));
  CHECK_FALSE(open_file(scratch.at("b"), O_WRONLY | O_CREAT | O_NOFOLLOW));
}

TEST_CASE("nothing is written, emptied or made through a link that another user made") {
  REQUIRE(::geteuid() == 0);  // only root can make such a link
  const Scratch scratch;
  write_text(scratch.at("victim"), "precious");
  for (const char* name : {"victim", "not-there"}) {
    const std::string link = scratch.at(std::string("to-") + name);
    fs::create_symlink(name, link);
    REQUIRE(::lchown(link.c_str(), 65534, 65534) == 0);
    for (const int flags : {O_WRONLY | O_CREAT | O_TRUNC, O_WRONLY | O_APPEND | O_CREAT, O_RDWR})
      CHECK(open_file(link, flags).error().message == link + ": a link that another user made");
  }
  CHECK(*read_file(scratch.at("victim")) == "precious");
  CHECK_FALSE(fs::exists(scratch.at("not-there")));
  // By way of a link of our own, too.
  fs::create_symlink("to-victim", scratch.at("ours"));
  CHECK_FALSE(open_file(scratch.at("ours"), O_WRONLY | O_TRUNC));
  CHECK(*read_file(scratch.at("victim")) == "precious");
}

TEST_CASE("what another user owns is refused where only ours is wanted") {
  REQUIRE(::geteuid() == 0);
  const Scratch scratch;
  write_text(scratch.at("file"), "text");
  CHECK(open_file(scratch.at("file"), O_RDONLY, Owner::ours));
  REQUIRE(::chown(scratch.at("file").c_str(), 65534, 65534) == 0);
  CHECK(open_file(scratch.at("file"), O_RDONLY));
  CHECK(open_file(scratch.at("file"), O_RDONLY, Owner::ours).error().code ==
        ErrorCode::no_permission);
  CHECK_FALSE(open_file(scratch.at("file"), O_RDWR | O_TRUNC, Owner::ours));
  CHECK(*read_file(scratch.at("file")) == "text");
}

TEST_CASE(
    "what is named may be a pipe of our own that somebody writes into, or one that was given to us "
    "open") {
  const Scratch scratch;
  REQUIRE(::mkfifo(scratch.at("pipe").c_str(), 0600) == 0);
  std::thread writer([&] {
    const FileDescriptor end(::open(scratch.at("pipe").c_str(), O_WRONLY));
    CHECK(write_all(end.get(), "mail", "pipe"));
  });
  const auto pipe = open_named(scratch.at("pipe"));
  REQUIRE(pipe);
  CHECK(*read_all(pipe->get(), "pipe") == "mail");
  writer.join();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const FileDescriptor reading(ends[0]);
  {
    const FileDescriptor writing(ends[1]);
    REQUIRE(write_all(writing.get(), "given", "pipe"));
  }
  CHECK(*read_named_file("/dev/fd/" + std::to_string(reading.get())) == "given");
  REQUIRE(::geteuid() == 0);
  REQUIRE(::chown(scratch.at("pipe").c_str(), 65534, 65534) == 0);
  const FileDescriptor held(::open(scratch.at("pipe").c_str(), O_RDWR));
  CHECK_FALSE(open_named(scratch.at("pipe")));
}

TEST_CASE("a lease that another process has on the file is waited for, not failed on") {
  const Scratch scratch;
  write_text(scratch.at("file"), "text");
  const FileDescriptor holder(::open(scratch.at("file").c_str(), O_RDWR));
  if (::fcntl(holder.get(), F_SETLEASE, F_WRLCK) != 0) return;  // a file system without leases
  static_cast<void>(std::signal(SIGIO, SIG_IGN));
  std::thread giver([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::fcntl(holder.get(), F_SETLEASE, F_UNLCK);
  });
  CHECK(open_file(scratch.at("file"), O_RDONLY));
  giver.join();
}

TEST_CASE("lines come whole over the edges of what is read at a time; the last needs no end") {
  const Scratch scratch;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65535},
                                 std::size_t{65536}, std::size_t{200000}}) {
    const std::string first(size, 'x');
    write_text(scratch.at("lines"), first + "\n\nlast");
    auto file = open_file(scratch.at("lines"), O_RDONLY);
    REQUIRE(file);
    FileLines lines(std::move(*file));
    std::string line;
    CHECK((lines.next(line) && line == first));
    CHECK((lines.next(line) && line.empty()));
    CHECK((lines.next(line) && line == "last"));
    CHECK_FALSE(lines.next(line));
  }
  FileLines none{FileDescriptor()};
  std::string line;
  CHECK_FALSE(none.next(line));
}

}  // namespace unsent

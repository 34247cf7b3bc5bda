// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace unsent {
namespace {

std::string scratch_file(std::string_view bytes) {
  std::string path = std::filesystem::temp_directory_path() / "unsent-file-XXXXXX";
  const FileDescriptor file(::mkstemp(path.data()));
  REQUIRE(write_all(file.get(), bytes, path));
  return path;
}

}  // namespace

TEST_CASE("what was written is read back, byte for byte") {
  const std::string bytes("From \r\n\0\xFF no end", 17);
  const std::string path = scratch_file(bytes);
  const auto read = read_file(path);
  REQUIRE(read);
  CHECK(*read == bytes);
  const auto mapped = MappedFile::open(path);
  REQUIRE(mapped);
  CHECK(mapped->bytes() == bytes);
  std::remove(path.c_str());
}

TEST_CASE("an empty file is empty, not an error") {
  const std::string path = scratch_file("");
  CHECK(read_file(path)->empty());
  CHECK(MappedFile::open(path)->bytes().empty());
  std::remove(path.c_str());
}

TEST_CASE("a failure names the path and the reason") {
  const auto missing = read_file("/nonexistent/mail");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::no_input);
  CHECK(missing.error().message == "/nonexistent/mail: No such file or directory");
  CHECK_FALSE(read_file("/"));
  CHECK_FALSE(MappedFile::open("/"));
  const std::string path = scratch_file("12345");
  CHECK_FALSE(read_file(path, 4));
  CHECK(read_file(path, 5));
  std::remove(path.c_str());
}

TEST_CASE("a file of one's own is read; one that anybody may write, a pipe or a folder is not") {
  const std::string path = scratch_file("mine");
  CHECK(*read_own_file(path) == "mine");
  CHECK_FALSE(read_own_file(path, 3));
  REQUIRE(::chmod(path.c_str(), 0602) == 0);
  CHECK(read_own_file(path).error().message == path + ": anybody may write it");
  std::remove(path.c_str());
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(read_own_file(path).error().message == path + ": not a file");
  std::remove(path.c_str());
  CHECK_FALSE(read_own_file("/"));
  CHECK(check_own("/"));
  CHECK_FALSE(check_own(path));
}

TEST_CASE("a pipe is read to its end, however it is chopped") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const FileDescriptor out(ends[0]);
  const std::string sent(300000, 'x');
  std::thread writer([&] {
    const FileDescriptor in(ends[1]);
    CHECK(write_all(in.get(), sent, "pipe"));
  });
  const auto got = read_all(out.get(), "pipe");
  writer.join();
  REQUIRE(got);
  CHECK(*got == sent);
}

TEST_CASE("a name is taken by a link that leads nowhere, too") {
  const std::string path = scratch_file("x");
  CHECK(path_exists(path));
  CHECK(path_exists("/"));
  CHECK_FALSE(path_exists(path + ".other"));
  CHECK_FALSE(path_exists(path + "/below"));
  CHECK_FALSE(path_exists(""));
  REQUIRE(std::remove(path.c_str()) == 0);
  REQUIRE(::symlink((path + ".other").c_str(), path.c_str()) == 0);
  CHECK(path_exists(path));
  std::remove(path.c_str());
}

TEST_CASE("a full device is an error, not a short write") {
  const FileDescriptor full(::open("/dev/full", O_WRONLY));
  REQUIRE(full.is_open());
  const auto written = write_all(full.get(), "mail", "/dev/full");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::io);
}

}  // namespace unsent

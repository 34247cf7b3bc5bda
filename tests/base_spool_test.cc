// SPDX-License-Identifier: MIT
#include "base/spool.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

namespace unsent {
namespace {

// What a reader of a pipe gets: short reads, no size known.
Result<Spool> through_pipe(const std::string& bytes, std::size_t limit, const std::string& folder) {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const FileDescriptor reading(ends[0]);
  std::thread writer([&] {
    const FileDescriptor writing(ends[1]);
    CHECK(write_all(writing.get(), bytes, "pipe").has_value());
  });
  auto spool = Spool::read(reading.get(), "pipe", limit, folder);
  writer.join();
  return spool;
}

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t state = 1;
  for (char& c : bytes) c = static_cast<char>((state = state * 1103515245 + 12345) >> 16U);
  return bytes;
}

}  // namespace

TEST_CASE("a stream comes back byte for byte, in memory up to the limit, in a file beyond it") {
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 200000U, 1000000U}) {
    CAPTURE(size);
    const std::string bytes = sample(size);
    const auto spool = through_pipe(bytes, 200000, "/tmp");
    REQUIRE(spool);
    CHECK(spool->bytes() == bytes);
    CHECK(spool->is_in_file() == (size > 200000));
  }
}

TEST_CASE("where no file can be made, memory holds it all") {
  const std::string bytes = sample(500000);
  const auto spool = through_pipe(bytes, 1000, "/nowhere");
  REQUIRE(spool);
  CHECK(!spool->is_in_file());
  CHECK(spool->bytes() == bytes);
}

TEST_CASE("a disk that is full midway: what is on it is read back, the rest stays in memory") {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{300000, RLIM_INFINITY};
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  const std::string bytes = sample(900000);
  const auto spool = through_pipe(bytes, 100000, "/tmp");
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  REQUIRE(spool);
  CHECK(!spool->is_in_file());
  CHECK(spool->bytes() == bytes);
}

TEST_CASE("what cannot be read is an error") { CHECK(!Spool::read(-1, "nothing", 1000, "/tmp")); }

}  // namespace unsent

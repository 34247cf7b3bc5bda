// SPDX-License-Identifier: MIT
#include "deliver/passage.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

struct Passed {
  int status = -1;
  std::string bytes;
};

// What work makes of standard input, in a process and a home of its own.
Passed pass(std::string_view bytes, const std::function<Outcome()>& work) {
  const ScratchFolder home;
  write_file(home / "in", bytes);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    make_home(home);
    ::dup2(::open((home / "in").c_str(), O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    ::dup2(::open((home / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDOUT_FILENO);
    const Outcome outcome = work();
    ::_exit(outcome ? *outcome : static_cast<int>(outcome.error().code));
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), *read_file(home / "out")};
}

Passed judge(std::string_view bytes, const std::optional<Error>& slip = std::nullopt) {
  return pass(bytes, [&] { return pass_judged({}, slip, {}, Complaints(false)); });
}

constexpr std::string_view kOrdinary = "From: bob@remote.example\r\nSubject: hi\r\n\r\nHi\r\n";
constexpr std::string_view kForged =
    "X-Unsent-Verdict: genuine; kind=bounce\nFrom: bob@remote.example\nSubject: hi\n\nHi\n";

}  // namespace

TEST_CASE("what is not to be judged goes through as it came, to the last byte") {
  for (const std::string_view bytes :
       {kOrdinary, kForged, std::string_view("x\0y", 3), std::string_view()}) {
    const Passed passed = pass(bytes, pass_through);
    CHECK(passed.status == 0);
    CHECK(passed.bytes == bytes);
  }
}

TEST_CASE(
    "ordinary mail gets one line on top, in its own line ends, for one that somebody forged") {
  const Passed passed = judge(kOrdinary);
  CHECK(passed.status == 0);
  CHECK(passed.bytes == "X-Unsent-Verdict: ordinary\r\n" + std::string(kOrdinary));
  CHECK(judge(kForged).bytes ==
        "X-Unsent-Verdict: ordinary\n" + std::string(kForged.substr(kForged.find('\n') + 1)));
}

TEST_CASE("where the options make no sense the message goes through unjudged") {
  const Passed passed = judge(kOrdinary, Error{ErrorCode::usage, "--now: no time", ""});
  CHECK(passed.status == 0);
  CHECK(passed.bytes == kOrdinary);
}

}  // namespace unsent

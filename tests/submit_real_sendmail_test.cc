// SPDX-License-Identifier: MIT
#include "submit/real_sendmail.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>

#include "base/file.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

// A program that runs these lines of shell.
std::string script(const ScratchFolder& folder, std::string_view lines) {
  const std::string path = folder / "real";
  write_file(path, "#!/bin/sh\n" + std::string(lines));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

Result<int> send_by(const std::string& program, const std::string& bytes) {
  return RealSendmail(program, {"-i", "bob@remote.example"}).send(bytes);
}

}  // namespace

TEST_CASE("the program gets every byte and the words as they came, and its status comes back") {
  const ScratchFolder folder;
  const std::string program = script(folder, "cat > " + (folder / "got") + "\necho \"$*\" > " +
                                                 (folder / "words") + "\nexit 67\n");
  const std::string bytes(300'000, 'x');
  const auto status = send_by(program, bytes);
  REQUIRE(status);
  CHECK(*status == 67);
  CHECK(*read_file(folder / "got") == bytes);
  CHECK(*read_file(folder / "words") == "-i bob@remote.example\n");
}

TEST_CASE("one that reads nothing, is ended by a signal or cannot be run still has a status") {
  ::signal(SIGPIPE, SIG_IGN);
  const ScratchFolder folder;
  const std::string bytes(300'000, 'x');
  CHECK(*send_by(script(folder, "exit 0\n"), bytes) == 0);
  CHECK(*send_by(script(folder, "kill -9 $$\n"), bytes) == 75);
  CHECK(*send_by(folder / "missing", bytes) == 69);
}

TEST_CASE("the real one is that which is named, and never ourselves again") {
  const ScratchFolder folder;
  ::unsetenv("UNSENT_SENDMAIL");
  CHECK(*real_sendmail(folder / "any") == folder / "any");
  // What the real program is run with tells one of ours from the first.
  const std::string program = script(folder, "test -n \"$UNSENT_SENDMAIL\"\n");
  CHECK(*send_by(program, "") == 0);
  ::setenv("UNSENT_SENDMAIL", "1", 1);
  CHECK(!real_sendmail(folder / "any"));
  CHECK(!real_sendmail(std::nullopt));
  ::unsetenv("UNSENT_SENDMAIL");
}

TEST_CASE("where the system has none the hint says what to do") {
  const auto found = find_sendmail("name one with --sendmail");
  if (found) return;  // it has one
  CHECK(found.error().code == ErrorCode::unavailable);
  CHECK(found.error().hint == "name one with --sendmail");
}

}  // namespace unsent

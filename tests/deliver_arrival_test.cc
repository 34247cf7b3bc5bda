// SPDX-License-Identifier: MIT
#include "deliver/arrival.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace unsent {
namespace {

using std::chrono::milliseconds;

Judged backscatter() {
  return {true, Verdict::backscatter, Kind::read_receipt,  "X-Unsent-Verdict: backscatter\n",
          "",   Handling::drop,       Handling::quarantine};
}

}  // namespace

TEST_CASE("a judgement comes back whole from the process that made it") {
  const Judged judged = judge_apart(backscatter, milliseconds(60000));
  CHECK(judged.is_judged);
  CHECK(judged.verdict == Verdict::backscatter);
  CHECK(judged.kind == Kind::read_receipt);
  CHECK(judged.block == "X-Unsent-Verdict: backscatter\n");
  CHECK(judged.problem.empty());
  CHECK(judged.planned == Handling::drop);
  CHECK(judged.handling == Handling::quarantine);
}

TEST_CASE("work that crashes, throws or says nothing costs the verdict and no more") {
  const std::function<Judged()> rows[] = {
      []() -> Judged { ::raise(SIGKILL), ::_exit(0); },
      []() -> Judged { ::_exit(1); },
      []() -> Judged { throw std::runtime_error("no memory"); },
      [] {
        return Judged{false, Verdict::unverified, Kind::ordinary, "", "broken ledger", {}, {}};
      },
  };
  for (const auto& work : rows) {
    const Judged judged = judge_apart(work, milliseconds(60000));
    CHECK(!judged.is_judged);
    CHECK(judged.verdict == Verdict::unverified);
    CHECK(judged.block.empty());
    CHECK(!judged.problem.empty());
  }
}

TEST_CASE("work that never ends is ended at the deadline, and leaves no process behind") {
  const auto start = std::chrono::steady_clock::now();
  const Judged judged = judge_apart(
      []() -> Judged {
        for (;;) ::pause();
      },
      milliseconds(200));
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took >= milliseconds(200));
  CHECK(took < milliseconds(60000));
  CHECK(!judged.is_judged);
  CHECK(judged.block == "X-Unsent-Verdict: unverified; reason=\"not judged within 200 ms\"\n");
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("an answer longer than a pipe holds comes whole, and one beyond all measure is none") {
  Judged longest = backscatter();
  longest.block = "X-Unsent-Evidence: " + std::string(200000, 'x') + "\n";
  const Judged judged = judge_apart([&] { return longest; }, milliseconds(60000));
  CHECK(judged.is_judged);
  CHECK(judged.block == longest.block);

  longest.block = "X-Unsent-Evidence: " + std::string(1000000, 'x') + "\n";
  const Judged cut = judge_apart([&] { return longest; }, milliseconds(60000));
  CHECK(!cut.is_judged);
  CHECK(cut.block.empty());
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "deliver/judge_request.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/open.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

// The requests that are read before something else comes.
std::vector<JudgeRequest> read_all_of(std::string_view said) {
  const ScratchFolder folder;
  write_file(folder / "said", said);
  const auto file = open_file(folder / "said", O_RDONLY);
  REQUIRE(file);
  RequestInput input(file->get());
  std::vector<JudgeRequest> requests;
  while (auto request = read_judge_request(input)) requests.push_back(std::move(*request));
  return requests;
}

}  // namespace

TEST_CASE("requests follow each other, each with its envelope") {
  const auto requests = read_all_of(
      "judge 10 18 21\nbob@remote.examplealice@ourshop.exampleSubject: a"
      "judge 3 0 -1\na\nb"
      "judge 0 -1 -1\n");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].bytes == "Subject: a");
  CHECK(requests[0].envelope.sender_address == "bob@remote.example");
  REQUIRE(requests[0].envelope.recipient);
  CHECK(requests[0].envelope.recipient->text() == "alice@ourshop.example");
  CHECK(requests[1].bytes == "a\nb");
  CHECK(requests[1].envelope.sender == EnvelopeSender::null);
  CHECK(!requests[1].envelope.recipient);
  CHECK(requests[2].bytes.empty());
  CHECK(requests[2].envelope.sender == EnvelopeSender::unknown);
}

TEST_CASE("whatever else is said is no request, and ends them") {
  for (const char* said :
       {"", "\n", "judge", "judge 1 -1 -1", "judge 1 -1\nx", "judge 1 -1 -1 -1\nx",
        "jugde 1 -1 -1\nx", "judge x -1 -1\nx", "judge -1 -1 -1\nx", "judge 1 1001 -1\nx",
        "judge 1 -1 1001\nx", "judge 99999999999 -1 -1\nx", "judge 2 -1 -1\nx", "judge 1 5 -1\nx",
        "judge  1 -1 -1\nx"}) {
    CAPTURE(said);
    CHECK(read_all_of(said).empty());
  }
}

TEST_CASE("a line that does not end is not read for ever") {
  CHECK(read_all_of(std::string(1'000'000, 'x')).empty());
}

TEST_CASE("what is no address is no recipient, and the message is judged all the same") {
  const auto requests = read_all_of("judge 1 -1 3\n@@@x");
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].bytes == "x");
  CHECK(!requests[0].envelope.recipient);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What libunsent asks of `unsent judge`: app/library/unsent.c tells what is said. Who asks is
// another program, and whatever it says, nothing grows beyond what a message may have.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "mail/envelope.h"

namespace unsent {

// A file or pipe as it is asked for; at its end, or when it fails, nothing more comes.
class RequestInput {
 public:
  // The descriptor stays somebody else's.
  explicit RequestInput(int file) : file_(file) {}

  // nullopt at the end, and where a line is too long to be one.
  std::optional<std::string> line();
  // All that many, or nullopt.
  std::optional<std::string> bytes(std::size_t size);

 private:
  bool fill();

  int file_;
  std::string buffer_;
  std::size_t begin_ = 0;
};

struct JudgeRequest {
  std::string bytes;
  Envelope envelope;
};

// "judge SIZE SENDER-SIZE RECIPIENT-SIZE", then the sender, the recipient and the message; of what
// is not known the size is negative. nullopt: who asks has gone, or says something else.
std::optional<JudgeRequest> read_judge_request(RequestInput& input);

}  // namespace unsent

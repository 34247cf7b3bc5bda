// SPDX-License-Identifier: MIT
// A judgement for people (text) and for programs (JSON, one line, stable).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/message.h"
#include "verdict/judge.h"

namespace unsent {

// Where a judged message came from.
struct Place {
  std::string path;  // "-" for standard input
  std::uint64_t offset = 0;
};

// {"path": …, "offset": …, "kind": …, "verdict": …, …}, without a line end. Valid UTF-8
// whatever the mail held; what is not known is null or an empty list. questions: are shown,
// too, as they were asked.
std::string to_json(const Place& place, const Message& message, const Judgement& judgement,
                    const std::optional<std::vector<AskedQuestion>>& questions = {});

// "backscatter  bounce  Undelivered Mail …  bob@remote.example: reason": one line.
std::string to_line(const Place& place, const Message& message, const Judgement& judgement);

}  // namespace unsent

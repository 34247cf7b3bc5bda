// SPDX-License-Identifier: MIT
#include "feed/doubts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "setup/output.h"

namespace unsent {

void Doubts::saw_joined(const StoredMessage& stored) {
  if (joined_++ == 0) first_joined_ = fmt::format("{}:{}", stored.path, stored.offset);
}

void Doubts::saw_passed_over(const std::string& path) {
  if (passed_over_++ == 0) first_passed_over_ = path;
}

void Doubts::tell(const std::string& path, ReadSoFar& read) const {
  const auto say = [&](std::string why) {
    if (!read.is_to_promise()) complain(why);
    read.saw_doubt(std::move(why));
  };
  if (bounces_ > 0)
    complain(fmt::format("{}: {} that came to it {} left out", path, many(bounces_, "bounce"),
                         bounces_ == 1 ? "is" : "are"));
  if (joined_ > 0)
    say(
        fmt::format("{}: {} may hold others that were not read, as a line within looks like the "
                    "begin of one; part them, or make an mbox whose From_ lines have the usual "
                    "date",
                    first_joined_, joined_ == 1 ? "this message" : many(joined_, "message")));
  if (passed_over_ > 0)
    say(
        fmt::format("{}: {} in it {} no mail that can be read, {} first; unpack what has mail, and "
                    "put the rest elsewhere",
                    path, many(passed_over_, "file"), passed_over_ == 1 ? "holds" : "hold",
                    first_passed_over_));
}

}  // namespace unsent

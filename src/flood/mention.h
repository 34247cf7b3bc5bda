// SPDX-License-Identifier: MIT
// What a mail names of the one that it is about, where it returns no header of it: an automatic
// reply, a report that shows nothing, the answer of a person. Hashes, to be looked for among what
// a flood was made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/message.h"
#include "verdict/judge.h"

namespace unsent {

struct Mention {
  std::vector<std::uint64_t> ids;       // as Member::id(); at most 16
  std::vector<std::uint64_t> makes;     // of these, as Member::make
  std::vector<std::uint64_t> subjects;  // as subject_of(member); only those that tell something
  std::int32_t day = 0;                 // on which it came, since 1970; 0: not known
  std::string author;                   // an address, or ""
  std::string recipient;                // of ours, to whom it came; or ""

  bool is_empty() const { return ids.empty() && subjects.empty(); }
};

// Of a report that is part of no run by itself. Empty of every other one. The day is left to who
// knows when it came, here and below.
Mention mention_of(const Message& message, const Judgement& judgement);

// Of ordinary mail that looks like an answer, or quotes the header of a mail in the first 8 kB of
// its body; nothing is unpacked. Empty of list mail.
Mention answer_mention(const Message& message);

// A subject's shape has words enough that two senders do not write it by chance: three, and
// twelve letters.
bool is_telling(std::string_view shape);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// The log of what an act does at servers, a step a few hundred messages: what is begun is on the
// disk before the server is asked, and what became of it as soon as the server has said so. Any
// step whose end is missing is settled by looking.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "acting/act.h"
#include "base/result.h"
#include "imap/move.h"
#include "imap/uid_set.h"

namespace unsent {

struct ImapStep {
  enum class What { away, back, tag };  // back: of taking the act back
  std::uint64_t number = 0;
  What what = What::away;
  std::string from;  // the folder's URL
  std::uint32_t from_validity = 0;
  std::string to;  // likewise; "" of a tag
  std::uint32_t to_validity = 0;
  Uid to_next = 0;  // what came by this step has this or a later UID
  UidSet uids;      // in from
  UidSet deleted;   // of these, what was marked \Deleted already
  UidPairs moved;   // as far as is known
  bool is_done = false;
};

// In the order of the log.
std::vector<ImapStep> read_imap_steps(const Act& act);

Result<void> log_begin(const Act& act, const ImapStep& step);
// moved.validity: of the folder that they are in now, whatever it was when the step was begun.
Result<void> log_moved(const Act& act, const ImapStep& step, const ImapMoved& moved);
// Adds what has been moved to what step knows.
void add_moved(ImapStep& step, const ImapMoved& moved);
Result<void> log_done(const Act& act, const ImapStep& step);

// Messages that are where the act has put them, or were.
std::uint64_t count_of(const ImapStep& step);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Does what was planned, mailbox by mailbox, and takes it back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "acting/act.h"
#include "acting/act_mbox.h"
#include "base/result.h"
#include "store/mbox_swap.h"

namespace unsent {

class ImapAccounts;

struct ActingOptions {
  LockWish lock;
  std::function<bool()> is_interrupted;  // asked between one mailbox, or step, and the next
  ImapAccounts* accounts = nullptr;      // of mailboxes at servers; null: there are none
};

struct Acted {
  std::uint64_t messages = 0;
  bool is_interrupted = false;
  std::uint64_t gone = 0;       // of those to be put back: released, purged or deleted meanwhile
  std::vector<Error> problems;  // mailboxes and messages that were left alone
};

// Every mailbox for itself: one that cannot be changed is a problem, and the others are
// done. An error is one of the record itself; something may be done all the same.
Result<Acted> perform(const Act& act, const ActingOptions& options);

// What was changed in mboxes.
std::vector<MboxRecord> rewritten_mboxes(const Act& act);

// What was done, as far as its record tells.
struct Deeds {
  std::uint64_t messages = 0;
  std::vector<std::string> mailboxes;  // mboxes and folders, each once; the first ten
};
Deeds deeds_of(const Act& act);

// False: there is nothing to take back.
bool has_effect(const Act& act);
// Something may be put back still: not once all that was put away has been purged or released.
bool has_way_back(const Act& act);

// Puts all of it back. A part of it that cannot be put back is a problem, and the record
// stays; else it goes, also where nothing is left to put back. May be tried again.
Result<Acted> take_back(const Act& act, const ActingOptions& options);

// Ends what killed runs left half done: no mailbox is changed, only what stands aside goes.
Result<void> recover_acts(const std::string& home);

}  // namespace unsent

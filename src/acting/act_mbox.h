// SPDX-License-Identifier: MIT
// Takes messages out of an mbox, or gives them our header, and puts them back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "acting/act.h"
#include "base/result.h"
#include "store/mbox_swap.h"

namespace unsent {

// What was changed in an mbox.
struct MboxEdit {
  std::uint64_t offset = 0;  // in the old file
  std::uint64_t size = 0;    // of what is in kept-N
  std::uint64_t now = 0;     // bytes in its place; 0: taken out
};
struct MboxRecord {
  std::string path;
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
  std::string new_hash;
  std::vector<MboxEdit> edits;  // in the order of the file
};
// nullopt: nothing of that number was completed.
std::optional<MboxRecord> read_mbox_record(const Act& act, std::uint64_t number);

// Does the act's deed to the messages of one mbox that come next in plan, and advances
// behind them. Mail that has come since they were judged is kept; if anything else about
// the mbox has changed so that a message is not where it was, it is left alone and the
// error says so. How many messages.
Result<std::uint64_t> act_on_mbox(const Act& act, std::uint64_t number, PlanReader& plan,
                                  const LockWish& wish);

// What a killed run had begun with that mbox, but not done, is taken away.
void roll_back_mbox(const Act& act, std::uint64_t number, const std::string& path);

// What a killed undo_mbox left: the mbox has its messages again, and they go from the
// quarantine; or it has not, and what stood aside goes.
void roll_back_undo(const Act& act, std::uint64_t number, const std::string& path);

struct MboxUndone {
  std::uint64_t messages = 0;
  bool is_at_end = false;  // the mbox was changed since: they are its last ones now
};
// Puts the messages back at their place, before mail that has come since, but for those that were
// released meanwhile. Done already: 0.
Result<MboxUndone> undo_mbox(const Act& act, std::uint64_t number, const LockWish& wish);

}  // namespace unsent

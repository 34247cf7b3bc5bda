// SPDX-License-Identifier: MIT
// One step of an act at a server: some messages of one folder into another, so that each is in
// exactly one of them, wherever the connection breaks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acting/act.h"
#include "acting/imap_steps.h"
#include "base/result.h"
#include "imap/accounts.h"
#include "imap/move.h"

namespace unsent {

// Messages of a step: their UIDs, of ten digits each, stand in a line that servers take (RFC 7162
// 4: 8,192 octets).
constexpr std::size_t kMostInStep = 700;

class ImapTransfer {
 public:
  // of: the messages of the step, by the UIDs that they have in its folder. step may be one that
  // the log has the beginning of; else it is begun here. All must outlive it.
  ImapTransfer(const Act& act, ImapAccounts& accounts, ImapStep& step, const ImapPlace& from,
               const ImapPlace& to, std::map<Uid, WantedMessage> of);

  // What after() of the step before it said, where both go to one folder: it need not be asked for.
  void expect(const std::optional<ImapTarget>& target) { target_ = target; }

  // Moves what is left to be moved. step.moved is what is there by now, whatever comes of it.
  Result<void> run();
  // Only finds out what became of a step that was begun, and takes copies away whose originals are
  // still there.
  Result<void> undo_half();

  // Where what a next step moves will come, if that is known: behind all of this one.
  std::optional<ImapTarget> after() const;

  // Messages that were left alone, or that nobody knows where they are: for people.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  Result<void> attempt(ImapSession& session);
  Result<void> open_from(ImapSession& session);
  Result<void> unmark(ImapSession& session, const UidSet& uids);
  Result<void> begin(ImapSession& session);
  Result<void> settle(ImapSession& session);
  Result<void> look_there(ImapSession& session, const std::vector<WantedMessage>& lost);
  Result<void> move_left(ImapSession& session);
  Result<void> move_some(ImapSession& session, const UidSet& uids);
  Result<void> copy_some(ImapSession& session, const UidSet& uids);
  Result<void> note(const ImapMoved& moved);
  void leave_alone(Uid uid, const char* why);
  bool is_moved(Uid uid) const;

  const Act& act_;
  ImapAccounts& accounts_;
  ImapStep& step_;
  const ImapPlace& from_;
  const ImapPlace& to_;
  std::map<Uid, WantedMessage> of_;
  std::map<Uid, ImapFacts> here_;  // what is still in from, when it was looked at last
  std::optional<ImapTarget> target_;
  bool is_begun_;
  bool has_to_settle_;
  bool has_advanced_ = false;
  std::uint64_t most_ = kMostInStep;  // messages in a command
  std::vector<std::string> problems_;
};

}  // namespace unsent

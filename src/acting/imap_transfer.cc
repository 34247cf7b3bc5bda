// SPDX-License-Identifier: MIT
#include "acting/imap_transfer.h"

#include <fmt/format.h>

#include <algorithm>

namespace unsent {
namespace {

// Those of pairs whose first is, or is not, still in the folder that it came from.
UidPairs with_first(const UidPairs& pairs, const std::map<Uid, ImapFacts>& here, bool is_there) {
  UidPairs some;
  for (const auto& pair : pairs)
    if ((here.count(pair.first) > 0) == is_there) some.push_back(pair);
  return some;
}

}  // namespace

ImapTransfer::ImapTransfer(const Act& act, ImapAccounts& accounts, ImapStep& step,
                           const ImapPlace& from, const ImapPlace& to,
                           std::map<Uid, WantedMessage> of)
    : act_(act),
      accounts_(accounts),
      step_(step),
      from_(from),
      to_(to),
      of_(std::move(of)),
      is_begun_(step.to_next > 0),
      has_to_settle_(is_begun_) {}

void ImapTransfer::leave_alone(Uid uid, const char* why) {
  problems_.push_back(fmt::format("{}, UID {}: {}", step_.from, uid, why));
}

bool ImapTransfer::is_moved(Uid uid) const {
  return std::any_of(step_.moved.begin(), step_.moved.end(),
                     [&](const auto& pair) { return pair.first == uid; });
}

Result<void> ImapTransfer::note(const ImapMoved& moved) {
  if (auto logged = log_moved(act_, step_, moved); !logged) return logged;
  add_moved(step_, moved);
  has_advanced_ = has_advanced_ || !moved.pairs.empty();
  return {};
}

Result<void> ImapTransfer::run() {
  auto done = accounts_.insist(
      from_.url, [&](ImapSession& session) { return attempt(session); },
      [&] { return std::exchange(has_advanced_, false); });
  if (!done) return done;
  step_.is_done = true;
  return log_done(act_, step_);
}

std::optional<ImapTarget> ImapTransfer::after() const {
  const bool is_same = target_ && target_->validity == step_.to_validity;
  if (!is_same || !step_.is_done || step_.moved.size() != step_.uids.count()) return std::nullopt;
  Uid last = target_->next - 1;
  for (const auto& [here, there] : step_.moved) last = std::max(last, there);
  if (last == UINT32_MAX) return std::nullopt;
  return ImapTarget{step_.to_validity, last + 1};
}

Result<void> ImapTransfer::undo_half() {
  if (!is_begun_) return {};
  return accounts_.insist(from_.url, [&](ImapSession& session) -> Result<void> {
    if (auto opened = open_from(session); !opened) return opened;
    if (auto settled = settle(session); !settled) return settled;
    const UidPairs doubled = with_first(step_.moved, here_, true);
    if (doubled.empty()) return {};
    if (auto opened = session.open_folder(to_.wire, OpenFor::changing); !opened)
      return opened.failure();
    if (auto gone = expunge_messages(session, seconds_of(doubled)); !gone) return gone;
    step_.moved = with_first(step_.moved, here_, false);
    return unmark(session, firsts_of(doubled));
  });
}

// The originals were perhaps marked already, by this.
Result<void> ImapTransfer::unmark(ImapSession& session, const UidSet& uids) {
  UidSet marked;
  for (const Uid uid : uids.list())
    if (!step_.deleted.has(uid)) marked.add(uid);
  if (auto opened = open_from(session); !opened) return opened;
  return store_flag(session, marked, kDeleted, Flagging::taken);
}

Result<void> ImapTransfer::attempt(ImapSession& session) {
  if (way_of(session) == ImapWay::none)
    return fail(
        ErrorCode::unavailable,
        session.server() +
            ": can neither MOVE nor expunge single messages (UIDPLUS), so nothing is moved: "
            "mail could be lost",
        "use --tag, or fetch the mail by mbsync and act on that");
  if (auto opened = open_from(session); !opened) return opened;
  if (!is_begun_)
    if (auto begun = begin(session); !begun) return begun;
  if (has_to_settle_)
    if (auto settled = settle(session); !settled) return settled;
  has_to_settle_ = true;  // from now on, whatever breaks
  // Copies that were made before the connection broke, and whose originals are still there.
  if (auto gone = expunge_messages(session, firsts_of(with_first(step_.moved, here_, true))); !gone)
    return gone;
  return move_left(session);
}

// By another UIDVALIDITY, the UIDs are other messages'.
Result<void> ImapTransfer::open_from(ImapSession& session) {
  const auto opened = session.stay_in(from_.wire);
  if (!opened) return opened.failure();
  if (!opened->is_writable)
    return fail(ErrorCode::no_permission, step_.from + ": may only be read");
  if (opened->validity == 0 || opened->validity != step_.from_validity)
    return fail(ErrorCode::unavailable,
                step_.from + ": the server has numbered its messages anew; left alone",
                "scan it again");
  UidSet asked;
  for (const auto& [uid, message] : of_) asked.add(uid);
  auto here = look_at_messages(session, asked);
  if (!here) return here.failure();
  here_ = std::move(*here);
  return {};
}

// What is not what was judged is left out before anything is begun.
Result<void> ImapTransfer::begin(ImapSession& session) {
  const auto target = target_ ? Result<ImapTarget>(*target_) : look_at_target(session, to_.wire);
  if (!target) return target.failure();
  target_ = *target;
  step_.to_validity = target->validity;
  step_.to_next = target->next;
  step_.uids = {};
  step_.deleted = {};
  for (auto message = of_.begin(); message != of_.end();) {
    const auto there = here_.find(message->first);
    const bool is_gone = there == here_.end();
    if (is_gone)
      leave_alone(message->first, "is no longer there");
    else if (there->second.size != message->second.size)
      leave_alone(message->first, "the server has another message by that number; left alone");
    else
      step_.uids.add(message->first);
    if (!is_gone && there->second.is_deleted) step_.deleted.add(message->first);
    const bool is_left_out = is_gone || there->second.size != message->second.size;
    message = is_left_out ? of_.erase(message) : std::next(message);
  }
  if (step_.uids.empty()) return {};
  if (auto logged = log_begin(act_, step_); !logged) return logged;
  is_begun_ = true;
  has_to_settle_ = false;
  return {};
}

// Which of the messages are there by now though nobody has said so.
Result<void> ImapTransfer::settle(ImapSession& session) {
  std::vector<WantedMessage> lost;
  for (const auto& [uid, message] : of_)
    if (!is_moved(uid)) lost.push_back(message);
  if (lost.empty()) return {};
  if (auto looked = look_there(session, lost); !looked) return looked;
  for (const WantedMessage& message : lost)
    if (!is_moved(message.uid) && here_.count(message.uid) == 0) {
      leave_alone(message.uid, "is neither there nor where it was to go: somebody has moved it");
      of_.erase(message.uid);
    }
  return open_from(session);
}

Result<void> ImapTransfer::look_there(ImapSession& session,
                                      const std::vector<WantedMessage>& lost) {
  const auto opened = session.open_folder(to_.wire, OpenFor::reading);
  if (!opened) return opened.failure();
  const Uid from = opened->validity == step_.to_validity ? step_.to_next : 1;
  const auto found = find_by_content(session, from, lost, seconds_of(step_.moved), opened->exists);
  return found ? note({opened->validity, *found}) : found.failure();
}

Result<void> ImapTransfer::move_left(ImapSession& session) {
  UidSet left;
  for (const auto& [uid, message] : of_)
    if (!is_moved(uid) && here_.count(uid) > 0) left.add(uid);
  while (!left.empty()) {
    const UidSet some = left.take(most_);
    auto moved =
        way_of(session) == ImapWay::move ? move_some(session, some) : copy_some(session, some);
    if (!moved) {
      most_ = std::max<std::uint64_t>(1, some.count() / 2);  // a server may have a limit
      return moved;
    }
  }
  return {};
}

// What the server does not tell of is looked for.
Result<void> ImapTransfer::move_some(ImapSession& session, const UidSet& uids) {
  const auto moved = move_messages(session, uids, to_.wire);
  if (!moved) return moved.failure();
  if (auto noted = note(*moved); !noted) return noted;
  if (moved->pairs.size() == uids.count()) return {};
  auto here = look_at_messages(session, uids);
  if (!here) return here.failure();
  for (const Uid uid : uids.list())
    if (here->count(uid) == 0) here_.erase(uid);
  return settle(session);
}

Result<void> ImapTransfer::copy_some(ImapSession& session, const UidSet& uids) {
  const auto copied = copy_messages(session, uids, to_.wire);
  if (!copied) return copied.failure();
  const auto checked = checked_copies(session, copied->pairs, here_, to_.wire);
  if (!checked) return checked.failure();
  for (const auto& pair : copied->pairs)
    if (std::find(checked->begin(), checked->end(), pair) == checked->end())
      leave_alone(pair.first, "its copy is not what it is; left where it was");
  if (auto noted = note({copied->validity, *checked}); !noted) return noted;
  const auto opened = session.open_folder(from_.wire, OpenFor::changing);
  if (!opened) return opened.failure();
  if (opened->validity != step_.from_validity)
    return fail(ErrorCode::unavailable, step_.from + ": the server has numbered it anew");
  return expunge_messages(session, firsts_of(*checked));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "acting/act_imap.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "acting/imap_transfer.h"
#include "imap/url.h"

namespace unsent {
namespace {

// A message of the plan, without what only a header block is for.
WantedMessage wanted_of(const Planned& planned) {
  return {static_cast<Uid>(planned.offset), planned.inode, planned.digest};
}

Result<ImapPlace> place_of(ImapAccounts& accounts, const std::string& folder) {
  const auto url = parse_imap_url(folder);
  if (!url) return url.failure();
  return accounts.find(*url);
}

class FolderAct {
 public:
  FolderAct(const Act& act, std::uint64_t steps, ImapAccounts& accounts,
            std::vector<Error>& problems)
      : act_(act), steps_(steps), accounts_(accounts), problems_(problems) {}

  // Of the folder, before its first step.
  Result<void> find(const std::string& folder, std::uint32_t validity) {
    auto from = place_of(accounts_, folder);
    if (!from) return from.failure();
    from_ = std::move(*from);
    folder_ = folder;
    validity_ = validity;
    if (act_.deed() == Deed::tag) return {};
    auto to = act_.deed() == Deed::quarantine ? accounts_.make_quarantine(from_.url)
                                              : accounts_.find(from_.url, FolderRole::trash);
    if (!to) return to.failure();
    to_ = std::move(*to);
    if (to_.wire == from_.wire)
      return fail(ErrorCode::data, folder + ": is where it would be moved to; left alone");
    return {};
  }

  Result<std::uint64_t> run(const std::vector<WantedMessage>& messages) {
    ImapStep step;
    step.number = ++steps_;
    step.from = folder_;
    step.from_validity = validity_;
    if (act_.deed() == Deed::tag) return tag(step, messages);
    step.to = text_of(to_.url);
    std::map<Uid, WantedMessage> of;
    for (const WantedMessage& message : messages) of.emplace(message.uid, message);
    ImapTransfer transfer(act_, accounts_, step, from_, to_, std::move(of));
    transfer.expect(target_);
    const auto done = transfer.run();
    target_ = transfer.after();
    for (const std::string& problem : transfer.problems())
      problems_.push_back({ErrorCode::temp_fail, problem, {}});
    if (done) return std::uint64_t{step.moved.size()};
    problems_.push_back(unsettled(done.error(), step, messages.size()));
    return std::uint64_t{step.moved.size()};
  }

  bool has_stopped() const { return has_stopped_; }

 private:
  Error unsettled(const Error& error, const ImapStep& step, std::size_t count) {
    has_stopped_ = true;
    const std::string text =
        step.to_next == 0
            ? error.message
            : fmt::format("{}; of {} messages that were to be moved, {} are known to be",
                          error.message, count, step.moved.size());
    return {error.code, text, error.hint};
  }

  // Only those that had it not before: the others keep it when this is taken back.
  Result<std::uint64_t> tag(ImapStep& step, const std::vector<WantedMessage>& messages) {
    step.what = ImapStep::What::tag;
    const auto done = accounts_.insist(from_.url, [&](ImapSession& session) -> Result<void> {
      const auto opened = session.stay_in(from_.wire);
      if (!opened) return opened.failure();
      if (!opened->is_writable || !opened->may_set(kBackscatterKeyword))
        return fail(ErrorCode::unavailable, folder_ + ": the server keeps no keywords there",
                    "use --quarantine");
      if (opened->validity == 0 || opened->validity != validity_)
        return fail(ErrorCode::unavailable, folder_ + ": the server has numbered it anew",
                    "scan it again");
      UidSet all;
      for (const WantedMessage& message : messages) all.add(message.uid);
      const auto there = look_at_messages(session, all);
      if (!there) return there.failure();
      if (step.uids.empty()) {
        for (const WantedMessage& message : messages)
          if (const auto found = there->find(message.uid); found != there->end() &&
                                                           found->second.size == message.size &&
                                                           !found->second.is_tagged)
            step.uids.add(message.uid);
        if (step.uids.empty()) return {};
        if (auto logged = log_begin(act_, step); !logged) return logged;
      }
      return store_flag(session, step.uids, kBackscatterKeyword, Flagging::set);
    });
    if (done && !step.uids.empty())
      if (auto logged = log_done(act_, step); !logged) return logged.failure();
    if (!done) problems_.push_back(unsettled(done.error(), step, messages.size()));
    return done ? step.uids.count() : 0;
  }

  const Act& act_;
  std::uint64_t steps_;
  ImapAccounts& accounts_;
  std::vector<Error>& problems_;
  ImapPlace from_;
  ImapPlace to_;
  std::optional<ImapTarget> target_;  // behind the step before
  std::string folder_;
  std::uint32_t validity_ = 0;
  bool has_stopped_ = false;
};

// What an act did at servers, on its way back.
class Undoing {
 public:
  Undoing(const Act& act, ImapAccounts& accounts, std::vector<Error>& problems)
      : act_(act), accounts_(accounts), problems_(problems), steps_(read_imap_steps(act)) {}

  Result<std::uint64_t> run() {
    read_plan();
    find_what_is_back();
    const std::size_t count = steps_.size();
    for (std::size_t i = 0; i < count; ++i) {
      const auto done = undo(steps_[i]);
      if (done) continue;
      problems_.push_back(done.error());
    }
    return undone_;
  }

 private:
  using Key = std::pair<std::string, Uid>;  // folder, UID there

  void read_plan() {
    for (PlanReader plan(act_); plan.peek() != nullptr; plan.advance())
      if (plan.peek()->kind == MailboxKind::imap)
        plan_.emplace(Key(plan.peek()->path, static_cast<Uid>(plan.peek()->offset)),
                      wanted_of(*plan.peek()));
    for (const ImapStep& step : steps_) last_ = std::max(last_, step.number);
  }

  // By earlier attempts that ended well; the others are settled below.
  void find_what_is_back() {
    for (const ImapStep& step : steps_)
      if (step.what == ImapStep::What::back)
        for (const auto& [here, there] : step.moved) back_.insert(Key(step.from, here));
  }

  std::map<Uid, WantedMessage> wanted(const ImapStep& step) const {
    std::map<Uid, WantedMessage> of;
    for (const Uid uid : step.uids.list())
      if (const auto planned = plan_.find(Key(step.from, uid)); planned != plan_.end())
        of.emplace(uid, planned->second);
    return of;
  }

  Result<void> undo(ImapStep& step) {
    if (step.what == ImapStep::What::back) return {};  // with the step that it belongs to
    const auto from = place_of(accounts_, step.from);
    if (!from) return from.failure();
    if (step.what == ImapStep::What::tag) return untag(step, *from);
    const auto to = place_of(accounts_, step.to);
    if (!to) return to.failure();
    if (!step.is_done) {
      ImapTransfer half(act_, accounts_, step, *from, *to, wanted(step));
      if (auto settled = half.undo_half(); !settled) return settled;
    }
    return put_back(step, *to, *from);
  }

  Result<void> untag(const ImapStep& step, const ImapPlace& place) {
    auto done = accounts_.insist(place.url, [&](ImapSession& session) -> Result<void> {
      const auto opened = session.open_folder(place.wire, OpenFor::changing);
      if (!opened) return opened.failure();
      if (opened->validity != step.from_validity)
        return fail(ErrorCode::no_input, step.from +
                                             ": the server has numbered it anew since, so "
                                             "the keyword stays");
      return store_flag(session, step.uids, kBackscatterKeyword, Flagging::taken);
    });
    if (done) undone_ += step.uids.count();
    return done;
  }

  // A step that an attempt before this one has begun: what of it is back by now.
  Result<void> settle_earlier(const ImapStep& step, const ImapPlace& there, const ImapPlace& home,
                              const std::map<Uid, WantedMessage>& of) {
    for (ImapStep& earlier : steps_) {
      const bool is_of_this = earlier.what == ImapStep::What::back && earlier.from == step.to &&
                              earlier.to == step.from && !earlier.is_done;
      if (!is_of_this) continue;
      std::map<Uid, WantedMessage> some;
      for (const Uid uid : earlier.uids.list())
        if (const auto found = of.find(uid); found != of.end()) some.emplace(*found);
      if (some.empty()) continue;
      ImapTransfer rest(act_, accounts_, earlier, there, home, std::move(some));
      if (auto done = rest.run(); !done) return done;
      note(rest);
      undone_ += count_new(earlier);
    }
    return {};
  }

  std::uint64_t count_new(const ImapStep& step) {
    std::uint64_t count = 0;
    for (const auto& [here, home] : step.moved)
      if (back_.insert(Key(step.from, here)).second) ++count;
    return count;
  }

  Result<void> put_back(const ImapStep& step, const ImapPlace& there, const ImapPlace& home) {
    std::map<Uid, WantedMessage> of;
    for (const auto& [before, now] : step.moved) {
      const auto planned = plan_.find(Key(step.from, before));
      if (planned == plan_.end()) continue;
      WantedMessage message = planned->second;
      message.uid = now;
      of.emplace(now, std::move(message));
    }
    if (auto settled = settle_earlier(step, there, home, of); !settled) return settled;
    std::erase_if(of, [&](const auto& one) { return back_.count(Key(step.to, one.first)) > 0; });
    if (of.empty()) return {};
    ImapStep back;
    back.number = ++last_;
    back.what = ImapStep::What::back;
    back.from = step.to;
    back.from_validity = step.to_validity;
    back.to = step.from;
    if (auto found = find_anew(back, there, of); !found) return found;
    ImapTransfer transfer(act_, accounts_, back, there, home, std::move(of));
    auto& target = targets_[back.to];
    transfer.expect(target);
    const auto done = transfer.run();
    target = transfer.after();
    note(transfer);
    undone_ += count_new(back);
    return done;
  }

  // Where the server has numbered the folder anew since, the messages are known by what is in them.
  Result<void> find_anew(ImapStep& back, const ImapPlace& there, std::map<Uid, WantedMessage>& of) {
    return accounts_.insist(there.url, [&](ImapSession& session) -> Result<void> {
      const auto opened = session.stay_in(there.wire);
      if (!opened) return opened.failure();
      if (opened->validity == back.from_validity) return {};
      std::vector<WantedMessage> wanted;
      for (const auto& [uid, message] : of) wanted.push_back(message);
      const auto found = find_by_content(session, 1, wanted, {}, opened->exists);
      if (!found) return found.failure();
      std::map<Uid, WantedMessage> now;
      for (const auto& [before, uid] : *found) {
        WantedMessage message = of.at(before);
        message.uid = uid;
        now.emplace(uid, std::move(message));
      }
      if (now.size() < of.size())
        problems_.push_back({ErrorCode::no_input,
                             fmt::format("{}: {} messages are no longer where they were put",
                                         back.from, of.size() - now.size()),
                             {}});
      back.from_validity = opened->validity;
      of = std::move(now);
      return {};
    });
  }

  void note(const ImapTransfer& transfer) {
    for (const std::string& problem : transfer.problems())
      problems_.push_back({ErrorCode::no_input, problem, {}});
  }

  const Act& act_;
  ImapAccounts& accounts_;
  std::vector<Error>& problems_;
  std::vector<ImapStep> steps_;
  std::map<Key, WantedMessage> plan_;
  std::set<Key> back_;
  std::map<std::string, std::optional<ImapTarget>> targets_;  // behind what went back there
  std::uint64_t last_ = 0;
  std::uint64_t undone_ = 0;
};

}  // namespace

Result<std::uint64_t> act_on_folder(const Act& act, std::uint64_t steps, PlanReader& plan,
                                    ImapAccounts& accounts,
                                    const std::function<bool()>& is_interrupted,
                                    std::vector<Error>& problems) {
  const std::string folder = plan.peek()->path;
  const std::uint64_t validity = plan.peek()->device;
  const auto is_next = [&] {
    return plan.peek() != nullptr && plan.peek()->path == folder && plan.peek()->device == validity;
  };
  FolderAct deed(act, steps, accounts, problems);
  auto found = deed.find(folder, static_cast<std::uint32_t>(validity));
  std::uint64_t count = 0;
  while (is_next()) {
    std::vector<WantedMessage> step;
    for (; is_next() && step.size() < kMostInStep; plan.advance())
      step.push_back(wanted_of(*plan.peek()));
    const bool is_to_stop = deed.has_stopped() || (is_interrupted && is_interrupted());
    if (!found || is_to_stop) continue;  // the rest is passed over
    const auto done = deed.run(step);
    if (!done) return done.failure();
    count += *done;
  }
  if (!found) return found.failure();
  return count;
}

Result<std::uint64_t> undo_imap(const Act& act, ImapAccounts& accounts,
                                std::vector<Error>& problems) {
  return Undoing(act, accounts, problems).run();
}

std::string target_of(const Act& act) {
  for (const ImapStep& step : read_imap_steps(act))
    if (step.what == ImapStep::What::away) return step.to;
  return {};
}

}  // namespace unsent

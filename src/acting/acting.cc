// SPDX-License-Identifier: MIT
#include "acting/acting.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "acting/act_file.h"
#include "acting/act_imap.h"
#include "acting/act_mbox.h"
#include "acting/imap_steps.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr const char* kEnded = "ended";
constexpr std::uint64_t kStepsOfFolder = 1'000'000;
constexpr const char* kTakenBack = "taken back";  // or begun to be

void note(Acted& acted, const Error& error) { acted.problems.push_back(error); }

class Performance {
 public:
  Performance(const Act& act, const ActingOptions& options)
      : act_(act), options_(options), plan_(act) {}

  Result<Acted> run() {
    while (plan_.peek() != nullptr) {
      if (options_.is_interrupted && options_.is_interrupted()) {
        acted_.is_interrupted = true;
        break;
      }
      if (plan_.peek()->kind == MailboxKind::mbox)
        do_mbox();
      else if (plan_.peek()->kind == MailboxKind::imap)
        do_folder();
      else if (auto done = do_files(); !done) {
        note(acted_, done.error());
        break;
      }
    }
    if (auto done = act_.log(encode_fields({kEnded})); !done) return done.failure();
    return std::move(acted_);
  }

 private:
  // An mbox that was named twice is done once.
  void do_mbox() {
    const std::string path = plan_.peek()->path;
    const auto real = real_path(path);
    if (real && !seen_.insert(*real).second) {
      while (plan_.peek() != nullptr && plan_.peek()->path == path) plan_.advance();
      return;
    }
    const auto done = act_on_mbox(act_, ++mboxes_, plan_, options_.lock);
    if (done)
      acted_.messages += *done;
    else
      note(acted_, done.error());
  }

  void do_folder() {
    if (options_.accounts == nullptr) {
      note(acted_, {ErrorCode::software, plan_.peek()->path + ": no account to act on", {}});
      for (; plan_.peek() != nullptr && plan_.peek()->kind == MailboxKind::imap; plan_.advance())
        continue;
      return;
    }
    const auto done = act_on_folder(act_, folders_, plan_, *options_.accounts,
                                    options_.is_interrupted, acted_.problems);
    folders_ += kStepsOfFolder;
    if (done)
      acted_.messages += *done;
    else
      note(acted_, done.error());
  }

  Result<void> do_files() {
    std::vector<Planned> step;
    for (; plan_.peek() != nullptr && plan_.peek()->kind != MailboxKind::mbox &&
           plan_.peek()->kind != MailboxKind::imap && step.size() < kFilesAtOnce;
         plan_.advance())
      step.push_back(*plan_.peek());
    std::vector<std::string> problems;
    const auto done = act_on_files(act_, step, files_, renamed_, problems);
    files_ += step.size();
    for (std::string& problem : problems)
      note(acted_, {ErrorCode::temp_fail, std::move(problem), {}});
    if (!done) return done.failure();
    acted_.messages += *done;
    if (options_.lock.has_done)
      for (const Planned& message : step) options_.lock.has_done(message.size);
    return {};
  }

  const Act& act_;
  const ActingOptions& options_;
  PlanReader plan_;
  Acted acted_;
  std::set<std::string> seen_;
  RenamedFiles renamed_;
  std::uint64_t mboxes_ = 0;
  std::uint64_t files_ = 0;
  std::uint64_t folders_ = 0;  // the numbers of steps that folders have taken
};

// Calls take(number, path) for each mbox that was begun, until it returns false.
template <class Take>
void for_each_mbox(const Act& act, Take take) {
  LogReader log(act);
  while (const auto* line = log.next())
    if ((*line)[0] == "mbox" && line->size() >= 3 && !take(to_number((*line)[1]), (*line)[2]))
      return;
}

// Else a disk may be missing, and what was put away is there again with it.
bool is_place_there(const Act& act) {
  return act.deed() != Deed::quarantine || path_exists(act.quarantine());
}

// Is the message there still, whatever its flags?
bool is_there(const std::string& path, RenamedFiles& renamed) {
  if (path_exists(path)) return true;
  const std::string part = name_in(folder_of(path));
  return (part == "cur" || part == "new") && !renamed.find(path).empty();
}
bool is_moved(const FileMove& move, RenamedFiles& renamed) { return is_there(move.to, renamed); }

void recover(const Act& act) {
  if (act.ends_with(encode_fields({kEnded}))) return;
  for_each_mbox(act, [&](std::uint64_t number, const std::string& path) {
    roll_back_mbox(act, number, path);
    roll_back_undo(act, number, path);
    return true;
  });
  roll_back_files(act);
}

}  // namespace

Result<Acted> perform(const Act& act, const ActingOptions& options) {
  return Performance(act, options).run();
}

Result<Acted> take_back(const Act& act, const ActingOptions& options) {
  recover(act);
  // On a full disk it may not be noted: files are put back all the same.
  static_cast<void>(act.log(encode_fields({kTakenBack})).has_value());
  Acted acted;
  for_each_mbox(act, [&](std::uint64_t number, const std::string& path) {
    const auto done = undo_mbox(act, number, options.lock);
    if (!done) note(acted, done.error());
    if (!done) return true;
    acted.messages += done->messages;
    if (done->is_at_end)
      note(acted, {ErrorCode::data,
                   path + ": changed by another program since: its messages are now the last",
                   {}});
    return true;
  });
  if (!read_imap_steps(act).empty()) {
    if (options.accounts == nullptr)
      return fail(ErrorCode::software, act.id() + ": no account to take it back on");
    const auto done = undo_imap(act, *options.accounts, acted.problems);
    if (!done) return done.failure();
    acted.messages += *done;
  }
  std::vector<std::string> problems;
  const auto files = undo_files(act, problems);
  if (!files) return files.failure();
  acted.messages += files->messages;
  acted.gone = files->gone;
  if (files->gone > 0)
    note(acted, {is_place_there(act) ? ErrorCode::data : ErrorCode::no_input,
                 fmt::format("{} {} no longer where it was put ({}): released, purged or deleted "
                             "since",
                             many(files->gone, "message"), files->gone == 1 ? "is" : "are",
                             files->first_gone),
                 {}});
  for (std::string& problem : problems) note(acted, {ErrorCode::no_input, std::move(problem), {}});
  const bool is_whole =
      std::all_of(acted.problems.begin(), acted.problems.end(),
                  [](const Error& error) { return error.code == ErrorCode::data; });
  if (is_whole)
    if (auto gone = act.forget(); !gone) return gone.failure();
  return acted;
}

std::vector<MboxRecord> rewritten_mboxes(const Act& act) {
  std::vector<MboxRecord> records;
  for_each_mbox(act, [&](std::uint64_t number, const std::string&) {
    if (auto record = read_mbox_record(act, number)) records.push_back(std::move(*record));
    return true;
  });
  return records;
}

Deeds deeds_of(const Act& act) {
  constexpr std::size_t kMostNamed = 10;
  Deeds deeds;
  const auto add = [&](const std::string& mailbox, std::uint64_t messages) {
    deeds.messages += messages;
    const auto& names = deeds.mailboxes;
    if (names.size() < kMostNamed && std::find(names.begin(), names.end(), mailbox) == names.end())
      deeds.mailboxes.push_back(mailbox);
  };
  for (const MboxRecord& record : rewritten_mboxes(act)) add(record.path, record.edits.size());
  for (const ImapStep& step : read_imap_steps(act))
    if (step.what != ImapStep::What::back) add(step.from, count_of(step));
  RenamedFiles renamed;
  for_each_move(act, [&](const FileMove& move) {
    if (is_moved(move, renamed)) add(folder_of(move.from), 1);
    return true;
  });
  return deeds;
}

bool has_effect(const Act& act) {
  bool has = false;
  for_each_mbox(act, [&](std::uint64_t number, const std::string&) {
    has = read_mbox_record(act, number).has_value();
    return !has;
  });
  // Of a step whose end is not known, something may be done.
  for (const ImapStep& step : read_imap_steps(act)) has = has || !step.uids.empty();
  if (has) return true;
  RenamedFiles renamed;
  for_each_move(act, [&](const FileMove& move) {
    has = is_moved(move, renamed);
    return !has;
  });
  return has;
}

bool has_way_back(const Act& act) {
  // A run that was killed may have left copies that nobody recorded.
  if (has_effect(act) || !act.ends_with(encode_fields({kEnded}))) return true;
  if (is_place_there(act)) return false;
  // With the disk that is missing what was moved is; what was not is where it was.
  bool has = false;
  RenamedFiles renamed;
  for_each_move(act, [&](const FileMove& move) {
    has = !is_there(move.from, renamed);
    return !has;
  });
  return has;
}

Result<void> recover_acts(const std::string& home) {
  const auto acts = Act::list(home);
  if (!acts) return acts.failure();
  for (const Act& act : *acts) recover(act);
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "acting/act_mbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "acting/quarantine.h"
#include "acting/quarantine_copy.h"
#include "base/digest.h"
#include "base/field_line.h"
#include "base/held_folder.h"
#include "base/open.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "policy/annotate.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;

// Gives what was kept, piece by piece, and lets go of what is behind.
class KeptPieces {
 public:
  explicit KeptPieces(const MappedFile& file) : file_(file) {}
  std::string_view next(std::uint64_t size) {
    if (at_ - released_ > kPiece) {
      file_.release_until(at_);
      released_ = at_;
    }
    const auto piece = file_.bytes().substr(std::min(at_, file_.bytes().size()), size);
    at_ += piece.size();
    return piece;
  }

 private:
  const MappedFile& file_;
  std::size_t at_ = 0;
  std::size_t released_ = 0;
};

class Rewriting {
 public:
  Rewriting(const Act& act, std::uint64_t number, MboxSwap& swap, const LockWish& wish)
      : act_(act), number_(number), swap_(swap), wish_(wish), copies_(act, number) {}

  Result<void> begin() {
    auto done = act_.log(encode_fields({"mbox", std::to_string(number_), swap_.path()}));
    if (done) done = swap_.begin(act_.aside(swap_.path()));
    if (done) done = open_kept();
    if (done && act_.deed() == Deed::quarantine) done = copies_.begin();
    return done;
  }

  Result<void> edit(const Planned& planned) {
    if (planned.offset < done_to_) return changed();
    auto bytes = swap_.read(planned.offset, static_cast<std::size_t>(planned.size));
    if (!bytes) return bytes.failure();
    const bool is_same = bytes->size() == planned.size && digest(*bytes) == planned.digest;
    if (!is_same || !is_whole(planned.offset + planned.size)) return changed();
    if (auto done = swap_.copy(done_to_, planned.offset); !done) return done;
    done_to_ = planned.offset + planned.size;
    if (auto done = kept_->add(*bytes); !done) return done;
    const std::string block = with_line_ends_of(*bytes, planned.block);
    MboxEdit edit{planned.offset, planned.size, 0};
    if (act_.deed() == Deed::tag) {
      const std::string tagged = join(annotated_pieces(*bytes, block));
      edit.now = tagged.size();
      if (auto done = swap_.write(tagged); !done) return done;
    } else if (act_.deed() == Deed::quarantine) {
      if (auto done = copies_.add(*bytes, block); !done) return done;
    }
    edits_.push_back(edit);
    if (wish_.has_done) wish_.has_done(planned.size);
    return {};
  }

  // All is on the disk but the rename.
  Result<void> complete() {
    auto done = swap_.copy(done_to_, swap_.size());
    if (done) done = kept_->sync();
    if (done && act_.deed() == Deed::quarantine) done = copies_.complete();
    if (done) done = swap_.complete();
    if (done) done = act_.write(act_.file("mbox", number_) + ".tsv", record());
    return done;
  }

  std::uint64_t count() const { return edits_.size(); }

 private:
  Result<void> open_kept() {
    auto file = FileWriter::open(act_.file("kept", number_));
    if (!file) return file.failure();
    kept_.emplace(std::move(*file));
    return {};
  }

  // Behind a message the next one stands, or nothing: else it was still being written.
  bool is_whole(std::uint64_t end) const {
    if (end == swap_.size()) return true;
    const auto text = swap_.read(end - 1, 6);
    return text && text->size() == 6 && is_line_end(text->front()) && text->substr(1) == "From ";
  }

  Unexpected changed() const {
    return fail(ErrorCode::temp_fail,
                swap_.path() + ": changed by another program since it was read; left alone",
                "scan it again");
  }

  std::string record() const {
    std::string text = encode_fields({"mbox", swap_.path(), std::to_string(swap_.size()),
                                      std::to_string(swap_.written()), swap_.written_hash()});
    for (const MboxEdit& edit : edits_)
      text += encode_fields({"edit", std::to_string(edit.offset), std::to_string(edit.size),
                             std::to_string(edit.now)});
    return text;
  }

  const Act& act_;
  std::uint64_t number_;
  MboxSwap& swap_;
  const LockWish& wish_;
  std::optional<FileWriter> kept_;  // what is taken out
  QuarantineCopies copies_;
  std::uint64_t done_to_ = 0;
  std::vector<MboxEdit> edits_;
};

Result<std::uint64_t> rewrite(const Act& act, std::uint64_t number, PlanReader& plan,
                              MboxSwap& swap, const LockWish& wish) {
  const std::string path = plan.peek()->path;
  Rewriting rewriting(act, number, swap, wish);
  auto done = rewriting.begin();
  for (; done && plan.peek() != nullptr && plan.peek()->path == path; plan.advance())
    done = rewriting.edit(*plan.peek());
  if (done) done = rewriting.complete();
  if (done) done = swap.replace();
  if (!done) return done.failure();
  return rewriting.count();
}

// Which of the messages that were taken out are back already, by their number: released.
std::set<std::size_t> released_of(const Act& act, std::uint64_t number, const MboxRecord& record) {
  std::set<std::size_t> numbers;
  if (act.deed() != Deed::quarantine) return numbers;
  const auto ids = released_from(act.quarantine());
  for (std::size_t i = 0; !ids.empty() && i < record.edits.size(); ++i)
    if (ids.count(act.name(number, i)) > 0) numbers.insert(i);
  return numbers;
}

// Behind all that stands there, in the order in which they stood.
Result<void> put_at_end(MboxSwap& swap, const MboxRecord& record, KeptPieces kept,
                        const std::set<std::size_t>& released) {
  if (auto done = swap.copy(0, swap.size()); !done) return done;
  for (std::size_t i = 0; i < record.edits.size(); ++i) {
    const std::string_view message = kept.next(record.edits[i].size);
    if (released.count(i) > 0) continue;
    if (auto done = swap.write(gap_before_from(swap.last_written())); !done) return done;
    if (auto done = swap.write(message); !done) return done;
  }
  return {};
}

Result<void> put_in_place(MboxSwap& swap, const MboxRecord& record, KeptPieces kept,
                          const std::set<std::size_t>& released) {
  std::uint64_t at = 0;     // in the present file
  std::uint64_t moved = 0;  // how much less stands there up to at, as compared with the old
  for (std::size_t i = 0; i < record.edits.size(); ++i) {
    const MboxEdit& edit = record.edits[i];
    const std::string_view message = kept.next(edit.size);
    if (auto done = swap.copy(at, edit.offset - moved); !done) return done;
    if (released.count(i) == 0)
      if (auto done = swap.write(message); !done) return done;
    at = edit.offset - moved + edit.now;
    moved += edit.size - edit.now;
  }
  if (auto done = swap.copy(at, record.new_size); !done) return done;
  const auto next = swap.read(record.new_size, 5);
  if (next && *next == "From ")
    if (auto done = swap.write(gap_before_from(swap.last_written())); !done) return done;
  return swap.copy(record.new_size, swap.size());
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// What stands aside of the mbox, in its folder.
class Aside {
 public:
  explicit Aside(const std::string& path) : at_(held_.place(path)) {}
  bool is_there() const { return !at_.empty() && path_exists(at_); }
  void remove() const {
    if (!at_.empty()) ::unlink(at_.c_str());
  }

 private:
  HeldFolders held_;
  std::string at_;
};

// An mbox that is gone begins anew.
Result<void> make_if_missing(const std::string& path) {
  HeldFolders held;
  const auto folder = held.hold(folder_of(path));
  if (!folder) return folder.failure();
  const AsOwner as_owner((*folder)->status());
  const auto file = open_file((*folder)->within(name_in(path)), O_WRONLY | O_CREAT);
  return file ? Result<void>() : held.readable(file.error());
}

}  // namespace

std::optional<MboxRecord> read_mbox_record(const Act& act, std::uint64_t number) {
  const auto text = read_file(act.file("mbox", number) + ".tsv");
  if (!text) return std::nullopt;
  MboxRecord record;
  for (const std::string_view line : split(*text, '\n')) {
    auto fields = decode_fields(line);
    if (fields.size() >= 5 && fields[0] == "mbox") {
      record.path = std::move(fields[1]);
      record.old_size = to_number(fields[2]);
      record.new_size = to_number(fields[3]);
      record.new_hash = std::move(fields[4]);
    }
    if (fields.size() >= 4 && fields[0] == "edit")
      record.edits.push_back({to_number(fields[1]), to_number(fields[2]), to_number(fields[3])});
  }
  return record;
}

Result<std::uint64_t> act_on_mbox(const Act& act, std::uint64_t number, PlanReader& plan,
                                  const LockWish& wish) {
  const std::string path = plan.peek()->path;
  auto swap = MboxSwap::lock(path, wish);
  Result<std::uint64_t> done(0);
  if (swap) {
    done = rewrite(act, number, plan, *swap, wish);
    const bool is_undone = !done && Aside(act.aside(swap->path())).is_there();
    if (is_undone) roll_back_mbox(act, number, swap->path());
  }
  while (plan.peek() != nullptr && plan.peek()->path == path) plan.advance();
  if (!swap) return swap.failure();
  return done;
}

void roll_back_mbox(const Act& act, std::uint64_t number, const std::string& path) {
  const std::string record = act.file("mbox", number) + ".tsv";
  const Aside aside(act.aside(path));
  if (is_there(record) && !aside.is_there()) return;  // done
  remove_quarantine_copies(act, number);
  ::unlink(record.c_str());
  ::unlink(act.file("kept", number).c_str());
  aside.remove();
}

void roll_back_undo(const Act& act, std::uint64_t number, const std::string& path) {
  const std::string mark = act.file("undone", number);
  const Aside aside(aside_of(path, "undo-" + act.id()));
  if (aside.is_there()) {
    // In this order, on the disk too: a mark without aside says that it was done.
    ::unlink(mark.c_str());
    if (sync_folder(act.folder())) aside.remove();
  } else if (is_there(mark)) {
    remove_quarantine_copies(act, number);
  }
}

Result<MboxUndone> undo_mbox(const Act& act, std::uint64_t number, const LockWish& wish) {
  const auto record = read_mbox_record(act, number);
  if (!record) return MboxUndone{};
  const std::string mark = act.file("undone", number);
  const std::string aside_path = aside_of(record->path, "undo-" + act.id());
  const Aside aside(aside_path);
  // The mark is made before the rename, which takes aside away.
  if (is_there(mark) && !aside.is_there()) {
    remove_quarantine_copies(act, number);
    return MboxUndone{};
  }
  aside.remove();
  const auto kept = MappedFile::open(act.file("kept", number));
  if (!kept) return kept.failure();
  if (auto made = make_if_missing(record->path); !made) return made.failure();
  auto swap = MboxSwap::lock(record->path, wish);
  if (!swap) return swap.failure();
  const auto hash = swap->hash(record->new_size);
  if (!hash) return hash.failure();
  const bool is_in_place = *hash == record->new_hash;
  if (!is_in_place && act.deed() == Deed::tag)
    return fail(ErrorCode::data,
                record->path + ": changed by another program since; it stays tagged",
                "unsent filter takes our fields out of a message");
  const auto released = released_of(act, number, *record);
  auto done = swap->begin(aside_path);
  if (done)
    done = is_in_place ? put_in_place(*swap, *record, KeptPieces(*kept), released)
                       : put_at_end(*swap, *record, KeptPieces(*kept), released);
  if (done) done = swap->complete();
  if (done) done = act.write(mark, "");
  if (done) done = swap->replace();
  if (!done) return done.failure();
  remove_quarantine_copies(act, number);
  return MboxUndone{record->edits.size() - released.size(), !is_in_place};
}

}  // namespace unsent

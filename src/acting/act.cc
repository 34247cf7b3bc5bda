// SPDX-License-Identifier: MIT
#include "acting/act.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "base/field_line.h"
#include "base/held_folder.h"
#include "base/open.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "store/maildir_store.h"
#include "store/mbox_swap.h"

namespace unsent {
namespace {

// "20261125-131502" of the time.
std::string id_of(Time time) {
  std::string id;
  for (const char c : format_rfc3339(time).substr(0, 19))
    if (is_digit(c)) id += c;
  return id.substr(0, 8) + '-' + id.substr(8);
}

// Ids are made here; a stranger's must not lead out of the folder.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() < 40 &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_digit(c) || c == '-'; });
}

std::optional<Deed> parse_deed(std::string_view name) {
  for (const Deed deed : {Deed::quarantine, Deed::tag, Deed::remove})
    if (name_of(deed) == name) return deed;
  return std::nullopt;
}

std::optional<Planned> parse_planned(std::string_view line) {
  auto fields = decode_fields(line);
  if (fields.size() < 6) return std::nullopt;
  Planned planned;
  for (const MailboxKind kind :
       {MailboxKind::mbox, MailboxKind::maildir, MailboxKind::mh, MailboxKind::imap})
    if (name_of(kind) == fields[0]) planned.kind = kind;
  planned.offset = to_number(fields[1]);
  planned.size = to_number(fields[2]);
  planned.digest = std::move(fields[3]);
  planned.block = std::move(fields[4]);
  planned.path = std::move(fields[5]);
  if (fields.size() >= 8) planned.device = to_number(fields[6]);
  if (fields.size() >= 8) planned.inode = to_number(fields[7]);
  return planned;
}

// None, where there is no such file of the record.
FileLines lines_of(const Act& act, const std::string& name) {
  auto file = open_file(act.folder() + '/' + name, O_RDONLY | O_NOFOLLOW);
  return FileLines(file ? std::move(*file) : FileDescriptor());
}

// Records that were not yet begun, or no longer whole, when their process was killed.
void sweep(const std::string& home) {
  std::error_code none;
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator(home, none))
    if (is_id(entry.path().filename().string()) &&
        ::access((entry.path() / "act.tsv").c_str(), F_OK) != 0 && errno == ENOENT)
      left.push_back(entry.path());
  for (const auto& folder : left) std::filesystem::remove_all(folder, none);
}

}  // namespace

std::string_view name_of(Deed deed) {
  switch (deed) {
    case Deed::quarantine:
      return "quarantine";
    case Deed::tag:
      return "tag";
    case Deed::remove:
      return "delete";
  }
  return {};
}

Result<Act> Act::create(const std::string& home, Deed deed, const std::string& quarantine,
                        Time now) {
  if (auto made = make_folders(home); !made) return made.failure();
  Act act;
  act.deed_ = deed;
  if (!quarantine.empty()) {
    auto trusted = trusted_path(quarantine);
    if (!trusted) return trusted.failure();
    act.quarantine_ = std::move(*trusted);
  }
  act.since_ = now;
  const std::string id = id_of(now);
  for (int i = 1;; ++i) {
    act.id_ = i == 1 ? id : fmt::format("{}-{}", id, i);
    act.folder_ = home + '/' + act.id_;
    if (::mkdir(act.folder_.c_str(), 0700) == 0) break;
    if (errno != EEXIST || i == 1000) return os_failure(act.folder_, errno);
  }
  const std::string text =
      encode_fields({name_of(deed), quarantine, std::to_string(now.time_since_epoch().count())});
  if (auto done = act.write(act.folder_ + "/act.tsv", text); !done) return done.failure();
  if (auto done = sync_folder(home); !done) return done.failure();
  auto plan = FileWriter::open(act.folder_ + "/plan.tsv");
  if (!plan) return plan.failure();
  act.plan_.emplace(std::move(*plan));
  return act;
}

Result<Act> Act::open(const std::string& home, const std::string& id) {
  Act act;
  act.id_ = id;
  act.folder_ = home + '/' + id;
  if (!is_id(id) || ::access((act.folder_ + "/act.tsv").c_str(), F_OK) != 0)
    return fail(ErrorCode::no_input, id + ": there is no such act to take back",
                "see unsent scan --acts");
  const auto text = read_file(act.folder_ + "/act.tsv");
  if (!text) return text.failure();
  const auto fields = decode_fields(trim(*text));
  const auto deed = fields.size() < 3 ? std::nullopt : parse_deed(fields[0]);
  if (!deed) return fail(ErrorCode::data, act.folder_ + "/act.tsv: damaged");
  act.deed_ = *deed;
  act.quarantine_ = fields[1];
  act.since_ = Time(seconds(static_cast<std::int64_t>(to_number(fields[2]))));
  return act;
}

Result<std::vector<Act>> Act::list(const std::string& home) {
  std::vector<Act> acts;
  std::error_code none;  // a folder that is not there holds nothing
  for (const auto& entry : std::filesystem::directory_iterator(home, none))
    if (auto act = open(home, entry.path().filename().string())) acts.push_back(std::move(*act));
  std::sort(acts.begin(), acts.end(), [](const Act& a, const Act& b) {
    if (a.since_ != b.since_) return a.since_ < b.since_;
    return a.id_.size() != b.id_.size() ? a.id_.size() < b.id_.size() : a.id_ < b.id_;
  });
  return acts;
}

std::string Act::file(std::string_view name, std::uint64_t number) const {
  return fmt::format("{}/{}-{}", folder_, name, number);
}

std::string Act::aside(const std::string& path) const { return aside_of(path, id_); }

std::string Act::name(std::uint64_t group, std::uint64_t number) const {
  return fmt::format("{}.M{:06}U{}_{}.{}", since_.time_since_epoch().count(), number, group, id_,
                     maildir_host());
}

bool Act::is_name_of(std::uint64_t group, std::string_view name) const {
  return name.find(fmt::format("U{}_{}.", group, id_)) != name.npos;
}

Result<void> Act::plan(const Planned& message) {
  return plan_->add(
      encode_fields({name_of(message.kind), std::to_string(message.offset),
                     std::to_string(message.size), message.digest, message.block, message.path,
                     std::to_string(message.device), std::to_string(message.inode)}));
}

Result<void> Act::end_plan() {
  const auto done = plan_->sync();
  return done ? sync_folder(folder_) : done;
}

Result<void> Act::log(const std::string& lines) const {
  const std::string path = folder_ + "/log.tsv";
  const bool is_new = ::access(path.c_str(), F_OK) != 0;
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (!file) return file.failure();
  // Behind a line that a kill cut short a new one begins.
  if (auto done = write_all(file->get(), '\n' + lines, path); !done) return done;
  if (auto done = sync_file(file->get(), path); !done) return done;
  return is_new ? sync_folder(folder_) : Result<void>();
}

bool Act::ends_with(const std::string& line) const {
  const auto file = open_file(folder_ + "/log.tsv", O_RDONLY | O_NOFOLLOW);
  if (!file) return false;
  const off_t start = ::lseek(file->get(), -static_cast<off_t>(line.size()), SEEK_END);
  const auto last = start < 0 ? Result<std::string>("") : read_all(file->get(), folder_);
  return last && *last == line;
}

Result<void> Act::write(const std::string& path, std::string_view text) const {
  return replace_file(path, text);
}

// act.tsv first: without it the rest is no record any more.
Result<void> Act::forget() const {
  if (::unlink((folder_ + "/act.tsv").c_str()) != 0 && errno != ENOENT)
    return os_failure(folder_, errno);
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  return error ? os_failure(folder_, error.value()) : Result<void>();
}

LogReader::LogReader(const Act& act) : file_(lines_of(act, "log.tsv")) {}

const std::vector<std::string>* LogReader::next() {
  while (file_.next(line_)) {
    fields_ = decode_fields(line_);
    if (!fields_.empty()) return &fields_;
  }
  return nullptr;
}

PlanReader::PlanReader(const Act& act) : file_(lines_of(act, "plan.tsv")) { advance(); }

void PlanReader::advance() {
  std::string line;
  next_.reset();
  while (!next_ && file_.next(line)) next_ = parse_planned(line);
}

Result<FileDescriptor> lock_acts(const std::string& home) {
  if (auto made = make_folders(home); !made) return made.failure();
  const std::string path = home + "/lock";
  auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!file) return file.failure();
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) {
    sweep(home);
    return file;
  }
  return fail(ErrorCode::temp_fail, "another unsent is changing mailboxes",
              "try again when it has finished");
}

}  // namespace unsent

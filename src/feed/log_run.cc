// SPDX-License-Identifier: MIT
// Logs grow, are renamed, copied and compressed between one run and the next: a log is
// known by its first line, and the place in it by the last line that was read.
#include "feed/log_run.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "ledger/rows.h"
#include "mailbox/place.h"
#include "setup/output.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLinesUnasked = 1000;
constexpr std::size_t kBeginning = 4096;
constexpr std::size_t kTail = 300;  // of the last line, to see it again
constexpr seconds kSaveEvery{5};
// Ends the state of a log of which no line was understood yet.
constexpr std::string_view kStrange = "strange\n";
constexpr seconds kLeastSilence{60};
constexpr seconds kMostSilence{6 * 3600};
constexpr std::size_t kMostStrange = 20;  // lines that are not understood, with none that is

// "mail.log.1", "mail.log.2.gz", "mail.log-20261122": the rest behind "mail.log".
bool is_rotated_suffix(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix.front() != '.' && suffix.front() != '-')) return false;
  if (ends_with_ignoring_case(suffix, ".gz")) suffix.remove_suffix(3);
  const std::string_view number = suffix.substr(std::min<std::size_t>(1, suffix.size()));
  return !number.empty() && number.size() <= 16 &&
         std::all_of(number.begin(), number.end(), [](char c) { return is_digit(c) || c == '-'; });
}

bool is_marked_strange(std::string_view state) {
  return state.size() >= kStrange.size() &&
         state.substr(state.size() - kStrange.size()) == kStrange;
}

// "/var/log/mail.log" of "/var/log/mail.log.2.gz".
std::string log_of(const std::string& path) {
  for (std::size_t at = path.find_first_of(".-", path.rfind('/') + 1); at != path.npos;
       at = path.find_first_of(".-", at + 1))
    if (is_rotated_suffix(std::string_view(path).substr(at))) return path.substr(0, at);
  return path;
}

std::optional<Time> first_stamp_in(std::string_view beginning, Time written) {
  LogLines lines(written);
  while (!beginning.empty())
    if (const auto line = lines.parse(take_line(beginning))) return line->at;
  return std::nullopt;
}

using FileByTime = std::pair<fs::file_time_type, std::string>;

void find_copies(const fs::path& path, std::vector<FileByTime>& found) {
  const std::string name = path.filename().string();
  const fs::path folder = path.parent_path();
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(folder.empty() ? "." : folder, ignored)) {
    const std::string other = file.path().filename().string();
    if (other.size() <= name.size() || other.compare(0, name.size(), name) != 0) continue;
    if (!is_rotated_suffix(std::string_view(other).substr(name.size()))) continue;
    if (!file.is_regular_file(ignored)) continue;
    found.emplace_back(file.last_write_time(ignored), (folder / other).string());
  }
}

// Oldest first, by when they were last written. Of a link also those beside the log itself.
std::vector<std::string> rotated_copies(const std::string& path) {
  std::vector<FileByTime> found;
  find_copies(path, found);
  std::error_code ignored;
  if (fs::is_symlink(path, ignored))
    if (const fs::path log = fs::canonical(path, ignored); !log.empty()) find_copies(log, found);
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  for (auto& each : found) paths.push_back(std::move(each.second));
  return paths;
}

// By the hashes of the first line and of the last.
Place place_of(std::uint64_t last, std::uint64_t next, std::int64_t first_line,
               std::int64_t last_line) {
  return {last, next, std::to_string(first_line), std::to_string(last_line)};
}

}  // namespace

std::string log_name(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

Time written_at(const std::string& path, Time now) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0) return now;
  const Time written{seconds(status.st_mtime)};
  return is_plausible(written, now) ? written : now;
}

LogRun::LogRun(LineSource source, std::string name, const LogPolicy& policy, Time written,
               Import& import)
    : source_(std::move(source)),
      feed_(policy, written),
      import_(&import),
      written_(written),
      policy_(policy.hash()) {
  place_.path = std::move(name);
}

Result<bool> LogRun::resume(const Feed& feed) {
  const auto there = source_.seek(feed.last_start);
  if (!there) return there.failure();
  if (*there) {
    SourceLine line;
    const auto more = source_.next(line);
    if (!more) return more.failure();
    const Place known = place_of(feed.last_start, feed.next_start, feed.first_line, feed.last_line);
    if (*more && place_of(line.start, line.end, feed.first_line, hash_of_id(line.text)) == known) {
      last_text_ = line.text;
      return true;
    }
  }
  const auto back = source_.seek(0);
  if (!back) return back.failure();
  return false;
}

Result<std::optional<Feed>> LogRun::find_place(std::int64_t first_line) {
  auto all = import_->ledger().find_feeds(first_line, place_.path);
  if (!all) return all.failure();
  for (Feed& feed : *all) {
    const auto resumed = resume(feed);
    if (!resumed) return resumed.failure();
    if (*resumed) return std::optional(std::move(feed));
  }
  return std::optional<Feed>();
}

void LogRun::go_on(Feed known) {
  is_resumed_ = true;
  has_understood_ = !is_marked_strange(known.state);
  import_->read_so_far().saw_known_place(has_understood_);
  resumed_at_ = known.last_read;
  resumed_path_ = known.path;
  feed_.recall(last_text_);
  first_stamp_.reset();
  known.path = std::move(place_.path);
  place_ = std::move(known);
}

// The state begins with it. What no line of the log shows to be sent by us today may be shown by
// the same line once another client is trusted: a place is one of the present set alone.
std::string LogRun::policy_line() const { return fmt::format("policy {:016x}\n", policy_); }

Result<bool> LogRun::begin() {
  const auto beginning = source_.peek(kBeginning);
  if (!beginning) return beginning.failure();
  const std::string_view first = beginning->substr(0, beginning->find('\n'));
  if (first.size() == beginning->size() && first.size() < kBeginning) return false;
  first_stamp_ = first_stamp_in(*beginning, written_);
  const std::int64_t first_line = hash_of_id(first);
  auto known = find_place(first_line);
  if (!known) return known.failure();
  has_known_place_ = known->has_value();
  const bool is_as_now = *known && (*known)->state.starts_with(policy_line());
  if (is_as_now && !import_->is_again()) {
    go_on(std::move(**known));
  } else if (has_known_place_) {
    last_text_.clear();
    if (const auto back = source_.seek(0); !back) return back.failure();
  }
  if (first_stamp_) import_->read_so_far().saw_log_begin(*first_stamp_);
  place_.first_line = first_line;
  return is_begun_ = true;
}

void LogRun::restore(const LeftOpen& left) {
  feed_.messages().restore(place_.state);
  if (!is_resumed_ || left.is_new) feed_.messages().restore(left.state);
  place_.state.clear();
}

Result<bool> LogRun::read(const StopAsked& must_stop) {
  const Import::AlsoSave saved(*import_, [this] { return save(); });
  std::size_t count = 0;
  for (SourceLine line;;) {
    if (++count % kLinesUnasked == 0 && must_stop && must_stop()) return false;
    const auto more = source_.next(line);
    if (!more) return more.failure();
    if (!*more || line.is_torn) return true;  // the rest of it is still to be written
    see(line.is_cut ? LineKind::unknown : feed_.read(line.text));
    place_.last_start = line.start;
    place_.next_start = line.end;
    last_text_ = line.text;
    has_unsaved_ = has_read_ = true;
    auto entries = feed_.take();
    if (entries.empty()) continue;
    if (auto added = add_all(std::move(entries)); !added) return added.failure();
    if (auto ended = import_->end_of_piece(); !ended) return ended.failure();
  }
}

// A log found again goes on where a gap begins. Between its last line and the next log's first
// there is a silence as there are others in it; a longer one may be another log that is missing.
Result<void> LogRun::fill_gaps() {
  const auto from = is_resumed_ ? resumed_at_ : first_stamp_;
  const auto last = feed_.last_understood();
  if (!has_read_ || lost_since_ || !from || !last) return {};
  const seconds silence = std::clamp(feed_.longest_silence(), kLeastSilence, kMostSilence);
  return import_->fill_gap(is_resumed_ ? resumed_path_ : log_of(place_.path), *from,
                           *last + silence);
}

// Lines of other programs, and a few of several lines each, are in every log.
void LogRun::see(LineKind kind) {
  if (kind == LineKind::foreign) return;
  if (kind == LineKind::server) {
    import_->read_so_far().saw_server_line();
    has_understood_ = true;
    if (lost_since_) found_again_ = feed_.last_understood();
    strange_ = 0;
    return;
  }
  if (++strange_ < kMostStrange || lost_since_) return;
  lost_since_ = feed_.last_understood();
  if (!lost_since_) lost_since_ = resumed_at_.value_or(written_);
}

// What stands in lines that are not understood may be mail that was sent.
Result<void> LogRun::note_strange() {
  if (!lost_since_) return {};
  const Time until = found_again_.value_or(import_->now());
  if (!is_strangeness_said_)
    warn(
        fmt::format("{}: its lines have not been understood since {}: nothing is known to be "
                    "complete from then on",
                    place_.path, format_rfc3339(*lost_since_)));
  is_strangeness_said_ = true;
  auto noted = import_->widen_gap(place_.path, *lost_since_, until);
  if (found_again_) {
    lost_since_.reset();
    found_again_.reset();
  }
  return noted;
}

Result<void> LogRun::add_all(std::vector<Entry> entries) {
  const bool is_growing = source_.descriptor() >= 0;
  for (Entry& entry : entries) {
    import_->mend_time(entry, is_growing ? import_->now() : written_);
    auto added = import_->add(entry, "log", [&] {
      return fmt::format("{}: byte {}", source_.path(), place_.last_start);
    });
    if (!added) return added;
  }
  return {};
}

// The state may be large: what is read again after a kill is recorded once all the same.
bool LogRun::is_save_due() const {
  if (!is_begun_ || place_.next_start == 0) return false;
  const bool is_growing = source_.descriptor() >= 0;
  return is_confirmed_ ||
         (has_unsaved_ && (!is_growing || import_->now() - place_.last_read >= kSaveEvery));
}

Result<void> LogRun::commit() {
  const Import::AlsoSave saved(*import_, [this] { return save(); });
  if (auto added = add_all(feed_.take(true)); !added) return added;
  if (auto noted = is_save_due() ? note_strange() : Result<void>(); !noted) return noted;
  return import_->has_pending() || is_save_due() ? import_->commit() : Result<void>();
}

Result<void> LogRun::save() {
  if (!is_save_due()) return {};
  place_.last_read = import_->now();
  place_.last_line = hash_of_id(last_text_);
  place_.state = policy_line() + feed_.messages().state();
  if (!has_understood_) place_.state += kStrange;
  auto saved = import_->save_feed(place_);
  place_.state.clear();
  if (saved) has_unsaved_ = is_confirmed_ = false;
  return saved;
}

bool LogRun::is_as_read() const {
  const std::string_view last = std::string_view(last_text_).substr(0, kTail);
  std::string there(last.size(), '\0');
  const ssize_t count = ::pread(source_.descriptor(), there.data(), there.size(),
                                static_cast<off_t>(place_.last_start));
  return count >= 0 && static_cast<std::size_t>(count) == there.size() && there == last;
}

Result<LogRuns> open_copies(const std::string& path, const LogPolicy& policy, Import& import) {
  LogRuns runs;
  for (const std::string& copy : rotated_copies(path)) {
    auto source = LineSource::open(copy, kMaxEntryLine);
    if (!source) {
      import.refuse(source.error().message);
      continue;
    }
    auto run = std::make_unique<LogRun>(std::move(*source), log_name(copy), policy,
                                        written_at(copy, import.now()), import);
    const auto begun = run->begin();
    if (begun)
      runs.push_back(std::move(run));
    else if (begun.error().code == ErrorCode::temp_fail)
      return begun.failure();
    else
      import.refuse(begun.error().message);
  }
  return runs;
}

Result<LeftOpen> read_copies(const LogRuns& runs, Import& import, const StopAsked& must_stop) {
  LeftOpen left;
  for (const auto& run : runs) {
    run->restore(left);
    const auto read = run->read(must_stop);
    if (!read && read.error().code == ErrorCode::temp_fail) return read.failure();
    const auto filled = read && *read ? run->fill_gaps() : Result<void>();
    if (!filled) return filled.failure();
    const auto committed = run->commit();  // what stands before a damage was read
    if (!committed) return committed.failure();
    if (!read) import.refuse(read.error().message);
    left = run->left_open();
    if (read && !*read) break;
  }
  return left;
}

Result<void> note_lost_place(const std::string& path, const std::vector<const LogRun*>& files,
                             Import& import) {
  const auto last = import.ledger().last_feed_of(log_name(path));
  if (!last) return last.failure();
  if (!*last) return {};
  std::optional<Time> first;
  for (const LogRun* file : files) {
    if (file->has_known_place() && file->first_line() == (*last)->first_line) return {};
    if (!first) first = file->first_stamp();
  }
  return import.note_gap(log_name(path), (*last)->last_read, first.value_or(import.now()));
}

}  // namespace unsent

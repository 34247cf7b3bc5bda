// SPDX-License-Identifier: MIT
// Logs grow, are renamed, copied and compressed between one run and the next: a log is
// known by its first line, and the place in it by the last line that was read.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "app/import.h"
#include "app/output.h"
#include "base/text.h"
#include "feed/log_feed.h"
#include "ledger/rows.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

// "mail.log.1", "mail.log.2.gz", "mail.log-20261122": the rest behind "mail.log".
bool is_rotated_suffix(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix.front() != '.' && suffix.front() != '-')) return false;
  if (ends_with_ignoring_case(suffix, ".gz")) suffix.remove_suffix(3);
  const std::string_view number = suffix.substr(std::min<std::size_t>(1, suffix.size()));
  return !number.empty() && number.size() <= 16 &&
         std::all_of(number.begin(), number.end(), [](char c) { return is_digit(c) || c == '-'; });
}

// Oldest first, by when they were last written.
std::vector<std::string> rotated_copies(const std::string& path) {
  std::vector<std::pair<fs::file_time_type, std::string>> found;
  const std::string name = fs::path(path).filename().string();
  const fs::path folder = fs::path(path).parent_path();
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(folder.empty() ? "." : folder, ignored)) {
    const std::string other = file.path().filename().string();
    if (other.size() <= name.size() || other.compare(0, name.size(), name) != 0) continue;
    if (!is_rotated_suffix(std::string_view(other).substr(name.size()))) continue;
    if (!file.is_regular_file(ignored)) continue;
    found.emplace_back(file.last_write_time(ignored), (folder / other).string());
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  for (auto& each : found) paths.push_back(std::move(each.second));
  return paths;
}

Time written_at(const std::string& path, Time now) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0) return now;
  const Time written{seconds(status.st_mtime)};
  return is_plausible(written, now) ? written : now;
}

// Where the last run ended, if this is the log that it read; the log stands there then,
// else at its start.
Result<bool> resume(LineSource& source, const SqliteLedger::Feed& feed) {
  const auto there = source.seek(feed.last_start);
  if (!there) return there.failure();
  if (*there) {
    SourceLine line;
    const auto more = source.next(line);
    if (!more) return more.failure();
    if (*more && line.end == feed.next_start && hash_of_id(line.text) == feed.last_line)
      return true;
  }
  const auto back = source.seek(0);
  if (!back) return back.failure();
  return false;
}

void advise(const std::string& name, const LogMessages& messages) {
  if (messages.given_out() > 0 || messages.strangers().empty()) return;
  const auto& strangers = messages.strangers();
  const auto most = std::max_element(strangers.begin(), strangers.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  if (most->second * 2 < messages.passed_over()) return;  // strangers indeed
  complain(fmt::format(
      "{}: nothing in it shows that we sent it; {} of {} messages came from {}: if that is one of "
      "your own machines, say --trust {}, or name your domains with --domain",
      name, most->second, messages.passed_over(), most->first, most->first));
}

class LogRun {
 public:
  LogRun(LineSource& source, const LogPolicy& policy, Time written, Import& import)
      : source_(source), feed_(policy, written), import_(import) {}

  // state: what the log before this one left open; then what this one leaves.
  Result<void> run(bool is_file, std::string& state) {
    place_.state = state;
    if (is_file) {
      if (auto begun = find_place(); !begun) return begun;
      import_.also_save([this] { return save(); });
    }
    feed_.messages().restore(place_.state);
    auto done = read_lines();
    if (done) done = add(feed_.take(true));
    // What stands before a damage was read.
    const auto committed = import_.commit();
    import_.also_save({});
    if (!committed) return committed;
    state = place_.state;
    if (done) advise(source_.path(), feed_.messages());
    return done;
  }

 private:
  Result<void> find_place() {
    const auto beginning = source_.peek(4096);
    if (!beginning) return beginning.failure();
    const std::string_view first = beginning->substr(0, beginning->find('\n'));
    if (first.size() == beginning->size() && first.size() < 4096) return {};  // not whole yet
    place_.first_line = hash_of_id(first);
    place_.path = source_.path();
    const auto known = import_.ledger().find_feed(place_.first_line);
    if (!known) return known.failure();
    if (!*known) return {};
    const auto resumed = resume(source_, **known);
    if (!resumed) return resumed.failure();
    if (!*resumed) return {};
    place_ = **known;
    place_.path = source_.path();
    return {};
  }

  Result<void> read_lines() {
    for (SourceLine line;;) {
      const auto more = source_.next(line);
      if (!more) return more.failure();
      if (!*more || line.is_torn) return {};  // the rest of it is still to be written
      if (!line.is_cut) feed_.read(line.text);
      place_.last_start = line.start;
      place_.next_start = line.end;
      place_.last_line = hash_of_id(line.text);
      auto entries = feed_.take();
      if (entries.empty()) continue;
      if (auto added = add(entries); !added) return added;
      if (auto ended = import_.end_of_piece(); !ended) return ended;
    }
  }

  Result<void> add(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      auto added = import_.add(entry, "log", [&] {
        return fmt::format("{}: byte {}", source_.path(), place_.last_start);
      });
      if (!added) return added;
    }
    return {};
  }

  Result<void> save() {
    if (place_.first_line == 0 || place_.next_start == 0) return {};
    place_.last_read = import_.now();
    place_.state = feed_.messages().state();
    return import_.ledger().save_feed(place_);
  }

  LineSource& source_;
  LogFeed feed_;
  Import& import_;
  SqliteLedger::Feed place_;
};

Result<void> import_one(LineSource& source, const std::string& path, const LogPolicy& policy,
                        Import& import, std::string& state) {
  return LogRun(source, policy, written_at(path, import.now()), import).run(path != "-", state);
}

}  // namespace

Result<void> import_log(LineSource& source, const std::string& path, const LogPolicy& policy,
                        Import& import) {
  std::string state;
  if (path == "-") return import_one(source, path, policy, import, state);
  for (const std::string& copy : rotated_copies(path)) {
    auto rotated = LineSource::open(copy, kMaxEntryLine);
    const auto done = rotated ? import_one(*rotated, copy, policy, import, state)
                              : Result<void>(rotated.failure());
    if (!done) import.refuse(done.error().message);
  }
  return import_one(source, path, policy, import, state);
}

}  // namespace unsent

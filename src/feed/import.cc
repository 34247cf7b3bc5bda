// SPDX-License-Identifier: MIT
#include "feed/import.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/text.h"
#include "setup/output.h"

namespace unsent {
namespace {

constexpr std::size_t kMostComplaints = 5;

// "1795428000123456.4711": the first part.
std::uint64_t number_of_moment(const std::string& name) {
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

}  // namespace

Result<void> Import::begin() {
  if (batch_) return {};
  auto begun = ledger_.begin();
  if (!begun) return begun.failure();
  batch_.emplace(std::move(*begun));
  begun_ = Clock::now();
  return {};
}

Result<void> Import::add(const Entry& entry, const std::string& source,
                         const std::function<std::string()>& place) {
  if (!entry.is_usable()) {
    refuse(place() + ": neither a Message-ID nor From and Date: nothing to match");
    return {};
  }
  if (auto begun = begin(); !begun) return begun;
  read_so_far_.saw_message(entry);
  const auto recorded = ledger_.record(entry, source_name(source), now_);
  if (!recorded) return recorded.failure();
  if (*recorded && !record_.name.empty()) record_.count_names_of(entry);
  ++(*recorded ? counts_.added : counts_.known);
  ++pending_;
  return {};
}

void Import::make_undoable(std::vector<std::string> from) {
  const auto moment = std::chrono::system_clock::now().time_since_epoch();
  const auto count = std::chrono::duration_cast<std::chrono::microseconds>(moment).count();
  record_.name = fmt::format("{}.{}", count, ::getpid());
  record_.from = std::move(from);
}

std::string Import::source_name(const std::string& source) const {
  return record_.name.empty() ? source : source + ' ' + record_.name;
}

void Import::pass_over(std::uint64_t count) {
  counts_.known += count;
  if (count > 0) read_so_far_.saw_known_place(true);
}

Result<void> Import::save_record() {
  if (record_.name.empty() || (counts_.added == 0 && record_.scopes.empty())) return {};
  Feed feed;
  feed.first_line = key_of_record(record_.name);
  feed.path = kImportRecords;
  feed.last_start = number_of_moment(record_.name);
  feed.last_read = now_;
  feed.state = record_.text();
  return ledger_.save_feed(feed);
}

Result<void> Import::note_promises(const std::vector<std::string>& scopes) {
  record_.scopes = scopes;
  if (auto begun = begin(); !begun) return begun;
  return commit();
}

void Import::mend_time(Entry& entry, Time written) const {
  constexpr seconds kDay{86400};
  if (!entry.time() || is_plausible(*entry.time(), now_ + kDay)) return;
  entry.sent_at = is_plausible(written, now_) ? written : now_;
}

Result<void> Import::save_feed(const Feed& feed) {
  if (auto begun = begin(); !begun) return begun;
  record_.places.insert({feed.first_line, to_valid_utf8(feed.path)});
  return ledger_.save_feed(feed);
}

Result<void> Import::note_gap(const std::string& source, Time from, Time to) {
  if (to <= from) return {};
  complain(fmt::format("{}: not read from {} to {}: the place of the last run is gone", source,
                       format_rfc3339(from), format_rfc3339(to)));
  return widen_gap(source, from, to);
}

Result<void> Import::fill_gap(const std::string& source, Time from, Time to) {
  if (to <= from) return {};
  if (auto begun = begin(); !begun) return begun;
  return ledger_.fill_gap({source, from, to});
}

Result<void> Import::widen_gap(const std::string& source, Time from, Time to) {
  if (to <= from) return {};
  if (auto begun = begin(); !begun) return begun;
  return ledger_.record_gap({source, from, to});
}

void Import::refuse(const std::string& why) {
  if (++counts_.refused <= kMostComplaints) complain(why);
}

Result<void> Import::commit() {
  if (save_) {
    if (auto begun = begin(); !begun) return begun;
    if (auto saved = save_(); !saved) return saved;
  }
  if (!batch_) return {};
  if (auto saved = save_record(); !saved) return saved;
  auto committed = batch_->commit();
  batch_.reset();
  pending_ = 0;
  return committed;
}

Result<void> import_lines(LineSource& source, Import& import) {
  std::size_t number = 0;
  for (SourceLine line;;) {
    const auto more = source.next(line);
    if (!more) return more.failure();
    if (!*more) return {};
    ++number;
    const auto place = [&] { return fmt::format("{}:{}", source.path(), number); };
    if (line.text.empty()) continue;
    if (line.is_cut) {
      import.refuse(place() + ": line of more than 4 MB");
      continue;
    }
    const auto entry = parse_entry(line.text);
    if (!entry) {
      import.refuse(place() + ": " + entry.error().message);
    } else if (auto added = import.add(*entry, "import", place); !added) {
      return added;
    }
    if (auto ended = import.end_of_piece(); !ended) return ended;
  }
}

}  // namespace unsent

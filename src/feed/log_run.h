// SPDX-License-Identifier: MIT
// One file of a log on its way into a ledger: what its lines tell, and the place in it,
// which goes to disk together with the messages.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/import.h"
#include "feed/log_feed.h"

namespace unsent {

using StopAsked = std::function<bool()>;

// What a log leaves open for the one behind it.
struct LeftOpen {
  std::string state;
  bool is_new = false;  // it was read further just now
};

class LogRun {
 public:
  // name: what the log is called in the ledger; written: when the file was last.
  LogRun(LineSource source, std::string name, const LogPolicy& policy, Time written,
         Import& import);
  LogRun(const LogRun&) = delete;
  LogRun& operator=(const LogRun&) = delete;

  // Goes to where the last run ended, if the ledger knows this file, else to its start.
  // False while the first line is not whole: then no place in it can be kept.
  Result<bool> begin();
  // It stands where the last run ended.
  bool is_resumed() const { return is_resumed_; }
  // The last run ended in this file; where it was asked for, or other senders are trusted now,
  // it is read from its start all the same.
  bool has_known_place() const { return has_known_place_; }
  // Of its first lines; none where it was resumed.
  std::optional<Time> first_stamp() const { return first_stamp_; }
  // What the last run left open, and what the log before this one did.
  void restore(const LeftOpen& left);

  // All that is there now; false if must_stop, which is asked now and then, said so before.
  Result<bool> read(const StopAsked& must_stop = {});
  // To disk: also the messages that are not done, as far as they are known. Those come
  // again when they are. Of a growing log the place goes along now and then only.
  Result<void> commit();
  // The next commit takes the place along, which was right until now.
  void confirm_place() { is_confirmed_ = place_.next_start > 0; }
  LeftOpen left_open() const { return {feed_.messages().state(), has_read_}; }

  bool has_read() const { return has_read_; }  // a line, now
  // A line of it, now or in an earlier run.
  bool has_understood() const { return has_understood_; }

  const LineSource& source() const { return source_; }
  const LogMessages& messages() const { return feed_.messages(); }
  std::int64_t first_line() const { return place_.first_line; }  // its hash
  // Is the line that was read last still where it was? (Of a growing file.)
  bool is_as_read() const;
  // After all of it was read: what the ledger says was not read of it, was.
  Result<void> fill_gaps();
  void rename(std::string name) { place_.path = std::move(name); }

 private:
  Result<bool> resume(const Feed& feed);
  Result<std::optional<Feed>> find_place(std::int64_t first_line);
  void go_on(Feed known);
  std::string policy_line() const;
  Result<void> add_all(std::vector<Entry> entries);
  void see(LineKind kind);
  Result<void> note_strange();
  bool is_save_due() const;
  Result<void> save();

  LineSource source_;
  LogFeed feed_;
  Import* import_;
  Feed place_;
  Time written_;
  std::uint64_t policy_;  // its hash
  std::optional<Time> first_stamp_;
  std::string last_text_;  // the last line
  bool has_understood_ = false;
  std::size_t strange_ = 0;         // lines since the last that was understood
  std::optional<Time> resumed_at_;  // when the last run was there
  std::string resumed_path_;        // and what the log was called then
  std::optional<Time> lost_since_;
  std::optional<Time> found_again_;
  bool is_strangeness_said_ = false;
  bool is_begun_ = false;
  bool is_resumed_ = false;
  bool has_known_place_ = false;
  bool has_read_ = false;
  bool has_unsaved_ = false;
  bool is_confirmed_ = false;
};

// "/var/log/mail.log" of "mail.log": by which the ledger knows a log.
std::string log_name(const std::string& path);
// When the file was last written, as far as that can be; else now.
Time written_at(const std::string& path, Time now);

// The rotated copies beside a log (".1", ".2.gz", "-20261122"), oldest first, begun. What
// cannot be read is refused.
using LogRuns = std::vector<std::unique_ptr<LogRun>>;
Result<LogRuns> open_copies(const std::string& path, const LogPolicy& policy, Import& import);
// Reads them, one after the other; what the last one left open. As for LogRun::read, but
// a damaged file is refused, and the next one is read.
Result<LeftOpen> read_copies(const LogRuns& runs, Import& import, const StopAsked& must_stop);

// To be asked before anything of a log is committed: if the ledger knows a place in it, and
// none of its files is read on from there, a gap in what is covered, up to the first line
// that is there (or until now), goes to disk with the next commit.
Result<void> note_lost_place(const std::string& path, const std::vector<const LogRun*>& files,
                             Import& import);

}  // namespace unsent

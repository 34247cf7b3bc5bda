// SPDX-License-Identifier: MIT
// Looks twice a second whether the logs have grown: that works wherever they lie (inotify
// tells nothing of other hosts' writing), and costs two system calls a look.
#include "feed/log_follower.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <set>

#include "feed/log_run.h"
#include "feed/pending.h"
#include "feed/promise.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr std::chrono::milliseconds kPause{500};
constexpr seconds kConfirmEvery{60};  // that the place is right
constexpr seconds kPromiseEvery{10};  // that all is complete until now
// A program that has the old file open goes on writing into it for a while.
constexpr seconds kOldIsRead{3600};
// What was logged so lately may still be on its way through the syslog.
constexpr seconds kLogDelay{5};

// One log: its file, and for some time the one that was renamed to make room for it.
class FollowedLog {
 public:
  FollowedLog(std::string path, const LogPolicy& policy, Import& import, const StopAsked& must_stop)
      : path_(std::move(path)), policy_(policy), import_(import), must_stop_(must_stop) {}

  // What is there now, to disk.
  Result<void> round() {
    auto ready = is_started_ ? check() : start();
    if (!ready) return ready;
    if (old_ && import_.now() - replaced_at_ > kOldIsRead) old_.reset();
    if (old_)
      if (auto read = read_to_disk(*old_); !read) return read;
    return current_ ? read_to_disk(*current_) : Result<void>();
  }

  // Where we are goes to disk, and is right until now.
  Result<void> confirm() {
    if (!current_) return {};
    current_->confirm_place();
    return current_->commit();
  }

  // At some time: what is not understood from then on is a gap.
  bool is_understood() const { return has_understood_ || (current_ && current_->has_understood()); }
  bool is_input() const { return path_ == "-"; }
  bool is_read() const { return is_read_; }  // all that was there at the last look
  bool has_ended() const { return is_input() && current_ && current_->source().has_ended(); }
  int descriptor() const { return current_ ? current_->source().descriptor() : -1; }

 private:
  // The rotated copies, and the log if it is there.
  Result<void> start() {
    is_started_ = true;
    if (is_input()) return open_current();
    auto copies = open_copies(path_, policy_, import_);
    if (!copies) return copies.failure();
    auto opened = open_file();
    if (!opened) return opened.failure();
    std::vector<const LogRun*> files;
    for (const auto& copy : *copies) files.push_back(copy.get());
    if (*opened) files.push_back(opened->get());
    if (auto noted = note_lost_place(path_, files, import_); !noted) return noted;
    auto left = read_copies(*copies, import_, must_stop_);
    if (!left) return left.failure();
    left_ = std::move(*left);
    for (const auto& copy : *copies) has_understood_ = has_understood_ || copy->has_understood();
    take(std::move(*opened));
    return {};
  }

  Result<void> check() {
    if (current_ && !is_input())
      if (auto checked = check_current(); !checked) return checked;
    return current_ ? Result<void>() : open_current();
  }

  Result<void> open_current() {
    auto opened = open_file();
    if (!opened) return opened.failure();
    take(std::move(*opened));
    return {};
  }

  void take(std::unique_ptr<LogRun> run) {
    current_ = std::move(run);
    has_been_read_ |= current_ != nullptr;
    if (current_) current_->restore(left_);
    size_ = -1;
  }

  // None while the file is missing, or has no whole line; or cannot be read yet, since who
  // makes a new one does so in several steps.
  Result<std::unique_ptr<LogRun>> open_file() {
    std::unique_ptr<LogRun> run;
    auto source = LineSource::open_growing(path_, kMaxEntryLine);
    if (!source) {
      // Nobody writes a log into what is no file: there is nothing to wait for.
      if (source.error().code == ErrorCode::data && !has_been_read_) return source.failure();
      if (source.error().message != problem_) complain(source.error().message + "; waiting for it");
      problem_ = source.error().message;
      return run;
    }
    problem_.clear();
    run = std::make_unique<LogRun>(std::move(*source), log_name(path_), policy_,
                                   written_at(path_, import_.now()), import_);
    if (is_input()) return run;
    const auto begun = run->begin();
    if (!begun) return begun.failure();
    if (!*begun) run.reset();
    return run;
  }

  Result<void> check_current() {
    struct stat here {};
    if (::fstat(current_->source().descriptor(), &here) != 0) return os_failure(path_, errno);
    const bool has_changed = here.st_size != size_ || here.st_mtime != changed_;
    size_ = here.st_size;
    changed_ = here.st_mtime;
    if (has_changed && !current_->is_as_read()) return start_again();
    struct stat there {};
    const bool is_there = ::stat(path_.c_str(), &there) == 0;
    if (!is_there || (here.st_dev == there.st_dev && here.st_ino == there.st_ino)) return {};
    return replace();
  }

  // Another file has taken the name. As long as it has no line, the old one is read on.
  Result<void> replace() {
    auto next = open_file();
    if (!next) return next.failure();
    if (!*next) return {};
    if (auto read = current_->read(must_stop_); !read) return read.failure();
    left_ = current_->left_open();
    current_->rename(log_name(path_) + " (renamed)");
    if (auto confirmed = confirm(); !confirmed) return confirmed;
    has_understood_ = is_understood();
    old_ = std::move(current_);
    replaced_at_ = import_.now();
    take(std::move(*next));
    return {};
  }

  // The file was emptied: a copy of it may have what had not been read.
  Result<void> start_again() {
    if (auto confirmed = confirm(); !confirmed) return confirmed;
    left_ = current_->left_open();
    const std::int64_t first_line = current_->first_line();
    current_.reset();
    const auto copies = open_copies(path_, policy_, import_);
    if (!copies) return copies.failure();
    const auto copy = std::find_if(copies->begin(), copies->end(), [&](const auto& run) {
      return run->is_resumed() && run->first_line() == first_line;
    });
    if (copy == copies->end())
      return import_.note_gap(log_name(path_), last_look_, import_.now() + seconds(1));
    (*copy)->restore(left_);
    if (auto read = (*copy)->read(must_stop_); !read) return read.failure();
    left_ = (*copy)->left_open();
    return (*copy)->commit();
  }

  Result<void> read_to_disk(LogRun& run) {
    const auto read = run.read(must_stop_);
    if (!read) return read.failure();
    if (&run == current_.get()) {
      is_read_ = *read;
      if (is_read_) last_look_ = import_.now();
    }
    return run.commit();
  }

  std::string path_;
  const LogPolicy& policy_;
  Import& import_;
  const StopAsked& must_stop_;
  bool is_started_ = false;
  bool is_read_ = false;
  bool has_understood_ = false;
  bool has_been_read_ = false;  // a log was there once
  LeftOpen left_;               // by the log before the next one
  std::string problem_;         // said already
  std::unique_ptr<LogRun> current_;
  std::unique_ptr<LogRun> old_;
  Time replaced_at_{};
  Time last_look_{};  // when all that was there had been read
  off_t size_ = -1;
  std::time_t changed_ = 0;
};

class Follower {
 public:
  Follower(const FollowOptions& options, const LogPolicy& policy, Import& import,
           StopSignals& signals)
      : ledger_(options.ledger), import_(import), signals_(signals) {
    import_.read_so_far().watch(options.scopes);
    for (const std::string& scope : options.scopes) promises_.emplace_back(scope, options.since);
    for (const std::string& path : options.paths)
      logs_.push_back(std::make_unique<FollowedLog>(path, policy, import, must_stop_));
  }

  Result<void> run() {
    for (;;) {
      import_.set_now(current_time());
      for (const auto& log : logs_)
        if (auto read = log->round(); !read) return read;
      const bool is_over = signals_.have_come() || have_all_ended();
      const seconds every = promises_.empty() ? kConfirmEvery : kPromiseEvery;
      if (is_over || import_.now() - confirmed_ >= every)
        if (auto confirmed = confirm(); !confirmed) return confirmed;
      if (is_over) return {};
      signals_.wait(kPause, input());
    }
  }

 private:
  bool have_all_ended() const {
    return std::all_of(logs_.begin(), logs_.end(), [](auto& log) { return log->has_ended(); });
  }

  // The standard input that can be waited for, or -1.
  int input() const {
    for (const auto& log : logs_)
      if (log->is_input() && !log->has_ended()) return log->descriptor();
    return -1;
  }

  Result<void> confirm() {
    for (const auto& log : logs_)
      if (auto confirmed = log->confirm(); !confirmed) return confirmed;
    confirmed_ = import_.now();
    auto taken = take_pending(ledger_, import_.ledger(), import_.now());
    if (!taken) return taken;
    const bool are_read =
        std::all_of(logs_.begin(), logs_.end(), [](auto& log) { return log->is_read(); });
    return are_read ? promise() : Result<void>();
  }

  // Complete until now, as far as all of now is in the logs.
  Result<void> promise() {
    for (auto& [scope, since] : promises_) {
      const auto is_earned = is_promise_earned(scope, since);
      if (!is_earned) return is_earned.failure();
      if (!*is_earned) continue;
      const auto declared =
          import_.ledger().declare_complete(scope, since, import_.now() - kLogDelay);
      if (declared)
        since = *declared;
      else if (declared.error().code != ErrorCode::data)  // nothing of it was sent yet
        return declared.failure();
    }
    return {};
  }

  // Said once where it is not: it may be yet.
  Result<bool> is_promise_earned(const std::string& scope, std::optional<Time>& since) {
    if (earned_.count(scope) > 0) return true;
    if (!has_understood_all()) return false;
    auto earned = earned_since(import_.read_so_far(), import_.ledger(), scope, since);
    if (!earned && earned.error().code != ErrorCode::data) return earned.failure();
    if (earned) {
      since = *earned;
      earned_.insert(scope);
    } else if (since && unearned_.insert(scope).second) {
      complain("not declared complete yet: " + earned.error().message);
    }
    return earned.has_value();
  }

  bool has_understood_all() const {
    return std::all_of(logs_.begin(), logs_.end(), [](auto& log) { return log->is_understood(); });
  }

  const std::string ledger_;
  Import& import_;
  std::set<std::string> earned_;
  std::set<std::string> unearned_;  // and said
  StopSignals& signals_;
  std::vector<std::pair<std::string, std::optional<Time>>> promises_;
  const StopAsked must_stop_ = [this] { return signals_.have_come(); };
  std::vector<std::unique_ptr<FollowedLog>> logs_;
  Time confirmed_{};
};

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Result<StopSignals> StopSignals::take() {
  const sigset_t set = stop_set();
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return os_failure("signals", errno);
  FileDescriptor signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.is_open()) return os_failure("signals", errno);
  return StopSignals(std::move(signals));
}

StopSignals::~StopSignals() {
  if (!signals_.is_open()) return;
  const sigset_t set = stop_set();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool StopSignals::have_come() {
  wait(std::chrono::milliseconds(0));
  return have_come_;
}

void StopSignals::wait(std::chrono::milliseconds longest, int input) {
  if (have_come_) return;
  pollfd ready[] = {{signals_.get(), POLLIN, 0}, {input, POLLIN, 0}};
  ::poll(ready, 2, static_cast<int>(longest.count()));
  // What is not read stays pending, and would end us when it is let through again.
  signalfd_siginfo come{};
  while (::read(signals_.get(), &come, sizeof come) == sizeof come) have_come_ = true;
}

Result<void> follow_logs(const FollowOptions& options, const LogPolicy& policy, Import& import,
                         StopSignals& signals) {
  return Follower(options, policy, import, signals).run();
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "scan/progress.h"

#include <unistd.h>
#include <csignal>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "report/progress_text.h"
#include "setup/terminal.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kInterval(100);
// What is done before that needs no progress.
constexpr std::chrono::milliseconds kFirst(300);

// Errors are nobody's concern here: whoever reads the mailbox will tell.
class SizeOfAll {
 public:
  explicit SizeOfAll(const std::atomic<bool>& is_over) : is_over_(is_over) {}

  // nullopt: something has no size (a pipe), or is_over.
  std::optional<std::uint64_t> of(const std::vector<std::string>& mailboxes) {
    for (const std::string& mailbox : mailboxes)
      if (!add(mailbox)) return std::nullopt;
    return total_;
  }

 private:
  bool add(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_regular_file(status)) return add_file(path);
    if (!fs::is_directory(status)) return false;
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
      if (is_over_) return false;
      std::error_code unknown;
      if (at->is_regular_file(unknown) && !add_file(at->path())) return false;
    }
    return true;
  }

  bool add_file(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (!error) total_ += size;
    return true;
  }

  const std::atomic<bool>& is_over_;
  std::uint64_t total_ = 0;
};

// Whoever writes to a terminal of which another job is in front garbles that one's screen.
bool is_in_front() { return ::tcgetpgrp(STDERR_FILENO) == ::getpgrp(); }

void write_to_terminal(const std::string& text) {
  static_cast<void>(write_all(STDERR_FILENO, text, "standard error").has_value());
}

// Redraws one line in a thread of its own, and takes it away at the end.
class DrawnLine {
 public:
  // text: what to show after so long, in so many columns; called by that thread alone.
  using Text = std::function<std::string(Clock::duration elapsed, std::size_t width)>;
  explicit DrawnLine(Text text) : text_(std::move(text)) {
    start(drawing_, [this] { draw_until_over(); });
  }
  DrawnLine(const DrawnLine&) = delete;
  DrawnLine& operator=(const DrawnLine&) = delete;
  ~DrawnLine() { end(); }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_all();
    if (drawing_.joinable()) drawing_.join();
  }

  // Signals are the main thread's.
  template <class Work>
  static void start(std::thread& thread, Work work) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread = std::thread(work);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

 private:
  void draw_until_over() {
    std::unique_lock lock(mutex_);
    auto wait = kFirst;
    while (!changed_.wait_for(lock, wait, [this] { return is_over_; })) {
      draw();
      wait = kInterval;
    }
    if (is_drawn_ && is_in_front()) write_to_terminal("\r\x1b[K");
  }

  void draw() {
    const std::size_t width = Terminal::of_errors().width;
    const std::string line = text_(Clock::now() - begin_, width < 2 ? 0 : width - 1);
    if (width < 2 || !is_in_front()) return;
    write_to_terminal("\r" + line + "\x1b[K");
    is_drawn_ = true;
  }

  Text text_;
  Clock::time_point begin_ = Clock::now();
  bool is_drawn_ = false;
  bool is_over_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread drawing_;
};

class Progress : public ScanSink {
 public:
  explicit Progress(std::vector<std::string> mailboxes) : mailboxes_(std::move(mailboxes)) {
    DrawnLine::start(sizing_, [this] { measure(); });
  }
  ~Progress() override { end(); }

  bool is_at_once() const override { return true; }

  Result<void> take(const Scanned& scanned) override {
    auto& count = counts_.at(static_cast<std::size_t>(scanned.gist.verdict));
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    read_.store(scanned.read, std::memory_order_relaxed);
    return {};
  }

  void expect(std::uint64_t total) override { total_ = total; }

  Result<void> finish(const ScanEnd&) override {
    end();
    return {};
  }

 private:
  void measure() {
    if (const auto total = SizeOfAll(is_over_).of(mailboxes_)) total_ = *total;
  }

  ProgressState state() const {
    ProgressState state;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      state.counts[static_cast<Verdict>(i)] = counts_.at(i).load(std::memory_order_relaxed);
    state.read = read_.load(std::memory_order_relaxed);
    if (total_ > 0) state.total = total_.load();
    return state;
  }

  void end() {
    is_over_ = true;
    line_.end();
    if (sizing_.joinable()) sizing_.join();
  }

  std::vector<std::string> mailboxes_;
  std::array<std::atomic<std::uint64_t>, 4> counts_{};
  std::atomic<std::uint64_t> read_ = 0;
  std::atomic<std::uint64_t> total_ = 0;  // 0: not known
  std::atomic<bool> is_over_ = false;
  std::thread sizing_;
  ProgressMeter meter_;
  DrawnLine line_{[this](Clock::duration elapsed, std::size_t width) {
    meter_.update(state(), elapsed);
    return progress_line(meter_, width);
  }};
};

bool is_shown() {
  const Terminal terminal = Terminal::of_errors();
  return terminal.width != 0 && !terminal.is_dumb;
}

}  // namespace

struct WorkProgress::Line {
  Line(std::string_view named, std::uint64_t total) : what(named) { state.total = total; }

  std::string text(Clock::duration elapsed, std::size_t width) {
    state.read = done.load(std::memory_order_relaxed);
    meter.update(state, elapsed);
    return work_line(what, meter, width);
  }

  std::string what;
  std::atomic<std::uint64_t> done = 0;
  ProgressState state;
  ProgressMeter meter;
  DrawnLine line{
      [this](Clock::duration elapsed, std::size_t width) { return text(elapsed, width); }};
};

WorkProgress::WorkProgress(std::string_view what, std::uint64_t total) {
  if (is_shown()) line_ = std::make_unique<Line>(what, total);
}
WorkProgress::~WorkProgress() = default;

void WorkProgress::add(std::uint64_t bytes) {
  if (line_) line_->done.fetch_add(bytes, std::memory_order_relaxed);
}

std::unique_ptr<ScanSink> make_progress(const std::vector<std::string>& mailboxes) {
  if (!is_shown()) return nullptr;
  return std::make_unique<Progress>(mailboxes);
}

}  // namespace unsent

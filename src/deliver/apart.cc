// SPDX-License-Identifier: MIT
#include "deliver/apart.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <exception>

#include "base/file.h"

namespace unsent {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kMaxAnswer = std::size_t{256} << 10U;
constexpr milliseconds kLongest{3600 * 1000};

// What the other end of the pipe gets: a line with a deadline each time that one is set, an
// empty line, and the answer.
// It never returns, not by an exception either: two would carry the message on.
[[noreturn]] void run_child(const std::function<std::string(const SetDeadline&)>& work,
                            int fd) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    const std::string answer = work([fd](milliseconds deadline) {
      static_cast<void>(write_all(fd, std::to_string(deadline.count()) + '\n', "pipe").has_value());
    });
    static_cast<void>(write_all(fd, '\n' + answer, "pipe").has_value());
  } catch (const std::exception&) {
  }
  ::close(fd);  // the answer is whole, whatever taking this process down still costs
  ::_exit(0);
}

class Reader {
 public:
  Reader(int fd, milliseconds deadline) : fd_(fd), begun_(Clock::now()), deadline_(deadline) {}

  // Until the writer closes, or the time is over.
  Answer read() {
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(begun_ + deadline_ - Clock::now());
      if (left.count() <= 0) return ended(Ended::out_of_time);
      pollfd one{fd_, POLLIN, 0};
      const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return ended(Ended::out_of_time);
      char piece[4096];
      const ssize_t count = ::read(fd_, piece, sizeof piece);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return ended(has_answer_ ? Ended::answered : Ended::died);
      if (text_.size() < kMaxAnswer) text_.append(piece, static_cast<std::size_t>(count));
      while (!has_answer_ && take_line()) continue;
    }
  }

 private:
  bool take_line() {
    const std::size_t end = text_.find('\n');
    if (end == text_.npos) return false;
    std::int64_t count = 0;
    std::from_chars(text_.data(), text_.data() + end, count);
    has_answer_ = end == 0;
    if (count > 0) deadline_ = std::min(milliseconds(count), kLongest);
    text_.erase(0, end + 1);
    return true;
  }

  Answer ended(Ended how) { return {how, how == Ended::answered ? text_ : "", deadline_}; }

  int fd_;
  Clock::time_point begun_;
  milliseconds deadline_;
  bool has_answer_ = false;
  std::string text_;
};

// A child that is not needed any more. One that has answered is taken down while the mail goes on,
// and waited for when there is nothing else to do.
class Leaving {
 public:
  ~Leaving() { reap(); }

  void set(pid_t child) {
    ::kill(child, SIGKILL);
    child_ = child;
  }
  void reap() {
    if (child_ == 0) return;
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    child_ = 0;
  }

 private:
  pid_t child_ = 0;
};

}  // namespace

Answer run_apart(const std::function<std::string(const SetDeadline&)>& work,
                 milliseconds deadline) {
  static Leaving leaving;
  leaving.reap();
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return {Ended::no_process, "", deadline};
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  Reader reader(reading.get(), deadline);
  const pid_t child = ::fork();
  if (child < 0) return {Ended::no_process, "", deadline};
  if (child == 0) run_child(work, writing.get());
  writing = FileDescriptor();
  Answer answer = reader.read();
  leaving.set(child);
  if (answer.how != Ended::answered) leaving.reap();
  return answer;
}

}  // namespace unsent

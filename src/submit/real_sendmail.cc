// SPDX-License-Identifier: MIT
#include "submit/real_sendmail.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "setup/output.h"

namespace unsent {
namespace {

constexpr const char* kGuard = "UNSENT_SENDMAIL";  // set for the real program
constexpr int kTempFail = static_cast<int>(ErrorCode::temp_fail);

}  // namespace

Result<std::string> find_sendmail(const std::string& hint) {
  for (const char* path : {"/usr/sbin/sendmail", "/usr/lib/sendmail"})
    if (::access(path, X_OK) == 0) return std::string(path);
  return fail(ErrorCode::unavailable, "no sendmail in /usr/sbin or /usr/lib", hint);
}

Result<std::string> real_sendmail(const std::optional<std::string>& named) {
  if (std::getenv(kGuard) != nullptr)
    return fail(ErrorCode::config, "the real sendmail is unsent again",
                "name the real one with --real");
  if (named) return *named;
  return find_sendmail("name the real one with --real");
}

RealSendmail::RealSendmail(std::string program, const std::vector<std::string>& words)
    : program_(std::move(program)), words_(words) {
  argv_ = {name_.data()};
  for (std::string& word : words_) argv_.push_back(word.data());
  argv_.push_back(nullptr);
}

void RealSendmail::become() noexcept {
  ::setenv(kGuard, "1", 1);
  std::signal(SIGPIPE, SIG_DFL);  // ignored, it would stay so
  ::execv(program_.c_str(), argv_.data());
  const int error_number = errno;
  complain(program_ + ": " + std::strerror(error_number) + "; nothing was sent");
  ::_exit(error_number == ENOMEM ? kTempFail : static_cast<int>(ErrorCode::unavailable));
}

Result<int> RealSendmail::send(const std::string& bytes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_failure("pipe", errno);
  FileDescriptor out(ends[0]);
  FileDescriptor in(ends[1]);
  std::signal(SIGCHLD, SIG_DFL);  // ignored, it would leave us without the status
  const pid_t child = ::fork();
  if (child < 0) return os_failure("fork", errno);
  if (child == 0) {
    ::dup2(out.get(), STDIN_FILENO);
    become();
  }
  out = FileDescriptor();  // held open, it would keep us waiting for a program that is gone
  // A program that ends without reading everything has its reasons, which its status tells.
  static_cast<void>(write_all(in.get(), bytes, program_));
  in = FileDescriptor();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return os_failure(program_, errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kTempFail;
}

}  // namespace unsent

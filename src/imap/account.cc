// SPDX-License-Identifier: MIT
#include "imap/account.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/file.h"
#include "base/printable.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxSecret = 16384;

// A terminal that shows nothing of what is typed, as long as it lives.
class NoEcho {
 public:
  NoEcho() : is_set_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ECHONL;
    is_set_ = is_set_ && ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (is_set_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  bool is_set() const { return is_set_; }

 private:
  termios before_{};
  bool is_set_;
};

// What comes before the end of the first line, or of all. is_more: the rest is read by.
Result<Secret> read_secret(int fd, bool is_more) {
  Secret secret;
  std::array<char, 512> some{};
  bool is_ended = false;
  for (;;) {
    const ssize_t count = ::read(fd, some.data(), some.size());
    if (count < 0 && errno == EINTR && is_more) continue;
    if (count < 0) return fail(ErrorCode::temp_fail, "interrupted");
    if (count == 0) break;
    std::string_view line(some.data(), static_cast<std::size_t>(count));
    const std::size_t end = line.find('\n');
    if (!is_ended && secret.view().size() < kMaxSecret) secret.add(line.substr(0, end));
    is_ended = is_ended || end != line.npos;
    sodium_memzero(some.data(), some.size());
    if (is_ended && !is_more) break;
  }
  if (secret.view().ends_with('\r')) secret.trim_end();
  return secret;
}

Result<Secret> run_for_secret(const std::string& command, const std::string& what) {
  const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
  std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "re"), close);
  if (!pipe) return os_failure(what, errno);
  auto secret = read_secret(::fileno(pipe.get()), true);
  const int status = ::pclose(pipe.release());
  if (!secret) return secret;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return fail(ErrorCode::no_permission,
                fmt::format("{}: the command failed{}", what,
                            WIFEXITED(status) ? fmt::format(" ({})", WEXITSTATUS(status)) : ""),
                "run it by hand: it should print one line");
  secret->trim_end();
  if (secret->empty())
    return fail(ErrorCode::no_permission, what + ": the command printed nothing",
                "run it by hand: it should print one line");
  return secret;
}

Result<Secret> ask_on_terminal(const std::string& whom) {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
    return fail(ErrorCode::no_permission,
                "there is no password for " + whom + ", and no terminal to ask for it on",
                "name password_command in [imap.\"HOST\"], see unsent-config(5)");
  const NoEcho silence;
  if (!silence.is_set())
    return fail(ErrorCode::no_permission, "the terminal cannot be kept from showing a password");
  const std::string prompt = "Password for " + printable(whom) + ": ";
  if (auto written = write_all(STDERR_FILENO, prompt, "standard error"); !written)
    return written.failure();
  auto secret = read_secret(STDIN_FILENO, false);
  if (secret && secret->empty())
    return fail(ErrorCode::no_permission, "no password for " + whom + " was given");
  return secret;
}

}  // namespace

Result<Credentials> ask_for_credentials(const ImapUrl& url, const ImapSettings& settings) {
  Credentials credentials;
  credentials.user = settings.user && url.user.empty() ? *settings.user : url.user;
  if (credentials.user.empty())
    return fail(ErrorCode::usage, account_of(url) + ": names no user",
                "write imaps://USER@HOST, or user in [imap.\"HOST\"]");
  credentials.is_token = settings.oauth_token_command.has_value();
  auto secret = settings.oauth_token_command ? run_for_secret(*settings.oauth_token_command,
                                                              "oauth_token_command of " + url.host)
                : settings.password_command
                    ? run_for_secret(*settings.password_command, "password_command of " + url.host)
                    : ask_on_terminal(credentials.user + " at " + url.host);
  if (!secret) return secret.failure();
  credentials.secret = std::move(*secret);
  return credentials;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// In the place of sendmail: hands the message to the real one, remembers it when that has
// taken it, and ends with its status. Nothing of ours ever keeps a message from going out.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>

#include <fmt/format.h>

#include "app/key_file.h"
#include "app/output.h"
#include "app/pending.h"
#include "app/sendmail_call.h"
#include "app/setup.h"
#include "app/tagging.h"
#include "base/file.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {
namespace {

constexpr const char* kGuard = "UNSENT_SENDMAIL";  // set for the real program
constexpr int kTempFail = static_cast<int>(ErrorCode::temp_fail);

constexpr const char* kHelp =
    "unsent sendmail [OPTION…] [SENDMAIL-OPTION…] [RECIPIENT…]: send the message on standard\n"
    "input by the real sendmail, and remember it\n\n"
    "Options:\n"
    "  --real PROGRAM  the real one, else /usr/sbin/sendmail or /usr/lib/sendmail\n"
    "  --ledger FILE   the ledger to write to\n"
    "  --domain D      for the Message-ID of a message that has none\n"
    "  --tag           mark it with our tag, as `unsent tag` does\n"
    "  --keys FILE     the file of keys, with --tag\n"
    "  --help          this\n\n"
    "All others are the real program's; -t, -f, -r, -i, -oi, -V and -b are understood.\n";

Result<std::string> real_program(const SendmailCall& call) {
  if (std::getenv(kGuard) != nullptr)
    return fail(ErrorCode::config, "the real sendmail is unsent again",
                "name the real one with --real");
  if (call.real) return *call.real;
  for (const char* path : {"/usr/sbin/sendmail", "/usr/lib/sendmail"})
    if (::access(path, X_OK) == 0) return std::string(path);
  return fail(ErrorCode::unavailable, "no sendmail in /usr/sbin or /usr/lib",
              "name the real one with --real");
}

[[noreturn]] void become(const std::string& program, const std::vector<std::string>& words) {
  std::string name = "sendmail";
  std::vector<std::string> copies = words;
  std::vector<char*> argv = {name.data()};
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::setenv(kGuard, "1", 1);
  std::signal(SIGPIPE, SIG_DFL);  // ignored, it would stay so
  ::execv(program.c_str(), argv.data());
  complain(program + ": " + std::strerror(errno) + "; nothing was sent");
  ::_exit(static_cast<int>(ErrorCode::unavailable));
}

// Up to the end of input, or the line "." where that ends a message.
Result<std::string> read_message(bool ends_at_dot) {
  if (!ends_at_dot) return read_all(STDIN_FILENO, "standard input");
  std::string bytes;
  std::size_t line = 0;
  for (;;) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + 65536);
    const ssize_t count = ::read(STDIN_FILENO, bytes.data() + filled, 65536);
    bytes.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure("standard input", errno);
    if (const std::size_t end = find_dot_line(bytes, line); end != std::string::npos) {
      bytes.resize(end);
      return bytes;
    }
    if (count == 0) return bytes;
    const std::size_t last = bytes.rfind('\n');
    line = last == std::string::npos ? 0 : last + 1;
  }
}

// Its exit status; 75 if a signal ended it.
Result<int> send(const std::string& program, const std::vector<std::string>& words,
                 const std::string& bytes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_failure("pipe", errno);
  FileDescriptor out(ends[0]);
  FileDescriptor in(ends[1]);
  std::signal(SIGCHLD, SIG_DFL);  // ignored, it would leave us without the status
  const pid_t child = ::fork();
  if (child < 0) return os_failure("fork", errno);
  if (child == 0) {
    ::dup2(out.get(), STDIN_FILENO);
    become(program, words);
  }
  out = FileDescriptor();  // held open, it would keep us waiting for a program that is gone
  // A program that ends without reading everything has its reasons, which its status tells.
  static_cast<void>(write_all(in.get(), bytes, program));
  in = FileDescriptor();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return os_failure(program, errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kTempFail;
}

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0 || !DomainName::parse(name)) return "localhost";
  return name;
}

// Ours: as told, else where the sender is at home if that is a domain of ours, else any.
std::string domain_for(const SendmailCall& call, const Config& config, const Message& message) {
  if (call.domain) return *call.domain;
  auto sender = Address::parse(call.sender.value_or(""));
  if (!sender) {
    const auto from = parse_addresses(message.headers().text("From"), 1);
    if (!from.empty()) sender = from.front();
  }
  for (const DomainName& domain : config.domains)
    if (sender && sender->domain().is_within(domain)) return sender->domain().text();
  if (!config.domains.empty()) return config.domains.front().text();
  return sender ? sender->domain().text() : host_name();
}

std::string new_id(const std::string& domain, Time now) {
  std::random_device random;
  const std::uint64_t high = random();
  return fmt::format("{}.{:016x}@{}", now.time_since_epoch().count(), high << 32U | random(),
                     domain);
}

// What goes wrong with the tag keeps no message from going out.
Result<std::string> tagged(const SendmailCall& call, const Result<Config>& config,
                           const std::string& bytes, Time now) {
  if (!config) return config.failure();
  const auto keys = key_file_path(call.keys, *config);
  if (!keys) return keys.failure();
  return with_tag(Message::view(bytes), *keys, now);
}

Result<void> record_in(const std::string& path, const Config& config, const Entry& entry,
                       Time now) {
  auto ledger = SqliteLedger::open_for_writing(path, texts_of(config));
  if (!ledger) return ledger.failure();
  const auto recorded = (*ledger)->record(entry, "sendmail", now);
  if (!recorded) return recorded.failure();
  return take_pending(path, **ledger, now);
}

// Where the ledger is locked, the message waits beside it.
Result<void> remember(const SendmailCall& call, const Result<Config>& config, const Entry& entry,
                      Time now) {
  if (!config) return config.failure();
  if (!entry.is_usable()) return {};
  const auto path = ledger_path(call.ledger, *config);
  if (!path) return path.failure();
  auto recorded = record_in(*path, *config, entry, now);
  const bool is_busy = !recorded && recorded.error().code == ErrorCode::temp_fail;
  return is_busy ? keep_pending(*path, entry) : recorded;
}

}  // namespace

Outcome cmd_sendmail(const Arguments& arguments) {
  const auto call = parse_sendmail_call(arguments.words);
  if (!call) return call.failure();
  if (call->wants_help) {
    std::cout << kHelp;
    return 0;
  }
  const auto program = real_program(*call);
  if (!program) return program.failure();
  if (!call->is_submission) become(*program, call->words);
  auto bytes = read_message(call->ends_at_dot);
  if (!bytes) return bytes.failure();
  const Time now = current_time();
  const auto config = load_config(arguments.config_path);
  const std::string domain = domain_for(*call, config ? *config : Config(), Message::view(*bytes));
  *bytes = with_message_id(std::move(*bytes), new_id(domain, now));
  if (call->wants_tag) {
    auto with = tagged(*call, config, *bytes, now);
    if (with)
      bytes = std::move(*with);
    else
      complain("sent without our tag: " + with.error().message +
               (with.error().hint.empty() ? "" : "; " + with.error().hint));
  }
  const auto status = send(*program, call->words, *bytes);
  if (!status || (*status != 0 && *status != kTempFail)) return status;
  const Entry entry = entry_of_call(*call, Message::parse(std::move(*bytes)), now);
  if (const auto kept = remember(*call, config, entry, now); !kept)
    complain("not remembered as sent: " + kept.error().message);
  return status;
}

}  // namespace unsent

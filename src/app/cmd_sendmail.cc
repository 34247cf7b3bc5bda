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

#include "app/command.h"
#include "app/last_resort.h"
#include "app/sendmail_call.h"
#include "app/tagging.h"
#include "base/file.h"
#include "feed/pending.h"
#include "ledger/ledger_writer.h"
#include "serve/remote_ledger.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"

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

// The real program, and all that it needs to be run: what could fail for want of memory is
// done before there are two of us.
class RealSendmail {
 public:
  RealSendmail(std::string program, const std::vector<std::string>& words)
      : program_(std::move(program)), words_(words) {
    argv_ = {name_.data()};
    for (std::string& word : words_) argv_.push_back(word.data());
    argv_.push_back(nullptr);
  }
  RealSendmail(const RealSendmail&) = delete;
  RealSendmail& operator=(const RealSendmail&) = delete;

  const std::string& program() const { return program_; }
  [[noreturn]] void become() noexcept {
    ::setenv(kGuard, "1", 1);
    std::signal(SIGPIPE, SIG_DFL);  // ignored, it would stay so
    ::execv(program_.c_str(), argv_.data());
    const int error_number = errno;
    complain(program_ + ": " + std::strerror(error_number) + "; nothing was sent");
    ::_exit(error_number == ENOMEM ? kTempFail : static_cast<int>(ErrorCode::unavailable));
  }

 private:
  std::string name_ = "sendmail";
  std::string program_;
  std::vector<std::string> words_;
  std::vector<char*> argv_;
};

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
Result<int> send(RealSendmail& real, const std::string& bytes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_failure("pipe", errno);
  FileDescriptor out(ends[0]);
  FileDescriptor in(ends[1]);
  std::signal(SIGCHLD, SIG_DFL);  // ignored, it would leave us without the status
  const pid_t child = ::fork();
  if (child < 0) return os_failure("fork", errno);
  if (child == 0) {
    ::dup2(out.get(), STDIN_FILENO);
    real.become();
  }
  out = FileDescriptor();  // held open, it would keep us waiting for a program that is gone
  // A program that ends without reading everything has its reasons, which its status tells.
  static_cast<void>(write_all(in.get(), bytes, real.program()));
  in = FileDescriptor();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return os_failure(real.program(), errno);
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
  auto ledger = LedgerWriter::open(path, texts_of(config));
  if (!ledger) return ledger.failure();
  const auto recorded = (*ledger)->record(entry, "sendmail", now);
  if (!recorded) return recorded.failure();
  return take_pending(path, **ledger, now);
}

// Where the service is away, the message waits among one's own files for the next one.
Result<void> remember_by_service(const std::string& path, const Entry& entry) {
  const std::string spool = data_folder() + "/service";
  const auto service = RemoteLedger::connect(path);
  const auto record = [&](const Entry& one) { return (*service)->record(one, "sendmail"); };
  auto recorded = service ? record(entry) : Result<void>(service.failure());
  if (recorded) return hand_over_pending(spool, record);
  if (recorded.error().code != ErrorCode::temp_fail || data_folder().empty()) return recorded;
  if (auto made = make_folders(data_folder()); !made) return made;
  return keep_pending(spool, entry);
}

// Where the ledger is locked, the message waits beside it.
Result<void> remember(const SendmailCall& call, const Result<Config>& config, const Entry& entry,
                      Time now) {
  if (!config) return config.failure();
  if (!entry.is_usable()) return {};
  const auto path = ledger_path(call.ledger, *config);
  if (!path) return path.failure();
  if (is_service(*path)) return remember_by_service(*path, entry);
  warn_of_ledger_key(*path, *config);
  auto recorded = record_in(*path, *config, entry, now);
  const bool is_busy = !recorded && recorded.error().code == ErrorCode::temp_fail;
  return is_busy ? keep_pending(*path, entry) : recorded;
}

// It is out: nothing that goes wrong here may have it sent again.
void remember_sent(const SendmailCall& call, const Result<Config>& config, std::string bytes,
                   Time now) try {
  const Entry entry = entry_of_call(call, Message::parse(std::move(bytes)), now);
  if (const auto kept = remember(call, config, entry, now); !kept)
    complain("not remembered as sent: " + kept.error().message);
} catch (const std::exception&) {
  complain_of_memory();
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
  RealSendmail real(*program, call->words);
  if (!call->is_submission) real.become();
  auto bytes = read_message(call->ends_at_dot);
  if (!bytes) return bytes.failure();
  const Time now = current_time();
  const auto config = load_config(arguments.config_path, Unknown::is_problem);
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
  const auto status = send(real, *bytes);
  if (!status || (*status != 0 && *status != kTempFail)) return status;
  remember_sent(*call, config, std::move(*bytes), now);
  return status;
}

}  // namespace unsent

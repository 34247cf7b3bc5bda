// SPDX-License-Identifier: MIT
#include "app/arrival.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>

#include "action/annotate.h"
#include "app/handled.h"
#include "app/output.h"
#include "app/rule_files.h"
#include "app/setup.h"
#include "app/user.h"
#include "bounce/recognise.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

namespace po = boost::program_options;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxAnswer = std::size_t{64} << 10U;

Judged not_judged(std::string problem) {
  Judged judged;
  judged.problem = std::move(problem);
  return judged;
}

// "1vkph" (judged, verdict, kind, planned, handling), a line with the recipient, and the
// block; or "0" and the problem.
std::string pack(const Judged& judged) {
  if (!judged.is_judged) return '0' + judged.problem;
  return fmt::format("1{}{}{}{}{}\n{}", static_cast<int>(judged.verdict),
                     static_cast<int>(judged.kind), static_cast<int>(judged.planned),
                     static_cast<int>(judged.handling), judged.recipient, judged.block);
}

Judged unpack(const std::string& answer) {
  if (!answer.empty() && answer[0] == '0') return not_judged(answer.substr(1));
  const std::size_t line_end = answer.find('\n');
  if (answer.size() < 5 || line_end == answer.npos || line_end < 5)
    return not_judged("the judging process died");
  Judged judged;
  judged.is_judged = true;
  judged.verdict = static_cast<Verdict>(answer[1] - '0');
  judged.kind = static_cast<Kind>(answer[2] - '0');
  judged.planned = static_cast<Handling>(answer[3] - '0');
  judged.handling = static_cast<Handling>(answer[4] - '0');
  judged.recipient = answer.substr(5, line_end - 5);
  judged.block = answer.substr(line_end + 1);
  return judged;
}

Judged caught(const std::function<Judged()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return not_judged(error.what());
  }
}

// Until the writer closes; false if that takes longer than until.
bool read_answer(int fd, Clock::time_point until, std::string& answer) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    pollfd one{fd, POLLIN, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char piece[4096];
    const ssize_t count = ::read(fd, piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    if (answer.size() < kMaxAnswer) answer.append(piece, static_cast<std::size_t>(count));
  }
}

// It never returns, not by an exception either: two would carry the message on.
[[noreturn]] void run_child(const std::function<Judged()>& work, int fd) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    const std::string answer = pack(caught(work));
    static_cast<void>(write_all(fd, answer, "pipe").has_value());
  } catch (const std::exception&) {
  }
  ::_exit(0);
}

Judged out_of_time(std::chrono::milliseconds deadline) {
  Judged judged = not_judged(fmt::format("not judged within {} ms", deadline.count()));
  judged.block = "X-Unsent-Verdict: unverified; reason=\"" + judged.problem + "\"\n";
  return judged;
}

Judgement ordinary() {
  Judgement judgement;
  judgement.decision = decide(Kind::ordinary, {});
  return judgement;
}

std::string recipient_of(const Message& message) {
  const auto& known = message.envelope().recipient;
  const auto recipient = known ? known : stated_recipient(message.headers());
  return recipient ? recipient->text() : std::string();
}

Result<Judged> judge_here(const Message& message, const Config& config,
                          const JudgingOptions& judging, const Complaints& complaints) {
  auto setup = make_setup(judging, config);
  if (!setup) return setup.failure();
  const std::string recipient = recipient_of(message);
  setup->witnesses.recent_backscatter =
      count_recent_backscatter(data_folder(), recipient, setup->witnesses.now);
  const auto judgement =
      judge(message, setup->premises, setup->witnesses, message.envelope().recipient);
  for (const std::string& problem : setup->problems) complaints(problem);
  for (const std::string& problem : setup->rules->problems()) complaints(problem);
  Judged judged;
  judged.is_judged = true;
  judged.verdict = judgement.decision.verdict;
  judged.kind = judgement.bounce.kind;
  judged.block = header_block(judgement);
  const Weather weather = weather_of(judgement.facts);
  judged.planned = config.policy.planned(judged.verdict, judged.kind, weather);
  judged.handling = config.policy.handling(judged.verdict, judged.kind, weather);
  judged.recipient = recipient;
  return judged;
}

}  // namespace

Result<Spool> spool_standard_input() {
  return Spool::read(STDIN_FILENO, "standard input", kSpoolInMemory, temporary_folder());
}

po::options_description arrival_options() {
  po::options_description options("Arrival");
  options.add_options()  //
      ("user", po::value<std::string>()->value_name("NAME"),
       "from root become this user before anything else")                          //
      ("if-opted-in", "leave the mail of users who have not opted in as it came")  //
      ("verbose,v", "say on standard error what went wrong");
  return options;
}

Result<Wish> read_wish(const Parsed& parsed) {
  if (const auto name = parsed.text("user"))
    if (auto done = become_user(*name); !done) return done.failure();
  return parsed.has("if-opted-in") && !has_opted_in() ? Wish::leave_alone : Wish::judge;
}

Judged judge_apart(const std::function<Judged()>& work, std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return caught(work);
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return caught(work);  // no process to be had: better judged here than not
  if (child == 0) run_child(work, writing.get());
  writing = FileDescriptor();
  std::string answer;
  const bool is_in_time = read_answer(reading.get(), until, answer);
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return is_in_time ? unpack(answer) : out_of_time(deadline);
}

Judged judge_arrival(std::string_view bytes, const Arguments& arguments, const Parsed& parsed) {
  const auto judging = read_judging_options(parsed);
  if (!judging) return not_judged(judging.error().message);
  Message message = Message::view(bytes.substr(0, kMaxSeen));
  message.set_envelope(read_envelope_options(parsed, *judging));
  std::vector<std::string> problems;
  if (!may_be_report(message, *load_rules(problems)))
    return {.is_judged = true,
            .verdict = Verdict::ordinary,
            .block = header_block(ordinary()),
            .problem = "",
            .planned = Handling::deliver,
            .handling = Handling::deliver,
            .recipient = ""};
  const auto config = load_config(arguments.config_path);
  if (!config) return not_judged(config.error().message);
  const auto deadline = judging->deadline.value_or(config->deadline);
  // The judging ends before its process is ended: then what is known decides.
  JudgingOptions own = *judging;
  own.deadline = deadline / 10 * 9;
  own.broken_ledger = BrokenLedger::stops_nothing;
  return judge_apart(
      [&] {
        auto judged = judge_here(message, *config, own, Complaints(parsed.has("verbose")));
        return judged ? std::move(*judged) : not_judged(judged.error().message);
      },
      deadline);
}

Complaints::Complaints(bool is_verbose) : is_spoken_(is_verbose || ::isatty(STDERR_FILENO) == 1) {}

void Complaints::operator()(const std::string& text) const {
  if (is_spoken_) return complain(text);
  ::openlog("unsent", LOG_PID, LOG_MAIL);
  ::syslog(LOG_WARNING, "%s", text.c_str());
}

}  // namespace unsent

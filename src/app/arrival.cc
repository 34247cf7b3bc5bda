// SPDX-License-Identifier: MIT
#include "app/arrival.h"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "action/annotate.h"
#include "app/apart.h"
#include "app/asking.h"
#include "app/confine.h"
#include "app/handled.h"
#include "app/output.h"
#include "app/rule_files.h"
#include "app/user.h"
#include "base/text.h"
#include "bounce/recognise.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

Judged not_judged(std::string problem) {
  Judged judged;
  judged.problem = std::move(problem);
  return judged;
}

// "1vkph" (judged, verdict, kind, planned, handling), a line with the recipient, one that begins
// with "!" for each remark, and the block; or "0" and the problem.
std::string pack(const Judged& judged) {
  if (!judged.is_judged) return '0' + judged.problem;
  std::string remarks;
  for (std::string remark : judged.remarks) {
    std::replace(remark.begin(), remark.end(), '\n', ' ');
    remarks += '!' + remark + '\n';
  }
  return fmt::format("1{}{}{}{}{}\n{}{}", static_cast<int>(judged.verdict),
                     static_cast<int>(judged.kind), static_cast<int>(judged.planned),
                     static_cast<int>(judged.handling), judged.recipient, remarks, judged.block);
}

// Takes the remarks off the answer.
std::vector<std::string> take_remarks(std::string_view& answer) {
  std::vector<std::string> remarks;
  while (!answer.empty() && answer.front() == '!')
    remarks.emplace_back(take_line(answer).substr(1));
  return remarks;
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
  std::string_view rest = std::string_view(answer).substr(line_end + 1);
  judged.remarks = take_remarks(rest);
  judged.block = rest;
  return judged;
}

using Work = std::function<Judged(const SetDeadline&)>;

Judged caught(const Work& work, const SetDeadline& set_deadline) {
  try {
    return work(set_deadline);
  } catch (const std::exception& error) {
    return not_judged(error.what());
  }
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

// The port behind an address, where there is one.
std::optional<std::uint16_t> port_of(std::string_view server) {
  const std::size_t colon = server.rfind(':');
  const bool has_port = colon != server.npos &&
                        (server.find(':') == colon || (colon > 0 && server[colon - 1] == ']'));
  std::uint16_t port = 0;
  if (has_port) std::from_chars(server.data() + colon + 1, server.data() + server.size(), port);
  return port == 0 ? std::nullopt : std::optional(port);
}

// What judging opens only once it wants it: character sets, the ledger once more to count, the
// answers of the DNS that are kept, keys.
Confinement confinement_of(const Config& config, const JudgingOptions& judging) {
  Confinement confinement;
  confinement.read = {"/usr/lib",       "/usr/share/zoneinfo", "/etc/resolv.conf",
                      "/etc/localtime", "/dev/urandom",        "/dev/null"};
  if (config.retired_keys) confinement.read.push_back(*config.retired_keys);
  const auto ledger = ledger_path(judging.ledger, config);
  if (ledger && !judging.no_ledger) confinement.change.push_back(folder_of(*ledger));
  if (judging.dns.is_off || judging.dns.zone) return confinement;
  const std::string cache = dns_cache_path(judging.dns, config);
  if (!cache.empty() && make_folders(folder_of(cache)))
    confinement.change.push_back(folder_of(cache));
  confinement.ports.push_back(53);
  const auto server = judging.dns.server ? judging.dns.server : config.dns_server;
  if (const auto port = server ? port_of(*server) : std::nullopt)
    confinement.ports.push_back(*port);
  return confinement;
}

enum class Where { apart, here };

Result<Judged> judge_here(const Message& message, const Config& config,
                          const JudgingOptions& judging, Where where) {
  auto setup = make_setup(judging, config);
  if (!setup) return setup.failure();
  const std::string recipient = recipient_of(message);
  setup->witnesses.recent_backscatter =
      count_recent_backscatter(data_folder(), recipient, setup->witnesses.now);
  if (where == Where::apart && config.is_confined) confine(confinement_of(config, judging));
  Inquiry inquiry;
  const auto judgement = judge_asking(message, *setup, message.envelope().recipient, inquiry);
  Judged judged;
  judged.remarks = setup->problems;
  judged.remarks.insert(judged.remarks.end(), setup->rules->problems().begin(),
                        setup->rules->problems().end());
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

Judged ordinary_mail() {
  return {.is_judged = true,
          .verdict = Verdict::ordinary,
          .block = header_block(ordinary()),
          .problem = "",
          .planned = Handling::deliver,
          .handling = Handling::deliver,
          .recipient = ""};
}

Judged judge_within(const Work& work, std::chrono::milliseconds deadline) {
  const Answer answer =
      run_apart([&](const SetDeadline& set) { return pack(caught(work, set)); }, deadline);
  switch (answer.how) {
    case Ended::answered:
    case Ended::died:
      return unpack(answer.text);
    case Ended::out_of_time:
      return out_of_time(answer.deadline);
    case Ended::no_process:  // better judged here than not
      return caught(work, nullptr);
  }
  return {};
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
  return judge_within([&](const SetDeadline&) { return work(); }, deadline);
}

Judged judge_arrival(std::string_view bytes, const Arguments& arguments, const Parsed& parsed) {
  const auto judging = read_judging_options(parsed);
  if (!judging) return not_judged(judging.error().message);
  Message message = Message::view(bytes.substr(0, kMaxSeen));
  message.set_envelope(read_envelope_options(parsed, *judging));
  const bool has_rules = has_own_rule_files();
  std::vector<std::string> told_apart;
  if (!has_rules && !may_be_report(message, *load_rules(told_apart))) return ordinary_mail();
  // What a user has written is read apart, as the mail is: rules, configuration.
  const Judged arrived = judge_within(
      [&](const SetDeadline& set_deadline) {
        std::vector<std::string> problems;
        if (has_rules && !may_be_report(message, *load_rules(problems))) return ordinary_mail();
        const auto config = load_config(arguments.config_path);
        if (!config) return not_judged(config.error().message);
        const auto deadline = judging->deadline.value_or(config->deadline);
        if (set_deadline) set_deadline(deadline);
        // The judging ends before its process is ended: then what is known decides.
        JudgingOptions own = *judging;
        own.deadline = deadline / 10 * 9;
        own.broken_ledger = BrokenLedger::stops_nothing;
        const Where where = set_deadline ? Where::apart : Where::here;
        auto judged = judge_here(message, *config, own, where);
        return judged ? std::move(*judged) : not_judged(judged.error().message);
      },
      judging->deadline.value_or(Config().deadline));
  const Complaints complain(parsed.has("verbose"));
  for (const std::string& remark : arrived.remarks) complain(remark);
  return arrived;
}

Complaints::Complaints(bool is_verbose) : is_spoken_(is_verbose || ::isatty(STDERR_FILENO) == 1) {}

void Complaints::operator()(const std::string& text) const {
  if (is_spoken_) return complain(text);
  ::openlog("unsent", LOG_PID, LOG_MAIL);
  ::syslog(LOG_WARNING, "%s", text.c_str());
}

}  // namespace unsent

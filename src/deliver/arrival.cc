// SPDX-License-Identifier: MIT
#include "deliver/arrival.h"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "base/text.h"
#include "bounce/recognise.h"
#include "deliver/apart.h"
#include "deliver/confine.h"
#include "deliver/flood_memory.h"
#include "deliver/handled.h"
#include "deliver/plan.h"
#include "mailbox/mailbox.h"
#include "policy/annotate.h"
#include "serve/remote_ledger.h"
#include "setup/asking.h"
#include "setup/output.h"
#include "setup/rule_files.h"
#include "setup/user.h"

namespace unsent {
namespace {

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

}  // namespace

Confinement confinement_of(const Config& config, const JudgingOptions& judging) {
  Confinement confinement;
  confinement.read = {"/usr/lib", "/usr/share/zoneinfo", "/etc/localtime"};
  if (config.retired_keys) confinement.read.push_back(*config.retired_keys);
  const auto ledger = ledger_path(judging.ledger, config);
  if (ledger && !judging.no_ledger && !is_service(*ledger))
    confinement.change.push_back(folder_of(*ledger));
  if (judging.dns.is_off || judging.dns.zone) return confinement;
  for (const char* path : {"/etc/resolv.conf", "/dev/urandom", "/dev/null"})
    confinement.read.emplace_back(path);
  const std::string cache = dns_cache_path(judging.dns, config);
  if (!cache.empty() && make_folders(folder_of(cache)))
    confinement.change.push_back(folder_of(cache));
  confinement.ports.push_back(53);
  const auto server = judging.dns.server ? judging.dns.server : config.dns_server;
  if (const auto port = server ? port_of(*server) : std::nullopt)
    confinement.ports.push_back(*port);
  return confinement;
}

namespace {

Standing standing_of(const Company& company) {
  if (!company.service.empty()) return Standing::of_service;
  return company.is_of_service || company.is_by_company ? Standing::never_dropped : Standing::alone;
}

enum class Where { apart, here };

// kept: what a process that ends behind it need not take apart.
Result<Judged> judge_here(const Message& message, const Config& config,
                          const JudgingOptions& judging, Where where, std::optional<Setup>& kept) {
  auto made = make_setup(judging, config);
  if (!made) return made.failure();
  Setup* const setup = &kept.emplace(std::move(*made));
  const std::string recipient = recipient_of(message);
  setup->witnesses.recent_backscatter =
      count_recent_backscatter(data_folder(), recipient, setup->witnesses.now);
  const auto said = CampaignWords::read(campaign_words_path());
  setup->rules->wording().load();  // from files that cannot be opened later on
  const auto others = read_flood_memory(data_folder(), setup->witnesses.now);
  setup->premises.wants_carriage = true;
  if (where == Where::apart && config.is_confined) confine(confinement_of(config, judging));
  Inquiry inquiry;
  auto judgement = judge_asking(message, *setup, message.envelope().recipient, inquiry);
  const Company company = look_among(judgement, message, others, setup->witnesses.now);
  Judged judged;
  judged.remarks = setup->problems;
  judged.remarks.insert(judged.remarks.end(), setup->rules->problems().begin(),
                        setup->rules->problems().end());
  if (!said) judged.remarks.push_back(said.error().message);
  judged.is_judged = true;
  judged.verdict = judgement.decision.verdict;
  judged.kind = judgement.bounce.kind;
  judged.block = header_block(judgement);
  const Plan plan =
      plan_for(config.policy, judged.verdict, judged.kind, weather_of(judgement.facts),
               said ? said->find(campaign_traits(judgement.bounce, judgement.client)) : Word::none,
               standing_of(company));
  judged.planned = plan.planned;
  judged.handling = plan.handling;
  judged.recipient = recipient;
  judged.rule = judgement.bounce.rule;
  judged.is_logged = config.is_logging;
  if (company.has_member) judged.remembered = pack(company.remembered);
  judged.service = company.service;
  return judged;
}

Judged ordinary_mail() {
  return {.is_judged = true,
          .verdict = Verdict::ordinary,
          .block = header_block(ordinary()),
          .problem = "",
          .planned = Handling::deliver,
          .handling = Handling::deliver};
}

Judged judge_within(const Work& work, std::chrono::milliseconds deadline) {
  const Answer answer =
      run_apart([&](const SetDeadline& set) { return encode_judged(caught(work, set)); }, deadline);
  switch (answer.how) {
    case Ended::answered:
    case Ended::died:
      return decode_judged(answer.text);
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

OptionGroup arrival_options(ArrivalOptions& options) {
  OptionGroup group("Arrival");
  group.text("user", "NAME", options.user, "from root become this user before anything else")
      .flag("if-opted-in", options.if_opted_in,
            "leave the mail of users who have not opted in as it came")
      .flag("verbose,v", options.is_verbose, "say on standard error what went wrong")
      .add(sender_options(options.envelope))
      .add(judging_options(options.judging).forgive(options.slip));
  return group;
}

Result<Wish> read_wish(const ArrivalOptions& options) {
  if (options.user)
    if (auto done = become_user(*options.user); !done) return done.failure();
  return options.if_opted_in && !has_opted_in() ? Wish::leave_alone : Wish::judge;
}

Judged judge_apart(const std::function<Judged()>& work, std::chrono::milliseconds deadline) {
  return judge_within([&](const SetDeadline&) { return work(); }, deadline);
}

Judged judge_arrival(std::string_view bytes, const Arguments& arguments,
                     const ArrivalOptions& options) {
  if (options.slip) return not_judged(options.slip->message);
  const JudgingOptions& judging = options.judging;
  Message message = Message::view(bytes.substr(0, kMaxSeen));
  message.set_envelope(read_sender(options.envelope, judging));
  const bool has_rules = has_own_rule_files();
  std::vector<std::string> told_apart;
  if (!has_rules && !may_be_report(message, *load_rules(told_apart, Packing::later)))
    return ordinary_mail();
  std::optional<Setup> kept;
  // What a user has written is read apart, as the mail is: rules, configuration.
  Judged arrived = judge_within(
      [&](const SetDeadline& set_deadline) {
        std::vector<std::string> problems;
        if (has_rules && !may_be_report(message, *load_rules(problems, Packing::later)))
          return ordinary_mail();
        const auto config = load_config(arguments.config_path, Unknown::is_problem);
        if (!config) return not_judged(config.error().message);
        const auto deadline = judging.deadline.value_or(config->deadline);
        if (set_deadline) set_deadline(deadline);
        // The judging ends before its process is ended: then what is known decides.
        JudgingOptions own = judging;
        own.deadline = deadline / 10 * 9;
        own.broken_ledger = BrokenLedger::stops_nothing;
        own.packing = Packing::later;
        const Where where = set_deadline ? Where::apart : Where::here;
        auto judged = judge_here(message, *config, own, where, kept);
        return judged ? std::move(*judged) : not_judged(judged.error().message);
      },
      judging.deadline.value_or(Config().deadline));
  const Complaints complain(options.is_verbose);
  for (const std::string& remark : arrived.remarks) complain(remark);
  return arrived;
}

Result<void> note_report(const Judged& judged, Handling done, const std::string& message_id) {
  if (!judged.is_report()) return {};
  auto noted = note_handled(
      data_folder(), {current_time(), judged.verdict, judged.kind, judged.planned, done, message_id,
                      judged.recipient, judged.rule, judged.is_logged, judged.service});
  if (const auto remembered = unpack(judged.remembered))
    static_cast<void>(remember_report(data_folder(), *remembered).has_value());
  return noted;
}

void note_problem_of(const Judged& judged) try {
  const std::string& what =
      judged.problem.empty() && !judged.remarks.empty() ? judged.remarks.back() : judged.problem;
  if (!what.empty()) note_problem(data_folder(), {current_time(), what});
} catch (const std::exception&) {
}

Complaints::Complaints(bool is_verbose) : is_spoken_(is_verbose || ::isatty(STDERR_FILENO) == 1) {}

void Complaints::operator()(const std::string& text) const {
  if (is_spoken_) return complain(text);
  ::openlog("unsent", LOG_PID, LOG_MAIL);
  ::syslog(LOG_WARNING, "%s", text.c_str());
}

}  // namespace unsent

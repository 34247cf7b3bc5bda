// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/command.h"
#include "review/review.h"
#include "scan/deeds.h"
#include "scan/imap_source.h"
#include "scan/interrupt.h"
#include "scan/judges.h"
#include "scan/progress.h"
#include "scan/run.h"
#include "setup/output.h"

namespace unsent {
namespace {

struct ReviewOptions {
  DeedOptions deeds;
  bool lists = false;
  bool is_json = false;
  bool takes_back = false;
  ThreadOptions threads;
  JudgingOptions judging;
};

OptionGroup review_options(ReviewOptions& options) {
  OptionGroup own("Review");
  own.flag("quarantine", options.deeds.quarantines,
           "what goes is put into the quarantine (default)")
      .flag("tag", options.deeds.tags, "it gets our header block, and stays where it lies")
      .flag("delete", options.deeds.removes, "it is taken away, and can be taken back");
  add_place_options(own, options.deeds.place);
  OptionGroup memory("What was said before (no mailbox is read)");
  memory.flag("list", options.lists, "the campaigns that something was said of")
      .flag("json", options.is_json, "with --list: one JSON object a campaign")
      .flag("take-back", options.takes_back, "nothing was said of these: --take-back NAME…");
  OptionGroup group("");
  group.add(std::move(own))
      .add(std::move(memory))
      .add(thread_options(options.threads))
      .add(judging_options(options.judging));
  return group;
}

Outcome list_said(const CampaignWords& said, bool is_json) {
  Output output;
  for (const auto& [name, entry] : said.all())
    if (auto line = is_json ? output.json(to_json(name, entry)) : output.line(to_text(name, entry));
        !line)
      return line.failure();
  return output.finish();
}

Outcome take_back(CampaignWords& said, const std::vector<std::string>& names) {
  if (names.empty()) return fail(ErrorCode::usage, "--take-back: no campaign named");
  for (const std::string& name : names) {
    if (said.find(name) == Word::none)
      return fail(ErrorCode::no_input, name + ": nothing was said of such a campaign",
                  "unsent review --list shows the names");
    said.say(name, Word::none, "", Time{});
  }
  if (auto written = said.write(campaign_words_path()); !written) return written.failure();
  return 0;
}

Result<DeedWish> read_wish_of(const ReviewOptions& options,
                              const std::vector<std::string>& mailboxes, const Config& config) {
  auto wish = deed_wish_of(options.deeds, mailboxes, config, Deed::quarantine);
  if (!wish) return wish;
  wish->also_unverified = true;
  wish->choice.is_reviewed = true;
  return wish;
}

std::string title_of(const std::vector<std::string>& mailboxes) {
  return mailboxes.size() == 1 ? mailboxes.front() : fmt::format("{} mailboxes", mailboxes.size());
}

Outcome review(ReviewOptions& options, const std::vector<std::string>& mailboxes,
               const Arguments& arguments) {
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto accounts = make_accounts(*config);
  options.judging.imap = accounts.get();
  std::vector<std::string> problems;
  if (auto added = add_sent_of_accounts(options.judging, *config, mailboxes, problems); !added)
    return added.failure();
  auto wish = read_wish_of(options, mailboxes, *config);
  if (!wish) return wish.failure();
  wish->accounts = accounts.get();
  auto judges = make_judges(options.judging, *config, options.threads.count());
  if (!judges) return judges.failure();
  Choice choice(wish->choice);
  const auto deeds = ScanDeeds::make(*wish, choice);
  if (!deeds) return deeds.failure();
  Review board(choice, title_of(mailboxes), campaign_words_path());
  const auto progress = make_progress(mailboxes);
  std::vector<ScanSink*> sinks = {progress.get(), &choice, &board, deeds->get()};
  std::erase(sinks, nullptr);
  for (std::string& problem : find_problems(mailboxes, judges->front()))
    problems.push_back(std::move(problem));
  ScanReading reading;
  reading.accounts = accounts.get();
  const auto scanned = run_scan(mailboxes, *judges, sinks, problems, reading);
  if (!scanned) return scanned.failure();
  return end_scan(*scanned, **deeds, problems, *judges);
}

}  // namespace

Outcome cmd_review(const Arguments& arguments) {
  ReviewOptions options;
  const auto parsed =
      parse_options(arguments,
                    "unsent review [OPTION…] MAILBOX…: judge every message, show the reports by\n"
                    "campaign on the terminal, and put away what you say is not yours; what was\n"
                    "done is taken back as what scan does",
                    review_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (options.is_json && !options.lists)
    return fail(ErrorCode::usage, "review: --json goes with --list");
  if (options.lists || options.takes_back) {
    auto said = CampaignWords::read(campaign_words_path());
    if (!said) return said.failure();
    return options.lists ? list_said(*said, options.is_json) : take_back(*said, parsed->operands);
  }
  if (parsed->operands.empty())
    return fail(ErrorCode::usage, "review: no mailbox named", "unsent review [OPTION…] MAILBOX…");
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
    return fail(ErrorCode::usage, "review wants a terminal",
                "without one: unsent scan, then unsent scan --quarantine --campaign NAME");
  const InterruptGuard guard;
  return review(options, parsed->operands, arguments);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>

#include "action/report.h"
#include "app/output.h"
#include "app/setup.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

constexpr std::array<Verdict, 4> kVerdicts = {Verdict::genuine, Verdict::backscatter,
                                              Verdict::unverified, Verdict::ordinary};

class Scan {
 public:
  Scan(const Setup& setup, bool is_json) : setup_(setup), is_json_(is_json) {}

  Result<void> visit(const StoredMessage& stored) {
    const Message message = Message::view(stored.bytes);
    const Judgement judgement = judge(message, setup_.premises, setup_.witnesses, setup_.recipient);
    ++counts_.at(static_cast<std::size_t>(judgement.decision.verdict));
    ++total_;
    bytes_ += stored.size;
    const Place place{stored.path, stored.offset};
    if (is_json_) return output_.line(to_json(place, message, judgement));
    if (judgement.decision.verdict == Verdict::ordinary) return {};
    return output_.line(to_line(place, message, judgement));
  }

  Result<void> finish() {
    if (!is_json_) {
      std::string totals = fmt::format("{} messages, {} bytes:", total_, bytes_);
      for (const Verdict verdict : kVerdicts)
        totals += fmt::format(" {} {}{}", counts_.at(static_cast<std::size_t>(verdict)),
                              name_of(verdict), verdict == kVerdicts.back() ? "" : ",");
      if (auto written = output_.line(totals); !written) return written;
    }
    return output_.flush();
  }

 private:
  const Setup& setup_;
  bool is_json_;
  Output output_;
  std::array<std::uint64_t, 4> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Outcome cmd_scan(const Arguments& arguments) {
  boost::program_options::options_description options("Options");
  options.add_options()("json", "one JSON object a message, ordinary ones too");
  options.add(judging_options());
  const auto parsed =
      parse_options(arguments,
                    "unsent scan [OPTION…] MAILBOX…: judge every message of mailboxes (mbox,\n"
                    "Maildir, message file, or a folder of these); nothing is changed",
                    options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.empty())
    return fail(ErrorCode::usage, "scan: no mailbox named", "unsent scan [OPTION…] MAILBOX…");
  const auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  Scan scan(*setup, parsed->has("json"));
  std::vector<std::string> problems = setup->problems;
  for (const std::string& path : parsed->operands) {
    const auto walked = walk_mailbox(
        path, [&](const StoredMessage& stored) { return scan.visit(stored); }, problems);
    if (!walked) return walked.failure();
  }
  if (auto finished = scan.finish(); !finished) return finished.failure();
  for (const std::string& problem : problems) complain(problem);
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::no_input);
}

}  // namespace unsent

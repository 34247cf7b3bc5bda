// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <csignal>
#include <exception>

#include "action/annotate.h"
#include "app/arrival.h"
#include "app/handled.h"
#include "app/output.h"
#include "app/rule_files.h"
#include "app/setup.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

bool has_word(const Arguments& arguments, std::string_view full, std::string_view brief) {
  for (const std::string& word : arguments.words)
    if (word == full || word == brief) return true;
  return false;
}

Result<Parsed> parse(const Arguments& arguments) {
  return parse_options(
      arguments, "unsent filter [OPTION…]: standard input to standard output, with our header",
      arrival_options().add(envelope_options()).add(judging_options()));
}

// Nothing that goes wrong inside may cost the message: not even an exception.
Judged judge_for_filter(std::string_view bytes, const Arguments& arguments) {
  Judged judged;
  try {
    const auto parsed = parse(arguments);
    if (parsed) return judge_arrival(bytes, arguments, *parsed);
    judged.problem = parsed.error().message;
  } catch (const std::exception& error) {
    judged.problem = error.what();
  }
  return judged;
}

// What the policy would have done, for `unsent status`; the message is out already.
void note(std::string_view bytes, const Judged& judged, Handling done) {
  const Message message = Message::view(bytes.substr(0, kMaxSeen));
  static_cast<void>(
      note_handled(data_folder(), {current_time(), judged.verdict, judged.kind, judged.planned,
                                   done, message.headers().text("Message-ID")})
          .has_value());
}

}  // namespace

Outcome cmd_filter(const Arguments& arguments) {
  if (has_word(arguments, "--help", "-h")) {
    const auto parsed = parse(arguments);
    return parsed ? Outcome(0) : Outcome(parsed.failure());
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a failed write, not a death
  std::signal(SIGXFSZ, SIG_IGN);
  const auto spool = spool_standard_input();
  if (!spool) return fail(ErrorCode::temp_fail, spool.error().message);
  const std::string_view bytes = spool->bytes();
  const Judged judged = judge_for_filter(bytes, arguments);
  if (!judged.problem.empty())
    Complaints(has_word(arguments, "--verbose", "-v"))(judged.problem +
                                                       " (the message goes through unjudged)");
  const bool is_report = judged.is_judged && judged.verdict != Verdict::ordinary;
  const bool is_bare = is_report && judged.handling == Handling::deliver;
  const std::string block = is_bare ? "" : with_line_ends_of(bytes, judged.block);
  for (const std::string_view piece : annotated_pieces(bytes, block))
    if (auto written = write_all(STDOUT_FILENO, piece, "standard output"); !written)
      return fail(ErrorCode::temp_fail, written.error().message);
  if (is_report) note(bytes, judged, is_bare ? Handling::deliver : Handling::tag);
  return 0;
}

}  // namespace unsent

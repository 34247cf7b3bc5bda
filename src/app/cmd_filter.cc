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
Judged judge_for_filter(std::string_view bytes, const Arguments& arguments, const Parsed& parsed) {
  try {
    return judge_arrival(bytes, arguments, parsed);
  } catch (const std::exception& error) {
    Judged judged;
    judged.problem = error.what();
    return judged;
  }
}

// What the policy would have done, for `unsent status`; the message is out already, and
// nothing that goes wrong here may say otherwise.
void note(std::string_view bytes, const Judged& judged, Handling done) try {
  const Message message = Message::view(bytes.substr(0, kMaxSeen));
  static_cast<void>(
      note_handled(data_folder(), {current_time(), judged.verdict, judged.kind, judged.planned,
                                   done, message.headers().text("Message-ID"), judged.recipient})
          .has_value());
} catch (const std::exception&) {
}

Result<void> write_out(const Pieces& pieces) {
  for (const std::string_view piece : pieces)
    if (auto written = write_all(STDOUT_FILENO, piece, "standard output"); !written)
      return fail(ErrorCode::temp_fail, written.error().message);
  return {};
}

Outcome pass_through() {
  const auto spool = spool_standard_input();
  if (!spool) return fail(ErrorCode::temp_fail, spool.error().message);
  const auto written = write_out({spool->bytes()});
  return written ? Outcome(0) : Outcome(written.failure());
}

// Judges what is on standard input and writes it out; where options make no sense, unjudged.
Outcome filter(const Arguments& arguments, const Result<Parsed>& parsed,
               const Complaints& complain) {
  const auto spool = spool_standard_input();
  if (!spool) return fail(ErrorCode::temp_fail, spool.error().message);
  const std::string_view bytes = spool->bytes();
  Judged judged;
  if (parsed)
    judged = judge_for_filter(bytes, arguments, *parsed);
  else
    judged.problem = parsed.error().message;
  if (!judged.problem.empty()) complain(judged.problem + " (the message goes through unjudged)");
  const bool is_report = judged.is_judged && judged.verdict != Verdict::ordinary;
  const bool is_bare = is_report && judged.handling == Handling::deliver;
  const std::string block = is_bare ? "" : with_line_ends_of(bytes, judged.block);
  if (auto written = write_out(annotated_pieces(bytes, block)); !written) return written.failure();
  if (is_report) note(bytes, judged, is_bare ? Handling::deliver : Handling::tag);
  return 0;
}

}  // namespace

Outcome cmd_filter(const Arguments& arguments) {
  const auto parsed = parse(arguments);
  if (parsed && parsed->wants_help) return 0;
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is a failed write
  const Complaints complain(has_word(arguments, "--verbose", "-v"));
  const auto wish = parsed ? read_wish(*parsed) : Result<Wish>(Wish::judge);
  if (!wish) complain(wish.error().message + " (the message goes through as it came)");
  if (!wish || *wish == Wish::leave_alone) return pass_through();
  return filter(arguments, parsed, complain);
}

}  // namespace unsent

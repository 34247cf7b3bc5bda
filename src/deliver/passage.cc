// SPDX-License-Identifier: MIT
#include "deliver/passage.h"

#include <unistd.h>

#include <exception>

#include "mailbox/mailbox.h"
#include "policy/annotate.h"
#include "setup/rule_files.h"

namespace unsent {
namespace {

// Nothing that goes wrong inside may cost the message: not even an exception.
Judged judge_for_filter(std::string_view bytes, const Arguments& arguments,
                        const ArrivalOptions& options) {
  try {
    return judge_arrival(bytes, arguments, options);
  } catch (const std::exception& error) {
    return not_judged(error.what());
  }
}

// The message is out: nothing that goes wrong now may say otherwise.
void finish(std::string_view bytes, const Judged& judged, Handling done) try {
  if (judged.is_report()) {
    const Message message = Message::view(bytes.substr(0, kMaxSeen));
    static_cast<void>(note_report(judged, done, message.headers().text("Message-ID")).has_value());
  }
  note_problem_of(judged);
  pack_phrases_behind();
} catch (const std::exception&) {
}

Result<void> write_out(const Pieces& pieces) {
  for (const std::string_view piece : pieces)
    if (auto written = write_all(STDOUT_FILENO, piece, "standard output"); !written)
      return fail(ErrorCode::temp_fail, written.error().message);
  return {};
}

}  // namespace

Outcome pass_through() {
  const auto spool = spool_standard_input();
  if (!spool) return fail(ErrorCode::temp_fail, spool.error().message);
  const auto written = write_out({spool->bytes()});
  return written ? Outcome(0) : Outcome(written.failure());
}

Outcome pass_judged(const Arguments& arguments, const std::optional<Error>& slip,
                    const ArrivalOptions& options, const Complaints& complain) {
  const auto spool = spool_standard_input();
  if (!spool) return fail(ErrorCode::temp_fail, spool.error().message);
  const std::string_view bytes = spool->bytes();
  const Judged judged =
      slip ? not_judged(slip->message) : judge_for_filter(bytes, arguments, options);
  if (!judged.problem.empty()) complain(judged.problem + " (the message goes through unjudged)");
  const bool is_bare = judged.is_report() && judged.handling == Handling::deliver;
  const std::string block = is_bare ? "" : with_line_ends_of(bytes, judged.block);
  if (auto written = write_out(annotated_pieces(bytes, block)); !written) return written.failure();
  finish(bytes, judged, is_bare ? Handling::deliver : Handling::tag);
  return 0;
}

}  // namespace unsent

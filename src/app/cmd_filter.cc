// SPDX-License-Identifier: MIT
#include <csignal>

#include "app/command.h"
#include "deliver/passage.h"
#include "setup/output.h"

namespace unsent {
namespace {

bool has_word(const Arguments& arguments, std::string_view full, std::string_view brief) {
  for (const std::string& word : arguments.words)
    if (word == full || word == brief) return true;
  return false;
}

}  // namespace

Outcome cmd_filter(const Arguments& arguments) {
  ArrivalOptions options;
  const auto parsed = parse_options(
      arguments, "unsent filter [OPTION…]: standard input to standard output, with our header",
      arrival_options(options));
  if (parsed && parsed->wants_help) return 0;
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is a failed write
  const Complaints complain(has_word(arguments, "--verbose", "-v"));
  const auto wish = parsed ? read_wish(options) : Result<Wish>(Wish::judge);
  if (!wish) complain(wish.error().message + " (the message goes through as it came)");
  if (!wish || *wish == Wish::leave_alone) return pass_through();
  if (parsed && !parsed->operands.empty())  // no mail system names one: somebody sits there
    unsent::complain(parsed->operands.front() +
                     ": is not read: the message comes on standard input");
  const auto slip = parsed ? std::nullopt : std::optional(parsed.error());
  return pass_judged(arguments, slip, options, complain);
}

}  // namespace unsent

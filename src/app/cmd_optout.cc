// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "optin/switch.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/user.h"

namespace unsent {

Outcome cmd_optout(const Arguments& arguments) {
  std::optional<std::string> file;
  std::optional<std::string> user;
  bool is_json = false;
  OptionGroup options;
  options.text("file", "FILE", file, "look for our lines here, too")
      .text("user", "NAME", user, "from root, for this user")
      .flag("json", is_json, "what was done as one JSON object");
  const auto parsed = parse_options(
      arguments, "unsent optout [OPTION…]: take unsent out of the way of your mail", options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, parsed->operands.front() + ": not an option", "see --help");
  if (user)
    if (auto done = become_user(*user); !done) return done.failure();
  const auto told = opt_out(file);
  if (!told) return told.failure();
  return is_json ? print_json(to_json(*told)) : print(to_text(*told));
}

}  // namespace unsent

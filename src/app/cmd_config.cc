// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/command.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/setting.h"

namespace unsent {

Outcome cmd_config(const Arguments& arguments) {
  const auto parsed = parse_options(
      arguments,
      "unsent config            all that can be set in config.toml, explained, to be copied\n"
      "unsent config SECTION    one section of it",
      OptionGroup());
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.size() > 1)
    return fail(ErrorCode::usage, "more than one section", "see unsent config --help");
  const std::string section = parsed->operands.empty() ? "" : parsed->operands.front();
  const std::string text = example_config(section);
  if (text.empty())
    return fail(ErrorCode::usage, fmt::format("no section [{}]", section),
                "the sections are " + section_names());
  return print(text);
}

}  // namespace unsent

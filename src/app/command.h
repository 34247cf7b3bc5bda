// SPDX-License-Identifier: MIT
// The commands: one table that dispatch and help read, one cmd_*.cc a command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unsent {

// The command line behind the command's name, and what stood before it.
struct Arguments {
  std::vector<std::string> words;
  std::optional<std::string> config_path;  // --config
};

// An exit status, or the reason why there is none of the command's own.
using Outcome = Result<int>;

// Whether mail waits for the command's status: then no failure may look final.
enum class Stands { beside_the_mail, in_its_way };

struct Command {
  std::string_view name;
  std::string_view summary;
  Outcome (*run)(const Arguments& arguments);
  Stands stands = Stands::beside_the_mail;
};

Outcome cmd_check(const Arguments& arguments);
Outcome cmd_doctor(const Arguments& arguments);
Outcome cmd_deliver(const Arguments& arguments);
Outcome cmd_filter(const Arguments& arguments);
Outcome cmd_import(const Arguments& arguments);
Outcome cmd_ledger(const Arguments& arguments);
Outcome cmd_optin(const Arguments& arguments);
Outcome cmd_optout(const Arguments& arguments);
Outcome cmd_quarantine(const Arguments& arguments);
Outcome cmd_record(const Arguments& arguments);
Outcome cmd_rules(const Arguments& arguments);
Outcome cmd_scan(const Arguments& arguments);
Outcome cmd_sendmail(const Arguments& arguments);
Outcome cmd_spf(const Arguments& arguments);
Outcome cmd_tag(const Arguments& arguments);
Outcome cmd_status(const Arguments& arguments);

}  // namespace unsent

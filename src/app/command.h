// SPDX-License-Identifier: MIT
// The commands: one table that dispatch and help read, one cmd_*.cc a command.
#pragma once

#include <string_view>

#include "setup/arguments.h"

namespace unsent {

// Whether mail waits for the command's status: then no failure may look final.
enum class Stands { beside_the_mail, in_its_way };

struct Command {
  std::string_view name;
  std::string_view summary;
  Outcome (*run)(const Arguments& arguments);
  std::string_view examples;  // two lines, for its help
  Stands stands = Stands::beside_the_mail;
};

Outcome cmd_check(const Arguments& arguments);
Outcome cmd_config(const Arguments& arguments);
Outcome cmd_doctor(const Arguments& arguments);
Outcome cmd_deliver(const Arguments& arguments);
Outcome cmd_filter(const Arguments& arguments);
Outcome cmd_import(const Arguments& arguments);
Outcome cmd_judge(const Arguments& arguments);
Outcome cmd_ledger(const Arguments& arguments);
Outcome cmd_optin(const Arguments& arguments);
Outcome cmd_optout(const Arguments& arguments);
Outcome cmd_quarantine(const Arguments& arguments);
Outcome cmd_record(const Arguments& arguments);
Outcome cmd_review(const Arguments& arguments);
Outcome cmd_rules(const Arguments& arguments);
Outcome cmd_scan(const Arguments& arguments);
Outcome cmd_sendmail(const Arguments& arguments);
Outcome cmd_serve(const Arguments& arguments);
Outcome cmd_spf(const Arguments& arguments);
Outcome cmd_tag(const Arguments& arguments);
Outcome cmd_status(const Arguments& arguments);
Outcome cmd_watch(const Arguments& arguments);

}  // namespace unsent

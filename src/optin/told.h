// SPDX-License-Identifier: MIT
// What opt-in would do, or has done, and opt-out, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "optin/agent_lines.h"

namespace unsent {

struct OptInTold {
  enum class State { planned, done, there_already };

  Agent agent = Agent::site;
  State state = State::planned;
  std::string path;           // the agent's file; for site, where the opt-in is noted
  std::string change;         // lines with "+ " and "- " before them; "" for none
  std::string tried;          // how, and what came of it
  std::string backup;         // the file as it was; "" where there was none
  std::string quarantine;     // "": backscatter is not put away by the lines
  std::string mailbox;        // the words that name it to unsent deliver; "": the agent delivers
  std::string administrator;  // what only that one can add; "" for nothing
};
std::string to_text(const OptInTold& told);
// schema/optin.schema.json
std::string to_json(const OptInTold& told);

struct OptOutTold {
  enum class Done { removed, as_before };
  struct File {
    std::string path;
    Done done = Done::as_before;
  };

  bool was_in = false;
  std::vector<File> files;  // those in which our lines stood
};
std::string to_text(const OptOutTold& told);
// schema/optout.schema.json
std::string to_json(const OptOutTold& told);

}  // namespace unsent

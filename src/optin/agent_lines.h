// SPDX-License-Identifier: MIT
// What opt-in writes into the file that a delivery agent reads: lines between two marks.
// Text to text: a file that cannot be understood for sure is refused, and what is taken out
// again is exactly what was put in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace unsent {

enum class Agent {
  procmail,  // ~/.procmailrc
  maildrop,  // ~/.mailfilter
  sieve,     // ~/.dovecot.sieve
  forward,   // ~/.forward, of Postfix, OpenSMTPD, sendmail
  exim,      // ~/.forward that is an Exim filter: a program that fails must not cost other mail
  qmail,     // ~/.qmail; Courier's .courier is written alike
  site,      // no file: the administrator filters for everybody who has opted in
};
constexpr Agent kAgents[] = {Agent::procmail, Agent::maildrop, Agent::sieve, Agent::forward,
                             Agent::exim,     Agent::qmail,    Agent::site};
std::string_view name_of(Agent agent);
std::optional<Agent> parse_agent(std::string_view name);
// In the home folder; "" for site.
std::string_view file_of(Agent agent);

// What the lines call and where mail goes; paths are absolute.
struct Wiring {
  std::string program;
  std::string user;        // the login name
  std::string mailbox;     // the words that name it to unsent deliver; "" for none
  std::string quarantine;  // a Maildir; "": backscatter is only marked
};

// The text with our lines put in (a text that has them already must lose them first). path
// is for the error; is_new: there was no such file. Errors name the line that forbids it.
Result<std::string> put_lines(Agent agent, std::string_view text, const Wiring& wiring,
                              const std::string& path, bool is_new);

// The text of a .forward begins as an Exim filter does.
bool is_exim_filter(std::string_view text);

// The lines alone, as the agent reads them.
Result<std::string> make_lines(Agent agent, const Wiring& wiring);

struct Taken {
  std::string text;     // without our lines
  bool is_new = false;  // the file was made for them
  std::string lines;    // ours, with LF ends
};
// nullopt: there are none. Marks that are damaged, and lines between them that somebody has
// changed, are an error: they are no longer ours.
Result<std::optional<Taken>> take_lines(std::string_view text, const std::string& path);

// The lines in which two texts differ, with "- " and "+ " before them.
std::string difference(std::string_view before, std::string_view after);

}  // namespace unsent

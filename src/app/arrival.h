// SPDX-License-Identifier: MIT
// What filter and deliver do alike with the message on standard input: hold it, judge it
// within a time, and never let the judging cost the message.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "action/policy.h"
#include "app/options.h"
#include "base/spool.h"
#include "bounce/bounce.h"
#include "mail/message.h"
#include "verdict/verdict.h"

namespace unsent {

// What is kept of a judgement. Not judged: an ordinary message whose judging failed, for
// the reason that problem tells; block is then empty, or says that time ran out.
struct Judged {
  bool is_judged = false;
  Verdict verdict = Verdict::unverified;
  Kind kind = Kind::ordinary;
  std::string block;
  std::string problem;
  Handling planned = Handling::tag;       // what the policy says
  Handling handling = Handling::tag;      // what is to be done: less, in the shadow mode
  std::string recipient = {};             // to whom it came, as far as it is known
  std::vector<std::string> remarks = {};  // what was wrong all the same, a line each
};

constexpr std::size_t kSpoolInMemory = std::size_t{8} << 20U;

Result<Spool> spool_standard_input();

// --verbose, --user and --if-opted-in, of filter and deliver.
boost::program_options::options_description arrival_options();

// Whose mail this is: becomes the user whom --user names, before anything of the user's is
// read, and tells whether the message is to be judged at all (--if-opted-in). On an error
// nothing of the user's may be touched.
enum class Wish { judge, leave_alone };
Result<Wish> read_wish(const Parsed& parsed);

// Runs work in a process of its own and waits for it no longer than deadline: a crash, an
// endless loop or a silent server costs a verdict, not the message.
Judged judge_apart(const std::function<Judged()>& work, std::chrono::milliseconds deadline);

// Judges by options, config and ledger, apart. Ordinary mail, nearly all of it, is known by
// its header and costs no process, config or ledger, unless the user has rules. At most kMaxSeen
// bytes are looked at.
Judged judge_arrival(std::string_view bytes, const Arguments& arguments, const Parsed& parsed);

// Why something went wrong: on standard error for a person (a terminal, or --verbose), else
// in the system's mail log; agents that call us take words for a failure, or for mail.
class Complaints {
 public:
  explicit Complaints(bool is_verbose);
  void operator()(const std::string& text) const;

 private:
  bool is_spoken_;
};

}  // namespace unsent

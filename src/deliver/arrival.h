// SPDX-License-Identifier: MIT
// What filter and deliver do alike with the message on standard input: hold it, judge it
// within a time, and never let the judging cost the message.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/spool.h"
#include "deliver/confine.h"
#include "deliver/judged.h"
#include "mail/message.h"
#include "setup/options.h"

namespace unsent {

constexpr std::size_t kSpoolInMemory = std::size_t{8} << 20U;

Result<Spool> spool_standard_input();

// What filter and deliver are told alike.
struct ArrivalOptions {
  std::optional<std::string> user;
  bool if_opted_in = false;
  bool is_verbose = false;
  SenderOptions envelope;
  JudgingOptions judging;
  std::optional<Error> slip;  // in how to judge: it costs the verdict, not the message
};
OptionGroup arrival_options(ArrivalOptions& options);

// Whose mail this is: becomes the user whom --user names, before anything of the user's is
// read, and tells whether the message is to be judged at all (--if-opted-in). On an error
// nothing of the user's may be touched.
enum class Wish { judge, leave_alone };
Result<Wish> read_wish(const ArrivalOptions& options);

// Runs work in a process of its own and waits for it no longer than deadline: a crash, an
// endless loop or a silent server costs a verdict, not the message.
Judged judge_apart(const std::function<Judged()>& work, std::chrono::milliseconds deadline);

// Judges by options, config and ledger, apart. Ordinary mail, nearly all of it, is known by
// its header and costs no process, config or ledger, unless the user has rules. At most kMaxSeen
// bytes are looked at.
Judged judge_arrival(std::string_view bytes, const Arguments& arguments,
                     const ArrivalOptions& options);

// Into the account of what was done, and among what a flood is compared with, if it is a report. An
// error is one of the account. message_id: of the message, or "".
Result<void> note_report(const Judged& judged, Handling done, const std::string& message_id);

// For `unsent status`, if something went wrong.
void note_problem_of(const Judged& judged);

// What judging opens only once it wants it: character sets, the ledger once more to count, the
// answers of the DNS that are kept, keys.
Confinement confinement_of(const Config& config, const JudgingOptions& judging);

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

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/scan_actions.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

Outcome list_acts(const std::vector<Act>& acts) {
  Output output;
  for (const Act& act : acts) {
    std::uint64_t count = 0;
    for (PlanReader plan(act); plan.peek() != nullptr; plan.advance()) ++count;
    auto written =
        output.line(fmt::format("{}  {}  {} planned: {}", act.id(), format_rfc3339(act.since()),
                                count, name_of(act.deed())));
    if (!written) return written.failure();
  }
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

// Without ids: the last one.
Result<std::vector<Act>> chosen(const std::string& home, const std::vector<std::string>& ids) {
  std::vector<Act> acts;
  for (const std::string& id : ids) {
    auto act = Act::open(home, id);
    if (!act) return act.failure();
    acts.push_back(std::move(*act));
  }
  if (!ids.empty()) return acts;
  auto all = Act::list(home);
  if (!all) return all;
  if (all->empty())
    return fail(ErrorCode::no_input, "nothing was done that could be taken back",
                "it is kept for 30 days, or until --forget");
  acts.push_back(std::move(all->back()));
  return acts;
}

Result<int> undo_one(const Act& act, const ActingOptions& options) {
  const auto undone = take_back(act, options);
  if (!undone) return undone.failure();
  int status = 0;
  for (const Error& error : undone->problems) {
    complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
    if (error.code != ErrorCode::data) status = static_cast<int>(error.code);
  }
  Output output;
  auto said = output.line(fmt::format("{}: {} {} put back", act.id(), undone->messages,
                                      undone->messages == 1 ? "message" : "messages"));
  if (said) said = output.flush();
  if (!said) return said.failure();
  return status;
}

}  // namespace

po::options_description undo_options() {
  po::options_description options("What was done before (no mailbox is read)");
  options.add_options()                                                          //
      ("undo", "put back what the act ID did, or the last one: --undo [ID…]")    //
      ("forget", "give up the way back, and what is kept for it: --forget ID…")  //
      ("acts", "list what can be taken back");
  return options;
}

bool is_undo(const Parsed& parsed) {
  return parsed.has("undo") || parsed.has("forget") || parsed.has("acts");
}

Outcome run_undo(const Parsed& parsed) {
  if (parsed.has("undo") + parsed.has("forget") + parsed.has("acts") > 1)
    return fail(ErrorCode::usage, "--undo, --forget and --acts exclude each other");
  const auto home = acts_home();
  if (!home) return home.failure();
  if (parsed.has("acts")) {
    const auto acts = Act::list(*home);
    return acts ? list_acts(*acts) : acts.failure();
  }
  if (parsed.has("forget") && parsed.operands.empty())
    return fail(ErrorCode::usage, "--forget: which act?", "see unsent scan --acts");
  const auto lock = lock_acts(*home);
  if (!lock) return lock.failure();
  if (auto done = recover_acts(*home); !done) return done.failure();
  const auto acts = chosen(*home, parsed.operands);
  if (!acts) return acts.failure();
  ActingOptions options;
  if (parsed.has("lock-wait"))
    options.lock.patience = std::chrono::seconds(parsed.values["lock-wait"].as<unsigned>());
  if (parsed.has("flock")) options.lock.flock = Flock::take;
  int status = 0;
  for (const Act& act : *acts) {
    if (parsed.has("forget")) {
      if (auto gone = act.forget(); !gone) return gone.failure();
      continue;
    }
    const auto undone = undo_one(act, options);
    if (!undone) return undone;
    if (status == 0) status = *undone;
  }
  return status;
}

}  // namespace unsent

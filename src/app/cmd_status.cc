// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/handled.h"
#include "app/opt_in.h"
#include "app/output.h"
#include "app/setup.h"
#include "app/store.h"
#include "ledger/sqlite_ledger.h"
#include "mailbox/quarantine.h"

namespace unsent {
namespace {

struct Status {
  std::string ledger;
  std::string ledger_state;  // "1234 messages", or what is wrong with it
  std::string mailbox;       // "" if none is configured
  std::string quarantine;
  std::string quarantine_state;
  std::vector<OptIn> opt_ins;
  HandledSums sums;
};

std::string ledger_state(const std::string& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) != 0) return "none yet";
  const auto opened = SqliteLedger::open_for_reading(path);
  if (!opened) return opened.error().message;
  const auto learned = (*opened)->identity();
  return learned.is_available() ? fmt::format("{} messages", learned.value.messages)
                                : std::string("cannot be read");
}

std::string quarantine_state(const std::string& folder) {
  const auto list = list_quarantine_files(folder);
  if (!list) return list.error().message;
  if (list->empty()) return "empty";
  std::uint64_t size = 0;
  for (const Quarantined& one : *list) size += one.size;
  return fmt::format("{} {}, {} bytes, the oldest since {}", list->size(),
                     list->size() == 1 ? "message" : "messages", size,
                     format_rfc3339(list->front().since));
}

// "quarantine", "tag, but would be quarantine"
std::string in_words(const std::string& planned, const std::string& done) {
  return planned == done ? done : fmt::format("{}, where the policy says {}", done, planned);
}

std::string to_text(const Status& status, const Policy& policy) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<11} {}\n", name, value);
  };
  line("ledger", fmt::format("{}: {}", status.ledger, status.ledger_state));
  line("mailbox", status.mailbox.empty() ? "none configured" : status.mailbox);
  line("quarantine", fmt::format("{}: {}", status.quarantine, status.quarantine_state));
  if (status.opt_ins.empty()) line("opt-in", "no");
  for (const OptIn& one : status.opt_ins) line("opt-in", describe(one));
  line("policy",
       policy.is_shadow() ? "shadow: nothing is put away or dropped, only counted" : "active");
  for (const Verdict verdict : {Verdict::genuine, Verdict::backscatter, Verdict::unverified})
    line("", describe(policy, verdict));
  line("handled", status.sums.since.empty() ? "nothing yet" : "since " + status.sums.since);
  for (const auto& [key, count] : status.sums.counts) {
    const auto& [verdict, planned, done] = key;
    line("", fmt::format("{:>6}  {}: {}", count, verdict, in_words(planned, done)));
  }
  return text;
}

std::string to_json(const Status& status, const Policy& policy) {
  nlohmann::ordered_json object;
  object["ledger"] = {{"path", status.ledger}, {"state", status.ledger_state}};
  object["mailbox"] = status.mailbox.empty() ? nlohmann::ordered_json(nullptr)
                                             : nlohmann::ordered_json(status.mailbox);
  object["quarantine"] = {{"path", status.quarantine}, {"state", status.quarantine_state}};
  object["opt_in"] = nlohmann::ordered_json::array();
  for (const OptIn& one : status.opt_ins) object["opt_in"].push_back(describe(one));
  object["mode"] = policy.is_shadow() ? "shadow" : "active";
  object["since"] = status.sums.since.empty() ? nlohmann::ordered_json(nullptr)
                                              : nlohmann::ordered_json(status.sums.since);
  object["handled"] = nlohmann::ordered_json::array();
  for (const auto& [key, count] : status.sums.counts) {
    const auto& [verdict, planned, done] = key;
    object["handled"].push_back(
        {{"verdict", verdict}, {"planned", planned}, {"done", done}, {"count", count}});
  }
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

Outcome cmd_status(const Arguments& arguments) {
  boost::program_options::options_description options("Options");
  options.add_options()("json", "one JSON object");
  const auto parsed = parse_options(
      arguments, "unsent status [--json]: the policy, what it has done, and where things are",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  Status status;
  const auto ledger = ledger_path(std::nullopt, *config);
  status.ledger = ledger ? *ledger : std::string("nowhere");
  status.ledger_state = ledger ? ledger_state(*ledger) : ledger.error().message;
  status.mailbox = config->mailbox.value_or("");
  status.quarantine = quarantine_path(*config);
  status.quarantine_state = quarantine_state(status.quarantine);
  status.opt_ins = read_opt_ins();
  status.sums = sum_handled(data_folder());
  Output output;
  auto written = output.text(parsed->has("json") ? to_json(status, config->policy)
                                                 : to_text(status, config->policy));
  if (written) written = output.flush();
  return written ? Outcome(0) : Outcome(written.failure());
}

}  // namespace unsent

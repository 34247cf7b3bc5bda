// SPDX-License-Identifier: MIT
#include "status/told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"

namespace unsent {
namespace {

// "quarantine"; or why it was only tagged: `filter` changes nothing but the header, and the mail
// agent goes by that.
std::string in_words(const std::string& planned, const std::string& done, const Policy& policy) {
  if (planned == done) return done;
  if (policy.is_shadow()) return fmt::format("{} in the shadow, else {}", done, planned);
  if (done == name_of(Handling::tag))
    return fmt::format("tag; the mail agent does what its own lines say ({})", planned);
  return fmt::format("{}, where the policy says {}", done, planned);
}

}  // namespace

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
    line("", fmt::format("{:>6}  {}: {}", count, verdict, in_words(planned, done, policy)));
  }
  if (status.problem)
    line("problem",
         fmt::format("{}: {}", format_rfc3339(status.problem->when), status.problem->what));
  for (const auto& [service, count] : status.sums.services)
    line("question", question_about(service, count));
  return text;
}

std::string to_json(const Status& status, const Policy& policy) {
  nlohmann::ordered_json object = begin_json();
  using json = nlohmann::ordered_json;
  object["ledger"] = {{"path", status.ledger},
                      {"state", status.ledger_state},
                      {"messages", status.messages ? json(*status.messages) : json(nullptr)},
                      {"bytes", status.bytes ? json(*status.bytes) : json(nullptr)}};
  object["mailbox"] = status.mailbox.empty() ? nlohmann::ordered_json(nullptr)
                                             : nlohmann::ordered_json(status.mailbox);
  object["quarantine"] = {
      {"path", status.quarantine},
      {"state", status.quarantine_state},
      {"messages", status.put_away ? json(*status.put_away) : json(nullptr)},
      {"bytes", status.put_away ? json(status.put_away_bytes) : json(nullptr)},
      {"oldest", status.oldest ? json(format_rfc3339(*status.oldest)) : json(nullptr)}};
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
  object["rules"] = nlohmann::ordered_json::array();
  for (const auto& [rule, count] : status.sums.rules)
    object["rules"].push_back({{"rule", rule}, {"count", count}});
  object["problem"] = nullptr;
  if (status.problem)
    object["problem"] = {{"when", format_rfc3339(status.problem->when)},
                         {"what", status.problem->what}};
  object["services"] = nlohmann::ordered_json::array();
  for (const auto& [service, count] : status.sums.services)
    object["services"].push_back({{"service", service}, {"count", count}});
  return json_line(object);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "acting/quarantine.h"
#include "app/command.h"
#include "base/metrics.h"
#include "base/json_line.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "deliver/chosen_store.h"
#include "deliver/handled.h"
#include "ledger/ledger_reader.h"
#include "optin/opt_in.h"
#include "serve/remote_ledger.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr mode_t kForAll = 0644;  // of a file of metrics: who collects them is another user

struct Status {
  std::string ledger;
  std::string ledger_state;              // "1234 messages", or what is wrong with it
  std::optional<std::int64_t> messages;  // in it, and its bytes on the disk
  std::optional<std::uintmax_t> bytes;
  std::string mailbox;  // "" if none is configured
  std::string quarantine;
  std::string quarantine_state;
  std::optional<std::size_t> put_away;  // messages in it, their bytes, and since when
  std::uint64_t put_away_bytes = 0;
  std::optional<Time> oldest;
  std::vector<OptIn> opt_ins;
  HandledSums sums;
  std::optional<Problem> problem;
};

Result<std::unique_ptr<Ledger>> open_any(const std::string& path) {
  if (is_service(path)) {
    auto service = RemoteLedger::connect(path);
    return service ? Result<std::unique_ptr<Ledger>>(std::move(*service)) : service.failure();
  }
  auto opened = LedgerReader::open(path);
  return opened ? Result<std::unique_ptr<Ledger>>(std::move(*opened)) : opened.failure();
}

// What is known of a ledger that is a file; of a service's its users are told the size alone.
void add_ledger(Metrics& metrics, const Status& status) {
  metrics.begin("unsent_ledger_messages", "Messages that the ledger remembers as sent.");
  if (status.messages) metrics.sample(*status.messages);
  metrics.begin("unsent_ledger_bytes", "Size of the ledger on the disk.");
  if (status.bytes) metrics.sample(static_cast<std::int64_t>(*status.bytes));
  const auto ledger = status.messages && !is_service(status.ledger)
                          ? LedgerReader::open(status.ledger)
                          : Result<std::unique_ptr<LedgerReader>>(nullptr);
  if (!ledger || !*ledger) return;
  metrics.begin("unsent_ledger_complete_since_seconds",
                "Since when the ledger is said to have all mail of a domain or address.");
  if (const auto promises = (*ledger)->promises())
    for (const CoverageRange& one : *promises)
      if (!one.until) metrics.sample(one.since, {{"scope", one.scope}});
  const auto feeds = (*ledger)->all_feeds();
  if (!feeds) return;
  metrics.begin("unsent_feed_read_seconds", "When a log was last read.");
  for (const Feed& feed : *feeds) metrics.sample(feed.last_read, {{"path", feed.path}});
  metrics.begin("unsent_feed_unread_bytes", "Bytes of a log that were not read yet.");
  for (const Feed& feed : *feeds) {
    std::error_code error;
    const auto size = std::filesystem::file_size(feed.path, error);
    if (!error && size >= feed.next_start)
      metrics.sample(static_cast<std::int64_t>(size - feed.next_start), {{"path", feed.path}});
  }
}

std::string to_metrics(const Status& status) {
  Metrics metrics;
  metrics.begin("unsent_reports", "Reports in the account, by verdict and what was done.");
  for (const auto& [key, count] : status.sums.counts) {
    const auto& [verdict, planned, done] = key;
    metrics.sample(count, {{"verdict", verdict}, {"planned", planned}, {"done", done}});
  }
  metrics.begin("unsent_reports_by_rule", "The same, by the rule that recognised them.");
  for (const auto& [rule, count] : status.sums.rules) metrics.sample(count, {{"rule", rule}});
  metrics.begin("unsent_reports_since_seconds", "When the account begins.");
  if (const auto since = parse_rfc3339(status.sums.since)) metrics.sample(*since);
  metrics.begin("unsent_quarantine_messages", "Messages that were put away.");
  if (status.put_away) metrics.sample(static_cast<std::int64_t>(*status.put_away));
  metrics.begin("unsent_quarantine_bytes", "Their size.");
  if (status.put_away) metrics.sample(static_cast<std::int64_t>(status.put_away_bytes));
  add_ledger(metrics, status);
  metrics.begin("unsent_last_problem_seconds",
                "When something last went wrong while mail passed; unsent status says what.");
  if (status.problem) metrics.sample(status.problem->when);
  metrics.begin("unsent_time_seconds", "When these figures were made.");
  metrics.sample(current_time());
  return metrics.text();
}

void look_at_ledger(Status& status) {
  const std::string& path = status.ledger;
  status.ledger_state = "none yet";
  if (path.empty() || ::access(path.c_str(), F_OK) != 0) return;
  const auto opened = open_any(path);
  if (!opened) status.ledger_state = opened.error().message;
  if (!opened) return;
  const auto learned = (*opened)->identity();
  status.ledger_state = learned.is_available() ? fmt::format("{} messages", learned.value.messages)
                                               : std::string("cannot be read");
  if (learned.is_available()) status.messages = learned.value.messages;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (!error) status.bytes = bytes;
}

void look_at_quarantine(Status& status) {
  const auto list = list_quarantine_files(status.quarantine);
  status.quarantine_state = list ? "empty" : list.error().message;
  if (!list) return;
  status.put_away = list->size();
  if (list->empty()) return;
  for (const Quarantined& one : *list) status.put_away_bytes += one.size;
  status.oldest = list->front().since;
  status.quarantine_state =
      fmt::format("{}, {} bytes, the oldest since {}", many(list->size(), "message"),
                  status.put_away_bytes, format_rfc3339(*status.oldest));
}

// "quarantine"; or why it was only tagged: `filter` changes nothing but the header, and the mail
// agent goes by that.
std::string in_words(const std::string& planned, const std::string& done, const Policy& policy) {
  if (planned == done) return done;
  if (policy.is_shadow()) return fmt::format("{} in the shadow, else {}", done, planned);
  if (done == name_of(Handling::tag))
    return fmt::format("tag; the mail agent does what its own lines say ({})", planned);
  return fmt::format("{}, where the policy says {}", done, planned);
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

Result<void> write_for_all(const std::string& path, const std::string& text) {
  auto file = WholeFile::begin(path, WholeFile::Aside::unique, kForAll);
  if (!file) return file.failure();
  if (auto added = file->add(text); !added) return added;
  return file->finish();
}

struct StatusOptions {
  bool is_json = false;
  bool is_metrics = false;
  std::optional<std::string> ledger;
  std::optional<std::string> file;
};

OptionGroup status_options(StatusOptions& options) {
  OptionGroup group;
  group.flag("json", options.is_json, "one JSON object")
      .flag("metrics", options.is_metrics, "figures, as Prometheus reads them")
      .text("to", "FILE", options.file, "with --metrics: into this file, whole or not at all")
      .text("ledger", "FILE", options.ledger, "the ledger, else the configuration's, or your own")
      .check([&options]() -> Result<void> {
        if (options.is_json && options.is_metrics)
          return fail(ErrorCode::usage, "status: --json and --metrics exclude each other");
        if (options.file && !options.is_metrics)
          return fail(ErrorCode::usage, "status: --to goes with --metrics");
        return {};
      });
  return group;
}

}  // namespace

Outcome cmd_status(const Arguments& arguments) {
  StatusOptions options;
  const auto parsed = parse_options(
      arguments, "unsent status [OPTION…]: the policy, what it has done, and where things are",
      status_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  Status status;
  const auto ledger = ledger_path(options.ledger, *config);
  status.ledger = ledger ? *ledger : std::string("nowhere");
  status.ledger_state = ledger ? "" : ledger.error().message;
  if (ledger) look_at_ledger(status);
  status.mailbox = config->mailbox.value_or("");
  status.quarantine = quarantine_path(*config);
  look_at_quarantine(status);
  status.opt_ins = read_opt_ins();
  status.sums = sum_handled(data_folder());
  status.problem = last_problem(data_folder());
  if (options.file) {
    const auto written = write_for_all(*options.file, to_metrics(status));
    return written ? Outcome(0) : Outcome(written.failure());
  }
  Output output;
  auto written = options.is_metrics ? output.text(to_metrics(status))
                 : options.is_json  ? output.json(to_json(status, config->policy))
                                    : output.text(to_text(status, config->policy));
  return written ? output.finish() : written.failure();
}

}  // namespace unsent

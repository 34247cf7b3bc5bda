// SPDX-License-Identifier: MIT
#include "report/advice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/figures.h"
#include "report/shell_text.h"

namespace unsent {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMostNamed = 3;
constexpr std::size_t kMostScopes = 3;
constexpr std::size_t kManyBins = 400;  // days enough to find out when a flood began

// "a, b, c and 4 more".
std::string listed(const Words& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i) {
    const bool is_last = i + 1 == names.size();
    out += (i == 0 ? "" : is_last ? " and " : ", ") + names[i];
  }
  if (names.size() > kMostNamed) out += fmt::format(" and {} more", names.size() - kMostNamed);
  return out;
}

bool is_within(std::string_view domain, std::string_view ours) {
  return equal_ignoring_case(domain, ours) ||
         ends_with_ignoring_case(domain, "." + std::string(ours));
}

std::string_view domain_of(std::string_view address) {
  return address.substr(std::min(address.rfind('@') + 1, address.size()));
}

// What a promise for domain is made for: the domain where it is said to be ours, else the
// addresses in it that are. Empty: it is none of ours.
Words scopes_of(const Circumstances& one, std::string_view domain) {
  Words scopes;
  for (const std::string& ours : one.domains)
    if (is_within(domain, ours)) return {ours};
  for (const std::string& address : one.addresses)
    if (scopes.size() < kMostScopes && equal_ignoring_case(domain_of(address), domain))
      scopes.push_back(address);
  return scopes;
}

bool is_promised(const Circumstances& one, const Words& scopes) {
  return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
    return std::any_of(one.complete.begin(), one.complete.end(), [&](const std::string& done) {
      return is_within(scope, done) || is_within(domain_of(scope), done);
    });
  });
}

std::string reports_text(std::uint64_t count) { return counted(count, "report", "reports"); }

std::string whose(const Circumstances& one) {
  if (one.domains.empty() && one.addresses.empty())
    return "Nobody has said which addresses are yours, and no mail that you sent shows it.";
  const Words& names = one.domains.empty() ? one.addresses : one.domains;
  if (!one.is_learned) return fmt::format("Taken for yours, as you said: {}.", listed(names));
  return fmt::format("Taken for yours, learned from {} that you sent: {}.",
                     counted(static_cast<std::uint64_t>(one.learned_from), "message", "messages"),
                     listed(names));
}

std::string ways(const Circumstances& one, const ScanSummary& summary) {
  if (!one.relays.empty())
    return fmt::format("Your outgoing servers, as you said: {}.", listed(one.relays));
  Words clients;
  for (const Tally::Entry& entry : summary.proved_clients().top(kMostNamed))
    clients.push_back(fmt::format("{} ({})", entry.name, grouped(entry.counts.total())));
  if (clients.empty()) return "";
  return fmt::format("What is proved to be yours was handed in by {}.", listed(clients));
}

std::string_view last_word(std::string_view record) {
  const std::string_view text = trim(record);
  return text.substr(std::min(text.rfind(' ') + 1, text.size()));
}

bool forbids(const SpfWord& word) {
  return word.result == SpfResult::pass && equal_ignoring_case(last_word(word.record), "-all");
}

std::string spf_text(const SpfWord& word) {
  const std::string who = "SPF of " + word.domain;
  switch (word.result) {
    case SpfResult::none:
      return fmt::format("{} has no SPF record: anybody may send in its name.", word.domain);
    case SpfResult::permerror:
      return fmt::format("{} cannot be read: {}.", who, word.reason);
    case SpfResult::temperror:
      return fmt::format("{} could not be had: {}.", who, word.reason);
    case SpfResult::pass:
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral:
      break;
  }
  const std::string_view end = last_word(word.record);
  if (forbids(word)) return fmt::format("{} forbids all servers but those that it names.", who);
  if (equal_ignoring_case(end, "~all"))
    return fmt::format("{} ends in ~all: it doubts other servers, and forbids none.", who);
  return fmt::format("{} ends in {}: it does not forbid other servers.", who, end);
}

// A resolver that answers nothing is one fault, not one a domain.
bool is_silent(const Circumstances& one) {
  return one.dns == Circumstances::Dns::asked && !one.spf.empty() &&
         std::all_of(one.spf.begin(), one.spf.end(),
                     [](const SpfWord& word) { return word.result == SpfResult::temperror; });
}

void add_dns(Words& lines, const Circumstances& one) {
  if (one.dns == Circumstances::Dns::off) {
    lines.push_back("The DNS was not asked: SPF and DKIM had no say.");
    return;
  }
  if (is_silent(one)) {
    lines.push_back(fmt::format("Your DNS resolver answers nothing ({}): SPF and DKIM had no say.",
                                one.spf.front().reason));
    return;
  }
  for (const SpfWord& word : one.spf) lines.push_back(spf_text(word));
}

class Adviser {
 public:
  Adviser(const Circumstances& circumstances, const ScanSummary& summary, Time now)
      : one_(circumstances), summary_(summary), now_(now) {}

  std::vector<Advice> take() {
    act();
    for (const Shortfall& shortfall : summary_.shortfalls().list()) remedy(shortfall);
    if (!one_.is_opted_in && summary_.not_genuine() > 0)
      add("So that it does not come back tomorrow, have your mail judged as it comes. This shows "
          "what it would change, and changes nothing yet:",
          {{"unsent", "optin"}});
    return std::move(advice_);
  }

 private:
  void add(std::string text, std::vector<Words> commands = {}) {
    advice_.push_back({std::move(text), std::move(commands)});
  }

  void act() {
    const std::uint64_t count = summary_.counts()[Verdict::backscatter];
    if (count == 0) return;
    add(fmt::format("{} {} about mail that you never sent. Put them away; `unsent scan --undo` "
                    "takes it back:",
                    reports_text(count), count == 1 ? "is" : "are"),
        {one_.scan.with({"--quarantine"})});
  }

  std::string would_be_settled(const Shortfall& shortfall) const {
    return fmt::format("{} of {} that cannot be told would be settled", grouped(shortfall.reports),
                       grouped(summary_.counts()[Verdict::unverified]));
  }

  void remedy(const Shortfall& shortfall) {
    switch (shortfall.remedy) {
      case Remedy::complete:
        return promise(shortfall);
      case Remedy::keep_ledger:
        return name_sent(shortfall);
      case Remedy::mend_ledger:
        return add(
            would_be_settled(shortfall) + " if your ledger could be asked. What is wrong with it:",
            {ledger_command("check")});
      case Remedy::publish_spf:
      case Remedy::mend_spf:
      case Remedy::end_in_all:
        return publish(shortfall);
      case Remedy::ask_dns:
        return ask_dns(shortfall);
      case Remedy::none:
      case Remedy::record:        // every one lacks it: what is missing there was never sent, or is
      case Remedy::name_relay:    // anybody's address: a forger's as well
      case Remedy::keep_marking:  // not for what has been sent already
        return;
    }
  }

  void promise(const Shortfall& shortfall) {
    const Words scopes = scopes_of(one_, shortfall.domain);
    if (scopes.empty()) return;
    if (is_promised(one_, scopes))
      return add(would_be_settled(shortfall) +
                     fmt::format(" if your ledger were complete for {}. It is said to be, and does "
                                 "not count as such; why:",
                                 shortfall.domain),
                 {ledger_command("stats")});
    const auto view = shortfall.sent.view(kManyBins);
    const Time since = view.bins.empty() ? now_ : view.bins.front().begin;
    Words import = {"unsent", "import"};
    add_ledger(import);
    for (const std::string& scope : scopes) {
      import.push_back("--complete");
      import.push_back(shell_word(scope));
    }
    import.insert(import.end(), {"--since", date_text(since)});
    const Words sent = sent_or_example();
    import.insert(import.end(), sent.begin(), sent.end());
    add(fmt::format("{} if your Sent folder is complete since {}: if it holds all that {} sent, "
                    "from every device. Say so only if it is true, since what is missing there "
                    "will be taken for forged:",
                    would_be_settled(shortfall), day_text(since, now_), listed(scopes)),
        {import, without_sent().with({})});
  }

  void name_sent(const Shortfall& shortfall) {
    Words options;
    for (const std::string& sent : sent_or_example()) {
      options.push_back("--sent");
      options.push_back(sent);
    }
    add(fmt::format("{} cannot be told because nobody has said what you sent. Name the mailbox "
                    "where your sent mail is:",
                    reports_text(shortfall.reports)),
        {one_.scan.with(options)});
  }

  void publish(const Shortfall& shortfall) {
    if (scopes_of(one_, shortfall.domain).empty()) return;
    Words audit = {"unsent", "spf", "audit", "--domain", shell_word(shortfall.domain)};
    audit.insert(audit.end(), one_.scan.mailboxes.begin(), one_.scan.mailboxes.end());
    add(fmt::format("{} if {}. That is a TXT record in the DNS of {}, for whoever keeps it: you, "
                    "or your provider. It must name every server that you send from; this says "
                    "which those are:",
                    would_be_settled(shortfall), condition_of(shortfall), shortfall.domain),
        {audit});
  }

  // What the record would have to be, as far as it is known.
  std::string condition_of(const Shortfall& shortfall) const {
    const auto word = std::find_if(one_.spf.begin(), one_.spf.end(), [&](const SpfWord& candidate) {
      return equal_ignoring_case(candidate.domain, shortfall.domain);
    });
    if (shortfall.remedy == Remedy::publish_spf)
      return fmt::format("{} had an SPF record, such as \"{}\"", shortfall.domain, first_record());
    if (shortfall.remedy == Remedy::mend_spf)
      return fmt::format("the SPF record of {} were mended", shortfall.domain);
    if (word == one_.spf.end() || word->record.empty())
      return fmt::format("the SPF record of {} ended in -all", shortfall.domain);
    const std::string_view end = last_word(word->record);
    return fmt::format("the SPF record of {} ended in -all instead of {}", shortfall.domain, end);
  }

  // Names the servers that are known, and forbids the others.
  std::string first_record() const {
    std::string record = "v=spf1";
    for (const std::string& relay : one_.relays)
      record += (relay.find(':') == relay.npos ? " ip4:" : " ip6:") + relay;
    return record + (one_.relays.empty() ? " mx -all" : " -all");
  }

  void ask_dns(const Shortfall& shortfall) {
    if (one_.dns == Circumstances::Dns::off)
      return add(would_be_settled(shortfall) + ", or some of them, if the DNS were asked:",
                 {without({"--no-dns"}).with({})});
    if (is_silent(one_))
      return add(would_be_settled(shortfall) +
                     ", or some of them, if the DNS answered. Your resolver answers nothing: see "
                     "/etc/resolv.conf, or name another one by its address:",
                 {one_.scan.with({"--dns", "ADDRESS"})});
    add(would_be_settled(shortfall) +
            ", or some of them, if the DNS of all domains had answered. Try again later:",
        {one_.scan.with({})});
  }

  // The ledger that the scan named, if it did.
  void add_ledger(Words& command) const {
    const Words& words = one_.scan.begin;
    const auto found = std::find(words.begin(), words.end(), "--ledger");
    if (found != words.end() && found + 1 != words.end())
      command.insert(command.end(), found, found + 2);
  }
  Words ledger_command(const char* verb) const {
    Words command = {"unsent", "ledger", verb};
    add_ledger(command);
    return command;
  }

  Words sent_or_example() const { return one_.sent.empty() ? Words{"~/Mail/sent"} : one_.sent; }

  // The ledger knows by then what --sent said.
  ScanCommand without_sent() const { return without({"--sent", "--no-ledger"}); }

  // Without these options, and the values of those that have one.
  ScanCommand without(const Words& options) const {
    ScanCommand scan = one_.scan;
    scan.begin.clear();
    for (std::size_t i = 0; i < one_.scan.begin.size(); ++i) {
      const std::string& word = one_.scan.begin[i];
      const bool is_gone = std::find(options.begin(), options.end(), word) != options.end();
      if (is_gone && word == "--sent") ++i;
      if (!is_gone) scan.begin.push_back(word);
    }
    return scan;
  }

  const Circumstances& one_;
  const ScanSummary& summary_;
  Time now_;
  std::vector<Advice> advice_;
};

}  // namespace

std::vector<std::string> ScanCommand::with(const std::vector<std::string>& options) const {
  Words words = begin;
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), mailboxes.begin(), mailboxes.end());
  return words;
}

bool is_ours(const Circumstances& circumstances, std::string_view domain) {
  return !scopes_of(circumstances, domain).empty();
}

std::vector<std::string> grounds(const Circumstances& circumstances, const ScanSummary& summary) {
  Words lines = {whose(circumstances)};
  if (std::string text = ways(circumstances, summary); !text.empty())
    lines.push_back(std::move(text));
  add_dns(lines, circumstances);
  return lines;
}

std::vector<Advice> advise(const Circumstances& circumstances, const ScanSummary& summary,
                           Time now) {
  return Adviser(circumstances, summary, now).take();
}

}  // namespace unsent

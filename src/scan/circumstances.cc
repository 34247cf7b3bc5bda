// SPDX-License-Identifier: MIT
#include "scan/circumstances.h"

#include <unistd.h>

#include <algorithm>

#include "ledger/ledger_reader.h"
#include "report/shell_text.h"
#include "setup/places.h"
#include "spf/name.h"
#include "spf/published.h"

namespace unsent {
namespace {

constexpr std::size_t kMostDomains = 3;

// Where mail programs keep what was sent.
constexpr const char* kSentPlaces[] = {
    "~/Maildir/.Sent", "~/Maildir/.Sent Items", "~/mail/sent", "~/Mail/sent",
    "~/mail/Sent",     "~/Mail/Sent",           "~/sent",      "~/Sent"};

// "" where there is none.
std::string home() {
  const std::string inside = in_home("~/");
  return inside.substr(0, inside.size() - 1);
}

std::string shown(const std::string& word) { return shell_word(word, home()); }

// The options by which it was judged; not those of the report, and of what was done.
ScanCommand command_of(const Parsed& parsed, const std::optional<std::string>& config_path) {
  ScanCommand scan{{"unsent"}, {}};
  JudgingOptions unread;
  const OptionGroup judging = judging_options(unread);
  if (config_path) {
    scan.begin.emplace_back("--config");
    scan.begin.push_back(shown(*config_path));
  }
  scan.begin.push_back("scan");
  for (const Parsed::Given& given : parsed.given) {
    if (!judging.has(given.name)) continue;
    scan.begin.push_back("--" + given.name);
    if (given.value) scan.begin.push_back(shown(*given.value));
  }
  for (const std::string& mailbox : parsed.operands)
    scan.mailboxes.push_back(shown(mailbox.starts_with('-') ? "./" + mailbox : mailbox));
  return scan;
}

void add_sent(Circumstances& circumstances, const std::vector<std::string>& named) {
  for (const std::string& sent : named) circumstances.sent.push_back(shown(sent));
  circumstances.was_sent_named = !circumstances.sent.empty();
  if (circumstances.was_sent_named || home().empty()) return;
  for (const char* place : kSentPlaces) {
    const std::string path = in_home(place);
    if (::access(path.c_str(), R_OK) == 0) circumstances.sent.push_back(shown(path));
  }
}

void add_identity(Circumstances& circumstances, const Identity& identity) {
  for (const DomainName& domain : identity.domains) circumstances.domains.push_back(domain.text());
  for (const Address& address : identity.addresses)
    circumstances.addresses.push_back(address.text());
  circumstances.is_learned = identity.is_learned;
  circumstances.learned_from = identity.messages;
}

void add_promises(Circumstances& circumstances, const Setup& setup) {
  auto* const ledger = dynamic_cast<LedgerReader*>(setup.ledger.get());
  circumstances.has_ledger = ledger != nullptr;
  if (ledger == nullptr) return;
  if (const auto promises = ledger->promises())
    for (const CoverageRange& range : *promises) circumstances.complete.push_back(range.scope);
}

void add_domain(std::vector<std::string>& domains, const std::string& domain) {
  if (domains.size() < kMostDomains &&
      std::find(domains.begin(), domains.end(), domain) == domains.end())
    domains.push_back(domain);
}

}  // namespace

Circumstances circumstances_of(const Parsed& parsed, const JudgingOptions& judging,
                               const std::optional<std::string>& config_path, const Setup& setup) {
  Circumstances circumstances;
  circumstances.scan = command_of(parsed, config_path);
  add_sent(circumstances, judging.sent);
  add_identity(circumstances, setup.premises.identity);
  for (const IpNetwork& relay : setup.premises.relays) circumstances.relays.push_back(relay.text());
  add_promises(circumstances, setup);
  if (judging.dns.is_off) circumstances.dns = Circumstances::Dns::off;
  if (judging.dns.zone) circumstances.dns = Circumstances::Dns::zone;
  return circumstances;
}

void ask_for_spf(Circumstances& circumstances, const ScanSummary& summary, Resolver& resolver) {
  if (circumstances.dns == Circumstances::Dns::off) return;
  std::vector<std::string> domains;
  for (const Shortfall& shortfall : summary.shortfalls().list())
    if (is_ours(circumstances, shortfall.domain)) add_domain(domains, shortfall.domain);
  for (const std::string& domain : circumstances.domains) add_domain(domains, domain);
  for (const std::string& address : circumstances.addresses)
    add_domain(domains, address.substr(address.rfind('@') + 1));
  resolver.begin_message();
  for (const std::string& domain : domains) {
    const auto name = query_name(domain);
    if (!name) continue;
    PublishedRecord published = published_record(*name, resolver);
    circumstances.spf.push_back(
        {domain, published.result, std::move(published.text), std::move(published.reason)});
  }
}

}  // namespace unsent

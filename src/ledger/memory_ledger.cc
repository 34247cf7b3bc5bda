// SPDX-License-Identifier: MIT
#include "ledger/memory_ledger.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostAnswers = 100;
constexpr std::size_t kMostNames = 1000;

bool is_sender(const SentMessage& sent, const std::string& sender) {
  return sent.fingerprint ? sent.fingerprint->from == sender || lower(sent.reverse_path) == sender
                          : lower(sent.reverse_path) == sender;
}

std::vector<NameCount> most_used(const std::map<std::string, std::int64_t>& counts) {
  std::vector<NameCount> names;
  for (const auto& [name, count] : counts) names.push_back({name, count});
  std::stable_sort(names.begin(), names.end(),
                   [](const NameCount& a, const NameCount& b) { return a.count > b.count; });
  if (names.size() > kMostNames) names.resize(kMostNames);
  return names;
}

}  // namespace

std::vector<std::string> coverage_scopes(const Address& sender) {
  std::vector<std::string> scopes = {lower(sender.text())};
  std::string_view domain = sender.domain().text();
  for (;;) {
    scopes.emplace_back(domain);
    const std::size_t dot = domain.find('.');
    if (dot == std::string_view::npos) return scopes;
    domain.remove_prefix(dot + 1);
    if (domain.find('.') == std::string_view::npos) return scopes;
  }
}

Coverage describe_coverage(const std::string& scope, Time since, Time at) {
  Coverage coverage;
  coverage.is_covered = at >= since;
  coverage.detail = "complete for " + scope + (coverage.is_covered ? " since " : " only since ") +
                    format_rfc3339(since);
  return coverage;
}

std::string message_id_host(std::string_view id) {
  const std::size_t at = id.rfind('@');
  return at == std::string_view::npos ? std::string() : lower(id.substr(at + 1));
}

void MemoryLedger::add(const Entry& entry, Time recorded_at) {
  if (!entry.is_usable()) return;
  const SentMessage sent = to_sent_message(entry, recorded_at);
  const std::size_t index = messages_.size();
  for (const std::string& id : sent.message_ids) by_id_.emplace(id, index);
  if (sent.fingerprint) by_fingerprint_.emplace(*sent.fingerprint, index);
  messages_.push_back(sent);
}

void MemoryLedger::declare_complete(const std::string& scope, Time since) {
  coverage_[lower(scope)] = since;
}

LedgerAnswer<std::vector<SentMessage>> MemoryLedger::find_message_id(std::string_view id) {
  LedgerAnswer<std::vector<SentMessage>> answer;
  const auto [first, last] = by_id_.equal_range(std::string(id));
  for (auto at = first; at != last && answer.value.size() < kMostAnswers; ++at)
    answer.value.push_back(messages_[at->second]);
  return answer;
}

LedgerAnswer<std::vector<SentMessage>> MemoryLedger::find_fingerprint(const Fingerprint& print) {
  LedgerAnswer<std::vector<SentMessage>> answer;
  const auto [first, last] = by_fingerprint_.equal_range(print);
  for (auto at = first; at != last && answer.value.size() < kMostAnswers; ++at)
    answer.value.push_back(messages_[at->second]);
  return answer;
}

LedgerAnswer<Coverage> MemoryLedger::coverage(const Address& sender, Time at) {
  LedgerAnswer<Coverage> answer;
  answer.value.detail = "nobody says that it is complete for " + sender.text();
  for (const std::string& scope : coverage_scopes(sender)) {
    const auto found = coverage_.find(scope);
    if (found == coverage_.end()) continue;
    answer.value = describe_coverage(scope, found->second, at);
    if (answer.value.is_covered) break;
  }
  return answer;
}

LedgerAnswer<std::int64_t> MemoryLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  LedgerAnswer<std::int64_t> answer;
  const std::string sender_text = lower(sender.text());
  answer.value = std::count_if(messages_.begin(), messages_.end(), [&](const SentMessage& sent) {
    return sent.sent_at >= from && sent.sent_at <= to && is_sender(sent, sender_text) &&
           std::any_of(sent.recipients.begin(), sent.recipients.end(),
                       [&](const Address& to_whom) { return same_mailbox(to_whom, recipient); });
  });
  return answer;
}

LedgerAnswer<LearnedIdentity> MemoryLedger::identity() {
  LedgerAnswer<LearnedIdentity> answer;
  std::map<std::string, std::int64_t> senders;
  std::map<std::string, std::int64_t> hosts;
  for (const SentMessage& sent : messages_) {
    if (sent.fingerprint) ++senders[sent.fingerprint->from];
    for (const std::string& id : sent.message_ids)
      if (const std::string host = message_id_host(id); !host.empty()) ++hosts[host];
  }
  answer.value = {static_cast<std::int64_t>(messages_.size()), most_used(senders),
                  most_used(hosts)};
  return answer;
}

}  // namespace unsent

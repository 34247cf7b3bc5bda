// SPDX-License-Identifier: MIT
#include "ledger/memory_ledger.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::size_t kMostFound = 100;
constexpr std::size_t kMostNames = 1000;

template <typename Map, typename Key>
std::vector<std::size_t> positions_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::vector<std::size_t>() : found->second;
}

std::vector<NameCount> most_used(const std::unordered_map<std::string, std::int64_t>& counts) {
  std::vector<NameCount> names;
  names.reserve(counts.size());
  for (const auto& [name, count] : counts) names.push_back({name, count});
  std::sort(names.begin(), names.end(), [](const NameCount& a, const NameCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  if (names.size() > kMostNames) names.resize(kMostNames);
  return names;
}

}  // namespace

std::vector<std::string> senders_of(const Entry& entry) {
  std::vector<std::string> senders;
  if (std::string from = entry.sender(); !from.empty()) senders.push_back(std::move(from));
  std::string path = lower(entry.reverse_path);
  if (!path.empty() && (senders.empty() || senders.front() != path))
    senders.push_back(std::move(path));
  return senders;
}

MemoryLedger::Positions MemoryLedger::same_as(const Entry& entry) const {
  Positions candidates;
  for (const std::string& id : entry.message_ids)
    for (const std::size_t position : positions_in(by_id_, id)) candidates.push_back(position);
  if (entry.message_ids.empty()) candidates = positions_in(by_fingerprint_, *entry.fingerprint);
  std::erase_if(candidates,
                [&](std::size_t position) { return !are_same_message(entries_[position], entry); });
  return candidates;
}

bool MemoryLedger::add(Entry entry, Time recorded_at) {
  if (!entry.is_usable()) return false;
  if (!entry.time()) entry.sent_at = recorded_at;
  const Positions known = same_as(entry);
  if (!known.empty()) {
    if (merge_into(entries_[known.front()], entry)) index(known.front());
    return false;
  }
  entries_.push_back(std::move(entry));
  index(entries_.size() - 1);
  return true;
}

void MemoryLedger::index(std::size_t position) {
  const auto add = [&](Positions& positions) {
    if (std::find(positions.begin(), positions.end(), position) == positions.end())
      positions.push_back(position);
  };
  const Entry& entry = entries_[position];
  for (const std::string& id : entry.message_ids) add(by_id_[id]);
  if (entry.fingerprint) add(by_fingerprint_[*entry.fingerprint]);
  for (const std::string& notice : entry.notices) add(by_notice_[notice]);
  for (std::string& sender : senders_of(entry)) senders_.insert(std::move(sender));
  for (const Address& address : entry.recipients) add(by_recipient_[lower(address.text())]);
}

LedgerAnswer<std::vector<SentMessage>> MemoryLedger::answer_of(const Positions& positions) const {
  LedgerAnswer<std::vector<SentMessage>> answer;
  for (const std::size_t position : positions) {
    if (answer.value.size() == kMostFound) break;
    answer.value.push_back(sent_message_of(entries_[position]));
    answer.value.back().row = static_cast<std::int64_t>(position) + 1;
  }
  return answer;
}

LedgerAnswer<std::vector<SentMessage>> MemoryLedger::find(const SentKey& key) {
  if (const auto* by = std::get_if<ByMessageId>(&key))
    return answer_of(positions_in(by_id_, normal_id(by->id)));
  if (const auto* by = std::get_if<ByNotice>(&key))
    return answer_of(positions_in(by_notice_, normal_id(by->notice)));
  return answer_of(positions_in(by_fingerprint_, std::get<Fingerprint>(key)));
}

LedgerAnswer<std::int64_t> MemoryLedger::note(const Noted& noted) {
  const std::lock_guard<std::mutex> lock(counting_);
  const auto count = [](Bounces& bounces, const std::string& bounce) {
    if (static_cast<std::int64_t>(bounces.size()) < kMostCounted) bounces.insert(bounce);
    return LedgerAnswer<std::int64_t>{static_cast<std::int64_t>(bounces.size()), {}};
  };
  if (const auto* one = std::get_if<BounceTo>(&noted))
    return count(bounces_to_[lower(one->address)], one->bounce);
  const auto* one = std::get_if<BounceAbout>(&noted);
  if (one == nullptr || one->row == 0) return {};
  return count(bounces_about_[one->row], one->bounce);
}

LedgerAnswer<SenderRecord> MemoryLedger::sender(const Address& sender, Time at) {
  return {{senders_.count(lower(sender.text())) > 0, coverage_by(coverage_, {}, sender, at)}, {}};
}

LedgerAnswer<std::int64_t> MemoryLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  LedgerAnswer<std::int64_t> answer;
  const std::string name = lower(sender.text());
  for (const std::size_t position : positions_in(by_recipient_, lower(recipient.text()))) {
    const auto senders = senders_of(entries_[position]);
    const Time at = sent_message_of(entries_[position]).sent_at;
    if (std::find(senders.begin(), senders.end(), name) != senders.end() && at >= from && at <= to)
      ++answer.value;
  }
  return answer;
}

LedgerAnswer<std::int64_t> MemoryLedger::count_without_id(const Address& sender, Time from,
                                                          Time to) {
  const std::string name = lower(sender.text());
  const auto is_one = [&](const Entry& entry) {
    const auto at = entry.time();
    if (!entry.message_ids.empty() || !at || *at < from || *at > to) return false;
    const auto senders = senders_of(entry);
    return std::find(senders.begin(), senders.end(), name) != senders.end();
  };
  return {std::any_of(entries_.begin(), entries_.end(), is_one) ? 1 : 0, {}};
}

LedgerAnswer<LearnedIdentity> MemoryLedger::identity() {
  std::unordered_map<std::string, std::int64_t> senders;
  std::unordered_map<std::string, std::int64_t> hosts;
  for (const Entry& entry : entries_) {
    for (const std::string& sender : senders_of(entry)) ++senders[sender];
    for (const std::string& id : entry.message_ids)
      if (const std::string host = host_of_id(id); !host.empty()) ++hosts[host];
  }
  LedgerAnswer<LearnedIdentity> answer;
  answer.value.messages = static_cast<std::int64_t>(entries_.size());
  answer.value.senders = most_used(senders);
  answer.value.message_id_hosts = most_used(hosts);
  return answer;
}

}  // namespace unsent

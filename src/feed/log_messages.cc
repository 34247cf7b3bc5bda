// SPDX-License-Identifier: MIT
#include "feed/log_messages.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/identity.h"

namespace unsent {
namespace {

constexpr std::size_t kMostRecipients = 16384;
constexpr std::size_t kMostIds = 20;
constexpr std::size_t kMostNotices = 100;
constexpr std::size_t kMostStrangers = 1000;
constexpr std::size_t kMaxKey = 300;
// Longer than mail stays in any queue; then a queue id may be another message's.
constexpr seconds kLongestInQueue{15 * 86400};
constexpr seconds kReportComesIn{300};

// Lists are long only for newsletters: then sorted now and then.
void add_address(std::vector<Address>& list, Address address) {
  if (list.size() < 64) {
    for (const Address& known : list)
      if (known == address) return;
  } else if (list.size() >= kMostRecipients) {
    return;
  } else if ((list.size() & (list.size() - 1)) == 0) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  list.push_back(std::move(address));
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash ^ (hash >> 29U);
}

// What bears an SRS address was sent by somebody else, and only forwarded here.
bool is_our_sender(const std::string& sender, const LogPolicy& policy, Submitter submitter) {
  const auto address = Address::parse(sender);
  if (!address || unwrap(*address).is_srs) return false;
  return submitter != Submitter::own_host || policy.is_ours(address->domain());
}

bool is_ours(Submitter submitter, bool has_outsider) {
  switch (submitter) {
    case Submitter::user:
    case Submitter::local:
    case Submitter::trusted:
      return true;
    case Submitter::own_host:
      return has_outsider;
    case Submitter::unknown:
    case Submitter::stranger:
      return false;
  }
  return false;
}

}  // namespace

LogMessages::LogMessages(LogPolicy policy, Sink sink)
    : clients_(std::move(policy)), sink_(std::move(sink)) {}

// Valid until the next call.
std::string_view LogMessages::text_of(const Key& key) {
  text_ = key.host.substr(0, kMaxKey);
  text_ += '/';
  text_ += key.queue_id.substr(0, kMaxKey);
  return text_;
}

LogMessages::Open* LogMessages::find(const Key& key) {
  const auto found = by_key_.find(text_of(key));
  return found == by_key_.end() ? nullptr : &*found->second;
}

// Whatever changes comes to the end.
LogMessages::Open* LogMessages::find_changing(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  List& list = list_of(*found->second);
  list.splice(list.end(), list, found->second);
  found->second->is_given_out = false;
  return &*found->second;
}

LogMessages::Open& LogMessages::find_or_make(const Key& key, Time at) {
  if (Open* open = find_changing(text_of(key)); open != nullptr) {
    if (at - open->last <= kLongestInQueue) {
      open->last = std::max(open->last, at);
      return *open;
    }
    drop(by_key_.at(open->key));
  }
  drop_aged(at);
  Open open;
  open.key = text_;
  open.first = open.last = at;
  return add(std::move(open));
}

LogMessages::Open& LogMessages::add(Open&& open) {
  held_ += open.recipients.size() + open.originals.size();
  List& list = list_of(open);
  list.push_back(std::move(open));
  by_key_.emplace(list.back().key, std::prev(list.end()));
  return list.back();
}

void LogMessages::drop_aged(Time now) {
  const auto are_too_many = [&] { return by_key_.size() >= kMostOpen || held_ >= kMostHeld; };
  while (!settled_.empty() && (are_too_many() || now - settled_.front().last > kReportComesIn))
    drop(settled_.begin());
  while (!messages_.empty() && (are_too_many() || now - messages_.front().last > kLongestInQueue))
    drop(messages_.begin());
}

void LogMessages::open(const Key& key, Submitter submitter, Time at, std::string_view client) {
  if (Open* known = find(key); known != nullptr && known->submitter != Submitter::unknown)
    drop(by_key_.at(known->key));
  Open& open = find_or_make(key, at);
  open.submitter = submitter;
  open.client = client.substr(0, 64);
  for (const std::string& id : std::vector<std::string>(open.ids)) judge_id(open, id);
}

// An id that came from outside before is passed on, whoever hands it in now, unless with
// a password; one that is ours already comes back from a content filter.
void LogMessages::judge_id(Open& open, const std::string& id) {
  const std::uint64_t hash = hash_of(id);
  switch (open.submitter) {
    case Submitter::stranger:
      if (!ours_.has(hash)) foreign_.add(hash);
      return;
    case Submitter::user:
      ours_.add(hash);
      return;
    case Submitter::local:
    case Submitter::trusted:
    case Submitter::own_host:
      if (foreign_.has(hash))
        open.submitter = Submitter::stranger;
      else if (open.submitter != Submitter::own_host)
        ours_.add(hash);
      return;
    case Submitter::unknown:
      if (ours_.has(hash)) open.submitter = Submitter::trusted;
      return;
  }
}

void LogMessages::add_message_id(const Key& key, std::string_view id, Time at) {
  Open& open = find_or_make(key, at);
  const std::string normal = normal_id(id);
  if (normal.empty() || open.ids.size() >= kMostIds) return;
  if (std::find(open.ids.begin(), open.ids.end(), normal) != open.ids.end()) return;
  open.ids.push_back(normal);
  judge_id(open, normal);
  if (open.notice_of.empty()) return;
  if (Open* about = find_changing(open.notice_of);
      about != nullptr && about->notices.size() < kMostNotices)
    about->notices.push_back(normal);
}

void LogMessages::set_sender(const Key& key, std::string_view sender, Time at) {
  Open& open = find_or_make(key, at);
  const auto address = Address::parse(sender);
  if (address)
    open.sender = address->text();
  else if (sender.empty())
    open.sender = "";
}

// A tag in it (BATV, VERP) makes no other sender of it, and SRS is not for our mail.
void LogMessages::set_return_path(const Key& key, std::string_view path, Time at) {
  Open& open = find_or_make(key, at);
  const auto sent_by = Address::parse(open.sender.value_or(""));
  const auto address = Address::parse(path);
  if (!sent_by || !address || !open.return_path.empty()) return;
  const Unwrapped inner = unwrap(*address);
  const bool is_same = std::any_of(inner.candidates.begin(), inner.candidates.end(),
                                   [&](const Address& one) { return same_mailbox(one, *sent_by); });
  if (!is_same && !inner.is_srs) open.return_path = address->text();
}

void LogMessages::set_recipient_count(const Key& key, std::size_t count) {
  if (Open* open = find_changing(text_of(key)); open != nullptr)
    open->promised = std::max(open->promised, count);
}

void LogMessages::add_recipient(const Key& key, std::string_view address, std::string_view original,
                                Time at) {
  Open& open = find_or_make(key, at);
  if (open.submitter == Submitter::stranger && !arrivals_) return;
  const auto to = Address::parse(address);
  const auto asked = Address::parse(original);
  if (!to && !asked) return;
  const Address& first = asked ? *asked : *to;
  if (!policy().is_ours(first.domain())) open.has_outsider = true;
  held_ -= open.recipients.size() + open.originals.size();
  if (to) add_address(open.recipients, *to);
  if (asked) add_address(open.originals, *asked);
  held_ += open.recipients.size() + open.originals.size();
}

void LogMessages::add_notice(const Key& key, std::string_view notice_queue_id, Time at) {
  Open& about = find_or_make(key, at);
  if (about.notices.size() >= kMostNotices) return;
  about.notices.emplace_back(notice_queue_id.substr(0, kMaxKey));
  const std::string about_key = about.key;
  Open& notice = find_or_make({key.host, notice_queue_id}, at);
  notice.notice_of = about_key;
  notice.submitter = Submitter::stranger;  // a report: never a message that we sent
  Open& again = find_or_make(key, at);
  for (const std::string& id : notice.ids)
    if (again.notices.size() < kMostNotices) again.notices.push_back(id);
}

void LogMessages::copy(const Key& from, const Key& to, Time at) {
  const Open* known = find(from);
  if (known == nullptr) return;
  const Open original = *known;
  Open& made = find_or_make(to, at);
  made.submitter = original.submitter;
  made.ids = original.ids;
}

void LogMessages::hand_on(const Key& from, const Key& to, Time at) {
  const Open* known = find(from);
  if (known == nullptr || find(to) == nullptr) return;
  const Submitter submitter = known->submitter;
  Open& next = find_or_make(to, at);
  if (next.submitter != Submitter::unknown) return;
  if (submitter == Submitter::user || submitter == Submitter::local)
    next.submitter = Submitter::trusted;
  else
    next.submitter = submitter;
  for (const std::string& id : std::vector<std::string>(next.ids)) judge_id(next, id);
}

void LogMessages::add_outcomes(const Key& key, std::size_t recipients, Time at) {
  Open& open = find_or_make(key, at);
  open.settled += recipients;
  const bool is_settled = is_settled_now(open);
  if (is_settled == open.is_settled) return;
  List& from = list_of(open);
  open.is_settled = is_settled;
  List& to = list_of(open);
  to.splice(to.end(), from, std::prev(from.end()));
}

void LogMessages::close(const Key& key) {
  const auto found = by_key_.find(text_of(key));
  if (found != by_key_.end()) drop(found->second);
}

void LogMessages::close_all() {
  for (List* list : {&settled_, &messages_})
    while (!list->empty()) drop(list->begin());
}

void LogMessages::drop(List::iterator dropped) {
  List& list = list_of(*dropped);
  by_key_.erase(dropped->key);
  Open open = std::move(*dropped);
  list.erase(dropped);
  held_ -= open.recipients.size() + open.originals.size();
  if (is_to_give_out(open)) return give_out(std::move(open));
  if (is_ours(open.submitter, open.has_outsider) || !open.notice_of.empty()) return;
  if (open.sender.value_or("").empty()) return;
  ++passed_over_;
  if (open.client.empty()) return;
  if (arrivals_)
    arrivals_({open.client, std::move(open.ids), *open.sender, std::move(open.recipients)});
  if (strangers_.size() < kMostStrangers || strangers_.count(open.client) > 0)
    ++strangers_[open.client];
}

// True: it is a message that we sent, and there is more to tell of it than before.
bool LogMessages::is_to_give_out(Open& open) {
  if (std::exchange(open.is_given_out, true)) return false;
  if (open.ids.empty() || !open.notice_of.empty()) return false;
  if (!is_ours(open.submitter, open.has_outsider)) return false;
  return is_our_sender(open.sender.value_or(""), policy(), open.submitter);
}

void LogMessages::give_out(Open open) {
  if (open.submitter == Submitter::own_host)
    for (const std::string& id : open.ids) ours_.add(hash_of(id));
  Entry entry;
  entry.message_ids = std::move(open.ids);
  entry.reverse_path = std::move(*open.sender);
  if (!open.return_path.empty()) {  // it is sent by both
    entry.from = std::move(entry.reverse_path);
    entry.reverse_path = std::move(open.return_path);
  }
  entry.recipients = std::move(open.recipients);
  const bool are_too_many = entry.recipients.size() >= kMostRecipients;
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(std::unique(entry.recipients.begin(), entry.recipients.end()),
                         entry.recipients.end());
  entry.has_all_recipients =
      !entry.recipients.empty() && !are_too_many && entry.recipients.size() >= open.promised;
  for (Address& original : open.originals) entry.recipients.push_back(std::move(original));
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(
      std::unique(entry.recipients.begin(), entry.recipients.end(), same_mailbox),
      entry.recipients.end());
  entry.sent_at = open.first;
  entry.notices = std::move(open.notices);
  ++given_out_;
  sink_(std::move(entry));
}

void LogMessages::give_out_open() {
  for (List* list : {&settled_, &messages_})
    for (auto open = list->rbegin(); open != list->rend() && !open->is_given_out; ++open)
      if (is_to_give_out(*open)) give_out(*open);
}

}  // namespace unsent

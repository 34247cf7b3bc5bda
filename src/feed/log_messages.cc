// SPDX-License-Identifier: MIT
#include "feed/log_messages.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "evidence/identity.h"

namespace unsent {
namespace {

constexpr std::size_t kMostOpen = 100000;
constexpr std::size_t kMostRecipients = 16384;
constexpr std::size_t kMostIds = 20;
constexpr std::size_t kMostNotices = 100;
constexpr std::size_t kMostRecent = 200000;
constexpr std::size_t kMostRecentKept = 2000;  // in the state
constexpr std::size_t kMostStrangers = 1000;
constexpr std::size_t kMaxKey = 300;
// Longer than mail stays in any queue; then a queue id may be another message's.
constexpr seconds kLongestInQueue{15 * 86400};

bool is_within_any(std::string_view name, const std::vector<DomainName>& domains) {
  if (name.empty() || domains.empty()) return false;
  const auto host = DomainName::parse(name);
  return host && std::any_of(domains.begin(), domains.end(),
                             [&](const DomainName& domain) { return host->is_within(domain); });
}

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& ip) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(ip); });
}

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
  return submitter != Submitter::own_host ||
         is_within_any(address->domain().text(), policy.domains);
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

Submitter submitter_of(const LogPolicy& policy, std::string_view name, std::string_view address) {
  const auto ip = IpAddress::parse(address);
  if (!ip) return Submitter::stranger;
  if (contains(policy.trusted, *ip)) return Submitter::trusted;
  if ((!policy.domains.empty() && contains(policy.relays, *ip)) ||
      is_within_any(name, policy.domains))
    return Submitter::own_host;
  // A content filter on the same host: whose message it is, its id shows.
  return ip->is_loopback() ? Submitter::unknown : Submitter::stranger;
}

void LogMessages::Recent::add(std::uint64_t hash) {
  if (!set.insert(hash).second) return;
  order.push_back(hash);
  if (order.size() <= kMostRecent) return;
  set.erase(order.front());
  order.pop_front();
}

LogMessages::LogMessages(LogPolicy policy, Sink sink)
    : policy_(std::move(policy)), sink_(std::move(sink)) {}

std::string LogMessages::text_of(const Key& key) {
  std::string text(key.host.substr(0, kMaxKey));
  text += '/';
  text += key.queue_id.substr(0, kMaxKey);
  return text;
}

LogMessages::Open* LogMessages::find(const Key& key) {
  const auto found = by_key_.find(text_of(key));
  return found == by_key_.end() ? nullptr : &*found->second;
}

// Whatever changes comes to the end.
LogMessages::Open* LogMessages::find_changing(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  messages_.splice(messages_.end(), messages_, found->second);
  found->second->is_given_out = false;
  return &*found->second;
}

LogMessages::Open& LogMessages::find_or_make(const Key& key, Time at) {
  std::string text = text_of(key);
  if (Open* open = find_changing(text); open != nullptr) {
    if (at - open->last <= kLongestInQueue) {
      open->last = std::max(open->last, at);
      return *open;
    }
    drop(std::prev(messages_.end()));
  }
  drop_aged(at);
  Open open;
  open.key = text;
  open.first = open.last = at;
  messages_.push_back(std::move(open));
  by_key_[std::move(text)] = std::prev(messages_.end());
  return messages_.back();
}

void LogMessages::drop_aged(Time now) {
  while (!messages_.empty() &&
         (messages_.size() >= kMostOpen || now - messages_.front().last > kLongestInQueue))
    drop(messages_.begin());
}

void LogMessages::open(const Key& key, Submitter submitter, Time at, std::string_view client) {
  if (Open* known = find(key); known != nullptr && known->submitter != Submitter::unknown)
    drop(by_key_[known->key]);
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
  if (!is_within_any(first.domain().text(), policy_.domains)) open.has_outsider = true;
  if (to) add_address(open.recipients, *to);
  if (asked) add_address(open.originals, *asked);
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

void LogMessages::close(const Key& key) {
  const auto found = by_key_.find(text_of(key));
  if (found != by_key_.end()) drop(found->second);
}

void LogMessages::close_all() {
  while (!messages_.empty()) drop(messages_.begin());
}

void LogMessages::drop(List::iterator open) {
  give_out(*open);
  if (!is_ours(open->submitter, open->has_outsider) && open->notice_of.empty() &&
      open->sender.value_or("") != "") {
    ++passed_over_;
    if (arrivals_ && !open->client.empty())
      arrivals_({open->client, open->ids, *open->sender, open->recipients});
    if (!open->client.empty() &&
        (strangers_.size() < kMostStrangers || strangers_.count(open->client) > 0))
      ++strangers_[open->client];
  }
  by_key_.erase(open->key);
  messages_.erase(open);
}

void LogMessages::give_out(Open& open) {
  if (open.is_given_out) return;
  open.is_given_out = true;
  if (open.ids.empty() || !open.notice_of.empty()) return;
  if (!is_ours(open.submitter, open.has_outsider)) return;
  if (!is_our_sender(open.sender.value_or(""), policy_, open.submitter)) return;
  if (open.submitter == Submitter::own_host)
    for (const std::string& id : open.ids) ours_.add(hash_of(id));
  Entry entry;
  entry.message_ids = open.ids;
  entry.reverse_path = *open.sender;
  entry.recipients = open.recipients;
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(std::unique(entry.recipients.begin(), entry.recipients.end()),
                         entry.recipients.end());
  entry.has_all_recipients = !entry.recipients.empty() &&
                             entry.recipients.size() >= open.promised &&
                             open.recipients.size() < kMostRecipients;
  for (const Address& original : open.originals) entry.recipients.push_back(original);
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(
      std::unique(entry.recipients.begin(), entry.recipients.end(), same_mailbox),
      entry.recipients.end());
  entry.sent_at = open.first;
  entry.notices = open.notices;
  ++given_out_;
  sink_(std::move(entry));
}

void LogMessages::give_out_open() {
  for (auto open = messages_.rbegin(); open != messages_.rend() && !open->is_given_out; ++open)
    give_out(*open);
}

// A line a message, its parts between tabs, lists between blanks; a line of hashes at
// the end. What holds a tab or a blank itself is left out.
std::string LogMessages::state() const {
  std::string text;
  const auto is_plain = [](std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(),
                                        [](char c) { return static_cast<unsigned char>(c) > ' '; });
  };
  const auto list = [&](const auto& items, const auto& word_of) {
    text += '\t';
    for (const auto& item : items)
      if (const std::string word = word_of(item); is_plain(word)) text += word + ' ';
  };
  const auto same = [](const std::string& word) { return word; };
  const auto address = [](const Address& item) { return item.text(); };
  for (const Open& open : messages_) {
    const bool is_kept = open.submitter != Submitter::stranger || !open.notice_of.empty();
    if (!is_kept || !is_plain(open.key) || !is_plain("." + open.client)) continue;
    text += "m\t" + open.key + '\t' + std::to_string(static_cast<int>(open.submitter)) + '\t' +
            open.client + '\t' + std::to_string(open.promised) + '\t' +
            std::to_string(open.first.time_since_epoch().count()) + '\t' +
            std::to_string(open.last.time_since_epoch().count()) + '\t' + open.notice_of + '\t' +
            (open.sender ? "=" + *open.sender : "") + '\t' + (open.has_outsider ? "1" : "");
    list(open.ids, same);
    list(open.recipients, address);
    list(open.originals, address);
    list(open.notices, same);
    text += '\n';
  }
  for (const auto& [letter, recent] : {std::pair('o', &ours_), {'f', &foreign_}}) {
    text += letter;
    const std::size_t size = recent->order.size();
    for (std::size_t i = size - std::min(size, kMostRecentKept); i < size; ++i)
      text += ' ' + std::to_string(recent->order[i]);
    text += '\n';
  }
  return text;
}

namespace {

template <typename T>
T number_of(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void LogMessages::restore_line(std::string_view line) {
  const auto parts = split(line, '\t');
  if (parts.size() != 14 || by_key_.count(std::string(parts[1])) > 0) return;
  Open open;
  open.key = parts[1];
  const int submitter = number_of<int>(parts[2]);
  if (submitter < 0 || submitter > static_cast<int>(Submitter::stranger)) return;
  open.submitter = static_cast<Submitter>(submitter);
  open.client = parts[3];
  open.promised = number_of<std::size_t>(parts[4]);
  open.first = Time(seconds(number_of<std::int64_t>(parts[5])));
  open.last = Time(seconds(number_of<std::int64_t>(parts[6])));
  open.notice_of = parts[7];
  if (!parts[8].empty()) open.sender = std::string(parts[8].substr(1));
  open.has_outsider = !parts[9].empty();
  for (const std::string_view id : split(parts[10], ' '))
    if (!id.empty()) open.ids.emplace_back(id);
  for (const auto& [part, to] : {std::pair(11, &open.recipients), {12, &open.originals}})
    for (const std::string_view word : split(parts[static_cast<std::size_t>(part)], ' '))
      if (const auto address = Address::parse(word)) to->push_back(*address);
  for (const std::string_view notice : split(parts[13], ' '))
    if (!notice.empty()) open.notices.emplace_back(notice);
  messages_.push_back(std::move(open));
  by_key_[messages_.back().key] = std::prev(messages_.end());
}

void LogMessages::restore(std::string_view state) {
  while (!state.empty()) {
    const std::string_view line = state.substr(0, std::min(state.find('\n'), state.size()));
    state.remove_prefix(std::min(line.size() + 1, state.size()));
    if (line.substr(0, 2) == "m\t" && messages_.size() < kMostOpen) restore_line(line);
    if (line.empty() || (line.front() != 'o' && line.front() != 'f')) continue;
    for (const std::string_view word : split(line.substr(1), ' '))
      if (!word.empty())
        (line.front() == 'o' ? ours_ : foreign_).add(number_of<std::uint64_t>(word));
  }
}

}  // namespace unsent

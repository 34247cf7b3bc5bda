// SPDX-License-Identifier: MIT
#include "ledger/rows.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "base/text.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr Time kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
// A thousand years to either side: postings keep 56 bits of a number.
constexpr std::int64_t kFarthest = std::int64_t{1} << 34U;

template <typename T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

struct Order {
  bool operator()(const std::string& a, const std::string& b) const { return a < b; }
  bool operator()(const SentRecipient& a, const SentRecipient& b) const {
    return std::tie(a.address, a.organisation) < std::tie(b.address, b.organisation);
  }
};

// Each of these says whether known has changed.
template <typename T>
bool add_each(std::vector<T>& known, const std::vector<T>& more) {
  const std::size_t before = known.size();
  std::set<T, Order> held(known.begin(), known.end());
  for (const T& one : more)
    if (held.insert(one).second) known.push_back(one);
  return known.size() > before;
}

bool fill(std::string& known, const std::string& more) {
  if (!known.empty() || more.empty()) return false;
  known = more;
  return true;
}

bool fill(std::optional<Time>& known, const std::optional<Time>& more) {
  if (known || !more) return false;
  known = more;
  return true;
}

SentRecipient recipient_of(const Address& address, const LedgerKey& key) {
  const SentRecipient text = sent_recipient(address);
  return {key.hash(text.address), key.short_hash(text.organisation)};
}

}  // namespace

// FNV-1a, its bits mixed at the end (the finalizer of SplitMix64).
std::int64_t hash_of_id(std::string_view normal_id) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : normal_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<std::int64_t>(hash ^ (hash >> 31U));
}

Time storable(Time time) {
  return std::clamp(time, kEpoch - seconds(kFarthest), kEpoch + seconds(kFarthest));
}

std::int64_t first_number_of(Time time) {
  return (storable(time) - kEpoch).count() * kNumbersOfSecond + 1;  // 0 is no row
}

Time number_time(const Row& row) {
  if (row.date) return *row.date;
  return row.sent_at.value_or(kEpoch);
}

// Numbers before the epoch round down as well.
Time time_of_number(std::int64_t number) { return kEpoch + seconds((number - 1) >> 20U); }

Row row_of(const Entry& entry, const LedgerKey& key) {
  Row row;
  for (const std::string& id : entry.message_ids) {
    row.ids.push_back(key.hash(id));
    for (const std::string& form : cut_forms(id)) row.ids.push_back(twin_of(key.hash(form)));
  }
  if (const std::string sender = entry.sender(); !sender.empty()) row.from = key.short_hash(sender);
  if (entry.fingerprint) {
    row.date = storable(entry.fingerprint->date);
    if (!entry.fingerprint->subject.empty())
      row.subject = key.short_hash(entry.fingerprint->subject);
  }
  if (!entry.reverse_path.empty()) row.reverse_path = key.short_hash(lower(entry.reverse_path));
  if (entry.sent_at) row.sent_at = storable(*entry.sent_at);
  row.recipients.reserve(entry.recipients.size());
  for (const Address& address : entry.recipients)
    row.recipients.push_back(recipient_of(address, key));
  order_recipients(row);
  row.has_all_recipients = entry.has_all_recipients;
  for (const std::string& notice : entry.notices) row.notices.push_back(key.hash(notice));
  return row;
}

void order_recipients(Row& row) {
  auto& all = row.recipients;
  std::sort(all.begin(), all.end(),
            [](const SentRecipient& a, const SentRecipient& b) { return a.address < b.address; });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const SentRecipient& a, const SentRecipient& b) {
                          return a.address == b.address;
                        }),
            all.end());
}

SentMessage sent_message_of(const Row& row, std::shared_ptr<const LedgerKey> key) {
  SentMessage sent;
  sent.row = row.number;
  std::copy_if(row.ids.begin(), row.ids.end(), std::back_inserter(sent.message_ids),
               [](const std::string& id) { return !is_marked(id); });
  if (row.date) sent.from = row.from;
  sent.date = row.date;
  sent.subject = row.subject;
  for (const std::string& sender : {row.from, row.reverse_path})
    if (!sender.empty()) sent.senders.push_back(sender);
  sent.recipients = row.recipients;
  sent.has_all_recipients = row.has_all_recipients;
  sent.sent_at = row.time().value_or(Time{});
  sent.veil = std::move(key);
  return sent;
}

std::string twin_of(std::string hash) {
  hash.back() = static_cast<char>(static_cast<unsigned char>(hash.back()) ^ 1U);
  return hash;
}

bool is_marked(const std::string& hash) {
  return (static_cast<unsigned char>(hash.back()) & 1U) != 0;
}

// Two whole ids that are cut to the same are still two.
bool is_known_by(const Row& row, const std::string& id) {
  return (!is_marked(id) && contains(row.ids, id)) || contains(row.ids, twin_of(id));
}

bool are_same_message(const Row& a, const Row& b) {
  const bool has_both = a.date && b.date;
  const bool is_same_print =
      has_both && a.date == b.date && a.from == b.from && a.subject == b.subject;
  if (has_both && !is_same_print) return false;
  if (a.ids.empty() != b.ids.empty()) return false;
  if (a.ids.empty()) return is_same_print;
  return std::any_of(a.ids.begin(), a.ids.end(),
                     [&](const std::string& id) { return is_known_by(b, id); });
}

bool merge_into(Row& known, const Row& more) {
  bool is_changed = add_each(known.ids, more.ids);
  is_changed |= add_each(known.notices, more.notices);
  is_changed |= add_each(known.recipients, more.recipients);
  if (fill(known.date, more.date)) {
    known.from = more.from;
    known.subject = more.subject;
    is_changed = true;
  }
  is_changed |= fill(known.from, more.from);
  is_changed |= fill(known.reverse_path, more.reverse_path);
  is_changed |= fill(known.sent_at, more.sent_at);
  is_changed |= !known.has_all_recipients && more.has_all_recipients;
  known.has_all_recipients = known.has_all_recipients || more.has_all_recipients;
  return is_changed;
}

}  // namespace unsent

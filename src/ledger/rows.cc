// SPDX-License-Identifier: MIT
#include "ledger/rows.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr Time kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
// A thousand years to either side: postings keep 56 bits of a number.
constexpr std::int64_t kFarthest = std::int64_t{1} << 34U;

// The first byte of a packed row.
enum Flag : unsigned {
  kHasDate = 1U,
  kHasFrom = 2U,
  kHasSubject = 4U,
  kPathIsFrom = 8U,
  kHasOtherPath = 16U,
  kHasSentAt = 32U,
  kHasAllRecipients = 64U,
  kIsUsual = 128U,  // one id, one recipient, no notice: no counts follow
};

void put_number(std::string& to, std::uint64_t value) {
  for (; value >= 128; value >>= 7U) to += static_cast<char>(value | 128U);
  to += static_cast<char>(value);
}

// Small for small numbers of either sign.
void put_signed(std::string& to, std::int64_t value) {
  put_number(to, static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63));
}

// Reads what was put; is_whole turns false where there is less.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  bool is_whole() const { return is_whole_; }
  bool is_at_end() const { return is_whole_ && bytes_.empty(); }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 127U) << shift;
      if (byte < 128) return value;
    }
    is_whole_ = false;
    return 0;
  }
  std::int64_t signed_number() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
  }
  std::string hash(std::size_t size) {
    if (bytes_.size() < size) {
      is_whole_ = false;
      return {};
    }
    std::string out(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return out;
  }
  // Of things of that size each: never more than there are bytes for.
  std::size_t count(std::size_t size) {
    const std::uint64_t value = number();
    if (value > bytes_.size() / size) is_whole_ = false;
    return is_whole_ ? static_cast<std::size_t>(value) : 0;
  }

 private:
  std::string_view bytes_;
  bool is_whole_ = true;
};

constexpr std::size_t kRecipient = LedgerKey::kHash + LedgerKey::kShortHash;

template <typename T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Each of these says whether known has changed.
template <typename T>
bool add_each(std::vector<T>& known, const std::vector<T>& more) {
  const std::size_t before = known.size();
  for (const T& one : more)
    if (!contains(known, one)) known.push_back(one);
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
  row.has_all_recipients = entry.has_all_recipients;
  for (const std::string& notice : entry.notices) row.notices.push_back(key.hash(notice));
  return row;
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

std::string pack_row(const Row& row) {
  const bool is_usual = row.ids.size() == 1 && row.recipients.size() == 1 && row.notices.empty();
  const bool is_path_from = !row.reverse_path.empty() && row.reverse_path == row.from;
  const bool has_other_path = !row.reverse_path.empty() && !is_path_from;
  const bool has_sent_at = row.sent_at && row.sent_at != number_time(row);
  const bool is_at_number = row.sent_at && !has_sent_at && row.date;
  unsigned flags = (row.date ? kHasDate : 0U) | (row.from.empty() ? 0U : kHasFrom) |
                   (row.subject.empty() ? 0U : kHasSubject) | (is_path_from ? kPathIsFrom : 0U) |
                   (has_other_path ? kHasOtherPath : 0U) |
                   (has_sent_at || is_at_number ? kHasSentAt : 0U) |
                   (row.has_all_recipients ? kHasAllRecipients : 0U) | (is_usual ? kIsUsual : 0U);
  std::string packed(1, static_cast<char>(flags));
  put_number(packed, static_cast<std::uint64_t>(row.source));
  if ((flags & kHasSentAt) != 0) put_signed(packed, (*row.sent_at - number_time(row)).count());
  packed += row.from;
  packed += row.subject;
  if (has_other_path) packed += row.reverse_path;
  if (!is_usual) put_number(packed, row.ids.size());
  for (const std::string& id : row.ids) packed += id;
  if (!is_usual) put_number(packed, row.recipients.size());
  for (const SentRecipient& one : row.recipients) packed += one.address + one.organisation;
  if (!is_usual) put_number(packed, row.notices.size());
  for (const std::string& notice : row.notices) packed += notice;
  return packed;
}

std::optional<Row> unpack_row(std::int64_t number, std::string_view packed) {
  Unpacker from(packed);
  Row row;
  row.number = number;
  const std::string head = from.hash(1);
  if (!from.is_whole()) return std::nullopt;
  const unsigned flags = static_cast<unsigned char>(head.front());
  const auto has = [&](Flag flag) { return (flags & flag) != 0; };
  row.source = static_cast<std::int64_t>(from.number());
  // Numbers before the epoch round down as well.
  const std::int64_t since = (number - 1) >> 20;
  const Time at = kEpoch + seconds(since);
  if (has(kHasDate)) row.date = at;
  if (has(kHasSentAt)) row.sent_at = at + seconds(from.signed_number());
  if (!has(kHasDate) && !has(kHasSentAt)) row.sent_at = at;
  if (has(kHasFrom)) row.from = from.hash(LedgerKey::kShortHash);
  if (has(kHasSubject)) row.subject = from.hash(LedgerKey::kShortHash);
  if (has(kPathIsFrom)) row.reverse_path = row.from;
  if (has(kHasOtherPath)) row.reverse_path = from.hash(LedgerKey::kShortHash);
  for (std::size_t left = has(kIsUsual) ? 1 : from.count(LedgerKey::kHash); left > 0; --left)
    row.ids.push_back(from.hash(LedgerKey::kHash));
  for (std::size_t left = has(kIsUsual) ? 1 : from.count(kRecipient); left > 0; --left) {
    std::string address = from.hash(LedgerKey::kHash);
    row.recipients.push_back({std::move(address), from.hash(LedgerKey::kShortHash)});
  }
  row.has_all_recipients = has(kHasAllRecipients);
  for (std::size_t left = has(kIsUsual) ? 0 : from.count(LedgerKey::kHash); left > 0; --left)
    row.notices.push_back(from.hash(LedgerKey::kHash));
  if (!from.is_at_end()) return std::nullopt;
  return row;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "ledger/packed_row.h"

namespace unsent {
namespace {

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

}  // namespace

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
  const Time at = time_of_number(number);
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

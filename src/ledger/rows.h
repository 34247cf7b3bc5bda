// SPDX-License-Identifier: MIT
// A message as a row of the ledger: its texts as hashes under the ledger's key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "ledger/ledger_key.h"

namespace unsent {

// Tells pieces of text apart by 64 bits. On disk, in feeds: must never change.
std::int64_t hash_of_id(std::string_view normal_id);

// Hashes are of LedgerKey::hash, or short_hash where it says so.
struct Row {
  std::int64_t number = 0;  // see number_of
  // Each with its cut forms, which are marked (see twin_of): a log may know but those.
  std::vector<std::string> ids;
  std::string from;          // short; "" if there is no address in From
  std::optional<Time> date;  // with it and subject the fingerprint; only where from is
  std::string subject;       // short; "" if there is none
  std::string reverse_path;  // short; "" if not known
  std::optional<Time> sent_at;
  std::vector<SentRecipient> recipients;  // the organisation short
  bool has_all_recipients = true;
  std::vector<std::string> notices;
  std::int64_t source = 0;

  bool operator==(const Row&) const = default;
  // When it was sent, as far as known: sent_at, else the date.
  std::optional<Time> time() const { return sent_at ? sent_at : date; }
  // Without a fingerprint: another source may know one, and so is not found by its date.
  bool is_bare() const { return !date; }
};

// The nearest time that a row can be numbered by, and so can hold: some centuries around now.
Time storable(Time time);

// Rows are numbered by the time that identifies them, the date or else sent_at: what has
// one date lies together, and what comes in order is written in order. The first number
// of that second; a second has room for a million.
std::int64_t first_number_of(Time time);
constexpr std::int64_t kNumbersOfSecond = std::int64_t{1} << 20U;
// The time under which a row is numbered, and that of a number.
Time number_time(const Row& row);
Time time_of_number(std::int64_t number);

Row row_of(const Entry& entry, const LedgerKey& key);
// Each recipient once, in order of the hashes.
void order_recipients(Row& row);
SentMessage sent_message_of(const Row& row, std::shared_ptr<const LedgerKey> key);

// The same hash, marked if it was not: the mark is the last bit.
std::string twin_of(std::string hash);
bool is_marked(const std::string& hash);
// Whether the row is known by that id, or by one of which that is the cut form.
bool is_known_by(const Row& row, const std::string& id);

// See are_same_message and merge_into of entries.
bool are_same_message(const Row& a, const Row& b);
bool merge_into(Row& known, const Row& more);

}  // namespace unsent

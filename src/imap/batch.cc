// SPDX-License-Identifier: MIT
#include "imap/batch.h"

#include <algorithm>

#include "base/text.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

// More of a header is not held: such a message is fetched by itself.
constexpr std::size_t kMaxHeader = std::size_t{64} << 10U;
constexpr std::uint64_t kMostTogether = 200;  // messages

}  // namespace

ImapBatch::ImapBatch(const UidSet& uids) {
  for (const Uid uid : uids.list()) {
    entries_.emplace_back();
    entries_.back().uid = uid;
  }
}

ImapBatch::Entry* ImapBatch::find(Uid uid) {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), uid,
                                      [](const Entry& one, Uid other) { return one.uid < other; });
  return found != entries_.end() && found->uid == uid ? &*found : nullptr;
}

// Twice, or of what nobody asked for: passed over.
void ImapBatch::take_header(const ImapFetched& fetched,
                            const std::function<bool(std::string_view)>& wants_whole) {
  Entry* const entry = fetched.uid ? find(*fetched.uid) : nullptr;
  if (entry == nullptr || entry->has_come || !fetched.header) return;
  entry->has_come = true;
  entry->size = fetched.size.value_or(fetched.header->size);
  entry->date = fetched.date.value_or(Time{});
  if (fetched.flags)
    entry->is_draft =
        std::any_of(fetched.flags->begin(), fetched.flags->end(),
                    [](std::string_view flag) { return equal_ignoring_case(flag, "\\Draft"); });
  if (entry->is_draft) return;
  const bool is_large = fetched.header->size > kMaxHeader;
  entry->is_wanted = wants_whole && (is_large || wants_whole(fetched.header->bytes));
  if (!entry->is_wanted) entry->header = fetched.header->bytes.substr(0, kMaxHeader);
}

std::vector<ImapBatch::Wanted> ImapBatch::wanted(std::uint64_t bytes) const {
  std::vector<Wanted> list;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
  for (const Entry& entry : entries_) {
    if (!entry.is_wanted || entry.is_given) continue;
    const bool is_cut = entry.size > kMaxSeen;
    if (list.empty() || is_cut || list.back().is_cut || size >= bytes || count >= kMostTogether) {
      list.emplace_back();
      list.back().is_cut = is_cut;
      size = count = 0;
    }
    list.back().uids.add(entry.uid);
    size += entry.size;
    ++count;
  }
  return list;
}

Result<void> ImapBatch::give_up_to(const Entry& end, const Give& give) {
  for (Entry& entry : entries_) {
    if (&entry == &end) break;
    if (entry.is_given || entry.is_wanted || !entry.has_come || entry.is_draft) continue;
    entry.is_given = true;
    if (auto given = give(entry, entry.header, entry.size); !given) return given;
    entry.header = {};
  }
  return {};
}

Result<void> ImapBatch::take_body(Uid uid, const ImapSection& body, const Give& give) {
  Entry* const entry = find(uid);
  if (entry == nullptr || !entry->is_wanted || entry->is_given) return {};
  if (auto given = give_up_to(*entry, give); !given) return given;
  entry->is_given = true;
  return give(*entry, body.bytes,
              std::max(body.size, body.bytes.size() < kMaxSeen ? std::uint64_t{0} : entry->size));
}

Result<void> ImapBatch::finish(const Give& give, std::vector<Uid>& missing) {
  const Entry none;
  if (auto given = give_up_to(none, give); !given) return given;
  for (Entry& entry : entries_) {
    if (entry.is_wanted && !entry.is_given) missing.push_back(entry.uid);
    entry.is_given = true;
  }
  return {};
}

UidSet ImapBatch::left() const {
  UidSet left;
  for (const Entry& entry : entries_)
    if (!entry.is_given && !(entry.has_come && entry.is_draft)) left.add(entry.uid);
  return left;
}

}  // namespace unsent

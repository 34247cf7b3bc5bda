// SPDX-License-Identifier: MIT
#include "rules/phrase_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace unsent {
namespace {

// The bytes: magic, number of phrases, bits of a place, then the heads (2^bits + 1 indexes),
// the entries and the texts. All numbers are of 32 bits.
constexpr std::string_view kMagic = "unsent phrases 1";
constexpr std::size_t kNumber = 4;
constexpr std::size_t kHead = 16 + 2 * kNumber;  // before the heads
constexpr std::size_t kEntry = 4 * kNumber;      // offset of the text, its length, says, parent
constexpr unsigned kMaxBits = 16;
constexpr std::uint32_t kNone = UINT32_MAX;

std::size_t place_of(std::string_view text, unsigned bits) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t word = byte(0) | std::uint32_t{byte(1)} << 8U | std::uint32_t{byte(2)} << 16U;
  return word * 0x9E3779B1U >> (32U - bits);
}

void put(std::string& out, std::size_t value) {
  const auto number = static_cast<std::uint32_t>(value);
  char bytes[kNumber];
  std::memcpy(bytes, &number, kNumber);
  out.append(bytes, kNumber);
}

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

unsigned bits_for(std::size_t count) {
  unsigned bits = 4;
  while (bits < kMaxBits && std::size_t{1} << bits < 2 * count) ++bits;
  return bits;
}

using Entries = std::vector<PhraseIndex::Entry>;

void sort_for(Entries& entries, unsigned bits) {
  std::sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    const std::size_t at_a = place_of(a.text, bits);
    const std::size_t at_b = place_of(b.text, bits);
    return at_a != at_b ? at_a < at_b : a.text < b.text;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (kept > 0 && entries[kept - 1].text == entries[i].text)
      entries[kept - 1].says = entries[kept - 1].says | entries[i].says;
    else
      entries[kept++] = entries[i];
  entries.resize(kept);
}

// Of each phrase the longest other one with which it begins; they stand before it.
std::vector<std::uint32_t> parents_of(const Entries& entries) {
  std::vector<std::uint32_t> parents(entries.size(), kNone);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    auto parent = static_cast<std::uint32_t>(i - 1);
    while (parent != kNone && !begins_with(entries[i].text, entries[parent].text))
      parent = parents[parent];
    parents[i] = parent;
  }
  return parents;
}

}  // namespace

struct PhraseIndex::Found {
  std::string_view text;
  Said says;
  std::uint32_t parent = kNone;
};

std::string PhraseIndex::pack(std::vector<Entry> entries) {
  const unsigned bits = bits_for(entries.size());
  sort_for(entries, bits);
  const auto parents = parents_of(entries);
  std::string out(kMagic);
  put(out, entries.size());
  put(out, bits);
  std::size_t next = 0;
  for (std::size_t place = 0; place <= std::size_t{1} << bits; ++place) {
    while (next < entries.size() && place_of(entries[next].text, bits) < place) ++next;
    put(out, next);
  }
  std::size_t offset = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    assert(entries[i].text.size() >= kShortest && entries[i].text.size() <= kLongest);
    put(out, offset);
    put(out, entries[i].text.size());
    put(out, entries[i].says.bits());
    put(out, parents[i]);
    offset += entries[i].text.size();
  }
  for (const Entry& entry : entries) out += entry.text;
  return out;
}

PhraseIndex::PhraseIndex(std::string_view packed) {
  if (!begins_with(packed, kMagic) || packed.size() < kHead) return;
  heads_ = packed;  // for number()
  const std::uint32_t count = number(16);
  const unsigned bits = number(16 + kNumber);
  const std::size_t heads = bits <= kMaxBits && bits > 0 ? ((std::size_t{1} << bits) + 1) : 0;
  const std::size_t whole = kHead + heads * kNumber + std::size_t{count} * kEntry;
  if (heads == 0 || packed.size() < whole) return;
  heads_ = packed.substr(kHead, heads * kNumber);
  entries_ = packed.substr(kHead + heads * kNumber, std::size_t{count} * kEntry);
  texts_ = packed.substr(whole);
  count_ = count;
  bits_ = bits;
}

std::uint32_t PhraseIndex::number(std::size_t at) const {
  std::uint32_t value = 0;
  std::memcpy(&value, heads_.data() + at, kNumber);
  return value;
}

PhraseIndex::Found PhraseIndex::entry(std::uint32_t index) const {
  std::uint32_t fields[4];
  std::memcpy(fields, entries_.data() + std::size_t{index} * kEntry, kEntry);
  Found found;
  if (fields[0] > texts_.size()) return found;
  found.text = texts_.substr(fields[0], fields[1]);
  found.says = Said(static_cast<std::uint16_t>(fields[2]));
  if (fields[3] < index) found.parent = fields[3];  // else bytes of somebody else's
  return found;
}

// The last phrase of text's place that is not behind text. Every phrase with which text
// begins is that one or one of its parents.
bool PhraseIndex::find_last(std::string_view text, std::uint32_t& index) const {
  const std::size_t place = place_of(text, bits_);
  const std::uint32_t begin = number(place * kNumber);
  std::uint32_t low = begin;
  std::uint32_t high = std::min(number((place + 1) * kNumber), count_);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (entry(middle).text <= text)
      low = middle + 1;
    else
      high = middle;
  }
  index = low - 1;
  return low > begin && low <= count_;
}

template <typename Tell>
void PhraseIndex::each_prefix(std::string_view text, Tell tell) const {
  std::uint32_t index = 0;
  if (count_ == 0 || text.size() < kShortest || !find_last(text, index)) return;
  while (index != kNone) {
    const Found found = entry(index);
    if (!found.text.empty() && begins_with(text, found.text)) tell(found);
    index = found.parent;
  }
}

Said PhraseIndex::in(std::string_view text, const PhraseIndex& except) const {
  Said said;
  if (count_ == 0) return said;
  for (; text.size() >= kShortest; text.remove_prefix(1))
    each_prefix(
        text, [&](const Found& found) { said = said | found.says.without(except.of(found.text)); });
  return said;
}

Said PhraseIndex::first(std::string_view text, const PhraseIndex& except, Said of,
                        std::size_t& length) const {
  Said said;
  each_prefix(text, [&](const Found& found) {
    const Said kept = found.says.without(except.of(found.text));
    said = said | kept;
    if (kept.has(of)) length = std::max(length, found.text.size());
  });
  return said;
}

Said PhraseIndex::of(std::string_view text) const {
  Said said;
  each_prefix(text, [&](const Found& found) {
    if (found.text.size() == text.size()) said = found.says;
  });
  return said;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "ledger/segment.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace unsent {
namespace {

constexpr unsigned kHashBits = 56;    // that are kept
constexpr unsigned kStoredBits = 48;  // of them in the entry itself: the chunk tells the rest
constexpr unsigned kLeastBits = kHashBits - kStoredBits;
constexpr unsigned kMostBits = 24;
constexpr std::uint64_t kStored = (std::uint64_t{1} << kStoredBits) - 1;
constexpr std::size_t kHashBytes = 6;
constexpr std::size_t kEntry = 13;  // 6 of the hash, 7 of the row, the highest first
constexpr std::size_t kEntriesOfChunk = 32;

template <std::size_t size>
std::array<char, size> bytes_of(std::uint64_t value) {
  std::array<char, size> bytes;
  for (std::size_t i = size; i-- > 0; value >>= 8U) bytes[i] = static_cast<char>(value & 0xFFU);
  return bytes;
}

std::uint64_t get(std::string_view from, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = value << 8U | static_cast<unsigned char>(from[at + i]);
  return value;
}

std::int64_t row_at(std::string_view entries, std::size_t at) {
  const std::uint64_t bits = get(entries, at + kHashBytes, kEntry - kHashBytes);
  return static_cast<std::int64_t>(bits << 8U) >> 8U;  // with its sign
}

unsigned bits_for(std::size_t entries) {
  const auto bits = static_cast<unsigned>(std::bit_width(entries / kEntriesOfChunk));
  return std::clamp(bits, kLeastBits, kMostBits);
}

}  // namespace

std::uint64_t kept_bits(std::uint64_t hash) { return hash >> (64 - kHashBits); }

bool Segment::is_possible() const { return bits >= kLeastBits && bits <= 32; }

std::int64_t Segment::key_of(std::uint64_t hash) const {
  return first_key() | static_cast<std::int64_t>(hash >> (kHashBits - bits));
}

void find_in_chunk(std::string_view chunk, std::uint64_t hash, std::vector<std::int64_t>& rows) {
  const auto bytes = bytes_of<kHashBytes>(hash & kStored);
  const std::string_view wanted(bytes.data(), bytes.size());
  const auto at = [&](std::size_t index) { return chunk.substr(index * kEntry, kHashBytes); };
  const std::size_t end = chunk.size() / kEntry;
  std::size_t low = 0;
  for (std::size_t high = end; low < high;) {
    const std::size_t middle = (low + high) / 2;
    if (at(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < end && at(low) == wanted; ++low) rows.push_back(row_at(chunk, low * kEntry));
}

Result<bool> SegmentReader::advance() {
  if (++at_ < read_.size()) return true;
  read_.clear();
  at_ = 0;
  if (auto more = read_on(); !more) return more.failure();
  return !read_.empty();
}

Result<void> SegmentReader::read_on() {
  chunks_->bind(1, next_key_).bind(2, segment_.end_key());
  for (;;) {
    const auto row = chunks_->step();
    if (!row) return row.failure();
    if (!*row) return {};
    const std::int64_t key = chunks_->integer(0);
    if (key < next_key_ || key >= segment_.end_key()) {
      chunks_->reset();
      return fail(ErrorCode::config, "the index is damaged: its pieces are out of order",
                  "restore the ledger from a backup, or move it away and import again");
    }
    next_key_ = key + 1;
    take(chunks_->text(1), static_cast<std::uint64_t>(key) & 0xFFFFFFFFU);
  }
}

void SegmentReader::take(std::string_view chunk, std::uint64_t number) {
  const std::uint64_t high = number >> (segment_.bits - kLeastBits) << kStoredBits;
  for (std::size_t at = 0; at + kEntry <= chunk.size(); at += kEntry)
    read_.push_back({high | get(chunk, at, kHashBytes), row_at(chunk, at)});
}

SegmentWriter::SegmentWriter(Statement& add_chunk, std::int64_t id, std::size_t most)
    : add_chunk_(&add_chunk) {
  segment_.id = id;
  segment_.bits = bits_for(most);
  segment_.oldest = std::numeric_limits<std::int64_t>::max();
}

Result<void> SegmentWriter::add(const Posting& posting) {
  if (posting == last_) return {};
  of_one_hash_ = last_ && posting.hash == last_->hash ? of_one_hash_ + 1 : 1;
  last_ = posting;
  if (of_one_hash_ > kMostOfOneHash) return {};
  if (const std::int64_t key = segment_.key_of(posting.hash); key != key_) {
    if (auto written = write_chunk(); !written) return written;
    key_ = key;
  }
  const auto hash = bytes_of<kHashBytes>(posting.hash & kStored);
  const auto row = bytes_of<kEntry - kHashBytes>(static_cast<std::uint64_t>(posting.row));
  chunk_.append(hash.data(), hash.size()).append(row.data(), row.size());
  ++segment_.entries;
  segment_.oldest = std::min(segment_.oldest, posting.row);
  return {};
}

Result<Segment> SegmentWriter::finish() {
  if (auto written = write_chunk(); !written) return written.failure();
  return segment_;
}

Result<void> SegmentWriter::write_chunk() {
  if (chunk_.empty()) return {};
  auto written = add_chunk_->bind(1, key_).bind_blob(2, chunk_).run();
  chunk_.clear();
  return written;
}

}  // namespace unsent

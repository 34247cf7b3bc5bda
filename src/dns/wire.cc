// SPDX-License-Identifier: MIT
#include "dns/wire.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::uint16_t kClassIn = 1;
constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint16_t kTypeSoa = 6;
constexpr int kMaxAliases = 16;
constexpr std::size_t kMaxName = 255;
constexpr std::int64_t kMaxTtl = 0x7FFFFFFF;  // RFC 2181 8: more is 0

// Reads forward; once something does not fit, is_bad() stays true and zeros are read.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  bool is_bad() const { return is_bad_; }
  std::size_t position() const { return position_; }
  void seek(std::size_t position) { position_ = position; }

  std::uint16_t u16() {
    const std::string_view bytes = take(2);
    if (bytes.empty()) return 0;
    return static_cast<std::uint16_t>(byte(bytes[0]) << 8U | byte(bytes[1]));
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16U | u16();
  }
  std::string_view take(std::size_t count) {
    if (is_bad_ || count > message_.size() - position_) {
      is_bad_ = true;
      return {};
    }
    const std::string_view bytes = message_.substr(position_, count);
    position_ += count;
    return bytes;
  }
  // A name in lower case, its pointers followed backwards only. nullopt for one that is
  // well-formed but of bytes that no host or domain of ours has; is_bad() if malformed.
  std::optional<std::string> name();

 private:
  static unsigned byte(char c) { return static_cast<unsigned char>(c); }

  std::string_view message_;
  std::size_t position_ = 0;
  bool is_bad_ = false;
};

std::optional<std::string> Reader::name() {
  std::string out;
  bool is_odd = false;
  std::size_t end = 0;  // behind the first pointer
  std::size_t lowest = position_;
  for (;;) {
    const std::string_view head = take(1);
    if (head.empty()) return std::nullopt;
    const unsigned length = byte(head[0]);
    if (length == 0) break;
    if (length >= 0xC0) {
      const std::string_view low = take(1);
      if (low.empty()) return std::nullopt;
      if (end == 0) end = position_;
      const std::size_t target = (length & 0x3FU) << 8U | byte(low[0]);
      if (target >= lowest) is_bad_ = true;  // no loops: each goes further back
      lowest = target;
      position_ = target;
      continue;
    }
    const std::string_view label = length > 63 ? std::string_view() : take(length);
    if (label.empty() || out.size() + label.size() > kMaxName) {
      is_bad_ = true;
      return std::nullopt;
    }
    if (!out.empty()) out += '.';
    for (const char c : label) {
      is_odd = is_odd || c <= ' ' || c > '~' || c == '.';
      out += to_lower(c);
    }
  }
  if (end != 0) position_ = end;
  if (is_bad_ || is_odd) return std::nullopt;
  return out;
}

struct Record {
  std::string owner;
  std::uint16_t type = 0;
  seconds ttl{0};
  std::size_t data = 0;  // where it begins, for names within
  std::size_t size = 0;
};

// nullopt for records that cannot be ours: an odd name, another class.
std::optional<Record> read_record(Reader& reader) {
  const std::optional<std::string> owner = reader.name();
  Record record;
  record.type = reader.u16();
  const std::uint16_t record_class = reader.u16();
  const std::int64_t ttl = reader.u32();
  record.ttl = seconds{ttl > kMaxTtl ? 0 : ttl};
  record.size = reader.u16();
  record.data = reader.position();
  reader.take(record.size);
  if (!owner || record_class != kClassIn || reader.is_bad()) return std::nullopt;
  record.owner = *owner;
  return record;
}

class Message {
 public:
  explicit Message(std::string_view bytes) : bytes_(bytes), reader_(bytes) {}

  DnsAnswer answer(std::string_view name, DnsType type);

 private:
  DnsAnswer choose(std::string_view name, DnsType type);
  DnsAnswer negative(DnsStatus status);
  bool add(DnsAnswer& answer, const Record& record, DnsType type);
  bool add_mx(const Record& record);
  std::optional<std::string> name_at(const Record& record, std::size_t skip, bool& is_bad);

  std::string_view bytes_;
  Reader reader_;
  std::vector<Record> answers_;
  std::vector<Record> authorities_;
  std::vector<std::pair<int, std::string>> mx_;
};

DnsAnswer broken() { return {DnsStatus::temp_error, {}, {}, {}}; }

DnsAnswer Message::answer(std::string_view name, DnsType type) {
  reader_.u16();  // the id is the transport's
  const std::uint16_t flags = reader_.u16();
  const std::uint16_t questions = reader_.u16();
  const std::uint16_t answers = reader_.u16();
  const std::uint16_t authorities = reader_.u16();
  reader_.u16();
  const unsigned rcode = flags & 0xFU;
  const bool is_response = (flags & 0x8000U) != 0;
  const bool is_truncated = (flags & 0x0200U) != 0;
  if (reader_.is_bad() || !is_response || is_truncated || questions != 1) return broken();
  if (rcode != 0 && rcode != 3) return broken();
  const std::optional<std::string> asked = reader_.name();
  const std::uint16_t asked_type = reader_.u16();
  const std::uint16_t asked_class = reader_.u16();
  if (!asked || !equal_ignoring_case(*asked, name) || asked_class != kClassIn ||
      asked_type != static_cast<std::uint16_t>(type)) {
    return broken();
  }
  for (unsigned i = 0; i < answers && !reader_.is_bad(); ++i) {
    if (auto record = read_record(reader_)) answers_.push_back(*std::move(record));
  }
  for (unsigned i = 0; i < authorities && !reader_.is_bad(); ++i) {
    if (auto record = read_record(reader_)) authorities_.push_back(*std::move(record));
  }
  if (reader_.is_bad()) return broken();
  return rcode == 3 ? negative(DnsStatus::nxdomain) : choose(name, type);
}

// RFC 2308 5: what is not there is so for the lesser of the SOA's TTL and its minimum.
DnsAnswer Message::negative(DnsStatus status) {
  DnsAnswer answer;
  answer.status = status;
  for (const Record& record : authorities_) {
    if (record.type != kTypeSoa || record.size < 20) continue;
    Reader minimum(bytes_);
    minimum.seek(record.data + record.size - 4);
    answer.ttl = std::min(record.ttl, seconds{minimum.u32()});
  }
  return answer;
}

std::optional<std::string> Message::name_at(const Record& record, std::size_t skip, bool& is_bad) {
  Reader reader(bytes_);
  reader.seek(record.data + skip);
  std::optional<std::string> name = reader.name();
  is_bad = reader.is_bad() || reader.position() != record.data + record.size;
  return name;
}

bool Message::add_mx(const Record& record) {
  bool is_bad = record.size < 3;
  if (is_bad) return false;
  Reader reader(bytes_);
  reader.seek(record.data);
  const int preference = reader.u16();
  std::optional<std::string> host = name_at(record, 2, is_bad);
  if (host) mx_.emplace_back(preference, *std::move(host));
  return !is_bad;
}

// False if the record is malformed. Odd host names are left out.
bool Message::add(DnsAnswer& answer, const Record& record, DnsType type) {
  const std::string_view data = bytes_.substr(record.data, record.size);
  switch (type) {
    case DnsType::a:
    case DnsType::aaaa: {
      if (data.size() != (type == DnsType::a ? 4U : 16U)) return false;
      answer.addresses.push_back(*IpAddress::from_bytes(data));
      return true;
    }
    case DnsType::mx:
      return add_mx(record);
    case DnsType::ptr: {
      bool is_bad = false;
      std::optional<std::string> host = name_at(record, 0, is_bad);
      if (host) answer.texts.push_back(*std::move(host));
      return !is_bad;
    }
    case DnsType::txt: {
      std::string text;
      for (std::size_t i = 0; i < data.size();) {
        const std::size_t length = static_cast<unsigned char>(data[i]);
        if (length > data.size() - i - 1) return false;
        text += data.substr(i + 1, length);
        i += length + 1;
      }
      answer.texts.push_back(std::move(text));
      return true;
    }
  }
  return false;
}

DnsAnswer Message::choose(std::string_view name, DnsType type) {
  std::string current = lower(name);
  seconds ttl{kMaxTtl};
  for (int aliases = 0; aliases <= kMaxAliases; ++aliases) {
    DnsAnswer answer;
    const Record* alias = nullptr;
    std::size_t count = 0;
    for (const Record& record : answers_) {
      if (record.owner != current) continue;
      if (record.type == kTypeCname) alias = &record;
      if (record.type != static_cast<std::uint16_t>(type)) continue;
      if (!add(answer, record, type)) return broken();
      ttl = std::min(ttl, record.ttl);
      ++count;
    }
    if (count > 0) {
      std::stable_sort(mx_.begin(), mx_.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      for (auto& [preference, host] : mx_) answer.texts.push_back(std::move(host));
      answer.status =
          answer.texts.empty() && answer.addresses.empty() ? DnsStatus::no_data : DnsStatus::ok;
      answer.ttl = ttl;
      return answer;
    }
    if (!alias) {
      // Records, but none for what was asked: somebody else's answer.
      if (aliases == 0 && !answers_.empty()) return broken();
      return negative(DnsStatus::no_data);
    }
    bool is_bad = false;
    const std::optional<std::string> target = name_at(*alias, 0, is_bad);
    if (!target || is_bad) return broken();
    ttl = std::min(ttl, alias->ttl);
    current = *target;
  }
  return broken();
}

}  // namespace

DnsAnswer parse_dns_message(std::string_view message, std::string_view name, DnsType type) {
  return Message(message).answer(name, type);
}

}  // namespace unsent

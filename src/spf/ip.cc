// SPDX-License-Identifier: MIT
#include "spf/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace unsent {
namespace {

// inet_pton wants a terminator; no address is longer than the buffer.
bool to_bytes(std::string_view text, void* out) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size()) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::copy(text.begin(), text.end(), buffer.begin());
  return inet_pton(AF_INET6, buffer.data(), out) == 1;
}

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

constexpr std::string_view kUpper = "0123456789ABCDEF";
constexpr std::string_view kLower = "0123456789abcdef";

}  // namespace

std::optional<IpAddress> IpAddress::parse_v4(std::string_view text) {
  IpAddress ip;
  std::size_t part = 0;
  int octet = -1;  // -1: no digit yet
  for (const char c : text) {
    if (c == '.' && octet >= 0 && part < 3) {
      ip.bytes_[part++] = static_cast<std::uint8_t>(octet);
      octet = -1;
      continue;
    }
    if (!is_digit(c) || octet == 0) return std::nullopt;
    octet = std::max(octet, 0) * 10 + (c - '0');
    if (octet > 255) return std::nullopt;
  }
  if (octet < 0 || part != 3) return std::nullopt;
  ip.bytes_[3] = static_cast<std::uint8_t>(octet);
  return ip;
}

std::optional<IpAddress> IpAddress::parse_v6(std::string_view text) {
  IpAddress ip;
  ip.is_v4_ = false;
  if (!to_bytes(text, ip.bytes_.data())) return std::nullopt;
  return ip;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return parse_v4(text);
  std::optional<IpAddress> ip = parse_v6(text);
  if (!ip || !std::equal(kMapped.begin(), kMapped.end(), ip->bytes_.begin())) return ip;
  IpAddress v4;
  std::copy_n(ip->bytes_.begin() + 12, 4, v4.bytes_.begin());
  return v4;
}

std::optional<IpAddress> IpAddress::from_bytes(std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  IpAddress ip;
  ip.is_v4_ = bytes.size() == 4;
  std::memcpy(ip.bytes_.data(), bytes.data(), bytes.size());
  return ip;
}

bool IpAddress::matches(const IpAddress& network, int prefix) const {
  if (is_v4_ != network.is_v4_ || prefix < 0 || prefix > bits()) return false;
  const auto whole = static_cast<std::size_t>(prefix / 8);
  if (std::memcmp(bytes_.data(), network.bytes_.data(), whole) != 0) return false;
  const int rest = prefix % 8;
  if (rest == 0) return true;
  const int mask = 0xFF00 >> rest & 0xFF;
  return (bytes_[whole] & mask) == (network.bytes_[whole] & mask);
}

bool IpAddress::operator<(const IpAddress& other) const {
  return is_v4_ == other.is_v4_ ? bytes_ < other.bytes_ : other.is_v4_;
}

bool IpAddress::is_loopback() const {
  if (is_v4_) return bytes_[0] == 127;
  IpAddress one;
  one.is_v4_ = false;
  one.bytes_[15] = 1;
  return *this == one;
}

bool IpAddress::is_link_local() const {
  if (is_v4_) return bytes_[0] == 169 && bytes_[1] == 254;
  return bytes_[0] == 0xFE && (bytes_[1] & 0xC0) == 0x80;
}

bool IpAddress::is_private() const {
  if (!is_v4_) return (bytes_[0] & 0xFE) == 0xFC;
  return bytes_[0] == 10 || (bytes_[0] == 172 && (bytes_[1] & 0xF0) == 16) ||
         (bytes_[0] == 192 && bytes_[1] == 168) || (bytes_[0] == 100 && (bytes_[1] & 0xC0) == 64);
}

bool IpAddress::is_unspecified() const {
  if (is_v4_) return bytes_[0] == 0;
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_internal() const {
  return is_private() || is_loopback() || is_link_local() || is_unspecified();
}

std::string IpAddress::text() const {
  if (is_v4_) {
    std::string out = std::to_string(bytes_[0]);
    for (std::size_t i = 1; i < 4; ++i) (out += '.') += std::to_string(bytes_[i]);
    return out;
  }
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string IpAddress::bytes() const {
  std::string out(is_v4_ ? 4 : 16, '\0');
  std::memcpy(out.data(), bytes_.data(), out.size());
  return out;
}

std::string IpAddress::dotted() const {
  if (is_v4_) return text();
  std::string out;
  out.reserve(63);
  for (const std::uint8_t byte : bytes_) {
    if (!out.empty()) out += '.';
    out += kUpper[byte >> 4U];
    out += '.';
    out += kUpper[byte & 0xFU];
  }
  return out;
}

std::string IpAddress::reverse() const {
  std::string out;
  for (std::size_t i = is_v4_ ? 4 : 16; i-- > 0;) {
    if (is_v4_) {
      out += std::to_string(bytes_[i]) + '.';
    } else {
      out += {kLower[bytes_[i] & 0xFU], '.', kLower[bytes_[i] >> 4U], '.'};
    }
  }
  return out + (is_v4_ ? "in-addr.arpa" : "ip6.arpa");
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  if (slash == std::string_view::npos) return IpNetwork{*ip, ip->bits()};
  const std::optional<int> prefix = parse_prefix_length(text.substr(slash + 1), ip->bits());
  if (!prefix) return std::nullopt;
  return IpNetwork{*ip, *prefix};
}

bool IpNetwork::operator<(const IpNetwork& other) const {
  return address == other.address ? prefix < other.prefix : address < other.address;
}

std::string IpNetwork::text() const {
  if (prefix == address.bits()) return address.text();
  return address.text() + '/' + std::to_string(prefix);
}

std::optional<int> parse_prefix_length(std::string_view text, int limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > limit) return std::nullopt;
  return value;
}

}  // namespace unsent

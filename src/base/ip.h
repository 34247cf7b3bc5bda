// SPDX-License-Identifier: MIT
// IPv4 and IPv6 addresses and networks as values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

class IpAddress {
 public:
  // "192.0.2.1", "2001:db8::1"; an IPv4-mapped "::ffff:192.0.2.1" is the IPv4 address.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const { return is_v4_; }
  // In network order; an IPv4 address is in the first four.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  int bit_length() const { return is_v4_ ? 32 : 128; }
  std::string text() const;
  // Not reachable from elsewhere: RFC 1918, loopback, link-local, shared (RFC 6598),
  // unique local (RFC 4193), unspecified.
  bool is_private() const;
  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  bool is_v4_ = true;
};

class IpNetwork {
 public:
  IpNetwork(const IpAddress& address, int prefix_length)
      : address_(address), prefix_length_(prefix_length) {}
  // "192.0.2.0/24", "2001:db8::/32", or one address. Host bits are allowed and mean nothing.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  std::string text() const;

 private:
  IpAddress address_;
  int prefix_length_;
};

}  // namespace unsent

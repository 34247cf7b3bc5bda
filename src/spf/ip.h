// SPDX-License-Identifier: MIT
// IP addresses and networks as values. Refuses what inet_pton refuses: short forms,
// leading zeros, zones, ports, brackets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

class IpAddress {
 public:
  // Either family; an IPv4-mapped address ("::ffff:192.0.2.1") becomes the IPv4 one.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> parse_v4(std::string_view text);
  // As written: a mapped address stays IPv6, and so matches no IPv4 client.
  static std::optional<IpAddress> parse_v6(std::string_view text);
  // 4 or 16 bytes in network order, as a DNS record holds them.
  static std::optional<IpAddress> from_bytes(std::string_view bytes);

  IpAddress() = default;  // 0.0.0.0
  bool is_v4() const { return is_v4_; }
  int bits() const { return is_v4_ ? 32 : 128; }
  // The first prefix bits are those of network, of the same family.
  bool matches(const IpAddress& network, int prefix) const;

  bool is_loopback() const;
  bool is_link_local() const;
  bool is_private() const;      // RFC 1918, RFC 6598 (100.64/10), RFC 4193 (fc00::/7)
  bool is_unspecified() const;  // 0.0.0.0/8, ::
  // Any of these: an address that means nothing outside its own network.
  bool is_internal() const;

  std::string text() const;     // "192.0.2.1", "2001:db8::1"
  std::string bytes() const;    // 4 or 16, in network order
  std::string dotted() const;   // RFC 7208 7.3 "i": "192.0.2.1", "2.0.0.1.0.D.B.8.…"
  std::string reverse() const;  // "1.2.0.192.in-addr.arpa", "….8.b.d.0.1.0.0.2.ip6.arpa"

  bool operator==(const IpAddress&) const = default;
  bool operator<(const IpAddress& other) const;  // IPv6 first, then by value

 private:
  bool is_v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};  // IPv4: the first four
};

struct IpNetwork {
  IpAddress address;
  int prefix = 32;

  // "192.0.2.0/24", "2001:db8::/32", or one address. Host bits may be set.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& ip) const { return ip.matches(address, prefix); }
  std::string text() const;
  bool operator==(const IpNetwork&) const = default;
  bool operator<(const IpNetwork& other) const;
};

// A plain decimal number without leading zeros, at most limit.
std::optional<int> parse_prefix_length(std::string_view text, int limit);

}  // namespace unsent

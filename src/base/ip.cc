// SPDX-License-Identifier: MIT
#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace unsent {
namespace {

struct Range {
  const char* network;
};
constexpr std::array<Range, 11> kPrivate = {{{"10.0.0.0/8"},
                                             {"172.16.0.0/12"},
                                             {"192.168.0.0/16"},
                                             {"127.0.0.0/8"},
                                             {"169.254.0.0/16"},
                                             {"100.64.0.0/10"},
                                             {"0.0.0.0/8"},
                                             {"::1/128"},
                                             {"::/128"},
                                             {"fe80::/10"},
                                             {"fc00::/7"}}};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > 45) return std::nullopt;
  const std::string copy(text);
  IpAddress address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes_.data()) == 1) return address;
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  address.is_v4_ = std::equal(kMapped.begin(), kMapped.end(), address.bytes_.begin());
  if (address.is_v4_) {
    std::copy(address.bytes_.begin() + 12, address.bytes_.end(), address.bytes_.begin());
    std::fill(address.bytes_.begin() + 4, address.bytes_.end(), std::uint8_t{0});
  }
  return address;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const int family = is_v4_ ? AF_INET : AF_INET6;
  return ::inet_ntop(family, bytes_.data(), buffer.data(), buffer.size());
}

bool IpAddress::is_private() const {
  static const auto networks = [] {
    std::array<std::optional<IpNetwork>, kPrivate.size()> parsed;
    for (std::size_t i = 0; i < parsed.size(); ++i)
      parsed.at(i) = IpNetwork::parse(kPrivate.at(i).network);
    return parsed;
  }();
  return std::any_of(networks.begin(), networks.end(), [&](const std::optional<IpNetwork>& one) {
    return one && one->contains(*this);
  });
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  int length = address->bit_length();
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (length < 0 || length > address->bit_length()) return std::nullopt;
  }
  return IpNetwork(*address, length);
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v4() != address_.is_v4()) return false;
  const auto whole = static_cast<std::size_t>(prefix_length_ / 8);
  const auto& ours = address_.bytes();
  const auto& theirs = address.bytes();
  if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin()))
    return false;
  const unsigned rest = static_cast<unsigned>(prefix_length_) % 8U;
  if (rest == 0) return true;
  const unsigned mask = 0xFFU << (8U - rest) & 0xFFU;
  return ((ours.at(whole) ^ theirs.at(whole)) & mask) == 0;
}

std::string IpNetwork::text() const {
  return address_.text() + '/' + std::to_string(prefix_length_);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// An SPF record as terms (RFC 7208 4.5 to 6), parsed without asking anything. Any error
// anywhere makes the whole record a permanent error (4.6); what is wrong is said in words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spf/ip.h"

namespace unsent {

// A DNS message holds no more.
constexpr std::size_t kMaxSpfRecord = 65535;

enum class SpfResult { none, neutral, pass, fail, softfail, temperror, permerror };
std::string_view name_of(SpfResult result);

enum class SpfMechanism { all, include, a, mx, ptr, ip4, ip6, exists };

struct SpfTerm {
  SpfResult qualifier = SpfResult::pass;  // what a match means
  SpfMechanism mechanism = SpfMechanism::all;
  std::string_view domain_spec;  // "" is the domain whose record this is
  int prefix4 = 32;              // a, mx
  int prefix6 = 128;
  IpNetwork network;      // ip4, ip6
  std::string_view text;  // as written: "~include:_spf.example.net"
};

// Views of the record's text, which must outlive it.
struct SpfRecord {
  std::vector<SpfTerm> terms;
  std::string_view redirect;  // domain-spec, "" if there is none
  std::string_view redirect_text;
  std::string_view exp;
  std::string error;  // "" if the record is right

  // How many of the ten lookups it takes if all terms are evaluated (4.6.4), those of
  // the included records not counted.
  int lookups() const;
};

// 4.5: "v=spf1", alone or before a space, in any case.
bool is_spf_record(std::string_view text);
// Requires: is_spf_record(text).
SpfRecord parse_spf_record(std::string_view text);

// True for a term that costs one of the ten lookups.
bool asks_dns(SpfMechanism mechanism);
// It matches so many addresses that a pass says nothing: all, a network of more than
// 2^24 IPv4 addresses (or an IPv6 prefix under 16), exists without the client in its name.
bool is_over_wide(const SpfTerm& term);

}  // namespace unsent

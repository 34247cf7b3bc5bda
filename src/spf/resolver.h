// SPDX-License-Identifier: MIT
// The window on the DNS. Declared here because SPF asks; dns/ answers from the network,
// from zone files or from a cache, tests from a map. An answer never throws and is never
// a guess: what could not be asked says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "spf/ip.h"

namespace unsent {

// The values are those of the wire.
enum class DnsType : std::uint16_t { a = 1, ptr = 12, mx = 15, txt = 16, aaaa = 28 };
std::string_view name_of(DnsType type);  // "A", "MX", …

enum class DnsStatus {
  ok,          // at least one record
  no_data,     // the name exists, but has no record of that type
  nxdomain,    // the name does not exist
  temp_error,  // SERVFAIL, refused, an answer that cannot be read or is for another name
  timeout,     // no answer in time
  not_asked,   // DNS is off, or this message has no time or no questions left for it
  pending,     // being asked: whoever judges will judge again when the answer is there
};
std::string_view name_of(DnsStatus status);  // "ok", "no data", "NXDOMAIN", …

struct DnsAnswer {
  DnsStatus status = DnsStatus::no_data;
  std::vector<IpAddress> addresses;  // A, AAAA
  // PTR, MX (best preference first; a null MX is ""), TXT (the strings of a record joined).
  std::vector<std::string> texts;
  seconds ttl{0};  // the least of the records'; for no_data and nxdomain that of the SOA

  // The DNS knows that there is nothing; the opposite of not knowing.
  bool is_void() const { return status == DnsStatus::no_data || status == DnsStatus::nxdomain; }
  bool is_ok() const { return status == DnsStatus::ok; }
};

// name: as query_name makes it.
struct DnsQuestion {
  std::string name;
  DnsType type = DnsType::a;

  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

// What one message had to ask, for those who want to know why.
struct AskedQuestion {
  DnsQuestion question;
  DnsStatus status = DnsStatus::pending;
  std::string why;
};

class Resolver {
 public:
  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  virtual ~Resolver() = default;

  // name: with or without final dot, any case; CNAMEs are followed. A name that cannot
  // be asked for (see query_name) is nxdomain.
  virtual DnsAnswer lookup(std::string_view name, DnsType type) = 0;
  // A new message begins: its time for DNS starts anew.
  virtual void begin_message() {}
  // An answer since then was pending: what is made of it is not the last word, and nothing
  // may be noted of it.
  virtual bool is_waiting() const { return false; }
  // What is asked for from now on; returns what was said before.
  virtual std::string_view because(std::string_view /*why*/) { return {}; }
};

// Says why the questions of a scope are asked. why must outlive it.
class AskedBecause {
 public:
  AskedBecause(Resolver& resolver, std::string_view why)
      : resolver_(resolver), before_(resolver.because(why)) {}
  AskedBecause(const AskedBecause&) = delete;
  AskedBecause& operator=(const AskedBecause&) = delete;
  ~AskedBecause() { resolver_.because(before_); }

 private:
  Resolver& resolver_;
  std::string_view before_;
};

}  // namespace unsent

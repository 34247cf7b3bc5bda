// SPDX-License-Identifier: MIT
// Input: a DNS message, read as the answer to each type of question.
#include <cstdint>

#include "dns/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unsent;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  for (const DnsType type : {DnsType::a, DnsType::aaaa, DnsType::mx, DnsType::ptr, DnsType::txt}) {
    const DnsAnswer answer = parse_dns_message(message, "d.example", type);
    if (answer.is_ok() == (answer.texts.empty() && answer.addresses.empty())) __builtin_trap();
  }
  return 0;
}

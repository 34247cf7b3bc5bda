// SPDX-License-Identifier: MIT
// Input: a master file; then every name of it that was read is asked for.
#include <cstdint>

#include "dns/zone.h"
#include "dns/zone_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unsent;
  const std::string text(data, data + size);
  ZoneResolver zone;
  const bool is_read = zone.read(text, "fuzz").has_value();
  ZoneFile file(text, "fuzz");
  for (;;) {
    const Result<std::optional<ZoneRecord>> record = file.next();
    if (!record || !*record) break;
    for (const DnsType type :
         {DnsType::a, DnsType::aaaa, DnsType::mx, DnsType::ptr, DnsType::txt}) {
      const DnsAnswer answer = zone.lookup((*record)->owner, type);
      if (is_read && (*record)->owner.size() > 1 && (*record)->owner[0] != '*' &&
          (*record)->type == "A" && type == DnsType::a && !answer.is_ok()) {
        __builtin_trap();
      }
      zone.lookup("x." + (*record)->owner, type);
    }
  }
  return 0;
}

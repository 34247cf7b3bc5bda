// SPDX-License-Identifier: MIT
// JSON lines of the ledger: what is read and printed is read again as the same.
#include <cstdlib>

#include "ledger/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto entry = unsent::parse_entry({reinterpret_cast<const char*>(data), size});
  if (!entry) return 0;
  const std::string line = unsent::format_entry(*entry);
  const auto again = unsent::parse_entry(line);
  if (!again || unsent::format_entry(*again) != line) std::abort();
  return 0;
}

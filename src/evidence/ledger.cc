// SPDX-License-Identifier: MIT
#include "evidence/ledger.h"

namespace unsent {

LedgerAnswer<std::vector<SentMessage>> Ledger::find_near(const Fingerprint& print, int off) {
  Fingerprint near = print;
  for (int by = -off; by <= off; ++by) {
    near.date = print.date + seconds(by);
    auto found = find(near);
    if (!found.is_available() || !found.value.empty()) return found;
  }
  return {};
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Why a report was judged so, as one would say it to whom it came. Ids, addresses of hosts and
// rules are left to the detail.
#pragma once

#include <string>

#include "report/item.h"

namespace unsent {

// "you wrote this to bob@remote.example on 3 Nov". Holds text of the mail as it was.
std::string plain_reason(const ScanItem& item, Time now);
// The same where the line shows whom it is about: "you wrote this on 3 Nov".
std::string brief_reason(const ScanItem& item, Time now);

}  // namespace unsent

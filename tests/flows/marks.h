// SPDX-License-Identifier: MIT
// What marks mail as ours whoever carries it: our tag, our signature, our BATV address. Who
// got a mail of ours has them too.
#pragma once

#include <string>

#include "report.h"
#include "tag/key_ring.h"

namespace unsent {

const KeyRing& our_keys();
std::string our_signing_record();  // of s1._domainkey.ourshop.example

// Header lines over the mail as it is sent.
std::string tag_line(const SentMail& mail);
std::string signature_line(const SentMail& mail);
// "prvs=…=alice@ourshop.example", made the day before.
std::string marked_address();

}  // namespace unsent

// SPDX-License-Identifier: MIT
// BATV (draft-levine-smtp-batv-01): an envelope sender that says it is ours,
// "prvs=3788cc395f=alice@ourshop.example": a key digit, the day modulo 1,000 on which it
// ends, three bytes of HMAC-SHA1. The same as Exim's ${prvs and ${prvscheck with the
// key's secret and the last digit of its number.
#pragma once

#include <string>

#include "mail/address.h"
#include "tag/key_ring.h"

namespace unsent {

constexpr int kPrvsDays = 7;

std::string make_prvs(const Address& address, const TagKey& key, Time now);

enum class PrvsResult {
  no_prvs,
  valid,
  unknown_key,
  mismatch,
  expired,  // or made in the future: its day does not lie within the next seven
};

struct PrvsCheck {
  PrvsResult result = PrvsResult::no_prvs;
  std::optional<Address> inner;  // whose it says it is
  int key = 0;                   // the key's number, with valid
};

// Every key whose number ends with the digit is tried; the local part also in lower case,
// since some servers print addresses so.
PrvsCheck check_prvs(const Address& address, const KeyRing& ring, Time now);

}  // namespace unsent

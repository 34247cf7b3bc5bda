// SPDX-License-Identifier: MIT
// Was a message that we have marked as ours (by key or tag) addressed to those whom its
// bounce reports on? Marks are replayed: list posts and harvested mail carry them.
#pragma once

#include "evidence/origin.h"

namespace unsent {

struct AddresseeFinding {
  enum class How {
    addressed,  // a reported recipient is in the marked To or Cc
    in_ledger,  // we wrote to a reported recipient from that sender about then
    handed_on,  // a server of a marked recipient handed it to the reporter
    guessed,    // addressed, but the recipient is read from free text
    stranger,
  };
  How how = How::stranger;
  std::string text;  // the address that decided
};

struct AddresseeCase {
  const Bounce& bounce;
  const Origin& origin;
  const std::vector<Address>& to;  // as marked
  std::optional<Address> from;
  std::optional<Time> sent_at;
  Ledger* ledger;  // may be null
};

AddresseeFinding find_addressee(const AddresseeCase& one);

}  // namespace unsent

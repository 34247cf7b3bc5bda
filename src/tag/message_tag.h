// SPDX-License-Identifier: MIT
// X-Unsent-Tag: a keyed hash over what identifies a message of ours, put into its header
// on the way out and found again in what a bounce returns.
//
//   X-Unsent-Tag: 1; k=3; d=20781; f=fdi; h=kX0…; r=Jw1…
//
// version; key number; day; which of From, Date and Message-ID h is over (a server may add
// what was missing); h the hash; r a second one over To and Cc as well, which tells a
// replay to strangers from a bounce.
#pragma once

#include <string>

#include "mail/header.h"
#include "tag/key_ring.h"

namespace unsent {

// The field's value. nullopt where the header has neither Date nor Message-ID, or one of
// the three twice: nothing to hold on to.
std::optional<std::string> make_tag(const Headers& headers, const TagKey& key, Time now);

enum class TagResult {
  no_tag,
  valid,
  malformed,
  unknown_key,
  mismatch,  // From, Date or Message-ID are not what was signed, or it is forged
  expired,
  future,
};

struct TagCheck {
  TagResult result = TagResult::no_tag;
  std::string note;  // in words; "" if valid or none
  int key = 0;
  std::optional<Time> day;         // with valid
  bool covers_recipients = false;  // To and Cc are what was signed
};

// retention: how old a tag may be. One from after today is none (an hour is allowed).
TagCheck check_tag(const Headers& headers, const KeyRing& ring, Time now, seconds retention);

}  // namespace unsent

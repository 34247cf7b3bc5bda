// SPDX-License-Identifier: MIT
// What the second stage keeps of each judged report: hashes and numbers of a fixed size, so that
// a million take 48 MB, whatever their mails hold. Whoever can make two texts of one hash joins
// two runs, which can only make less of either.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "evidence/carriage.h"
#include "flood/make.h"
#include "verdict/judge.h"

namespace unsent {

struct Member {
  // Subject's and id's shape, and sender's domain; 0: not shown. Of the subject's hash and make,
  // where that is shown: see subject_of.
  std::uint64_t run = 0;
  std::uint64_t make = 0;          // id's shape and sender's domain alone; 0: not shown
  std::uint32_t network = 0;       // of the client: its /24, or the hash of its /48
  std::uint32_t block = 0;         // its /16, or the hash of its /32
  std::uint32_t organisation = 0;  // of the client's name; 0: it has none
  std::uint32_t greeting = 0;      // with Way::unnamed: as whom the client greeted
  std::uint32_t writer = 0;        // the organisation that took the original; 0: not shown
  std::uint32_t id_low = 0;        // of the id's hash: see id()
  std::uint16_t id_high = 0;       // likewise
  std::uint16_t day = 0;           // on which the report came, since 1970; 0: not known
  Way way = Way::unknown;
  std::uint8_t traits = 0;  // which it shows, one bit each; above these, which Sent never does
  std::uint8_t marks = 0;   // of Mark

  enum Mark : std::uint8_t {
    genuine = 1,           // so was it judged
    recorded = 2,          // the ledger has the original
    proved_elsewhere = 4,  // strongly, by what knows nothing of the ledger
    passed_on = 8,         // see Carriage
    by_our_side = 16,      // see Carriage
    service = 32,          // see Carriage
    forbidden = 64,        // SPF's word is the only strong one against it
    open = 128,            // judged unverified
  };
  bool is(Mark mark) const { return (marks & mark) != 0; }
  bool shows(Trait trait) const { return (traits >> static_cast<unsigned>(trait) & 1U) != 0; }
  bool is_foreign(Trait trait) const {
    return (traits >> (kTraits + static_cast<unsigned>(trait)) & 1U) != 0;
  }

  // 48 bits of a hash of the original's Message-ID; 0: not shown.
  std::uint64_t id() const { return std::uint64_t{id_high} << 32U | id_low; }
  void set_id(std::uint64_t id) {
    id_low = static_cast<std::uint32_t>(id);
    id_high = static_cast<std::uint16_t>(id >> 32U);
  }

  // Its border is shown, and what stands there is no side of ours, nor one that passed it on.
  bool is_crossing() const { return way != Way::unknown && !is(passed_on) && !is(by_our_side); }
};

static_assert(sizeof(Member) == 48);

// came: when the report came to us, as far as it is known. habits: of what is in Sent, or null. A
// report that is not on a delivery gives a member of no run.
Member make_member(const Judgement& judgement, std::optional<Time> came,
                   const SentHabits* habits = nullptr);

// The hash of its subject's shape; 0: it is not shown, or no id is.
std::uint64_t subject_of(const Member& member);

// As a member has them.
std::uint64_t id_hash(std::string_view id);
std::uint64_t make_hash(std::string_view id, std::string_view sender_domain);
std::uint16_t day_number(Time time);

}  // namespace unsent

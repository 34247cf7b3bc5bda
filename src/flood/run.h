// SPDX-License-Identifier: MIT
// Originals that look alike, and what they show together: a second decision table, pure. Its
// rows, what genuine mail could ever look like one, and what protects it: README.md beside this.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "flood/member.h"

namespace unsent {

// The ways on which mail that is proved genuine was seen; sorted.
struct KnownWays {
  std::vector<std::uint32_t> networks;
  std::vector<std::uint32_t> organisations;

  bool has_network(const Member& member) const;
  bool has_organisation(const Member& member) const;
};
// Of those members that were judged genuine.
KnownWays known_ways(const std::vector<Member>& members);

// Numbers of one run. "Crossing" ones are those whose border is shown: see Member.
struct Run {
  std::uint32_t size = 0;
  std::uint32_t proved = 0;      // judged genuine, or in the ledger
  std::uint32_t ours = 0;        // came by a way of ours
  std::uint32_t on_known = 0;    // came from a network on which a genuine one came
  std::uint32_t passed_on = 0;   // see Carriage
  std::uint32_t unrecorded = 0;  // genuine by what knows nothing of the ledger, which lacks it
  std::uint32_t crossing = 0;
  std::uint32_t access_lines = 0;  // of the crossing ones, as the next four
  std::uint32_t servers = 0;
  std::uint32_t access_networks = 0;       // different networks of access lines
  std::uint32_t largest_network = 0;       // how many came from the one from which most came
  std::uint32_t largest_organisation = 0;  // likewise, of those with a name
  std::uint32_t networks = 0;              // different ones, as the next three
  std::uint32_t blocks = 0;
  std::uint32_t organisations = 0;
  std::uint32_t writers = 0;
  std::int32_t first_day = 0;  // 0: no day is known
  std::int32_t last_day = 0;
  // By trait, how many show it, and how many of these as nothing in Sent does.
  std::array<std::uint32_t, kTraits> shown{};
  std::array<std::uint32_t, kTraits> foreign{};
};

// members: of the run, by their index in all.
Run sum_up(const std::vector<Member>& all, const std::uint32_t* begin, const std::uint32_t* end,
           const KnownWays& known);

// From how many members on a run is looked at.
constexpr std::uint32_t kLeastInRun = 10;

// What a run is, the first row that holds.
enum class RunRow {
  has_proved,        // a member is proved genuine, or in the ledger: protects all
  on_our_way,        // a member came by a server of ours, or on a way that genuine mail took
  few_crossings,     // too few show who handed them over
  often_passed_on,   // too many were passed on by whoever handed them over
  few_networks,      // one network, or a few
  one_organisation,  // most came from hosts of one
  few_writers,       // too few different sides took them
  mostly_servers,    // too few of the clients are access lines
  spread,            // none of these: nothing of one sender's looks so
};
RunRow row_of(const Run& run);
std::string_view describe(RunRow row);

// A trait that enough of the run show, all of them as nothing in Sent does.
bool is_foreign(const Run& run, Trait trait);

// What a member of a run that is spread is, the first row that holds.
enum class MemberRow {
  unshown,          // its border is not shown, or it was passed on, or taken by our own side
  by_server,        // by a server: this one may be another's
  untold,           // by who knows what: the DNS did not answer, or was not asked
  known_neighbour,  // of an organisation that carried genuine mail
  seen_before,      // its network had brought mail before the run began
  spread,           // by an access line: evidence
};
MemberRow row_of(const Member& member, const KnownWays& known, bool is_seen_before);
std::string_view describe(MemberRow row);

// What a mail that returns no original has to do with the runs, the first row that holds.
enum class MentionRow {
  nothing,      // it names none of them
  copied_id,    // it names an id that clients of several networks wrote: copied from a true mail
  by_id,        // it names the id of one that is judged: evidence
  shared,       // it names the subject of a run, which is seen elsewhere, or at another time
  other_id,     // likewise, but ids that are made in another way
  sent_unsure,  // likewise, but Sent is not known to hold all that is yours
  by_subject,   // it names the subject of a run, and nothing else bears that: evidence
};
std::string_view describe(MentionRow row);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What a whole mailbox knows that a single message does not: gathers a scan's reports, joins
// originals that look alike into runs, and says of each report what its run shows. Pure: the
// same members give the same findings, in whatever order they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "flood/mention.h"
#include "flood/run.h"

namespace unsent {

// How complete Sent is, measured by originals that something else proves ours.
struct Measure {
  std::uint32_t proved = 0;
  std::uint32_t recorded = 0;  // of these
};

// Of one report.
struct FloodFinding {
  const Run* run = nullptr;  // null: it is part of none that is large enough
  RunRow row = RunRow::few_crossings;
  MemberRow member = MemberRow::unshown;  // with RunRow::spread
  // Not 0: so many came through one mail service that our SPF record does not name, and no strong
  // word but SPF's, if that, speaks against it.
  std::uint32_t of_service = 0;
};

// Of a mail that returns no original.
struct MentionFinding {
  MentionRow row = MentionRow::nothing;
  const Run* run = nullptr;  // null: with MentionRow::nothing
};

// A run that our own servers or account sent, and Sent does not know: somebody else may be in.
struct ForeignUse {
  std::size_t first = 0;  // the index of its first member; they come in that order
  std::uint32_t size = 0;
};

class Flood {
 public:
  // No more are looked at: what came behind them stays as it was judged.
  static constexpr std::size_t kMostMembers = 1'500'000;

  // Its index; nothing once it is full.
  std::optional<std::size_t> add(const Member& member);
  // What a mail of this scan names: a subject that is seen before a run, or behind it, is not the
  // run's alone.
  void note(const Mention& mention);
  std::size_t size() const { return members_.size(); }
  bool is_full() const { return members_.size() >= kMostMembers; }

  // Once, behind the last member.
  void finish();

  // After finish(). Points into this object.
  FloodFinding finding(std::size_t index) const;
  // habits: of what is in Sent, or null.
  MentionFinding finding(const Mention& mention, const SentHabits* habits) const;
  const Measure& measure() const { return measure_; }
  const std::vector<ForeignUse>& foreign_uses() const { return foreign_uses_; }

 private:
  struct Service {
    std::uint32_t organisation = 0;
    std::uint32_t members = 0;  // that are not genuine, and nothing but SPF is strong against them
  };
  struct Seen {
    std::uint32_t network = 0;
    std::int32_t day = 0;
    auto operator<=>(const Seen&) const = default;
  };
  // The subject of a run, and how many members of it are judged.
  struct JudgedSubject {
    std::uint64_t subject = 0;
    std::uint32_t run = 0;   // its index
    std::uint64_t make = 0;  // of its ids
    std::uint32_t judged = 0;
    bool is_shared = false;  // with a member, of whatever run, that is not judged
    auto operator<=>(const JudgedSubject&) const = default;
  };
  struct NamedSubject {
    std::uint64_t subject = 0;
    std::int32_t day = 0;
    auto operator<=>(const NamedSubject&) const = default;
  };
  using Key = std::uint64_t Member::*;
  void find_false_greetings();
  void form_runs(Key key);
  void take_group(Key key, const std::uint32_t* begin, const std::uint32_t* end);
  void find_protected_makes();
  void find_services();
  void find_seen();
  void find_foreign_uses();
  void take_measure();
  bool is_judged(std::size_t index) const;
  void find_judged();
  void find_judged_subjects();
  void mark_shared_subjects();
  MentionRow row_of_id(std::uint64_t id, const Run*& run) const;
  MentionRow row_of_subject(const JudgedSubject& subject, const Mention& mention,
                            const SentHabits* habits) const;
  bool is_named_at_another_time(const JudgedSubject& subject) const;
  bool is_seen_before(const Member& member, const Run& run) const;
  std::uint32_t size_of_service(const Member& member) const;

  std::vector<Member> members_;
  std::vector<std::uint32_t> run_of_;  // of each member: 0, or one more than its run's index
  std::vector<std::uint32_t> order_;   // used while runs are formed
  std::vector<Run> runs_;
  KnownWays known_;
  std::vector<std::uint64_t> protected_makes_;  // sorted: of members that are proved, wherever
  std::vector<Service> services_;               // by organisation
  std::vector<Seen> seen_;  // the first day on which each network brought what is in no spread run
  std::vector<std::uint32_t> judged_ids_;       // indices of members, by their ids
  std::vector<JudgedSubject> judged_subjects_;  // sorted
  std::vector<NamedSubject> named_subjects_;    // by mentions; sorted by finish()
  bool has_mentions_ = false;
  bool is_naming_full_ = false;
  Measure measure_;
  std::vector<ForeignUse> foreign_uses_;
};

}  // namespace unsent

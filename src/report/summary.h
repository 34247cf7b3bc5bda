// SPDX-License-Identifier: MIT
// What a scan found, gathered message by message in memory that does not grow with the
// mailbox: counts, the most frequent names, when it came, and the messages that somebody
// will want to look at, up to limits that every report states.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/campaign.h"
#include "report/item.h"
#include "report/shortfall.h"
#include "report/tally.h"
#include "report/timeline.h"

namespace unsent {

// How many messages of each verdict a report shows one by one; fewer where mails of very long
// texts fill the bytes that each verdict has. None that is ordinary.
struct ScanLimits {
  std::size_t genuine = 5000;
  std::size_t unverified = 5000;
  std::size_t backscatter = 2000;
  std::size_t bytes = std::size_t{8} << 20U;
};
std::size_t limit_of(const ScanLimits& limits, Verdict verdict);

constexpr std::size_t kKinds = 10;
// The kinds in the order in which a report shows them.
constexpr std::array<Kind, kKinds> kAllKinds = {
    Kind::bounce,       Kind::delay,        Kind::success, Kind::auto_reply, Kind::challenge,
    Kind::virus_notice, Kind::read_receipt, Kind::report,  Kind::reply,      Kind::ordinary};
// The verdicts that reports have, likewise.
constexpr std::array<Verdict, 3> kReportVerdicts = {Verdict::genuine, Verdict::unverified,
                                                    Verdict::backscatter};

class ScanSummary {
 public:
  // ahead: of UTC, for the timeline.
  explicit ScanSummary(ScanLimits limits = {}, seconds ahead = seconds(0))
      : limits_(limits), timeline_(ahead) {}

  // The next message, of so many bytes.
  void add(ScanItem item, std::uint64_t bytes);
  // Messages of which nothing is known but that they are ordinary.
  void add_ordinary(std::uint64_t messages, std::uint64_t bytes);

  std::uint64_t messages() const { return counts_.total(); }
  std::uint64_t bytes() const { return bytes_; }
  // Everything but the ordinary.
  std::uint64_t reports() const { return messages() - counts_[Verdict::ordinary]; }
  // The reports that may be about mail of somebody else.
  std::uint64_t not_genuine() const { return reports() - counts_[Verdict::genuine]; }
  const VerdictCounts& counts() const { return counts_; }
  const VerdictCounts& counts(Kind kind) const { return kinds_.at(static_cast<std::size_t>(kind)); }
  const Timeline& timeline() const { return timeline_; }
  std::optional<Time> first() const { return first_; }
  std::optional<Time> last() const { return last_; }

  // Of all reports: who made them.
  const Tally& reporters() const { return reporters_; }
  // Of those that are not genuine: who is said to have sent the original, the networks that
  // it came from, and the campaigns that they are part of.
  const Tally& senders() const { return senders_; }
  const Tally& networks() const { return networks_; }
  const Campaigns& campaigns() const { return campaigns_; }
  // Of those that are proved genuine: who handed their originals in.
  const Tally& proved_clients() const { return proved_clients_; }
  // The answers of people among all of these; at most 100.
  const std::vector<ScanItem>& people() const { return people_; }
  // Of those that are unverified: what would have told them.
  const Shortfalls& shortfalls() const { return shortfalls_; }

  // In the order of the mailboxes, at most limit_of(limits(), verdict).
  const std::vector<ScanItem>& items(Verdict verdict) const {
    return items_.at(static_cast<std::size_t>(verdict));
  }
  // How many of them there were beside those.
  std::uint64_t not_shown(Verdict verdict) const;
  const ScanLimits& limits() const { return limits_; }

 private:
  void add_names(const ScanItem& item);
  void keep(ScanItem item);

  ScanLimits limits_;
  VerdictCounts counts_;
  std::array<VerdictCounts, kKinds> kinds_;
  std::uint64_t bytes_ = 0;
  Timeline timeline_;
  std::optional<Time> first_;
  std::optional<Time> last_;
  Tally reporters_;
  Tally senders_;
  Tally networks_;
  Campaigns campaigns_;
  Tally proved_clients_{64};
  Shortfalls shortfalls_;
  std::array<std::vector<ScanItem>, 4> items_;
  std::vector<ScanItem> people_;
  std::array<std::size_t, 4> items_size_{};  // in bytes
};

}  // namespace unsent

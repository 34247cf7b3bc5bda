// SPDX-License-Identifier: MIT
// Campaigns: bounces that one spammer's run sent our way, known by what they share. A
// bounce belongs to the first that is large enough of: the shape of its original's
// subject, the network that handed the original over, forged sender and reporter together.
// For people who look at a flood; a verdict never asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "action/tally.h"
#include "base/time.h"
#include "bounce/bounce.h"
#include "spf/ip.h"

namespace unsent {

// What of one bounce tells the campaign; "" where it is not known.
struct CampaignTraits {
  std::string subject;   // subject_shape() of the original
  std::string network;   // "198.51.100.0/24", "2001:db8:1::/48": who handed the original over
  std::string sender;    // forged: the original's From, lower case
  std::string reporter;  // organisation of the reporter, "remote.example"
};
CampaignTraits campaign_traits(const Bounce& bounce);
// The same where the border is known already: find_border(bounce)'s client.
CampaignTraits campaign_traits(const Bounce& bounce, const std::optional<IpAddress>& client);

// A subject without what differs from one mail of a run to the next: lower case, numbers
// and random words as "#", no punctuation, "Re:" and the like; at most 80 bytes.
// "RE: Order 4711, bob!" → "order # bob".
std::string subject_shape(std::string_view subject);

struct Campaign {
  std::string name;    // unique and the same in every run: "cheap-meds-3f2a91", "198.51.100.0/24"
  std::string shared;  // in words: "subject \"cheap meds #\""
  std::uint64_t bounces = 0;
  VerdictCounts counts;  // of these
  Time first{};
  Time last{};
  Tally networks{8};
  Tally senders{8};
  Tally reporters{8};
};

class Campaigns {
 public:
  // least: from how many bounces on it is one.
  explicit Campaigns(std::uint64_t least = 5) : least_(least) {}

  // when: of the bounce. Memory is bounded: at 1,000 candidates of a kind, the smallest are
  // forgotten.
  void add(const CampaignTraits& traits, Verdict verdict, Time when);
  // Largest first.
  std::vector<Campaign> list() const;
  // The campaign, of all that was added, that a bounce belongs to; nullopt: of none.
  std::optional<std::string> name_for(const CampaignTraits& traits) const;

 private:
  using Candidates = std::unordered_map<std::string, Campaign>;
  static void make_room(Candidates& candidates);
  void count(Candidates& candidates, const std::string& key, const CampaignTraits& traits,
             Verdict verdict, Time when);
  bool is_campaign(const Candidates& candidates, const std::string& key) const;

  std::uint64_t least_;
  Candidates by_subject_;
  Candidates by_network_;  // without what belongs to a subject
  Candidates by_pair_;     // sender and reporter, without what belongs to either
};

}  // namespace unsent

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

#include "base/time.h"
#include "bounce/bounce.h"
#include "report/tally.h"
#include "spf/ip.h"

namespace unsent {

// What of one bounce tells the campaign; "" where it is not known.
struct CampaignTraits {
  std::string subject;   // subject_shape() of the original (flood/shape.h)
  std::string network;   // "198.51.100.0/24", "2001:db8:1::/48": who handed the original over
  std::string sender;    // forged: the original's From, lower case
  std::string reporter;  // organisation of the reporter, "remote.example"
};
CampaignTraits campaign_traits(const Bounce& bounce);
// The same where the border is known already: find_border(bounce)'s client.
CampaignTraits campaign_traits(const Bounce& bounce, const std::optional<IpAddress>& client);

// What a campaign of such bounces would be called, most telling first: by subject, network, and
// sender and reporter.
std::vector<std::string> possible_names(const CampaignTraits& traits);

// The same in a few bytes, for whoever keeps it of many: hashes, 0 where it is not known.
struct CampaignKey {
  std::uint64_t subject = 0;
  std::uint64_t network = 0;
  std::uint64_t pair = 0;  // sender and reporter
};
CampaignKey campaign_key(const CampaignTraits& traits);

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

// The names of campaigns, by what tells them.
class CampaignNames {
 public:
  // The campaign that a bounce belongs to; nullopt: of none.
  std::optional<std::string> find(const CampaignKey& key) const;
  bool has(std::string_view name) const;

 private:
  friend class Campaigns;
  using Names = std::unordered_map<std::uint64_t, std::string>;
  Names by_subject_;
  Names by_network_;
  Names by_pair_;
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
  CampaignNames names() const;

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

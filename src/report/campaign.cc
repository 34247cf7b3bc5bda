// SPDX-License-Identifier: MIT
#include "report/campaign.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/border.h"
#include "evidence/organisation.h"
#include "flood/shape.h"

namespace unsent {
namespace {

constexpr std::size_t kMostCandidates = 1000;
constexpr std::size_t kLongestSlug = 24;

// For names that people type: letters and digits of the shape, and what tells it from others.
std::string name_of_shape(const std::string& shape) {
  std::string slug;
  for (const char c : shape) {
    if (slug.size() == kLongestSlug) break;
    if (is_alnum(c)) slug += c;
    if (c == ' ' && !slug.empty() && slug.back() != '-') slug += '-';
  }
  if (!slug.empty() && slug.back() != '-') slug += '-';
  return slug + digest(shape).substr(0, 6);
}

// Of the address, the part that one customer of a network usually has.
std::string network_of(const std::optional<IpAddress>& client) {
  if (!client || client->is_internal()) return {};
  const int prefix = client->is_v4() ? 24 : 48;
  std::string bytes = client->bytes();
  std::fill(bytes.begin() + prefix / 8, bytes.end(), '\0');
  const auto network = IpAddress::from_bytes(bytes);
  return network ? fmt::format("{}/{}", network->text(), prefix) : std::string();
}

std::uint64_t hash_of(const std::string& key) {
  return key.empty() ? 0 : std::hash<std::string>{}(key);
}

std::string pair_key(const CampaignTraits& traits) {
  if (traits.sender.empty() || traits.reporter.empty()) return {};
  return traits.sender + ' ' + traits.reporter;
}

}  // namespace

CampaignTraits campaign_traits(const Bounce& bounce) {
  return campaign_traits(bounce, find_border(bounce).client);
}

CampaignTraits campaign_traits(const Bounce& bounce, const std::optional<IpAddress>& client) {
  const Original& original = bounce.original;
  return {subject_shape(original.subject), network_of(client), lower(original.from),
          organisation_of(std::string_view(bounce.reporter))};
}

// Forgets the smallest quarter or more; a run that is on comes again.
void Campaigns::make_room(Candidates& candidates) {
  if (candidates.size() < kMostCandidates) return;
  for (std::uint64_t most = 1; candidates.size() > kMostCandidates / 4 * 3; most *= 2)
    std::erase_if(candidates, [&](const auto& one) { return one.second.bounces <= most; });
}

void Campaigns::count(Candidates& candidates, const std::string& key, const CampaignTraits& traits,
                      Verdict verdict, Time when) {
  if (key.empty()) return;
  auto found = candidates.find(key);
  if (found == candidates.end()) {
    make_room(candidates);
    found = candidates.try_emplace(key).first;
    found->second.first = found->second.last = when;
  }
  Campaign& campaign = found->second;
  ++campaign.bounces;
  ++campaign.counts[verdict];
  campaign.first = std::min(campaign.first, when);
  campaign.last = std::max(campaign.last, when);
  campaign.networks.add(traits.network, verdict);
  campaign.senders.add(traits.sender, verdict);
  campaign.reporters.add(traits.reporter, verdict);
}

bool Campaigns::is_campaign(const Candidates& candidates, const std::string& key) const {
  const auto found = candidates.find(key);
  return found != candidates.end() && found->second.bounces >= least_;
}

void Campaigns::add(const CampaignTraits& traits, Verdict verdict, Time when) {
  count(by_subject_, traits.subject, traits, verdict, when);
  if (is_campaign(by_subject_, traits.subject)) return;
  count(by_network_, traits.network, traits, verdict, when);
  if (is_campaign(by_network_, traits.network)) return;
  count(by_pair_, pair_key(traits), traits, verdict, when);
}

std::vector<Campaign> Campaigns::list() const {
  std::vector<Campaign> campaigns;
  const auto take = [&](const Candidates& candidates, const auto& name, const auto& words) {
    for (const auto& [key, one] : candidates) {
      if (one.bounces < least_) continue;
      campaigns.push_back(one);
      campaigns.back().name = name(key);
      campaigns.back().shared = words(key);
    }
  };
  const auto same = [](const std::string& key) { return key; };
  take(by_subject_, name_of_shape,
       [](const std::string& key) { return fmt::format("subject \"{}\"", key); });
  take(by_network_, same, [](const std::string& key) { return "network " + key; });
  take(by_pair_, name_of_shape, [](const std::string& key) {
    const std::size_t blank = key.find(' ');
    return fmt::format("sender {}, reporter {}", key.substr(0, blank), key.substr(blank + 1));
  });
  std::sort(campaigns.begin(), campaigns.end(), [](const Campaign& a, const Campaign& b) {
    return a.bounces != b.bounces ? a.bounces > b.bounces : a.name < b.name;
  });
  return campaigns;
}

std::optional<std::string> Campaigns::name_for(const CampaignTraits& traits) const {
  if (is_campaign(by_subject_, traits.subject)) return name_of_shape(traits.subject);
  if (is_campaign(by_network_, traits.network)) return traits.network;
  const std::string pair = pair_key(traits);
  return is_campaign(by_pair_, pair) ? std::optional(name_of_shape(pair)) : std::nullopt;
}

std::vector<std::string> possible_names(const CampaignTraits& traits) {
  std::vector<std::string> names;
  if (!traits.subject.empty()) names.push_back(name_of_shape(traits.subject));
  if (!traits.network.empty()) names.push_back(traits.network);
  if (const std::string pair = pair_key(traits); !pair.empty())
    names.push_back(name_of_shape(pair));
  return names;
}

CampaignKey campaign_key(const CampaignTraits& traits) {
  return {hash_of(traits.subject), hash_of(traits.network), hash_of(pair_key(traits))};
}

CampaignNames Campaigns::names() const {
  CampaignNames names;
  const auto take = [&](const Candidates& candidates, CampaignNames::Names& into,
                        const auto& name) {
    for (const auto& [key, one] : candidates)
      if (one.bounces >= least_) into.emplace(hash_of(key), name(key));
  };
  take(by_subject_, names.by_subject_, name_of_shape);
  take(by_network_, names.by_network_, [](const std::string& key) { return key; });
  take(by_pair_, names.by_pair_, name_of_shape);
  return names;
}

std::optional<std::string> CampaignNames::find(const CampaignKey& key) const {
  if (const auto found = by_subject_.find(key.subject); found != by_subject_.end())
    return found->second;
  if (const auto found = by_network_.find(key.network); found != by_network_.end())
    return found->second;
  const auto found = by_pair_.find(key.pair);
  return found == by_pair_.end() ? std::nullopt : std::optional(found->second);
}

bool CampaignNames::has(std::string_view name) const {
  const auto is_in = [&](const Names& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const auto& one) { return one.second == name; });
  };
  return is_in(by_subject_) || is_in(by_network_) || is_in(by_pair_);
}

}  // namespace unsent

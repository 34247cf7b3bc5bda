// SPDX-License-Identifier: MIT
#include "action/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/border.h"
#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::size_t kMostCandidates = 1000;
constexpr std::size_t kLongestShape = 80;
constexpr std::size_t kLongestSlug = 24;

bool is_word_byte(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

bool has_vowel(std::string_view word) { return word.find_first_of("aeiouy") != word.npos; }

// A number, letters and digits mixed, or letters that nobody can say.
bool is_random(std::string_view word) {
  if (std::any_of(word.begin(), word.end(), is_digit)) return true;
  const bool is_ascii = std::all_of(word.begin(), word.end(), is_alpha);
  return is_ascii && word.size() >= 5 && !has_vowel(word);
}

bool is_reply_mark(std::string_view word) {
  constexpr std::array<std::string_view, 8> kMarks = {"re", "fw", "fwd", "aw",
                                                      "wg", "sv", "tr",  "rv"};
  return std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end();
}

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

std::string pair_key(const CampaignTraits& traits) {
  if (traits.sender.empty() || traits.reporter.empty()) return {};
  return traits.sender + ' ' + traits.reporter;
}

}  // namespace

std::string subject_shape(std::string_view subject) {
  std::string shape;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    const bool is_mark = shape.empty() && is_reply_mark(word);
    const std::string_view shown = is_random(word) ? std::string_view("#") : word;
    const bool is_repeated = shown == "#" && !shape.empty() && shape.back() == '#';
    if (!is_mark && !is_repeated) (shape += shape.empty() ? "" : " ") += shown;
    word.clear();
  };
  for (const char c : subject) {
    if (shape.size() > kLongestShape) break;
    if (is_word_byte(c) && word.size() < kLongestShape)
      word += to_lower(c);
    else
      end_word();
  }
  end_word();
  return std::string(cut_utf8(shape, kLongestShape));
}

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

}  // namespace unsent

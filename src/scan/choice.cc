// SPDX-License-Identifier: MIT
#include "scan/choice.h"

#include <algorithm>
#include <charconv>

namespace unsent {
namespace {

constexpr std::size_t kIdDigits = 12;

std::uint64_t number_of(const std::string& id) {
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return number;
}

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::string message_id_of(const Gist& gist) { return gist.digest.substr(0, kIdDigits); }

void Choice::ask_for(GistParts& parts) const {
  if (!wish_.is_all()) parts.has_item = true;
  if (!wish_.messages.empty() || wish_.is_reviewed) parts.has_digest = true;
}

// As a summary counts them: what is genuine is part of no campaign.
Result<void> Choice::take(const Scanned& scanned) {
  present_ = {};
  is_named_ = false;
  const Gist& gist = scanned.gist;
  const bool may_be_meant = gist.kind != Kind::ordinary && gist.verdict != Verdict::genuine;
  if (wish_.is_all() || !may_be_meant) return {};
  last_ = gist.item.time ? gist.item.time : last_;
  const bool is_reply = gist.kind == Kind::reply;
  if (!is_reply) campaigns_.add(gist.item.traits, gist.verdict, last_.value_or(Time{}));
  present_.key = campaign_key(gist.item.traits);
  present_.verdict = gist.verdict;
  // What is said of a campaign is not said of the people who answered it.
  present_.said = is_reply ? Word::none : wish_.said.find(gist.item.traits);
  is_named_ = present_.said == Word::not_mine;
  if (wish_.messages.empty() && !wish_.is_reviewed) return {};
  const std::string id = message_id_of(gist);
  present_.id = number_of(id);
  if (!has(wish_.messages, id)) return {};
  if (!has(seen_ids_, id)) seen_ids_.push_back(id);
  is_named_ = present_.is_named = true;
  return {};
}

std::size_t Choice::keep() {
  if (!wish_.is_all()) kept_.push_back(present_);
  return kept_.size() - 1;
}

Result<void> Choice::finish(const ScanEnd&) {
  names_ = campaigns_.names();
  return {};
}

bool Choice::bears(const std::vector<std::string>& names, const Kept& kept) const {
  const auto name = names_.find(kept.key);
  return name && has(names, *name);
}

void Choice::follow(const ReviewedWords& words) {
  wish_.campaigns = words.not_mine;
  wish_.except = words.mine;
  for (const std::string& id : words.spared) spared_.insert(number_of(id));
  for (const std::string& id : words.meant) meant_.insert(number_of(id));
}

bool Choice::is_meant_by_review(const Kept& kept) const {
  if (is_all_spared_) return false;
  if (meant_.count(kept.id) > 0) return true;
  if (spared_.count(kept.id) > 0 || bears(wish_.except, kept)) return false;
  return bears(wish_.campaigns, kept) || kept.verdict == Verdict::backscatter;
}

bool Choice::is_meant(std::size_t number) const {
  if (wish_.is_all()) return true;
  const Kept& kept = kept_.at(number);
  if (wish_.is_reviewed) return is_meant_by_review(kept);
  if (kept.is_named) return true;
  if (bears(wish_.except, kept)) return false;
  if (!wish_.campaigns.empty()) return bears(wish_.campaigns, kept);
  return wish_.messages.empty() && kept.said != Word::mine;
}

std::uint64_t Choice::count_meant() const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kept_.size(); ++i)
    if (is_meant(i)) ++count;
  return count;
}

std::vector<std::string> Choice::unknown() const {
  std::vector<std::string> unknown;
  for (const auto* names : {&wish_.campaigns, &wish_.except})
    for (const std::string& name : *names)
      if (!names_.has(name)) unknown.push_back(name);
  for (const std::string& id : wish_.messages)
    if (!has(seen_ids_, id)) unknown.push_back(id);
  return unknown;
}

}  // namespace unsent

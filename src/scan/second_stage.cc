// SPDX-License-Identifier: MIT
#include "scan/second_stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spool.h"
#include "policy/annotate.h"
#include "report/csv.h"

namespace unsent {
namespace {

constexpr std::size_t kMostAsked = 3;  // services
constexpr seconds kDay{86400};
constexpr seconds kLetters = 40 * kDay;      // how long somebody may take to answer
constexpr std::uint32_t kNone = UINT32_MAX;  // no member: nothing many could show of it

// Made again of what has changed.
void set_decision(Gist& gist, const GistParts& parts, const Decision& decision,
                  const Facts& facts) {
  gist.verdict = decision.verdict;
  if (parts.line == GistParts::Line::json)
    gist.line = with_decision(gist.line, gist.kind, decision, facts);
  if (parts.has_header_block) gist.header_block = header_block(gist.kind, decision, facts);
  gist.item.kind = gist.kind;
  if (parts.has_item || parts.line == GistParts::Line::csv)
    set_decision(gist.item, decision, facts);
}

}  // namespace

SecondStage::SecondStage(const GistParts& parts, const StageWitnesses& witnesses)
    : parts_(parts), witnesses_(witnesses), held_(temporary_folder()) {}

void SecondStage::add(const Scanned& scanned) {
  const Gist& gist = scanned.gist;
  const Member& member = gist.member;
  const bool is_member = member.run != 0 || member.make != 0 || member.network != 0;
  const auto index = is_member ? flood_.add(member) : std::nullopt;
  if (!gist.mention.is_empty()) flood_.note(gist.mention);
  if (parts_.has_campaign && gist.kind != Kind::ordinary && gist.verdict != Verdict::genuine)
    campaigns_.add(gist.item.traits, gist.verdict, Time{});
  held_.add(scanned, index ? static_cast<std::uint32_t>(*index) : kNone);
}

void SecondStage::look_again(Gist& gist, std::size_t index) {
  const FloodFinding finding = flood_.finding(index);
  if (!is_worth_a_second_look(gist.verdict, finding)) return;
  add_flood_facts(gist.facts, finding, flood_.measure(), gist.service, parts_.habits);
  if (finding.of_service > 0) services_[gist.service] = finding.of_service;
  set_decision(gist, parts_, decide(gist.kind, gist.facts), gist.facts);
}

bool SecondStage::is_by_us(const Mention& mention) const {
  const auto author = Address::parse(mention.author);
  if (!author) return false;
  const auto recipient = Address::parse(mention.recipient);
  return (witnesses_.identity != nullptr && witnesses_.identity->is_ours(*author)) ||
         (recipient && recipient->domain() == author->domain());
}

// Somebody whom we wrote to of late may answer that, whatever it is called.
std::string SecondStage::known_author(const Mention& mention) const {
  const auto author = Address::parse(mention.author);
  const auto recipient = Address::parse(mention.recipient);
  if (witnesses_.ledger == nullptr || !author || !recipient) return {};
  const Time to = Time(kDay * (mention.day + 1));
  const auto sent = witnesses_.ledger->count_sent(*recipient, *author, to - kLetters, to);
  return !sent.is_available() || sent.value > 0 ? author->text() : std::string();
}

// Mail that is ordinary by itself becomes a person's answer here, and nowhere else.
void SecondStage::look_at_mention(Gist& gist) {
  const Mention& mention = gist.mention;
  const bool is_answer = gist.kind == Kind::ordinary;
  if (mention.is_empty() || mention.day == 0 || (!is_answer && gist.verdict != Verdict::unverified))
    return;
  const MentionFinding finding = flood_.finding(mention, parts_.habits);
  if (finding.row == MentionRow::nothing || is_by_us(mention)) return;
  const std::string known = known_author(mention);
  const bool is_about_flood = finding.row == MentionRow::by_id ||
                              finding.row == MentionRow::by_subject ||
                              finding.row == MentionRow::sent_unsure;
  if (is_answer && (!is_about_flood || !known.empty())) return;
  if (is_answer) gist.kind = Kind::reply;
  add_mention_facts(gist.facts, finding, flood_.measure(), known);
  set_decision(gist, parts_, decide(gist.kind, gist.facts), gist.facts);
}

// What is genuine is part of none.
void SecondStage::put_campaign(Gist& gist) const {
  const bool may_be_of_one = gist.kind != Kind::ordinary && gist.verdict != Verdict::genuine;
  if (parts_.has_campaign && may_be_of_one)
    gist.campaign = names_.find(campaign_key(gist.item.traits)).value_or("");
  if (parts_.line == GistParts::Line::json && parts_.has_campaign)
    gist.line = with_campaign(std::move(gist.line), gist.campaign);
  else if (parts_.line == GistParts::Line::csv && gist.kind != Kind::ordinary)
    gist.line = csv_line(gist.item, gist.campaign);
}

// They come in the order of the members.
void SecondStage::note(const Gist& gist, std::size_t index) {
  const auto& uses = flood_.foreign_uses();
  const std::size_t next = subjects_.size();
  if (next < uses.size() && uses[next].first == index)
    subjects_.push_back(gist.item.original.subject);
}

Result<void> SecondStage::hand_on(const std::function<Result<void>(const Scanned&)>& take) {
  flood_.finish();
  names_ = campaigns_.names();
  return held_.hand_on([&](const Scanned& scanned, std::uint32_t number) {
    if (number != kNone) {
      note(scanned.gist, number);
      look_again(scanned.gist, number);
    }
    look_at_mention(scanned.gist);
    put_campaign(scanned.gist);
    return take(scanned);
  });
}

std::vector<std::pair<std::uint32_t, std::string>> SecondStage::largest_services() const {
  std::vector<std::pair<std::uint32_t, std::string>> largest;
  for (const auto& [service, count] : services_) largest.emplace_back(count, service);
  std::sort(largest.rbegin(), largest.rend());
  largest.resize(std::min(largest.size(), kMostAsked));
  return largest;
}

std::vector<std::string> SecondStage::notices() const {
  std::vector<std::string> notices;
  for (std::size_t i = 0; i < subjects_.size() && i < kMostAsked; ++i)
    notices.push_back(fmt::format(
        "Is somebody else in your account? {} bounces are about mail that went out by your own "
        "server or account, subject \"{}\", and none of it is in Sent. If you did not send that: "
        "change the password now, sign out all other devices, and tell whoever runs the server.",
        flood_.foreign_uses()[i].size, subjects_[i]));
  for (const auto& [count, service] : largest_services())
    notices.push_back(fmt::format(
        "Do you send by {0}? {1} originals went through that mail service, which your SPF record "
        "does not name; they are left unverified until you have said so. If you do, add what {0} "
        "tells its customers (often include:{0}) to the record.",
        service, count));
  return notices;
}

}  // namespace unsent

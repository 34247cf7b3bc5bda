// SPDX-License-Identifier: MIT
#include "scan/gist.h"

#include <utility>

#include "base/digest.h"
#include "policy/annotate.h"
#include "report/report.h"

namespace unsent {

namespace {

// What many show can change the verdict on it.
bool can_be_one_of_many(const Member& member) {
  return member.run != 0 || member.make != 0 || member.is(Member::service);
}

void set_day(Mention& mention, std::optional<Time> came) {
  if (came && !mention.is_empty()) mention.day = day_number(*came);
}

// Ordinary mail that may turn out to answer a flood. Only what is kept is made of it.
void add_answer(Gist& gist, const GistParts& parts, const StoredMessage& stored,
                const Message& message) {
  gist.mention = answer_mention(message);
  if (gist.mention.is_empty()) return;
  set_day(gist.mention, arrival_of(message.headers()));
  gist.is_whole = stored.size == stored.bytes.size();
  gist.may_hold_another = may_hold_another(stored);
  if (parts.has_digest) gist.digest = digest(stored.bytes);
  const bool is_csv = parts.line == GistParts::Line::csv;
  if (parts.has_item || is_csv || parts.has_campaign)
    gist.item = answer_item(position_of(stored), message);
}

void add_report(Gist& gist, const GistParts& parts, const StoredMessage& stored,
                const Message& message, Judgement judgement) {
  const bool is_genuine = gist.verdict == Verdict::genuine;
  if (parts.has_header_block && !is_genuine)
    gist.header_block = header_block(gist.kind, judgement.decision, judgement.facts);
  gist.is_whole = stored.size == stored.bytes.size();
  if (parts.has_digest && !is_genuine) gist.digest = digest(stored.bytes);
  const auto came = arrival_of(message.headers());
  gist.member = make_member(judgement, came, parts.habits);
  if (!is_genuine) gist.mention = mention_of(message, judgement);
  set_day(gist.mention, came);
  if (judgement.carriage.is_service) gist.service = judgement.carriage.organisation;
  const bool is_in_play = can_be_one_of_many(gist.member) || !gist.mention.is_empty();
  if (!is_genuine && is_in_play) gist.facts = judgement.facts;
  if (parts.has_item || parts.line == GistParts::Line::csv)
    gist.item = scan_item(position_of(stored), message, std::move(judgement));
  else if (parts.has_campaign)
    gist.item.traits = campaign_traits(judgement.bounce, judgement.client);
}

// Where a mailbox is not understood, its first message is all of it.
bool begins_mbox(const StoredMessage& stored) {
  constexpr std::uint64_t kLead = 4096;
  return stored.kind == MailboxKind::mbox && stored.offset < kLead;
}

}  // namespace

Position position_of(const StoredMessage& stored) {
  if (stored.kind == MailboxKind::imap)
    return {stored.path, 0, static_cast<std::uint32_t>(stored.offset)};
  return {stored.path, stored.offset};
}

Gist make_gist(const GistParts& parts, const StoredMessage& stored, const Message& message,
               Judgement judgement) {
  Gist gist;
  gist.kind = judgement.bounce.kind;
  gist.verdict = judgement.decision.verdict;
  const Position place = position_of(stored);
  const bool is_report = gist.kind != Kind::ordinary;
  gist.may_hold_another = (is_report || begins_mbox(stored)) && may_hold_another(stored);
  if (is_report && gist.may_hold_another)
    judgement.bounce.defects.add("doubtful: a line within it may begin another message");
  if (parts.line == GistParts::Line::json) gist.line = to_json(place, message, judgement);
  if (gist.kind == Kind::ordinary)
    add_answer(gist, parts, stored, message);
  else
    add_report(gist, parts, stored, message, std::move(judgement));
  return gist;
}

}  // namespace unsent

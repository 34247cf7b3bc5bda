// SPDX-License-Identifier: MIT
#include "acting/imap_steps.h"

#include <algorithm>
#include <string_view>

#include "base/field_line.h"

namespace unsent {
namespace {

constexpr std::string_view kBegin = "imap";
constexpr std::string_view kMoved = "imap moved";
constexpr std::string_view kDone = "imap done";

std::string_view name_of(ImapStep::What what) {
  switch (what) {
    case ImapStep::What::away:
      return "away";
    case ImapStep::What::back:
      return "back";
    case ImapStep::What::tag:
      return "tag";
  }
  return {};
}

ImapStep read_begin(const std::vector<std::string>& line) {
  ImapStep step;
  step.number = to_number(line[1]);
  for (const auto what : {ImapStep::What::away, ImapStep::What::back, ImapStep::What::tag})
    if (name_of(what) == line[2]) step.what = what;
  step.from = line[3];
  step.from_validity = static_cast<std::uint32_t>(to_number(line[4]));
  step.to = line[5];
  step.to_validity = static_cast<std::uint32_t>(to_number(line[6]));
  step.to_next = static_cast<Uid>(to_number(line[7]));
  step.uids = UidSet::parse(line[8]).value_or(UidSet());
  if (line.size() >= 10) step.deleted = UidSet::parse(line[9]).value_or(UidSet());
  return step;
}

ImapMoved read_moved(const std::vector<std::string>& line) {
  const auto here = UidSet::parse(line[2]).value_or(UidSet()).list();
  const auto there = UidSet::parse(line[3]).value_or(UidSet()).list();
  ImapMoved moved;
  if (line.size() >= 5) moved.validity = static_cast<std::uint32_t>(to_number(line[4]));
  for (std::size_t i = 0; i < std::min(here.size(), there.size()); ++i)
    moved.pairs.emplace_back(here[i], there[i]);
  return moved;
}

}  // namespace

std::vector<ImapStep> read_imap_steps(const Act& act) {
  std::vector<ImapStep> steps;
  LogReader log(act);
  while (const auto* line = log.next()) {
    if ((*line)[0] == kBegin && line->size() >= 9) steps.push_back(read_begin(*line));
    if (line->size() < 2) continue;
    const std::uint64_t number = to_number((*line)[1]);
    const auto step = std::find_if(steps.rbegin(), steps.rend(),
                                   [&](const ImapStep& one) { return one.number == number; });
    if (step == steps.rend()) continue;
    if ((*line)[0] == kMoved && line->size() >= 4) add_moved(*step, read_moved(*line));
    if ((*line)[0] == kDone) step->is_done = true;
  }
  return steps;
}

Result<void> log_begin(const Act& act, const ImapStep& step) {
  return act.log(
      encode_fields({kBegin, std::to_string(step.number), name_of(step.what), step.from,
                     std::to_string(step.from_validity), step.to, std::to_string(step.to_validity),
                     std::to_string(step.to_next), step.uids.text(), step.deleted.text()}));
}

// A server may number a new folder when the first message comes: its word on that is the last one.
void add_moved(ImapStep& step, const ImapMoved& moved) {
  if (moved.validity != 0 && moved.validity != step.to_validity) {
    step.to_validity = moved.validity;
    step.to_next = 1;
  }
  step.moved.insert(step.moved.end(), moved.pairs.begin(), moved.pairs.end());
}

Result<void> log_moved(const Act& act, const ImapStep& step, const ImapMoved& moved) {
  if (moved.pairs.empty()) return {};
  UidSet here;
  UidSet there;
  for (const auto& [first, second] : moved.pairs) {
    here.add(first);
    there.add(second);
  }
  return act.log(encode_fields({kMoved, std::to_string(step.number), here.text(), there.text(),
                                std::to_string(moved.validity)}));
}

Result<void> log_done(const Act& act, const ImapStep& step) {
  return act.log(encode_fields({kDone, std::to_string(step.number)}));
}

std::uint64_t count_of(const ImapStep& step) {
  return step.what == ImapStep::What::tag ? step.uids.count() : step.moved.size();
}

}  // namespace unsent

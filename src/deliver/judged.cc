// SPDX-License-Identifier: MIT
#include "deliver/judged.h"

#include <array>
#include <optional>

#include "base/field_line.h"
#include "base/text.h"
#include "deliver/flood_memory.h"

namespace unsent {
namespace {

constexpr std::array kVerdicts = {Verdict::ordinary, Verdict::genuine, Verdict::backscatter,
                                  Verdict::unverified};
constexpr std::array kHandlings = {Handling::deliver, Handling::tag, Handling::quarantine,
                                   Handling::drop};
constexpr std::string_view kJudged = "judged";
constexpr std::string_view kNotJudged = "not-judged";
constexpr std::size_t kFields = 11;  // then remarks

template <typename T, std::size_t N>
std::optional<T> find_named(const std::array<T, N>& all, std::string_view name) {
  for (const T one : all)
    if (name_of(one) == name) return one;
  return std::nullopt;
}

std::optional<Kind> find_kind(std::string_view name) {
  const Kind kind = parse_kind(name);
  return kind != Kind::ordinary || name == name_of(Kind::ordinary) ? std::optional(kind)
                                                                   : std::nullopt;
}

// Lines of header fields that are ours, each with its end.
bool is_block(std::string_view block) {
  if (!block.empty() && block.back() != '\n') return false;
  bool is_inside = false;
  while (!block.empty()) {
    const std::string_view line = take_line(block);
    const bool goes_on = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    const bool begins = line.starts_with("X-Unsent-") && line.find(':') != line.npos;
    if (!begins && !(goes_on && is_inside)) return false;
    is_inside = true;
  }
  return true;
}

}  // namespace

Judged not_judged(std::string problem) {
  Judged judged;
  judged.problem = std::move(problem);
  return judged;
}

std::string encode_judged(const Judged& judged) {
  if (!judged.is_judged) return encode_fields({kNotJudged, judged.problem});
  std::vector<std::string_view> fields = {kJudged,
                                          name_of(judged.verdict),
                                          name_of(judged.kind),
                                          name_of(judged.planned),
                                          name_of(judged.handling),
                                          judged.recipient,
                                          judged.block,
                                          judged.rule,
                                          judged.is_logged ? "logged" : "",
                                          judged.remembered,
                                          judged.service};
  fields.insert(fields.end(), judged.remarks.begin(), judged.remarks.end());
  return encode_fields(fields);
}

Judged decode_judged(std::string_view answer) {
  if (answer.ends_with('\n')) answer.remove_suffix(1);
  auto fields = decode_fields(answer);
  if (fields.size() == 2 && fields[0] == kNotJudged) return not_judged(std::move(fields[1]));
  if (fields.size() < kFields || fields[0] != kJudged)
    return not_judged("the judging process died");
  const auto verdict = find_named(kVerdicts, fields[1]);
  const auto kind = find_kind(fields[2]);
  const auto planned = find_named(kHandlings, fields[3]);
  const auto handling = find_named(kHandlings, fields[4]);
  if (!verdict || !kind || !planned || !handling || !is_block(fields[6]) ||
      !refusal(*verdict, *planned).empty() || !refusal(*verdict, *handling).empty())
    return not_judged("the judging process answered nonsense");
  Judged judged;
  judged.is_judged = true;
  judged.verdict = *verdict;
  judged.kind = *kind;
  judged.planned = *planned;
  judged.handling = *handling;
  judged.recipient = std::move(fields[5]);
  judged.block = std::move(fields[6]);
  judged.rule = std::move(fields[7]);
  judged.is_logged = !fields[8].empty();
  if (unpack(fields[9])) judged.remembered = std::move(fields[9]);
  judged.service = std::move(fields[10]);
  for (std::size_t i = kFields; i < fields.size(); ++i)
    judged.remarks.push_back(std::move(fields[i]));
  return judged;
}

}  // namespace unsent

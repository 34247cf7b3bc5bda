// SPDX-License-Identifier: MIT
#include "report/plain_reason.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/figures.h"

namespace unsent {
namespace {

struct Words {
  Check check;
  PointsTo points_to;
  std::string_view text;
};

// What the deciding fact comes to. Those of "you wrote this" are made from the message.
constexpr auto kWords = std::to_array<Words>({
    {Check::tag, PointsTo::genuine, "it bears your own mark"},
    {Check::local, PointsTo::genuine, "your own mail server reports on mail of yours"},
    {Check::signature, PointsTo::genuine, "what came back is signed with your domain's key"},
    {Check::origin, PointsTo::genuine, "what came back left by a server that sends for you"},
    {Check::reply_id, PointsTo::genuine, "an automatic answer to what you wrote"},
    {Check::ledger, PointsTo::backscatter, "you never sent it: your record has all, and not this"},
    {Check::origin, PointsTo::backscatter, "sent by a machine that may not send for you"},
    {Check::replay, PointsTo::backscatter, "a copy of your mail, made for a stranger"},
    {Check::never_sends, PointsTo::backscatter, "this address of yours never sends"},
    {Check::flood, PointsTo::backscatter, "one of many that strangers' machines sent in your name"},
    {Check::count, PointsTo::backscatter, "yours, but far more come back than you wrote to"},
});

bool has_remedy(const Facts& facts, Remedy remedy) {
  return std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
    return std::any_of(fact.otherwise.begin(), fact.otherwise.end(),
                       [&](const Otherwise& one) { return one.remedy == remedy; });
  });
}

// "Message-ID <a@b> is ours" → "its id is ours".
std::string without_ids(std::string_view reason) {
  std::string out;
  while (!reason.empty()) {
    const std::size_t begin = reason.find('<');
    const std::size_t end = reason.find('>', begin);
    const bool is_id =
        end != reason.npos && reason.substr(begin, end - begin).find('@') != reason.npos;
    out += reason.substr(0, begin);
    if (begin == reason.npos) break;
    if (is_id) {
      if (out.ends_with("Message-ID ")) out.erase(out.size() - 11);
      out += "its id";
    } else {
      out += '<';
    }
    reason.remove_prefix(is_id ? end + 1 : begin + 1);
  }
  return out;
}

std::string fallback(const ScanItem& item) {
  constexpr std::string_view kLead = "not proved either way: ";
  std::string_view reason = item.reason;
  if (reason.starts_with(kLead)) reason.remove_prefix(kLead.size());
  return without_ids(reason);
}

// The ledger's: "you wrote this", as far as the report shows when and to whom.
std::string you_wrote(const ScanItem& item, std::string_view recipient, Time now) {
  std::string text = "you wrote this";
  if (!recipient.empty()) text += fmt::format(" to {}", recipient);
  if (item.original.date) text += " on " + day_text(*item.original.date, now);
  return text;
}

std::string why_unverified(const ScanItem& item) {
  const Facts& facts = item.facts;
  const bool is_for = strongest(facts, PointsTo::genuine, Strength::strong) != nullptr;
  const bool is_against = strongest(facts, PointsTo::backscatter, Strength::strong) != nullptr;
  if (is_for && is_against) return "some signs say that it is yours, others that it is not";
  if (has_remedy(facts, Remedy::keep_ledger)) return "nobody has said what you sent";
  if (has_remedy(facts, Remedy::mend_ledger)) return "your ledger could not be asked";
  if (has_remedy(facts, Remedy::complete)) return "not in your Sent, which may lack some";
  return fallback(item);
}

std::string reason_of(const ScanItem& item, std::string_view recipient, Time now) {
  const auto count = std::find_if(item.facts.begin(), item.facts.end(), [](const Fact& fact) {
    return fact.check == Check::count && fact.points_to == PointsTo::backscatter;
  });
  const Fact* deciding = item.verdict == Verdict::genuine
                             ? strongest(item.facts, PointsTo::genuine, Strength::strong)
                             : strongest(item.facts, PointsTo::backscatter, Strength::strong);
  if (item.verdict == Verdict::unverified) {
    if (count == item.facts.end()) return why_unverified(item);
    deciding = &*count;
  }
  if (deciding == nullptr) return fallback(item);
  if (deciding->check == Check::ledger && deciding->points_to == PointsTo::genuine)
    return you_wrote(item, recipient, now);
  const auto words = std::find_if(kWords.begin(), kWords.end(), [&](const Words& one) {
    return one.check == deciding->check && one.points_to == deciding->points_to;
  });
  return words == kWords.end() ? fallback(item) : std::string(words->text);
}

}  // namespace

std::string plain_reason(const ScanItem& item, Time now) {
  return reason_of(item, item.recipients.substr(0, item.recipients.find(' ')), now);
}

std::string brief_reason(const ScanItem& item, Time now) { return reason_of(item, "", now); }

}  // namespace unsent

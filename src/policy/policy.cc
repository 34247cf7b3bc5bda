// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace unsent {
namespace {

constexpr std::array kHandlings = {Handling::deliver, Handling::tag, Handling::quarantine,
                                   Handling::drop};
// Those that a judged message can be of.
constexpr std::array kReportKinds = {Kind::bounce,       Kind::delay,     Kind::success,
                                     Kind::auto_reply,   Kind::challenge, Kind::virus_notice,
                                     Kind::read_receipt, Kind::report};

std::size_t index_of(Verdict verdict) { return static_cast<std::size_t>(verdict); }
std::size_t index_of(Kind kind) { return static_cast<std::size_t>(kind); }

}  // namespace

std::string_view name_of(Handling handling) {
  switch (handling) {
    case Handling::deliver:
      return "deliver";
    case Handling::tag:
      return "tag";
    case Handling::quarantine:
      return "quarantine";
    case Handling::drop:
      return "drop";
  }
  return "";
}

std::optional<Handling> parse_handling(std::string_view text) {
  for (const Handling handling : kHandlings)
    if (name_of(handling) == text) return handling;
  return std::nullopt;
}

std::string_view refusal(Verdict verdict, Handling handling) {
  if (handling == Handling::deliver || handling == Handling::tag) return "";
  switch (verdict) {
    case Verdict::ordinary:
    case Verdict::genuine:
      return "what is genuine always arrives: deliver or tag";
    case Verdict::unverified:
      return handling == Handling::drop ? "what cannot be told is never dropped" : "";
    case Verdict::backscatter:
      return "";
  }
  return "";
}

void Policy::set(Verdict verdict, Handling handling) {
  all_kinds_[index_of(verdict)] = handling;
  one_kind_[index_of(verdict)] = {};
}

void Policy::set(Verdict verdict, Kind kind, Handling handling) {
  one_kind_[index_of(verdict)][index_of(kind)] = handling;
}

Weather weather_of(const Facts& facts) {
  const bool is_burst = std::any_of(facts.begin(), facts.end(),
                                    [](const Fact& fact) { return fact.check == Check::burst; });
  return is_burst ? Weather::burst : Weather::usual;
}

Handling Policy::planned(Verdict verdict, Kind kind, Weather weather) const {
  if (verdict == Verdict::ordinary) return Handling::deliver;
  const bool is_doubtful_bounce = verdict == Verdict::unverified && kind == Kind::bounce;
  if (weather == Weather::burst && is_doubtful_bounce && during_burst_) return *during_burst_;
  const auto& one = one_kind_[index_of(verdict)][index_of(kind)];
  if (one) return *one;
  return all_kinds_[index_of(verdict)].value_or(Handling::tag);
}

Handling Policy::handling(Verdict verdict, Kind kind, Weather weather) const {
  const Handling plan = planned(verdict, kind, weather);
  const bool is_more = plan == Handling::quarantine || plan == Handling::drop;
  return is_shadow_ && is_more ? Handling::tag : plan;
}

std::string describe(const Policy& policy, Verdict verdict) {
  std::string text =
      fmt::format("{}: {}", name_of(verdict), name_of(policy.planned(verdict, Kind::ordinary)));
  std::string others;
  for (const Kind kind : kReportKinds)
    if (policy.planned(verdict, kind) != policy.planned(verdict, Kind::ordinary))
      others += fmt::format("{}{}: {}", others.empty() ? "" : ", ", name_of(kind),
                            name_of(policy.planned(verdict, kind)));
  if (verdict == Verdict::unverified && policy.during_burst())
    others += fmt::format("{}bounce during a burst: {}", others.empty() ? "" : ", ",
                          name_of(*policy.during_burst()));
  return others.empty() ? text : fmt::format("{} ({})", text, others);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "flood/second_look.h"

#include <fmt/format.h>

#include <cmath>

namespace unsent {
namespace {

constexpr const char* kSource = "the other reports of this scan";

std::uint32_t percent(std::uint32_t part, std::uint32_t whole) {
  return whole == 0 ? 0 : part * 100 / whole;
}

// Of n that were all there: the share of all of which, at worst, that happens once in twenty.
std::uint32_t least_percent(std::uint32_t proved) {
  return static_cast<std::uint32_t>(100 * std::pow(0.05, 1.0 / proved));
}

// Of n that show none: the share of all of which, at most, that happens once in twenty.
double most_percent(std::uint32_t shown) { return 100 * (1 - std::pow(0.05, 1.0 / shown)); }

std::string spread_text(const Run& run, const Measure& measure) {
  std::string text = fmt::format(
      "one of {} originals that look alike, handed over from {} networks to {} different sides: {} "
      "% "
      "of them by access lines, none on a way that mail of yours takes",
      run.size, run.networks, run.writers, percent(run.access_lines, run.crossing));
  if (const std::string absent = absence_text(run, measure); !absent.empty()) text += "; " + absent;
  return text;
}

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail) {
  facts.push_back({Check::flood, points_to, strength, std::move(detail), kSource});
}

void add_run_fact(Facts& facts, const FloodFinding& finding, const Measure& measure) {
  const Run& run = *finding.run;
  if (finding.row == RunRow::spread && finding.member == MemberRow::spread)
    return add(facts, PointsTo::backscatter, Strength::strong, spread_text(run, measure));
  if (finding.row == RunRow::spread)
    return add(facts, PointsTo::neither, Strength::weak,
               spread_text(run, measure) + "; but " + std::string(describe(finding.member)));
  add(facts, PointsTo::neither, Strength::weak,
      fmt::format("one of {} originals that look alike, which proves nothing: {}", run.size,
                  describe(finding.row)));
}

void add_service_fact(Facts& facts, std::uint32_t count, std::string_view service) {
  for (Fact& fact : facts)
    if (fact.check == Check::origin && fact.points_to == PointsTo::backscatter &&
        fact.strength == Strength::strong) {
      fact.strength = Strength::weak;
      fact.detail += "; but it is a mail service that the record may have forgotten";
    }
  add(facts, PointsTo::neither, Strength::weak,
      fmt::format(
          "one of {} originals that went through the mail service {}, which your SPF record "
          "does not name: if you send by it, the record forgot it",
          count, service));
}

// What all of a run show and nothing of ours does: for people, and never alone, for a service that
// sends for us makes its mail in its own way.
void add_foreign_fact(Facts& facts, const FloodFinding& finding, const SentHabits* habits) {
  if (finding.run == nullptr || habits == nullptr || finding.run->proved > 0) return;
  const std::string text = foreign_text(*finding.run, *habits);
  if (text.empty()) return;
  facts.push_back({Check::flood, PointsTo::backscatter, Strength::weak, text,
                   "returned headers of this scan; headers in Sent"});
}

std::string_view name_of(Trait trait) {
  switch (trait) {
    case Trait::id_host:
      return "right-hand side of its Message-ID";
    case Trait::mailer:
      return "mail program";
    case Trait::form:
      return "form of its body";
    case Trait::signer:
      return "DKIM domain";
  }
  return {};
}

}  // namespace

bool is_worth_a_second_look(Verdict verdict, const FloodFinding& finding) {
  if (verdict == Verdict::unverified) return finding.run != nullptr || finding.of_service > 0;
  return verdict == Verdict::backscatter && finding.of_service > 0;
}

void add_flood_facts(Facts& facts, const FloodFinding& finding, const Measure& measure,
                     std::string_view service, const SentHabits* habits) {
  const bool is_spread = finding.row == RunRow::spread && finding.member == MemberRow::spread;
  if (finding.of_service > 0 && !is_spread)
    add_service_fact(facts, finding.of_service, service);
  else if (finding.run != nullptr)
    add_run_fact(facts, finding, measure);
  add_foreign_fact(facts, finding, habits);
}

void add_mention_facts(Facts& facts, const MentionFinding& finding, const Measure& measure,
                       std::string_view author) {
  if (finding.row == MentionRow::nothing) return;
  const bool is_evidence =
      finding.row == MentionRow::by_id || finding.row == MentionRow::by_subject;
  const bool is_of_id = finding.row == MentionRow::by_id || finding.row == MentionRow::copied_id;
  const std::string named = fmt::format("it names the {} of {}", is_of_id ? "id" : "subject",
                                        spread_text(*finding.run, measure));
  if (is_evidence && author.empty())
    return add(facts, PointsTo::backscatter, Strength::strong,
               named + "; " + std::string(describe(finding.row)));
  const std::string why = is_evidence ? fmt::format("you wrote to {} yourself", author)
                                      : std::string(describe(finding.row));
  add(facts, PointsTo::neither, Strength::weak, named + "; but " + why);
}

std::string foreign_text(const Run& run, const SentHabits& habits) {
  std::string text;
  for (const Trait trait : kAllTraits) {
    if (!is_foreign(run, trait)) continue;
    text += fmt::format(
        "{}none of the {} that show it has a {} that any of your {} in Sent has (so 19 times in "
        "20 fewer than {:.1f} % of yours would)",
        text.empty() ? "" : "; ", run.shown.at(static_cast<std::size_t>(trait)), name_of(trait),
        habits.shown(trait), most_percent(habits.shown(trait)));
  }
  return text;
}

std::string absence_text(const Run& run, const Measure& measure) {
  if (measure.proved == 0 || measure.recorded != measure.proved || run.proved > 0) return {};
  return fmt::format(
      "none of the {} is in the ledger, where all {} are that something else proves yours (so 19 "
      "times in 20 it holds at least {} % of them)",
      run.size, measure.proved, least_percent(measure.proved));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Thousands of mail flows, drawn from the tables of this folder and judged: no genuine
// report is called backscatter, and no forged one genuine, whoever carries our mail, whoever
// reports and whatever is known. What fails is printed as a picture in words.
//
// UNSENT_FLOWS=N draws so many of each, UNSENT_FLOWS_SEED=N others; UNSENT_FLOWS_ALL=1 shows
// the known failures as well, UNSENT_FLOWS_MAIL=1 the mails.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "judge_flow.h"

namespace unsent {
namespace {

constexpr unsigned kEach = 10000;  // genuine ones, and forged ones

bool is_opposite(const Flow& flow, Verdict verdict) {
  if (flow.is_genuine) return verdict == Verdict::backscatter || verdict == Verdict::ordinary;
  const bool can_be_told = !flow.is_perfect || flow.knowledge == Knowledge::complete;
  return can_be_told && (verdict == Verdict::genuine || verdict == Verdict::ordinary);
}

// The id and its exact recipient are in the ledger: whoever brings the report.
bool is_lost_proof(const Flow& flow, Verdict verdict) {
  const bool is_exact = flow.receiver == nullptr || flow.receiver->is_reported_exactly;
  return flow.kind == "genuine" && flow.knowledge >= Knowledge::has_it && is_exact &&
         flow.returned != Returned::none && flow.style != Style::vacation &&
         verdict != Verdict::genuine;
}

// What is wrong with the verdict, by the kind of the flow; "" if nothing is.
std::string fault_of(const Flow& flow, Verdict verdict) {
  const bool is_lost = is_opposite(flow, verdict) || is_lost_proof(flow, verdict);
  if (is_lost && flow.is_genuine && flow.style == Style::wrapped)
    return "genuine, in the notice of a spam filter";
  if (is_opposite(flow, verdict)) return flow.kind;
  return is_lost_proof(flow, verdict) ? "genuine, and proved by the ledger" : "";
}

// What fails today, and how often at most; "" is anybody. Each row must still fail: what is
// mended is taken out.
struct KnownFailure {
  const char* kind;
  const char* reporter;
  int most;
  int seen = 0;

  bool matches(const std::string& fault, const Flow& flow) const {
    return fault == kind && (!*reporter || flow.reporter_side() == reporter);
  }
};
std::vector<KnownFailure> known_failures() { return {}; }

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// Failures of one kind between the same sides, with the first of them in words.
struct Failures {
  int count = 0;
  std::string picture;
};

class Tally {
 public:
  void take(const Flow& flow) {
    const Judgement judged = judge_flow(flow);
    const Verdict verdict = judged.decision.verdict;
    ++all_[{flow.is_genuine, verdict}];
    if (flow.knowledge == Knowledge::complete && flow.dns == Dns::on)
      ++well_known_[{flow.is_genuine, verdict}];
    const std::string fault = fault_of(flow, verdict);
    if (!fault.empty() && !is_known(fault, flow)) note(fault, flow, judged);
  }

  const std::vector<KnownFailure>& known() const { return known_; }
  const std::map<std::string, Failures>& failures() const { return failures_; }
  // Of a hundred: called what they are; well known: by a complete ledger, with DNS.
  double called_so(bool is_genuine) const { return share(all_, is_genuine); }
  double called_so_if_well_known(bool is_genuine) const { return share(well_known_, is_genuine); }

 private:
  using Counts = std::map<std::pair<bool, Verdict>, int>;

  static double share(const Counts& counts, bool is_genuine) {
    const Verdict right = is_genuine ? Verdict::genuine : Verdict::backscatter;
    double sum = 0;
    double so = 0;
    for (const auto& [key, count] : counts) {
      if (key.first != is_genuine) continue;
      sum += count;
      if (key.second == right) so = count;
    }
    return 100 * so / sum;
  }

  bool is_known(const std::string& fault, const Flow& flow) {
    for (KnownFailure& row : known_)
      if (row.matches(fault, flow)) return ++row.seen > 0;
    return false;
  }

  void note(const std::string& fault, const Flow& flow, const Judgement& judged) {
    Failures& one = failures_[fmt::format("{} | {} | {} | {}", fault, flow.sender->name,
                                          flow.reporter_side(), flow.mailbox->name)];
    if (++one.count > 1) return;
    one.picture = fmt::format("{}  called {}: {}\n", flow.describe(),
                              name_of(judged.decision.verdict), judged.decision.reason);
    if (std::getenv("UNSENT_FLOWS_MAIL") != nullptr) one.picture += flow.text;
  }

  Counts all_;
  Counts well_known_;
  std::vector<KnownFailure> known_ =
      std::getenv("UNSENT_FLOWS_ALL") == nullptr ? known_failures() : std::vector<KnownFailure>();
  std::map<std::string, Failures> failures_;
};

}  // namespace

TEST_CASE("no genuine report is called backscatter, and no forged one genuine") {
  Dice dice(number_from("UNSENT_FLOWS_SEED", 1));
  Tally tally;
  const unsigned each = number_from("UNSENT_FLOWS", kEach);
  for (unsigned i = 0; i < each; ++i) {
    tally.take(compose_genuine(dice));
    tally.take(compose_forged(dice));
  }
  std::string pictures;
  for (const auto& [name, one] : tally.failures())
    pictures += fmt::format("{} x {}\n{}\n", one.count, name, one.picture);
  INFO(pictures);
  CHECK(tally.failures().empty());
  for (const KnownFailure& row : tally.known()) {
    INFO(row.kind, ", reported by ", *row.reporter ? row.reporter : "anybody");
    CHECK(row.seen > 0);  // else it is mended: take the row out
    if (each == kEach) CHECK(row.seen <= row.most);
  }
  // Whoever calls everything unverified makes no mistake either.
  CHECK(tally.called_so(true) > 39);
  CHECK(tally.called_so(false) > 20);
  CHECK(tally.called_so_if_well_known(true) > 65);
  CHECK(tally.called_so_if_well_known(false) > 62);
}

}  // namespace unsent

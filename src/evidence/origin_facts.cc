// SPDX-License-Identifier: MIT
// What Origin has found, as facts: a row of the table each.
#include <fmt/format.h>

#include "evidence/origin.h"

namespace unsent {
namespace {

// The record and the term of it that decided.
std::string record_text(const SpfOutcome& outcome) {
  std::string text = "SPF record of " + outcome.domain;
  for (const SpfStep& step : outcome.path)
    text +=
        fmt::format(", {}{}", step.term, step.domain == outcome.domain ? "" : " of " + step.domain);
  return text;
}

Fact neither(std::string detail, std::string source, std::vector<Otherwise> otherwise = {}) {
  return {Check::origin,     PointsTo::neither, Strength::weak,
          std::move(detail), std::move(source), std::move(otherwise)};
}

Fact genuine(Strength strength, std::string detail, std::string source,
             std::vector<Otherwise> otherwise = {}) {
  return {Check::origin,     PointsTo::genuine, strength,
          std::move(detail), std::move(source), std::move(otherwise)};
}

Fact backscatter(Strength strength, std::string detail, std::string source,
                 std::vector<Otherwise> otherwise = {}) {
  return {Check::origin,     PointsTo::backscatter, strength,
          std::move(detail), std::move(source),     std::move(otherwise)};
}

Otherwise were_forbidden(std::string condition) {
  return {std::move(condition), PointsTo::backscatter, Strength::strong};
}

std::string returned_line(const Chain& hops, std::size_t index) {
  return index < hops.size() ? "returned " + line_text(hops[index]) : "the returned header";
}

// What would have made SPF forbid the client.
std::string without_answer(SpfResult result, const std::string& domain) {
  switch (result) {
    case SpfResult::none:
      return domain + " had an SPF record that names its servers and ends in -all";
    case SpfResult::temperror:
      return "the DNS had answered, and SPF of " + domain + " forbade the client";
    case SpfResult::permerror:
      return "the SPF record of " + domain + " were mended and ended in -all";
    case SpfResult::pass:
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral:
      break;
  }
  return "the SPF record of " + domain + " ended in -all";
}

struct SpfAnswer {
  const SpfOutcome& spf;
  std::string client;  // that it was asked about
  std::string domain;
  std::string source;
  Strength best;  // that a direct pass is worth
  bool has_line_of_ours;
};

Fact pass_fact(const SpfAnswer& answer, const Otherwise& is_relay) {
  const auto& [spf, client, domain, source, best, has_line_of_ours] = answer;
  if (spf.is_over_wide)
    return neither(
        fmt::format("{} passes SPF of {} as nearly every address does", client, domain), source,
        {is_relay, were_forbidden(fmt::format(
                       "the SPF record of {} named its servers alone, not {}", domain, client))});
  return genuine(spf.is_direct_pass() ? best : Strength::weak,
                 fmt::format("{} handed the original over and passes SPF of {}{}", client, domain,
                             spf.is_direct_pass() ? "" : " through an include"),
                 source, {is_relay});
}

Fact fail_fact(const SpfAnswer& answer, const Otherwise& is_relay) {
  if (answer.has_line_of_ours)
    return neither(fmt::format("{} fails SPF of {}, but a server of ours stands below it: "
                               "forwarded, or forged",
                               answer.client, answer.domain),
                   answer.source, {is_relay});
  return backscatter(Strength::strong,
                     fmt::format("{} handed the original over, which SPF of {} forbids",
                                 answer.client, answer.domain),
                     answer.source, {is_relay});
}

Fact spf_fact(const SpfAnswer& answer) {
  const auto& [spf, client, domain, source, best, has_line_of_ours] = answer;
  const Otherwise is_relay{client + " were named as a server of yours (relays in [identity])",
                           PointsTo::genuine, best};
  switch (spf.result) {
    case SpfResult::pass:
      return pass_fact(answer, is_relay);
    case SpfResult::fail:
      return fail_fact(answer, is_relay);
    case SpfResult::softfail:
      return backscatter(
          Strength::weak,
          fmt::format("{} handed the original over, and SPF of {} says softfail", client, domain),
          source,
          {is_relay, were_forbidden(fmt::format("the SPF record of {} ended in -all", domain))});
    case SpfResult::none:
    case SpfResult::neutral:
    case SpfResult::temperror:
    case SpfResult::permerror:
      break;
  }
  return neither(fmt::format("SPF of {} for {} is {}{}{}", domain, client, name_of(spf.result),
                             spf.reason.empty() ? "" : ": ", spf.reason),
                 source, {is_relay, were_forbidden(without_answer(spf.result, domain))});
}

}  // namespace

void Origin::add_facts(Facts& facts) const {
  const Chain& hops = border().hops;
  const std::string domain = sender_.domain().text();
  const std::string top_line = returned_line(hops, 0);
  if (arrival() == Arrival::foreign)
    facts.push_back(
        {Check::arrival, PointsTo::backscatter, Strength::weak,
         fmt::format("the bounce came from {}, which has no part in it and greets with a name that "
                     "is not its own",
                     arrival_.client ? arrival_.client->text() : "nowhere"),
         arrival_.line});
  if (is_report_of_ours()) {
    facts.push_back(
        is_about_one_of_ours()
            ? genuine(Strength::strong,
                      "our own server reports on a message that it took from one of ours", top_line)
            : neither("our own server reports on a message from elsewhere", top_line));
    return;
  }
  if (!border().client || (!hops.empty() && own_.is_our_host(hops.front().by))) {
    facts.push_back(
        neither("the returned header does not show who handed the original over", top_line));
    return;
  }
  if (arrival() == Arrival::foreign) return;
  if (!crossing_.client) {
    facts.push_back(neither(fmt::format("{} {}; who gave it the original is not shown for certain",
                                        border().client->text(),
                                        crossing_.came_through_border
                                            ? "forwarded the original and brought the bounce back"
                                            : "took the original for one to whom it went"),
                            returned_line(hops, border().index) + "; " + arrival_.line));
    return;
  }
  const std::string client = crossing_.client->text();
  const std::string line = returned_line(hops, crossing_.index);
  const std::string networks = is_told_relays_ ? "relays in [identity]" : "SPF record of " + domain;
  const Strength best = arrival() == Arrival::agrees ? Strength::strong : Strength::weak;
  if (is_own_client()) {
    facts.push_back(
        genuine(best, fmt::format("{}, one of our own servers, handed the original over", client),
                line + "; " + networks,
                {{"the bounce had come from a host of whom it reports on", PointsTo::genuine,
                  Strength::strong}}));
    return;
  }
  if (spf()) {
    facts.push_back(spf_fact({*spf(), client, domain, line + "; " + record_text(*spf()), best,
                              has_joined_line_of_ours()}));
    return;
  }
  if (has_dns()) return;
  const Hop& hop = hops[crossing_.index];
  const bool greets_as_ours = own_.is_our_host(hop.helo) && !own_.is_our_host(hop.rdns);
  facts.push_back(
      greets_as_ours && own_.knows_networks_like(*crossing_.client)
          ? backscatter(
                Strength::strong,
                fmt::format("{} greeted as {}, but is none of our servers", client, hop.helo),
                line + "; " + networks)
          : neither(fmt::format("{} handed the original over; SPF of {} could not be asked: {}",
                                client, domain, name_of(hosts_.status())),
                    line,
                    {were_forbidden(fmt::format("the DNS had answered, and SPF of {} forbade {}",
                                                domain, client))}));
}

}  // namespace unsent

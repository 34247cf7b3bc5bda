// SPDX-License-Identifier: MIT
// What Origin has found, as facts: a row of the table each.
#include <fmt/format.h>

#include "evidence/origin.h"

namespace unsent {
namespace {

// Of hosts on the way, or of the domains that name them: nothing is concluded from it.
constexpr const char* kGap = "not all that might speak for it could be asked of the DNS";

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

Otherwise were_forbidden(std::string condition, Remedy remedy, std::string domain) {
  return {std::move(condition), PointsTo::backscatter, Strength::strong, remedy, std::move(domain)};
}

std::string returned_line(const Chain& hops, std::size_t index) {
  return index < hops.size() ? "returned " + line_text(hops[index]) : "the returned header";
}

// What would have made SPF forbid the client.
Otherwise were_answered(SpfResult result, const std::string& domain) {
  switch (result) {
    case SpfResult::none:
      return were_forbidden(domain + " had an SPF record that names its servers and ends in -all",
                            Remedy::publish_spf, domain);
    case SpfResult::temperror:
      return were_forbidden("the DNS had answered, and SPF of " + domain + " forbade the client",
                            Remedy::ask_dns, domain);
    case SpfResult::permerror:
      return were_forbidden("the SPF record of " + domain + " were mended and ended in -all",
                            Remedy::mend_spf, domain);
    case SpfResult::pass:
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral:
      break;
  }
  return were_forbidden("the SPF record of " + domain + " ended in -all", Remedy::end_in_all,
                        domain);
}

// One answer of SPF, and what the fact about it needs.
struct SpfAnswer {
  const SpfOutcome& spf;
  std::string client;  // that it was asked about
  std::string what;    // it did: "handed the original over"
  std::string source;
  Strength best;      // that a direct pass is worth
  std::string doubt;  // why a fail proves nothing; "" if it does
};

Fact pass_fact(const SpfAnswer& answer, const Otherwise& is_relay) {
  const std::string& domain = answer.spf.domain;
  if (answer.spf.is_over_wide)
    return neither(
        fmt::format("{} passes SPF of {} as nearly every address does", answer.client, domain),
        answer.source,
        {is_relay,
         were_forbidden(fmt::format("the SPF record of {} named its servers alone, not {}", domain,
                                    answer.client),
                        Remedy::mend_spf, domain)});
  const bool is_direct = answer.spf.is_direct_pass();
  return genuine(is_direct ? answer.best : Strength::weak,
                 fmt::format("{} {} and passes SPF of {}{}", answer.client, answer.what, domain,
                             is_direct ? "" : " through an include"),
                 answer.source, {is_relay});
}

Fact fail_fact(const SpfAnswer& answer, const Otherwise& is_relay) {
  std::vector<Otherwise> otherwise = {is_relay};
  if (answer.doubt == kGap)
    otherwise.push_back(
        were_forbidden("the DNS had answered, and nothing had spoken for the client",
                       Remedy::ask_dns, answer.spf.domain));
  if (!answer.doubt.empty())
    return neither(
        fmt::format("{} fails SPF of {}, but {}", answer.client, answer.spf.domain, answer.doubt),
        answer.source, std::move(otherwise));
  return backscatter(
      Strength::strong,
      fmt::format("{} {}, which SPF of {} forbids", answer.client, answer.what, answer.spf.domain),
      answer.source, {is_relay});
}

Fact spf_fact(const SpfAnswer& answer) {
  const SpfOutcome& spf = answer.spf;
  const Otherwise is_relay{
      answer.client + " were named as a server of yours (relays in [identity])", PointsTo::genuine,
      answer.best, Remedy::name_relay};
  switch (spf.result) {
    case SpfResult::pass:
      return pass_fact(answer, is_relay);
    case SpfResult::fail:
      return fail_fact(answer, is_relay);
    case SpfResult::softfail:
      return backscatter(
          Strength::weak,
          fmt::format("{} {}, and SPF of {} says softfail", answer.client, answer.what, spf.domain),
          answer.source, {is_relay, were_answered(spf.result, spf.domain)});
    case SpfResult::none:
    case SpfResult::neutral:
    case SpfResult::temperror:
    case SpfResult::permerror:
      break;
  }
  return neither(fmt::format("SPF of {} for {} is {}{}{}", spf.domain, answer.client,
                             name_of(spf.result), spf.reason.empty() ? "" : ": ", spf.reason),
                 answer.source, {is_relay, were_answered(spf.result, spf.domain)});
}

}  // namespace

// The report is the sending side's own: the client in its line is a user.
Fact Origin::submission_fact() const {
  const std::string line = returned_line(border().hops, border().index);
  const auto& bringer = crossing().bringer;
  if (!bringer)
    return neither("the report is made by the side that took the message from its user", line);
  return spf_fact({*bringer, arrival_.client->text(), "took the original from its user",
                   line + "; " + arrival_.line + "; " + record_text(*bringer),
                   is_brought_by_who_may_speak() ? Strength::strong : Strength::weak,
                   has_gap() ? kGap : ""});
}

// Nobody can be asked.
Fact Origin::silent_fact() const {
  const Hop& hop = border().hops[crossing().index];
  const std::string client = crossing().client->text();
  const std::string line = returned_line(border().hops, crossing().index);
  const bool greets_as_ours = own_.is_our_host(hop.helo) && !own_.is_our_host(hop.rdns);
  if (greets_as_ours && own_.knows_networks_like(*crossing().client))
    return backscatter(
        Strength::strong,
        fmt::format("{} greeted as {}, but is none of our servers", client, hop.helo),
        line + "; relays in [identity]");
  const std::string domain = sender_.domain().text();
  return neither(
      fmt::format("{} handed the original over; SPF of {} could not be asked: {}", client, domain,
                  name_of(hosts_.status())),
      line,
      {were_forbidden(fmt::format("the DNS had answered, and SPF of {} forbade {}", domain, client),
                      Remedy::ask_dns, domain)});
}

// Why it proves nothing that SPF forbids the client; "" if it does.
std::string Origin::doubt_in_fail(bool has_original) const {
  if (has_joined_line_of_ours()) return "a server of ours stands below it: forwarded, or forged";
  if (is_in_our_name()) return "bears a name of ours: the record may have forgotten it";
  if (may_be_forwarded(has_original))
    return "is a true server: the original may have been forwarded";
  if (is_relay_of_carrier())
    return "bears a name of those whose record ours includes: that may have forgotten it";
  return has_gap() ? kGap : "";
}

Fact Origin::crossing_fact(bool has_original) const {
  const std::string client = crossing().client->text();
  const auto line = [&] { return returned_line(border().hops, crossing().index); };
  const std::string domain = sender_.domain().text();
  const bool is_sure = is_brought_by_who_may_speak() && !went_past_unchecked_names();
  const Strength best = is_sure ? Strength::strong : Strength::weak;
  const Otherwise were_named{"the bounce had come from a host of whom it reports on",
                             PointsTo::genuine, Strength::strong};
  if (is_own_client())
    return genuine(
        best, fmt::format("{}, one of our own servers, handed the original over", client),
        line() + (is_told_relays_ ? "; relays in [identity]" : "; SPF record of " + domain),
        {were_named});
  const bool is_refused =
      spf() && (spf()->result == SpfResult::fail || spf()->result == SpfResult::softfail);
  if (is_in_our_name() && !is_refused)
    return genuine(best,
                   fmt::format("{}, which bears a name of ours, handed the original over", client),
                   line() + "; the DNS", {were_named});
  if (!spf())
    return has_dns() ? neither("the original went out under another's reverse path", line())
                     : silent_fact();
  const std::string doubt =
      spf()->result == SpfResult::fail ? doubt_in_fail(has_original) : std::string();
  return spf_fact({*spf(), client, "handed the original over", line() + "; " + record_text(*spf()),
                   best, doubt});
}

void Origin::add_facts(Facts& facts, bool has_original) const {
  const Chain& hops = border().hops;
  const auto top_line = [&] { return returned_line(hops, 0); };
  if (is_foreign())
    facts.push_back(
        {Check::arrival, PointsTo::backscatter, Strength::weak,
         fmt::format("the bounce came from {}, which has no part in it and {}",
                     arrival_.client->text(),
                     arrival_.is_access_line ? "is an access line"
                                             : "greets with a name that is not its own"),
         arrival_.line});
  if (crossing().is_report_of_ours) {
    facts.push_back(
        is_about_one_of_ours()
            ? genuine(Strength::strong,
                      "our own server reports on a message that it took from one of ours",
                      top_line())
            : neither("our own server reports on a message from elsewhere", top_line()));
    return;
  }
  if (crossing().role == HopRole::none || own_.is_our_host(hops.front().by)) {
    facts.push_back(
        neither("the returned header does not show who handed the original over", top_line()));
    return;
  }
  if (is_foreign()) return;
  if (crossing().client) {
    facts.push_back(crossing_fact(has_original));
    return;
  }
  const std::string who = border().client->text();
  const std::string source = returned_line(hops, border().index) + "; " + arrival_.line;
  switch (crossing().role) {
    case HopRole::submission:
      facts.push_back(submission_fact());
      return;
    case HopRole::forwarder:
      facts.push_back(neither(who + " forwarded the original and brought the bounce back; who gave "
                                    "it the original is not shown for certain",
                              source));
      return;
    case HopRole::filter:
      facts.push_back(neither(who + " took the original for one to whom it went; who gave it the "
                                    "original is not shown for certain",
                              source));
      return;
    case HopRole::unknown:
    case HopRole::crossing:
    case HopRole::none:
      break;
  }
  facts.push_back(neither(who +
                              " had logged in where the report shows it, but elsewhere than where "
                              "the report comes from",
                          source));
}

}  // namespace unsent

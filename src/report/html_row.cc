// SPDX-License-Identifier: MIT
#include "report/html_row.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/figures.h"
#include "report/markup.h"
#include "report/plain_reason.h"
#include "verdict/what_if.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxDatum = 128;  // of a name, as lists have it

std::string time_element(const std::optional<Time>& time, Time now) {
  if (!time) return "<span class=\"none\">no date</span>";
  return fmt::format("<time datetime=\"{}\">{}</time>", format_rfc3339(*time),
                     minute_text(*time, now));
}

// What the page's script reads.
std::string datum(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  return fmt::format(" data-{}=\"{}\"", name, markup(cut_utf8(value, kMaxDatum)));
}

// A term and what is known of it; nothing where nothing is.
std::string known(std::string_view term, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("<dt>{}</dt><dd>{}</dd>", term, markup(text));
}

std::string_view class_of(PointsTo points_to) {
  return points_to == PointsTo::neither ? "soft" : name_of(points_to);
}

std::string fact_element(const Fact& fact) {
  // What points nowhere decides nothing, however strong.
  const bool is_pointing = fact.points_to != PointsTo::neither;
  const std::string source =
      fact.source.empty() ? ""
                          : fmt::format(" <span class=\"soft\">({})</span>", markup(fact.source));
  return fmt::format("<dt>{}</dt><dd><span class=\"point {}\">{}{}{}</span>: {}{}</dd>",
                     name_of(fact.check), class_of(fact.points_to), name_of(fact.points_to),
                     is_pointing ? ", " : "", is_pointing ? name_of(fact.strength) : "",
                     markup(fact.detail), source);
}

// What would have told otherwise, as far as the facts know it.
std::string changes_list(const ScanItem& item) {
  std::string out;
  for (const Change& change : what_would_change(item.kind, item.facts))
    out += known("otherwise", fmt::format("{}, if {}", name_of(change.verdict), change.condition));
  return out;
}

std::string facts_list(const ScanItem& item, std::string_view campaign) {
  std::string out = "<dl class=\"facts\">";
  out += known("report", item.subject);
  out += known("from", item.from);
  out += known("reporter", item.reporter);
  out += known("diagnostic", item.diagnostic.empty() ? item.status : item.diagnostic);
  out += known("original id", item.original.message_id);
  out += known("its From", item.original.from);
  out += known("its sender", item.sender);
  if (item.original.date) out += known("its date", minute_text(*item.original.date));
  out += known("handed in by", item.client_ip);
  out += known("campaign", campaign);
  for (const Fact& fact : item.facts) out += fact_element(fact);
  if (item.verdict == Verdict::unverified) out += changes_list(item);
  for (const std::string& defect : item.defects) out += known("defect", defect);
  out += known("in detail", item.reason);
  out += known("recognised as", item.rule);
  out += known("where", where_text(item.place));
  return out + "</dl>";
}

}  // namespace

std::string html_row(const ScanItem& item, std::string_view campaign, Time now) {
  const std::string& subject = item.original.subject.empty() ? item.subject : item.original.subject;
  std::string attributes = datum("verdict", name_of(item.verdict)) + datum("campaign", campaign) +
                           datum("network", item.traits.network) +
                           datum("reporter", item.reporter) + datum("sender", lower(item.sender)) +
                           datum("kind", name_of(item.kind)) + datum("id", item.id);
  if (item.time) attributes += datum("time", format_rfc3339(*item.time));
  return fmt::format(
      "<tr{6} role=\"row\" class=\"{0}\"><td role=\"cell\"><span class=\"pill\">{0}</span></td>"
      "<td role=\"cell\">{1}</td><td role=\"cell\" class=\"about\">{2}</td>"
      "<td role=\"cell\" class=\"subject\">{3}</td><td role=\"cell\" class=\"why\"><details>"
      "<summary>{4} · {5}</summary>{7}</details></td></tr>\n",
      name_of(item.verdict), time_element(item.time, now), markup(about(item)), markup(subject),
      name_of(item.kind), markup(plain_reason(item, now)), attributes, facts_list(item, campaign));
}

}  // namespace unsent

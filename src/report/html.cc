// SPDX-License-Identifier: MIT
#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/embed.h"
#include "dkim/crypto.h"
#include "report/figures.h"
#include "report/html_messages.h"
#include "report/markup.h"
#include "report/ranking.h"
#include "report/svg_chart.h"

namespace unsent {

extern const EmbeddedFile kReportPage[];  // report_page.css, report_page.js

namespace {

constexpr std::size_t kListed = 10;
constexpr std::size_t kBins = 96;

std::string_view style_sheet() { return kReportPage[0].text; }
std::string_view script() { return kReportPage[1].text; }

// A source of a content security policy: what is between the tags, and nothing else.
std::string source_of(std::string_view text) {
  const Digest digest = sha256(text);
  return "'sha256-" + encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
         "'";
}

std::string headline(const ScanSummary& summary) {
  const VerdictCounts& counts = summary.counts();
  const std::string messages = counted(summary.messages(), "message", "messages");
  if (summary.reports() == 0) return "No bounces among " + messages;
  if (counts[Verdict::backscatter] > counts[Verdict::unverified])
    return fmt::format("{} of {} {} backscatter", grouped(counts[Verdict::backscatter]), messages,
                       counts[Verdict::backscatter] == 1 ? "is" : "are");
  if (counts[Verdict::unverified] > 0)
    return fmt::format("{} of {} cannot be told", grouped(counts[Verdict::unverified]),
                       counted(summary.reports(), "report", "reports"));
  return fmt::format("{} among {}, none of them backscatter",
                     counted(summary.reports(), "report", "reports"), messages);
}

void put_head(const ScanHead& head, const ScanSummary& summary, const Put& put) {
  const std::string title = headline(summary);
  put(html_begin());
  put(
      fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src {}; script-src {}; base-uri 'none'; form-action 'none'\">\n",
                  source_of(style_sheet()), source_of(script())));
  put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n");
  put(fmt::format("<title>{}</title>\n<style>", title));
  put(style_sheet());
  put("</style>\n</head>\n<body>\n<header>\n");
  std::string mailboxes;
  for (const std::string& mailbox : head.mailboxes)
    mailboxes += (mailboxes.empty() ? "" : ", ") + markup(mailbox);
  put(fmt::format("<h1>{}</h1>\n<p class=\"lead\">{} · {}", title, mailboxes,
                  byte_text(summary.bytes())));
  if (summary.first())
    put(fmt::format(" · reports from {} to {}", day_text(*summary.first()),
                    day_text(*summary.last())));
  put("</p>\n");
  if (head.is_partial)
    put("<p class=\"partial\"><strong>Partial.</strong> The scan was stopped before the end; "
        "this is of what was read until then.</p>\n");
  for (const std::string& notice : head.notices)
    put("<p class=\"partial\">" + markup(notice) + "</p>\n");
  put("</header>\n<main>\n");
}

void put_totals(const ScanSummary& summary, const Put& put) {
  struct Total {
    Verdict verdict;
    std::string_view meaning;
  };
  constexpr Total kTotals[] = {{Verdict::genuine, "about mail that you sent"},
                               {Verdict::unverified, "it cannot be told"},
                               {Verdict::backscatter, "about mail that you never sent"},
                               {Verdict::ordinary, "not a report on other mail"}};
  put(fmt::format("<div class=\"share\">{}</div>\n<ul class=\"totals\">\n",
                  svg_bar(summary.counts(), summary.messages(), 12)));
  for (const Total& total : kTotals)
    put(
        fmt::format("<li class=\"{0}\"{3}><b>{1}</b><span class=\"name\">{0}</span> "
                    "<small>{2}</small></li>\n",
                    name_of(total.verdict), grouped(summary.counts()[total.verdict]), total.meaning,
                    summary.items(total.verdict).empty()
                        ? ""
                        : fmt::format(" data-value=\"{}\"", name_of(total.verdict))));
  put("</ul>\n");
}

void put_legend(const VerdictCounts& counts, const Put& put) {
  put("<p class=\"legend\">");
  for (const Verdict verdict : kReportVerdicts)
    if (counts[verdict] > 0) put(fmt::format("<span class=\"{0}\">{0}</span> ", name_of(verdict)));
  put("</p>\n");
}

void put_time_table(const Timeline::View& view, const Put& put) {
  put("<details class=\"figures\"><summary>The figures</summary><div class=\"scroll\" "
      "tabindex=\"0\"><table><thead><tr><th scope=\"col\">From</th>");
  for (const Verdict verdict : kReportVerdicts)
    put(fmt::format("<th scope=\"col\">{}</th>", name_of(verdict)));
  put("</tr></thead><tbody>\n");
  for (const Timeline::Bin& bin : view.bins) {
    if (bin.counts.total() == 0) continue;
    put(fmt::format("<tr><th scope=\"row\">{}</th>", minute_text(bin.begin)));
    for (const Verdict verdict : kReportVerdicts)
      put(fmt::format("<td>{}</td>", grouped(bin.counts[verdict])));
    put("</tr>\n");
  }
  put("</tbody></table></div></details>\n");
}

void put_timeline(const ScanHead& head, const ScanSummary& summary, const Put& put) {
  const Timeline::View view = summary.timeline().view(kBins);
  if (view.bins.size() < 2) return;
  std::uint64_t most = 0;
  for (const Timeline::Bin& bin : view.bins) most = std::max(most, bin.counts.total());
  put(
      fmt::format("<section class=\"card\" aria-labelledby=\"time\">\n<h2 id=\"time\">When they "
                  "came</h2>\n<p class=\"soft\">{} a column, at most {}",
                  span_text(view.width), grouped(most)));
  if (view.earlier > 0) put(fmt::format("; {} earlier", grouped(view.earlier)));
  if (view.later > 0) put(fmt::format("; {} later", grouped(view.later)));
  put("</p>\n<div class=\"time\">");
  put(svg_columns(view, 170, head.made));
  put("</div>\n");
  put_legend(summary.counts(), put);
  put_time_table(view, put);
  put("</section>\n");
}

// value: that the page filters by on a click. note: markup of ours below the name, or "".
void put_bar(std::string_view name, std::string_view value, const VerdictCounts& counts,
             std::uint64_t most, std::string_view least, std::string_view note, const Put& put) {
  put(fmt::format(
      "<li data-value=\"{}\"><span class=\"name\">{}</span><span "
      "class=\"count\">{}{}</span>{}{}</li>\n",
      markup(value), markup(name), least, grouped(counts.total()), note, svg_bar(counts, most, 8)));
}

// field: of the messages, that a click on one of the list filters by.
void put_list_head(std::string_view id, std::string_view field, std::string_view title,
                   std::string_view meaning, const Ranking& ranking, const Put& put) {
  put(fmt::format(
      "<section class=\"card\" aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n"
      "<p class=\"soft\">{2}; {3}{4} in all</p>\n<ol class=\"bars\" data-field=\"{5}\">\n",
      id, title, meaning, ranking.is_exact ? "" : "more than ", grouped(ranking.names), field));
}

void put_list_end(std::string_view others, const Ranking& ranking, const Put& put) {
  if (ranking.others > 0)
    put(
        fmt::format("<li class=\"rest\"><span class=\"name\">{}</span>"
                    "<span class=\"count\">{}{}</span></li>\n",
                    others, ranking.is_exact ? "" : "≤ ", grouped(ranking.others)));
  put("</ol>\n</section>\n");
}

void put_list(std::string_view id, std::string_view field, std::string_view title,
              std::string_view meaning, const Tally& tally, const Put& put) {
  const Ranking ranking = ranking_of(tally, kListed);
  if (ranking.top.empty()) return;
  put_list_head(id, field, title, meaning, ranking, put);
  for (const Tally::Entry& entry : ranking.top)
    put_bar(entry.name, entry.name, entry.counts, ranking.top.front().counts.total(),
            ranking.is_exact ? "" : "≥ ", "", put);
  put_list_end("all others", ranking, put);
}

void put_campaigns(const ScanSummary& summary, const std::vector<Campaign>& campaigns, Time now,
                   const Put& put) {
  const Ranking ranking = ranking_of(campaigns, summary.not_genuine(), kListed);
  if (ranking.top.empty()) return;
  put_list_head("campaigns", "campaign", "Campaigns", "what one run of a spammer sent", ranking,
                put);
  for (std::size_t i = 0; i < ranking.top.size(); ++i) {
    const Campaign& campaign = campaigns.at(i);
    const bool is_named = campaign.shared.ends_with(' ' + campaign.name);
    const std::string note = fmt::format(
        "<small>{}{}{} to {}, {}</small>", is_named ? "" : markup(campaign.name),
        is_named ? "" : ": ", day_text(campaign.first, now), day_text(campaign.last, now),
        campaign.networks.missed() > 0
            ? fmt::format("more than {} networks", campaign.networks.names())
            : counted(campaign.networks.names(), "network", "networks"));
    put_bar(campaign.shared, campaign.name, campaign.counts, ranking.top.front().counts.total(), "",
            note, put);
  }
  put_list_end("other campaigns, or none", ranking, put);
}

void put_kinds(const ScanSummary& summary, const Put& put) {
  std::uint64_t most = 0;
  for (const Kind kind : kAllKinds)
    if (kind != Kind::ordinary) most = std::max(most, summary.counts(kind).total());
  put("<section class=\"card\" aria-labelledby=\"kinds\">\n<h2 id=\"kinds\">Kinds</h2>\n"
      "<p class=\"soft\">what the reports say</p>\n<ol class=\"bars\" data-field=\"kind\">\n");
  for (const Kind kind : kAllKinds)
    if (kind != Kind::ordinary && summary.counts(kind).total() > 0)
      put_bar(name_of(kind), name_of(kind), summary.counts(kind), most, "", "", put);
  put("</ol>\n</section>\n");
}

void put_charts(const ScanSummary& summary, const std::vector<Campaign>& campaigns, Time now,
                const Put& put) {
  put("<div class=\"charts\">\n");
  put_campaigns(summary, campaigns, now, put);
  put_list("reporters", "reporter", "Reporters", "servers that sent the reports",
           summary.reporters(), put);
  put_kinds(summary, put);
  put_list("networks", "network", "Origin networks", "they handed the originals in",
           summary.networks(), put);
  put_list("senders", "sender", "Claimed senders", "forged, or not known", summary.senders(), put);
  put("</div>\n");
}

void put_command(const std::vector<std::string>& words, const Put& put) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  put("<p class=\"command\"><code>" + markup(text) + "</code></p>\n");
}

void put_advice(const ScanHead& head, const ScanSummary& summary, const Put& put) {
  const std::vector<Advice> list = advise(head.circumstances, summary, head.made);
  put("<section class=\"card next\" aria-labelledby=\"next\">\n<h2 id=\"next\">What to do next</h2>"
      "\n<ul class=\"soft\">\n");
  for (const std::string& ground : grounds(head.circumstances, summary))
    put("<li>" + markup(ground) + "</li>\n");
  put("</ul>\n<ol>\n");
  for (const Advice& one : list) {
    put("<li><p>" + markup(one.text) + "</p>\n");
    for (const auto& words : one.commands) put_command(words, put);
    put("</li>\n");
  }
  put("</ol>\n</section>\n");
}

}  // namespace

std::string_view html_begin() {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"generator\" content=\"unsent\">\n";
}

void put_html(const ScanHead& head, const ScanSummary& summary, const Put& put) {
  put_head(head, summary, put);
  put_totals(summary, put);
  if (summary.reports() > 0) {
    const std::vector<Campaign> campaigns = summary.campaigns().list();
    put_advice(head, summary, put);
    put_timeline(head, summary, put);
    put_charts(summary, campaigns, head.made, put);
    put_messages(head, summary, campaigns, put);
  }
  put(
      fmt::format("</main>\n<footer>Made by unsent on {0}. Times are {1}. A verdict is about "
                  "the message that a report returns: genuine, you sent it; backscatter, you did "
                  "not; unverified, it cannot be told: throw none of these away.</footer>\n",
                  minute_text(head.made), zone_text(head.made)));
  put("<script>");
  put(script());
  put("</script>\n</body>\n</html>\n");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "report/html_messages.h"

#include <fmt/format.h>

#include "report/figures.h"
#include "report/html_row.h"
#include "report/markup.h"

namespace unsent {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void put_tools(const ScanSummary& summary, const Put& put) {
  put("<div class=\"tools\" hidden>\n<input type=\"search\" aria-label=\"Search the messages\" "
      "placeholder=\"Search\" autocomplete=\"off\" spellcheck=\"false\">\n"
      "<select aria-label=\"Where to search\"><option value=\"any\">anywhere</option>"
      "<option value=\"about\">recipient</option><option value=\"subject\">subject</option>"
      "<option value=\"reason\">reason</option><option value=\"sender\">claimed sender</option>"
      "<option value=\"reporter\">reporter</option><option value=\"network\">network</option>"
      "<option value=\"campaign\">campaign</option></select>\n"
      "<fieldset class=\"chips\"><legend class=\"sr\">Verdicts shown</legend>\n");
  for (const Verdict verdict : kReportVerdicts)
    if (!summary.items(verdict).empty())
      put(
          fmt::format("<label class=\"{0}\"><input type=\"checkbox\" value=\"{0}\" checked> "
                      "{0}</label>\n",
                      name_of(verdict)));
  put("</fieldset>\n</div>\n<p class=\"only\"></p>\n");
}

void put_ticked(const ScanHead& head, const Put& put) {
  const ScanCommand& scan = head.circumstances.scan;
  put(fmt::format(
      "<div class=\"ticked\" data-begin=\"{}\" data-end=\"{}\" role=\"group\" "
      "aria-label=\"What is ticked\" hidden>\n<p><span class=\"told\" role=\"status\">"
      "</span> <button type=\"button\" class=\"plain untick\">Untick all</button></p>\n",
      markup(joined(scan.begin)), markup(joined(scan.mailboxes))));
  put("<p><label>This command will <select><option value=\"--quarantine\">put them away</option>"
      "<option value=\"--tag\">mark them</option><option value=\"--delete\">delete them</option>"
      "</select></label> <label><input type=\"checkbox\"> of campaigns also what cannot be told: "
      "some of it may be real</label></p>\n<p class=\"command\"><code></code></p>\n</div>\n");
}

void put_people(const ScanSummary& summary, const Put& put) {
  const std::uint64_t count = summary.counts(Kind::reply).total();
  if (count == 0) return;
  put(
      fmt::format("<p class=\"soft\">{} who answered (of the kind reply): they got mail in your "
                  "name, and wrote to you. What they wrote is left alone by everything but "
                  "<code>--also reply</code>.</p>\n",
                  counted(count, "person", "people")));
}

void put_not_shown(const ScanSummary& summary, const Put& put) {
  for (const Verdict verdict : kReportVerdicts)
    if (summary.not_shown(verdict) > 0)
      put(
          fmt::format("<p class=\"more\">{} more {} not shown here, the page shows the first {}; "
                      "<code>--csv</code> and <code>--json</code> write every one.</p>\n",
                      grouped(summary.not_shown(verdict)),
                      std::string(name_of(verdict)) +
                          (summary.not_shown(verdict) == 1 ? " report is" : " reports are"),
                      grouped(summary.items(verdict).size())));
}

// What the script knows of campaigns beside their rows; largest first.
void put_names(const std::vector<Campaign>& campaigns, const Put& put) {
  put("<ul class=\"campaigns\" hidden>\n");
  for (const Campaign& campaign : campaigns)
    put(fmt::format("<li data-campaign=\"{}\" data-shared=\"{}\"></li>\n", markup(campaign.name),
                    markup(campaign.shared)));
  put("</ul>\n");
}

// What is genuine is part of none.
std::string campaign_of(const ScanItem& item, const Campaigns& campaigns) {
  if (item.verdict == Verdict::genuine) return "";
  return campaigns.name_for(item.traits).value_or("");
}

}  // namespace

void put_messages(const ScanHead& head, const ScanSummary& summary,
                  const std::vector<Campaign>& campaigns, const Put& put) {
  put("<section class=\"card\" aria-labelledby=\"messages\">\n<h2 id=\"messages\">Messages</h2>\n");
  put_people(summary, put);
  put_tools(summary, put);
  put("<p class=\"found\" role=\"status\"></p>\n<div class=\"messages\" hidden>\n");
  put(kHtmlTable);
  put("</table>\n</div>\n");
  put_ticked(head, put);
  put_names(campaigns, put);
  put("<noscript class=\"rows\">\n");
  put(kHtmlTable);
  put("<tbody role=\"rowgroup\">\n");
  for (const Verdict verdict : kReportVerdicts)
    for (const ScanItem& item : summary.items(verdict))
      put(html_row(item, campaign_of(item, summary.campaigns()), head.made));
  put("</tbody>\n</table>\n</noscript>\n");
  put_not_shown(summary, put);
  put("</section>\n");
}

}  // namespace unsent

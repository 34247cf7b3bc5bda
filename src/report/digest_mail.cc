// SPDX-License-Identifier: MIT
#include "report/digest_mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/digest.h"
#include "base/printable.h"
#include "report/figures.h"
#include "report/markup.h"
#include "report/shell_text.h"

namespace unsent {
namespace {

constexpr std::size_t kLineBytes = 57;  // of which base64 makes 76
constexpr std::size_t kMostSubject = 60;
constexpr std::size_t kMostWhy = 160;

std::string date_of(Time time) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", time); }

std::string days_of(const DigestCampaign& campaign, Time now) {
  const std::string first = day_text(campaign.first, now);
  const std::string last = day_text(campaign.last, now);
  return first == last ? first : first + " to " + last;
}

std::string counts_of(const DigestCampaign& campaign) {
  std::string text = counted(campaign.count, "message", "messages");
  if (campaign.unverified > 0)
    text += fmt::format(", {} of them in doubt", grouped(campaign.unverified));
  return text;
}

std::string title_of(const DigestCampaign& campaign) {
  return campaign.name.empty() ? "(no campaign)" : printable(campaign.name);
}

std::string lead_of(const DigestMail& mail) {
  return fmt::format(
      "{} put away since the last digest, in {}. {} in the quarantine in all. What is in doubt "
      "stands first.",
      mail.count() == 1 ? "1 message was" : grouped(mail.count()) + " messages were",
      counted(mail.campaigns.size(), "group", "groups"),
      mail.in_all == 1 ? "1 is" : grouped(mail.in_all) + " are");
}

std::string release_of(const DigestMail& mail, const DigestMessage& message) {
  return fmt::format("unsent quarantine release {}{}", mail.options, shell_word(message.id));
}

std::string release_of(const DigestMail& mail, const DigestCampaign& campaign) {
  return fmt::format("unsent quarantine release {}--campaign {}", mail.options,
                     shell_word(campaign.name));
}

std::string text_of(const DigestMail& mail) {
  std::string text = lead_of(mail) + "\n";
  for (const DigestCampaign& campaign : mail.campaigns) {
    text += fmt::format("\n{}: {}, {}\n", title_of(campaign), counts_of(campaign),
                        days_of(campaign, mail.now));
    if (!campaign.name.empty()) text += "  all of them: " + release_of(mail, campaign) + "\n";
    for (const DigestMessage& message : campaign.messages)
      text += fmt::format("\n  {}  {}\n  {}{}\n  {}\n", minute_text(message.since, mail.now),
                          fit(printable(message.subject), kMostSubject),
                          message.is_unverified ? "in doubt: " : "",
                          fit(printable(message.why), kMostWhy), release_of(mail, message));
    if (campaign.count > campaign.messages.size())
      text += fmt::format("\n  and {} more\n", grouped(campaign.count - campaign.messages.size()));
  }
  return text + fmt::format(
                    "\nAll of it:      unsent quarantine list {0}--all\n"
                    "One, as it is:  unsent quarantine show {0}ID\n",
                    mail.options);
}

std::string code(const std::string& command) {
  return "<code style=\"background:#f1efec;color:#1f2328;padding:1px 4px;border-radius:4px\">" +
         markup(command) + "</code>";
}

std::string row_of(const DigestMail& mail, const DigestMessage& message) {
  return fmt::format(
      "<tr><td style=\"padding:6px 10px 6px "
      "0;vertical-align:top;white-space:nowrap;color:#5c626b\">"
      "{}</td><td style=\"padding:6px 0\"><b>{}</b><br><span style=\"color:{}\">{}{}</span><br>{}"
      "</td></tr>\n",
      minute_text(message.since, mail.now), markup(fit(printable(message.subject), kMostSubject)),
      message.is_unverified ? "#8f5a00" : "#5c626b", message.is_unverified ? "in doubt: " : "",
      markup(fit(printable(message.why), kMostWhy)), code(release_of(mail, message)));
}

std::string card_of(const DigestMail& mail, const DigestCampaign& campaign) {
  std::string html = fmt::format(
      "<div style=\"background:#ffffff;border:1px solid #e4e1dc;border-radius:12px;padding:16px;"
      "margin:16px 0\"><h2 style=\"font-size:17px;margin:0\">{}</h2>\n<p style=\"color:#5c626b;"
      "margin:4px 0 8px\">{}, {}{}{}</p>\n<table style=\"border-collapse:collapse\">\n",
      markup(title_of(campaign)), counts_of(campaign), days_of(campaign, mail.now),
      campaign.name.empty() ? "" : "<br>all of them: ",
      campaign.name.empty() ? "" : code(release_of(mail, campaign)));
  for (const DigestMessage& message : campaign.messages) html += row_of(mail, message);
  html += "</table>\n";
  if (campaign.count > campaign.messages.size())
    html += fmt::format("<p style=\"color:#5c626b;margin:8px 0 0\">and {} more</p>\n",
                        grouped(campaign.count - campaign.messages.size()));
  return html + "</div>\n";
}

std::string html_of(const DigestMail& mail) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
      "charset=\"utf-8\"><title>unsent</title></head>"
      "\n<body style=\"background:#faf9f7;color:#1f2328;margin:0;padding:20px;font:15px/1.5 "
      "system-ui,sans-serif\">\n<div style=\"max-width:720px;margin:0 auto\">\n<h1 "
      "style=\"font-size:24px;margin:0 0 8px\">{}</h1>\n<p "
      "style=\"color:#5c626b;margin:0\">{}</p>\n",
      markup(counted(mail.count(), "message", "messages") + " put away"), markup(lead_of(mail)));
  for (const DigestCampaign& campaign : mail.campaigns) html += card_of(mail, campaign);
  return html +
         fmt::format(
             "<p style=\"color:#5c626b;font-size:13px\">All of it: {}. One, as it is: {}.</p>"
             "\n</div></body></html>\n",
             code("unsent quarantine list " + mail.options + "--all"),
             code("unsent quarantine show " + mail.options + "ID"));
}

std::string part_of(const std::string& boundary, std::string_view type, std::string_view content) {
  std::string part =
      fmt::format("--{}\nContent-Type: {}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n",
                  boundary, type);
  for (; !content.empty(); content.remove_prefix(std::min(kLineBytes, content.size())))
    part += encode_base64(content.substr(0, kLineBytes)) + '\n';
  return part;
}

}  // namespace

std::uint64_t DigestMail::count() const {
  std::uint64_t count = 0;
  for (const DigestCampaign& campaign : campaigns) count += campaign.count;
  return count;
}

std::string digest_header(const DigestMail& mail) {
  return fmt::format(
      "From: unsent <{0}>\nTo: {0}\nSubject: unsent: {1} put away\nDate: {2}\nMessage-ID: <{3}>\n"
      "Auto-Submitted: auto-generated\n",
      mail.to, counted(mail.count(), "message", "messages"), date_of(mail.now), mail.message_id);
}

std::string digest_mail(const DigestMail& mail, const std::string& marks) {
  const std::string boundary = "=_" + digest(mail.message_id, "boundary");
  return digest_header(mail) + marks +
         fmt::format("MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"{}\"\n\n",
                     boundary) +
         part_of(boundary, "text/plain", text_of(mail)) +
         part_of(boundary, "text/html", html_of(mail)) + "--" + boundary + "--\n";
}

}  // namespace unsent

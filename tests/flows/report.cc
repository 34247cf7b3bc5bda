// SPDX-License-Identifier: MIT
#include "report.h"

#include <fmt/format.h>

namespace unsent {
namespace {

constexpr const char* kDate = "Mon, 23 Nov 2026 18:53:26 +0000";
constexpr const char* kRefusal = "550 5.1.1 No such user here";

std::string site_of(const std::string& host) {
  const std::size_t dot = host.find('.');
  return dot == host.rfind('.') ? host : host.substr(dot + 1);
}

std::string head(const Report& r, const std::string& name, const std::string& subject) {
  return fmt::format(
      "Return-Path: <>\n{}{}From: {} <MAILER-DAEMON@{}>\nTo: {}\nSubject: {}\nDate: {}\n"
      "Message-ID: <p4df0oh1iu6ed2@{}>\n",
      r.delivered, r.received, name, site_of(r.reporter), r.to, subject, kDate, r.reporter);
}

std::string status_part(const Report& r) {
  const std::string original = r.original_recipient.empty()
                                   ? ""
                                   : "Original-Recipient: rfc822; " + r.original_recipient + "\n";
  return fmt::format(
      "--b7x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; {}\nArrival-Date: {}\n\n"
      "{}Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; {}\n\n",
      r.reporter, kDate, original, r.recipient, kRefusal);
}

std::string returned_part(const Report& r) {
  if (r.returned == Returned::none) return "";
  const bool is_full = r.returned == Returned::full;
  return fmt::format("--b7x\nContent-Type: {}\n\n{}\n{}",
                     is_full ? "message/rfc822" : "text/rfc822-headers", r.original,
                     is_full ? "Hello there.\n\n" : "");
}

std::string status_report(const Report& r, const std::string& text) {
  return "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
         "boundary=\"b7x\"\n\n--b7x\nContent-Type: text/plain; charset=us-ascii\n\n" +
         text + "\n" + status_part(r) + returned_part(r) + "--b7x--\n";
}

std::string plain_status(const Report& r) {
  return head(r, "Mail Delivery System", "Undelivered Mail Returned to Sender") +
         "Auto-Submitted: auto-replied\n" +
         status_report(r, fmt::format("Your message could not be delivered to one or more "
                                      "recipients.\n\n<{}>: {}\n",
                                      r.recipient, kRefusal));
}

std::string exchange_status(const Report& r) {
  const std::string headers =
      r.returned == Returned::none ? "" : "Original message headers:\n\n" + r.original;
  Report bare = r;
  bare.returned = Returned::none;
  return head(r, "Microsoft Outlook", "Undeliverable: Order") +
         status_report(bare,
                       fmt::format("Delivery has failed to these recipients or groups:\n\n{}\n"
                                   "The email address you entered couldn't be found.\n\n"
                                   "Diagnostic information for administrators:\n\n"
                                   "Generating server: {}\n\n{}\nRemote Server returned '{}'"
                                   "\n\n{}\n",
                                   r.recipient, r.reporter, r.recipient, kRefusal, headers));
}

std::string exim_report(const Report& r) {
  std::string text =
      head(r, "Mail Delivery System", "Mail delivery failed: returning message to sender") +
      fmt::format(
          "X-Failed-Recipients: {0}\nAuto-Submitted: auto-replied\n\nThis message "
          "was created automatically by mail delivery software.\n\nA message that "
          "you sent could not be delivered to one or more of its\nrecipients. This "
          "is a permanent error. The following address(es) failed:\n\n  {0}\n    "
          "{1}\n\n",
          r.recipient, kRefusal);
  if (r.returned != Returned::none)
    text += "------ This is a copy of the message, including all the headers. ------\n\n" +
            r.original + "\nHello there.\n";
  return text;
}

std::string qmail_report(const Report& r) {
  std::string text = head(r, "Mail Delivery System", "failure notice") +
                     fmt::format(
                         "\nHi. This is the qmail-send program at {}.\nI'm afraid I wasn't able to "
                         "deliver your message to the following addresses.\nThis is a permanent "
                         "error; I've given up. Sorry it didn't work out.\n\n<{}>:\n{}\n\n",
                         r.reporter, r.recipient, kRefusal);
  if (r.returned != Returned::none)
    text += fmt::format(
        "--- Below this line is a copy of the message.\n\nReturn-Path: <{}>\n{}\nHello there.\n",
        r.reverse_path, r.original);
  return text;
}

// SpamAssassin's report_safe: the report as it came is an attachment.
std::string wrapped_status(const Report& r) {
  return fmt::format(
      "Return-Path: <>\n{}{}From: Mail Delivery System <MAILER-DAEMON@{}>\nTo: {}\nSubject: "
      "*****SPAM***** Undelivered Mail Returned to Sender\nDate: {}\nMessage-ID: "
      "<p4df0oh1iu6ed2@{}>\nX-Spam-Status: Yes, score=6.1 required=5.0\nMIME-Version: 1.0\n"
      "Content-Type: multipart/mixed; boundary=\"----------=_5F\"\n\nThis is a multi-part message "
      "in MIME format.\n\n------------=_5F\nContent-Type: text/plain; charset=iso-8859-1\n"
      "Content-Disposition: inline\n\nSpam detection software, running on the system "
      "\"mx.ourshop.example\",\nhas identified this incoming email as possible spam.\n\n"
      "------------=_5F\nContent-Type: message/rfc822; x-spam-type=original\n"
      "Content-Description: original message before SpamAssassin\nContent-Disposition: attachment\n"
      "\n{}\n------------=_5F--\n",
      r.delivered, r.received, site_of(r.reporter), r.to, kDate, r.reporter, plain_status(r));
}

std::string vacation(const Report& r) {
  const std::string id =
      r.id.empty() ? "" : fmt::format("In-Reply-To: <{0}>\nReferences: <{0}>\n", r.id);
  return fmt::format(
      "Return-Path: <>\n{}{}From: {}\nTo: {}\nSubject: Out of office: Order\nDate: {}\nMessage-ID: "
      "<v4df0oh1iu6ed2@{}>\n{}Auto-Submitted: auto-replied\nPrecedence: bulk\n\nI am away until "
      "Monday.\n",
      r.delivered, r.received, r.recipient, r.to, kDate, r.reporter, id);
}

}  // namespace

std::string header_of(const SentMail& mail) {
  const std::string id = mail.id.empty() ? "" : "Message-ID: <" + mail.id + ">\n";
  return fmt::format("{}Date: {}\nFrom: Alice Weber <{}>\nTo: {}\nSubject: {}\n{}", id, mail.date,
                     mail.from, mail.to, mail.subject, mail.more);
}

std::string write_report(const Report& report) {
  switch (report.style) {
    case Style::status:
      return plain_status(report);
    case Style::exim:
      return exim_report(report);
    case Style::qmail:
      return qmail_report(report);
    case Style::exchange:
      return exchange_status(report);
    case Style::wrapped:
      return wrapped_status(report);
    case Style::vacation:
      return vacation(report);
  }
  return {};
}

}  // namespace unsent

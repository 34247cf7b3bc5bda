// SPDX-License-Identifier: MIT
#include "doctor/probe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "tag/message_tag.h"

namespace unsent {
namespace {

constexpr const char* kReporter = "mx.probe.invalid";

// What differs between a genuine and a forged original.
struct ProbeOriginal {
  std::string sender;
  std::string recipient;
  std::string message_id;
  std::string date;
  std::string subject;
  std::string client;    // as the reporter's Received line has it
  std::string tag = {};  // a field with its line end, or ""
};

std::string date_text(Time time) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", time); }

ProbeOriginal original_of(const Address& sender, Time now, bool is_genuine) {
  const std::string kind = is_genuine ? "genuine" : "forged";
  // The zombie greets with our name, as zombies do.
  const std::string client = fmt::format(
      "from {} (unknown [{}])", is_genuine ? kReporter : sender.domain().text(), kProbeClient);
  return {sender.text(),
          is_genuine ? "nobody@probe.invalid" : "stranger@probe.invalid",
          fmt::format("unsent-doctor-{}-{}@{}", kind, now.time_since_epoch().count(),
                      sender.domain().text()),
          date_text(now),
          "unsent doctor: a " + kind + " message",
          client};
}

std::string header_of(const ProbeOriginal& original) {
  return fmt::format(
      "Received: {}\n\tby {} with ESMTP id 1; {}\nFrom: {}\nTo: {}\nSubject: {}\nDate: {}\n"
      "Message-ID: <{}>\n{}",
      original.client, kReporter, original.date, original.sender, original.recipient,
      original.subject, original.date, original.message_id, original.tag);
}

std::string bounce_header(const ProbeOriginal& original, std::string_view from,
                          std::string_view subject) {
  return fmt::format("Return-Path: <>\nFrom: {}\nTo: {}\nSubject: {}\nDate: {}\n", from,
                     original.sender, subject, original.date);
}

std::string postfix_bounce(const ProbeOriginal& original) {
  return bounce_header(original, "MAILER-DAEMON@mx.probe.invalid (Mail Delivery System)",
                       "Undelivered Mail Returned to Sender") +
         fmt::format(R"(MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="probe/{0}"

--probe/{0}
Content-Type: text/plain

This is the mail system at host {0}.

<{1}>: host {0} said: 550 5.1.1 User unknown

--probe/{0}
Content-Type: message/delivery-status

Reporting-MTA: dns; {0}

Final-Recipient: rfc822; {1}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--probe/{0}
Content-Type: text/rfc822-headers

{2}
--probe/{0}--
)",
                     kReporter, original.recipient, header_of(original));
}

std::string exim_bounce(const ProbeOriginal& original) {
  return bounce_header(original, "Mail Delivery System <Mailer-Daemon@mx.probe.invalid>",
                       "Mail delivery failed: returning message to sender") +
         fmt::format(R"(X-Failed-Recipients: {0}
Auto-Submitted: auto-replied

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {0}
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

{1}
Hello
)",
                     original.recipient, header_of(original));
}

std::string qmail_bounce(const ProbeOriginal& original) {
  return bounce_header(original, "MAILER-DAEMON@mx.probe.invalid", "failure notice") +
         fmt::format(R"(
Hi. This is the qmail-send program at {0}.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{1}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{2}>
{3}
Hello
)",
                     kReporter, original.recipient, original.sender, header_of(original));
}

}  // namespace

Entry probe_entry(const Address& sender, Time now) {
  const ProbeOriginal original = original_of(sender, now, true);
  return entry_of(Message::parse(header_of(original) + "\n"));
}

std::string make_tagged_probe(const Address& sender, Time now, const TagKey& key) {
  ProbeOriginal original = original_of(sender, now, true);
  const Message message = Message::parse(header_of(original) + "\n");
  if (const auto tag = make_tag(message.headers(), key, now))
    original.tag = "X-Unsent-Tag: " + *tag + "\n";
  return postfix_bounce(original);
}

std::vector<Probe> make_probes(const Address& sender, Time now) {
  std::vector<Probe> probes;
  for (const bool is_genuine : {true, false}) {
    const ProbeOriginal original = original_of(sender, now, is_genuine);
    probes.push_back({"Postfix", is_genuine, postfix_bounce(original)});
    probes.push_back({"Exim", is_genuine, exim_bounce(original)});
    probes.push_back({"qmail", is_genuine, qmail_bounce(original)});
  }
  return probes;
}

}  // namespace unsent

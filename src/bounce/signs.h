// SPDX-License-Identifier: MIT
// What a message's header alone says about it. Ordinary mail is let go on these signs,
// before its body is looked at.
#pragma once

#include "mail/header.h"
#include "mail/message.h"

namespace unsent {

struct Signs {
  bool is_report_type = false;  // Content-Type: multipart/report, or a report's own type
  bool is_multipart = false;
  bool from_daemon = false;          // From or Sender: MAILER-DAEMON, postmaster and their kin
  bool null_sender = false;          // Return-Path <>, From_ MAILER-DAEMON, …: one sign, no gate
  bool failed_recipients = false;    // X-Failed-Recipients (Exim, Gmail)
  bool auto_submitted = false;       // Auto-Submitted (RFC 3834), other than "no"
  bool auto_replied = false;         // a field that only auto-responders write
  bool is_absence = false;           // Subject: "Out of Office: …" and its kin
  bool has_answer_subject = false;   // Subject: some words before the topic, as Exchange writes
                                     // "Automatic reply: topic" in whatever language
  bool has_failure_subject = false;  // Subject: "Delivery failure", "Undeliverable: …": anybody
                                     // may write that, so it only makes us look
  bool is_tnef = false;              // Content-Type: application/ms-tnef, as Outlook's receipts
  bool is_list_mail = false;         // List-Id, List-Post …: sent through a mailing list

  // False: no report, whatever the body says.
  bool may_be_report() const {
    return is_report_type || from_daemon || null_sender || failed_recipients || auto_submitted ||
           auto_replied || is_absence || has_answer_subject || has_failure_subject || is_tnef;
  }
  // A mail system sent it.
  bool is_from_daemon() const { return from_daemon || null_sender || failed_recipients; }
};

Signs read_signs(const Message& message);

// MAILER-DAEMON, postmaster …, as the local part or display name of an address field.
bool is_daemon_name(std::string_view address_field);

}  // namespace unsent

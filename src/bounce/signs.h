// SPDX-License-Identifier: MIT
// What a message's header alone says about it. Ordinary mail is let go on these signs,
// before its body is looked at.
#pragma once

#include "mail/header.h"
#include "mail/message.h"
#include "rules/wording.h"

namespace unsent {

struct Signs {
  bool is_report_type = false;  // Content-Type: multipart/report, or a report's own type
  bool is_multipart = false;
  bool from_daemon = false;  // From or Sender: MAILER-DAEMON and its kin, which nobody is called
  bool from_postmaster = false;      // … or postmaster and its kin: people write under these, too
  bool from_nobody = false;          // … or with a name and no address: "Mail System <>"
  bool null_sender = false;          // Return-Path <>, From_ MAILER-DAEMON, …: one sign, no gate
  bool failed_recipients = false;    // X-Failed-Recipients (Exim, Gmail)
  bool auto_submitted = false;       // Auto-Submitted (RFC 3834), other than "no"
  bool says_replied = false;         // … and it is "auto-replied", which Exim's bounces are, too
  bool says_notified = false;        // … and it is "auto-notified": one's own filter (RFC 5436)
  bool auto_replied = false;         // a field that only auto-responders write
  bool is_suppressed = false;        // X-Auto-Response-Suppress: a program wrote it
  bool by_inbox_rule = false;        // Exchange sent it by a rule of the mailbox that it is from
  bool is_bulk = false;              // Precedence: bulk, junk
  bool is_person = false;            // a field that people's programs write
  bool is_absence = false;           // Subject: "Out of Office: …" and its kin
  bool is_bare_absence = false;      // … and no more than that, or the topic behind a colon
  bool has_answer_subject = false;   // Subject: some words before the topic, as Exchange writes
                                     // "Automatic reply: topic" in whatever language
  bool has_failure_subject = false;  // Subject: "Delivery failure", "Undeliverable: …": anybody
                                     // may write that, so it only makes us look
  bool has_receipt_subject = false;  // Subject: "Read: …", as Outlook's receipts
  bool is_tnef = false;              // a form of Outlook's is announced (application/ms-tnef)
  bool is_list_mail = false;         // List-Id, List-Post …: sent through a mailing list
  bool is_journal = false;           // a copy for an archive, made by Exchange

  // False: no report, whatever the body says.
  bool may_be_report() const {
    return !is_journal && (is_report_type || is_from_system() || auto_submitted || auto_replied ||
                           is_suppressed || by_inbox_rule || is_absence || has_answer_subject ||
                           has_failure_subject || has_receipt_subject || is_tnef);
  }
  // A mail system sent it, if one may believe the names.
  bool is_from_system() const {
    return from_daemon || from_postmaster || null_sender || failed_recipients;
  }
  // A program wrote it: it says so …
  bool is_marked_automatic() const {
    return auto_submitted || auto_replied || is_suppressed || by_inbox_rule;
  }
  // … or its sender does.
  bool is_automatic() const { return null_sender || is_marked_automatic(); }
};

Signs read_signs(const Message& message, Wording& wording);

// MAILER-DAEMON, postmaster …, as the local part or display name of an address field.
bool is_daemon_name(std::string_view address_field);

// The Subject is an answer's, or that of mail that is passed on: "Re: ", "[EXT] WG: ".
bool goes_on_with_topic(const Headers& headers);
// … of mail that is passed on alone: "Fwd: ".
bool is_passed_on(const Headers& headers);

// What it answers (In-Reply-To, else the last of References) bears the host of one whom it
// is sent to, or of a provider that makes ids for everybody, and not of its own sender: an
// answer, where a forge or a tracker goes on with a thread of its own.
bool answers_addressee(const Headers& headers);

}  // namespace unsent

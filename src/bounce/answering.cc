// SPDX-License-Identifier: MIT
#include "bounce/answering.h"

#include "base/text.h"
#include "bounce/parties.h"

namespace unsent {
namespace {

// "Re: …", or the id of what it answers.
bool names_question(const Headers& headers) {
  return headers.has("In-Reply-To") || headers.has("References") ||
         starts_with_ignoring_case(trim(headers.decoded("Subject")), "re:");
}

bool says_answer(const Words& words) { return words.said().has(Says::answering); }

}  // namespace

bool is_mass_mail(const Signs& signs, const Headers& headers) {
  return headers.has("List-Unsubscribe") && !signs.is_list_mail && !signs.auto_submitted &&
         !signs.auto_replied && !signs.is_suppressed;
}

bool is_absence(const Report& report, const Words& words) {
  const Signs& signs = report.signs;
  if (signs.failed_recipients) return false;
  const bool is_by_responder = signs.auto_submitted && signs.is_suppressed;
  // "Declined: topic" is a person's: what Exchange answers by itself is marked, or has the null
  // sender.
  const bool may_be_person =
      !signs.is_automatic() && (signs.is_person || is_sent_by_writer(report.message.headers()));
  if (signs.has_answer_subject && !signs.is_list_mail &&
      (is_by_responder || (!may_be_person && words.in_prose().has(Says::absence))))
    return true;
  // To a list people announce their own absence: there the words must say it, too.
  if (signs.is_list_mail) return signs.is_absence && words.in_prose().has(Says::absence);
  if (!signs.is_absence && !words.in_subject().has(Says::absence)) return false;
  const bool is_by_program = signs.is_automatic() || signs.is_bulk;
  return is_by_program ||
         (signs.is_bare_absence && (!signs.is_person || words.in_prose().has(Says::answering)));
}

bool is_answer(const Report& report, const Words& words) {
  const Signs& signs = report.signs;
  const Headers& headers = report.message.headers();
  if (signs.failed_recipients) return false;
  const bool is_by_mail_system = signs.from_daemon || signs.from_postmaster;
  if (signs.is_list_mail)
    return signs.auto_submitted && (signs.null_sender || signs.says_replied) &&
           !is_by_mail_system && answers_addressee(headers);
  // RFC 3834 4: a responder's envelope sender is null, and a person's never. Newsletters and
  // jobs of the night are sent so, too: it must speak of what it answers.
  if (signs.null_sender && !is_by_mail_system && signs.is_bulk && names_question(headers))
    return true;
  if (signs.auto_replied || signs.says_replied) return true;
  // What a person writes goes out with a null sender where his server is set up wrong.
  if (signs.is_person && !signs.is_marked_automatic()) return false;
  if (!signs.is_automatic() || is_by_mail_system) return false;
  if (answers_addressee(headers)) return !is_mere_wish(signs, headers) || says_answer(words);
  // A tracker goes on with a thread of its own.
  const bool is_tracked = headers.has("In-Reply-To") && !signs.null_sender && !signs.is_suppressed;
  return !is_tracked && says_answer(words);
}

bool is_challenge(const Report& report, const Words& words, const Bounce& bounce) {
  const Signs& signs = report.signs;
  const Headers& headers = report.message.headers();
  if (bounce.original.extent != Extent::none) return false;
  const bool may_ask = signs.null_sender || signs.auto_replied || signs.says_replied ||
                       (signs.is_automatic() && answers_addressee(headers));
  return may_ask && words.said().has(Says::challenge);
}

}  // namespace unsent

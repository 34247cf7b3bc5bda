// SPDX-License-Identifier: MIT
#include "bounce/signs.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bounce/wording.h"
#include "mail/address.h"
#include "mail/encoded_word.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 5> kReportTypes = {
    "multipart/report", "message/delivery-status", "message/global-delivery-status",
    "message/disposition-notification", "message/feedback-report"};

// Local parts under which mail systems, not people, write.
constexpr std::array<std::string_view, 10> kDaemons = {
    "mailer-daemon", "mailer_daemon", "mailerdaemon", "mail-daemon", "maildaemon",
    "postmaster",    "mail-delivery", "mailsystem",   "mail-system", "mailerdeamon"};

// "Mail Delivery System <>": what a mail system writes that has no address to answer to.
bool is_nobody(std::string_view address_field) {
  const std::string_view text = trim(address_field);
  return text.size() >= 2 && text.substr(text.size() - 2) == "<>";
}

// Fields that auto-responders write and people's programs do not.
constexpr std::array<std::string_view, 7> kAutoReplyFields = {
    "X-Autoreply", "X-Autorespond", "X-Autoresponder",       "X-AutoReply-From",
    "X-Vacation",  "X-Auto-Reply",  "X-Mailer-Autoresponder"};

bool starts_with_type(const Headers& headers, std::string_view type) {
  const HeaderField* field = headers.find("Content-Type");
  return field != nullptr && starts_with_ignoring_case(trim(field->value), type);
}

bool is_null_path(std::string_view path) {
  path = trim(path);
  return path == "<>" || path.empty() || path == "#@[]" || is_daemon_name(path);
}

// "From MAILER-DAEMON Mon Nov 23 …"
std::string_view from_line_sender(std::string_view from_line) {
  if (from_line.empty()) return {};
  from_line.remove_prefix(std::min(from_line.size(), from_line.find(' ') + 1));
  return from_line.substr(0, from_line.find(' '));
}

bool has_null_sender(const Message& message) {
  const EnvelopeSender told = message.envelope().sender;
  if (told != EnvelopeSender::unknown) return told == EnvelopeSender::null;
  // A From_ line may name whoever ran the delivery program: only "nobody" is believed.
  const std::string_view sender = from_line_sender(message.from_line());
  if (!sender.empty() && (is_null_sender(sender) || is_daemon_name(sender))) return true;
  const HeaderField* path = message.headers().find("Return-Path");
  return path != nullptr && is_null_path(path->value);
}

// What only reports say in their Subject: RFC 7489 7.2.1.1, a provider's complaint feed.
bool has_report_subject(std::string_view subject) {
  return contains_ignoring_case(subject, "report domain:") ||
         starts_with_ignoring_case(subject, "complaint about message") ||
         contains_ignoring_case(subject, "dmarc failure report");
}

// What a Subject begins with, behind a list's "[name]".
std::string_view without_list_name(std::string_view subject) {
  subject = trim(subject);
  if (subject.empty() || subject.front() != '[') return subject;
  const std::size_t end = subject.find(']');
  return end == subject.npos ? subject : trim(subject.substr(end + 1));
}

constexpr std::size_t kBeginning = 64;  // of a Subject: there the kind of a report stands

// "Out of Office: …", "[list] Automatic reply: …"; not "Re: Out of Office".
bool has_absence_subject(std::string_view text) {
  if (says_absence_first(text.substr(0, kBeginning))) return true;
  // "AUTO: Bob is out of the office. (returning …)", "Bob/Sales is out of the office."
  if (contains_ignoring_case(text, "re: ")) return false;
  constexpr std::string_view kNotes = "is out of the office";
  return ends_with_ignoring_case(text, std::string(kNotes) + ".") ||
         ends_with_ignoring_case(text, kNotes) ||
         (text.substr(0, 5) == "AUTO:" && contains_ignoring_case(text, kNotes));
}

// "Automatic reply: topic", with Thread-Topic: topic; not "RE: topic" or "Antw: topic".
bool has_answer_subject(const Headers& headers) {
  constexpr std::size_t kLongerThanRe = 8;
  const HeaderField* field = headers.find("Thread-Topic");
  if (field == nullptr) return false;
  const std::string subject = headers.decoded("Subject");
  const std::string topic = headers.decoded("Thread-Topic");
  if (topic.empty() || subject.size() < topic.size() + kLongerThanRe) return false;
  const std::size_t prefix = subject.size() - topic.size();
  return subject.compare(prefix, topic.size(), topic) == 0 &&
         subject.compare(prefix - 2, 2, ": ") == 0;
}

bool is_auto_submitted(const Headers& headers) {
  const HeaderField* field = headers.find("Auto-Submitted");
  return field != nullptr && !starts_with_ignoring_case(trim(field->value), "no");
}

bool has_auto_reply_field(const Headers& headers) {
  for (const HeaderField& field : headers.fields()) {
    if (to_lower(field.name.front()) == 'x') {
      for (const std::string_view name : kAutoReplyFields)
        if (equal_ignoring_case(field.name, name) && !trim(field.value).empty()) return true;
    } else if (equal_ignoring_case(field.name, "Precedence") &&
               starts_with_ignoring_case(trim(field.value), "auto_reply")) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_daemon_name(std::string_view address_field) {
  const auto matches = [](std::string_view word) {
    return std::any_of(kDaemons.begin(), kDaemons.end(), [&](std::string_view daemon) {
      if (!starts_with_ignoring_case(word, daemon)) return false;
      // "postmaster@…", "mailer-daemon", but not "mailerlite"
      return word.size() == daemon.size() || !is_alnum(word[daemon.size()]);
    });
  };
  std::size_t begin = 0;
  while (begin < address_field.size()) {
    begin = address_field.find_first_not_of(" \t\r\n<\"(,", begin);
    if (begin == std::string_view::npos) return false;
    if (matches(address_field.substr(begin))) return true;
    begin = address_field.find_first_of(" \t\r\n<\"(,", begin);
  }
  return false;
}

Signs read_signs(const Message& message) {
  const Headers& headers = message.headers();
  Signs signs;
  signs.is_report_type =
      std::any_of(kReportTypes.begin(), kReportTypes.end(),
                  [&](std::string_view type) { return starts_with_type(headers, type); });
  signs.is_multipart = starts_with_type(headers, "multipart/");
  for (const char* name : {"From", "Sender"})
    if (const HeaderField* field = headers.find(name))
      signs.from_daemon =
          signs.from_daemon || is_daemon_name(field->value) || is_nobody(field->value);
  signs.null_sender = has_null_sender(message);
  signs.failed_recipients = headers.has("X-Failed-Recipients");
  signs.auto_submitted = is_auto_submitted(headers);
  signs.auto_replied = has_auto_reply_field(headers);
  std::string subject = headers.text("Subject");
  if (subject.find("=?") != std::string::npos) subject = decode_words(subject);
  signs.is_report_type = signs.is_report_type || headers.has("TLS-Report-Domain") ||
                         headers.has("X-Amz-Sns-Message-Id") || has_report_subject(subject);
  const std::string_view topic = without_list_name(subject);
  signs.is_absence = has_absence_subject(topic);
  signs.has_failure_subject = says_failure_first(topic.substr(0, kBeginning));
  signs.has_answer_subject = has_answer_subject(headers);
  signs.is_tnef = starts_with_type(headers, "application/ms-tnef");
  signs.is_list_mail = headers.has("List-Id") || headers.has("List-Post");
  return signs;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/signs.h"

#include <algorithm>
#include <array>

#include "base/fold.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/encoded_word.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 6> kReportTypes = {"multipart/report",
                                                          "message/delivery-status",
                                                          "message/global-delivery-status",
                                                          "message/disposition-notification",
                                                          "message/global-disposition-notification",
                                                          "message/feedback-report"};

// Local parts and names under which mail systems write, and nobody else.
constexpr std::array<std::string_view, 6> kDaemons = {
    "mailer-daemon", "mailer_daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mailerdeamon"};
// … as local parts, or without a word beside it: firms are called so, too.
constexpr std::array<std::string_view, 3> kSystems = {"mail-delivery", "mailsystem", "mail-system"};
// … and those under which people and programs write, too. Exchange writes reports, journals
// and notices of all kinds under its one.
constexpr std::array<std::string_view, 2> kPostmasters = {
    "postmaster", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"};

// "Mail Delivery System <>": what a mail system writes that has no address to answer to.
bool is_nobody(std::string_view address_field) {
  const std::string_view text = trim(address_field);
  return text.size() >= 2 && text.substr(text.size() - 2) == "<>";
}

// Fields that only certain programs write, and what they show.
struct Shown {
  std::string_view field;
  bool Signs::*sign;
};
constexpr std::array<Shown, 11> kShown = {{{"X-Autoreply", &Signs::auto_replied},
                                           {"X-Autorespond", &Signs::auto_replied},
                                           {"X-Autoresponder", &Signs::auto_replied},
                                           {"X-AutoReply-From", &Signs::auto_replied},
                                           {"X-Vacation", &Signs::auto_replied},
                                           {"X-Auto-Reply", &Signs::auto_replied},
                                           {"X-Mailer-Autoresponder", &Signs::auto_replied},
                                           // MS-OXCMAIL 2.1.3.2.21
                                           {"X-Auto-Response-Suppress", &Signs::is_suppressed},
                                           {"X-MS-TNEF-Correlator", &Signs::is_tnef},
                                           {"X-Failed-Recipients", &Signs::failed_recipients},
                                           {"User-Agent", &Signs::is_person}}};

// Of X-Mailer: programs in which people write.
constexpr std::array<std::string_view, 17> kPeoplesPrograms = {
    "outlook",   "thunderbird", "apple mail", "iphone mail", "ipad mail", "mutt",
    "evolution", "kmail",       "claws",      "sylpheed",    "eudora",    "the bat",
    "foxmail",   "becky",       "roundcube",  "yahoomail",   "zimbra"};

// "postmaster@…", "mailer-daemon", but not "mailerlite".
bool begins_with_name(std::string_view text, std::string_view name) {
  return starts_with_ignoring_case(text, name) &&
         (text.size() == name.size() || !is_alnum(text[name.size()]));
}

// Of a From or Sender field: a local part or a word of the display name. All names begin with
// an m or a p.
template <std::size_t N, typename Matches>
bool has_word(std::string_view address_field, const std::array<std::string_view, N>& names,
              Matches matches) {
  static constexpr ByteSet kBeforeWords(" \t\r\n<\"(,");
  for (std::size_t at = 0; at < address_field.size();
       at = kBeforeWords.find_in(address_field, at) + 1) {
    const char first = to_lower(address_field[at]);
    if (first != 'm' && first != 'p') continue;
    if (std::any_of(names.begin(), names.end(), [&](std::string_view name) {
          return begins_with_name(address_field.substr(at), name) && matches(at, name);
        }))
      return true;
  }
  return false;
}

template <std::size_t N>
bool is_named(std::string_view address_field, const std::array<std::string_view, N>& names) {
  return has_word(address_field, names, [](std::size_t, std::string_view) { return true; });
}

// … the local part, or the whole display name: not "Postmaster Ltd <info@…>".
template <std::size_t N>
bool is_called(std::string_view address_field, const std::array<std::string_view, N>& names) {
  constexpr std::size_t kLongestRest = 400;  // with more behind it no name is the whole one
  return has_word(address_field, names, [&](std::size_t at, std::string_view name) {
    const std::string_view before = trim(address_field.substr(0, at));
    const std::string_view behind = address_field.substr(at + name.size(), kLongestRest);
    const std::string_view word = behind.substr(0, behind.find_first_of(" \t\r\n<\"(,"));
    if (word.find('@') != word.npos) return true;
    const bool is_quoted = before == "\"";
    const std::string_view more = trim(behind.substr(0, behind.find_first_of("<(")));
    return (before.empty() || is_quoted) && more == (is_quoted ? "\"" : "");
  });
}

std::string_view content_type(const Headers& headers) {
  const HeaderField* field = headers.find("Content-Type");
  return field == nullptr ? std::string_view() : trim(field->value);
}

// Of an address alone, which has no other name.
bool is_systems_path(std::string_view path) {
  return is_named(path, kDaemons) || is_named(path, kSystems);
}

bool is_from_daemon(std::string_view address_field) {
  return is_named(address_field, kDaemons) || is_called(address_field, kSystems);
}

bool is_null_path(std::string_view path) {
  path = trim(path);
  return path == "<>" || path.empty() || path == "#@[]" || is_systems_path(path);
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
  if (!sender.empty() && (is_null_sender(sender) || is_systems_path(sender))) return true;
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

constexpr std::size_t kBeginning = 100;  // of a Subject: there the kind of a report stands

// "Bob/Sales is out of the office.", "AUTO: Bob is out of the office. (returning …)": Notes.
bool is_absence_of_notes(std::string_view text) {
  constexpr std::string_view kNotes = "is out of the office";
  return ends_with_ignoring_case(text, std::string(kNotes) + ".") ||
         ends_with_ignoring_case(text, kNotes) ||
         (text.substr(0, 5) == "AUTO:" && contains_ignoring_case(text, kNotes));
}

// Nothing more behind the phrase, which may be the stem of a word ("Abwesenheit",
// "Abwesenheitsnotiz:"), or a colon and the topic.
bool is_bare(std::string_view folded, std::size_t length) {
  if (length > 0 && folded[length - 1] == ':') return true;
  std::string_view rest = folded.substr(length);
  rest.remove_prefix(std::min(rest.find_first_of(" :"), rest.size()));
  return rest.empty() || trim(rest).substr(0, 1) == ":";
}

// "Out of Office: …", "[list] Automatic reply", "Undeliverable: …", "Read: …"; not
// "Re: Out of Office".
void read_beginning(std::string_view topic, Wording& wording, Signs& signs) {
  const std::string folded = fold_words(cut_utf8(topic, kBeginning));
  const auto beginning = wording.first(folded, Says::absence);
  signs.has_failure_subject = beginning.said.has(Says::failure_subject);
  signs.has_receipt_subject = beginning.said.has(Says::receipt_subject);
  const bool is_of_notes = is_absence_of_notes(topic) && !contains_ignoring_case(topic, "re: ");
  signs.is_absence = beginning.length > 0 || is_of_notes;
  signs.is_bare_absence =
      is_of_notes || (beginning.length > 0 && is_bare(folded, beginning.length));
}

// Behind what gateways put before a Subject: "[EXT] ", "***SPAM*** ".
std::string_view without_marks(std::string_view subject) {
  for (;;) {
    const std::string_view bare = without_list_name(subject);
    const std::size_t end = bare.starts_with("**") ? bare.find("* ") : bare.npos;
    if (end == bare.npos && bare.size() == subject.size()) return bare;
    subject = end == bare.npos ? bare : trim(bare.substr(end + 1));
  }
}

// "Automatic reply: topic", with Thread-Topic: topic; not "[EXT] RE: topic" or "Antw: topic".
bool has_answer_subject(const Headers& headers) {
  constexpr std::size_t kLongerThanRe = 8;
  const HeaderField* field = headers.find("Thread-Topic");
  if (field == nullptr) return false;
  const std::string decoded = headers.decoded("Subject");
  const std::string_view subject = without_marks(decoded);
  const std::string topic = headers.decoded("Thread-Topic");
  if (topic.empty() || subject.size() < topic.size() + kLongerThanRe) return false;
  const std::size_t prefix = subject.size() - topic.size();
  return subject.compare(prefix, topic.size(), topic) == 0 &&
         subject.compare(prefix - 2, 2, ": ") == 0;
}

void read_auto_submitted(const Headers& headers, Signs& signs) {
  const HeaderField* field = headers.find("Auto-Submitted");
  if (field == nullptr) return;
  signs.auto_submitted = !starts_with_ignoring_case(trim(field->value), "no");
  signs.says_replied = contains_ignoring_case(field->value, "auto-replied");
  signs.says_notified = contains_ignoring_case(field->value, "auto-notified");
}

bool is_peoples_program(std::string_view mailer) {
  return std::any_of(kPeoplesPrograms.begin(), kPeoplesPrograms.end(), [&](std::string_view name) {
    return find_ignoring_case(mailer, name) != std::string_view::npos;
  });
}

void read_precedence(std::string_view value, Signs& signs) {
  value = trim(value);
  signs.auto_replied = signs.auto_replied || starts_with_ignoring_case(value, "auto_reply");
  signs.is_bulk = starts_with_ignoring_case(value, "bulk") || equal_ignoring_case(value, "junk");
}

// X-MS-Journal-Report and its older names; it may be empty.
bool is_journal_mark(std::string_view name) {
  constexpr std::string_view kJournal = "Journal-Report";
  return name.size() > kJournal.size() && to_lower(name.front()) == 'x' &&
         to_lower(name.back()) == 't' && ends_with_ignoring_case(name, kJournal);
}

void read_programs_fields(const Headers& headers, Signs& signs) {
  for (const Shown& one : kShown)
    for (const HeaderField* field : headers.all(one.field))
      signs.*one.sign = signs.*one.sign || !trim(field->value).empty();
  for (const HeaderField* field : headers.all("X-Mailer"))
    signs.is_person = signs.is_person || is_peoples_program(field->value);
  for (const HeaderField* field : headers.all("Precedence")) read_precedence(field->value, signs);
  signs.is_list_mail = headers.has("List-Id") || headers.has("List-Post");
  const auto& fields = headers.fields();
  signs.is_journal = std::any_of(fields.begin(), fields.end(), [](const HeaderField& field) {
    return is_journal_mark(field.name);
  });
}

// What a rule forwards bears the author's address in From and the mailbox's in this field.
bool is_by_inbox_rule(const Headers& headers) {
  const HeaderField* loop = headers.find("X-MS-Exchange-Inbox-Rules-Loop");
  const HeaderField* from = loop == nullptr ? nullptr : headers.find("From");
  if (from == nullptr) return false;
  const auto author = parse_addresses(from->value, 1);
  const auto owner = Address::parse(trim(loop->value));
  return owner && !author.empty() && same_mailbox(author.front(), *owner);
}

// The same organisation, as far as names tell: one within the other, or of one domain of two
// labels (of three under "co.uk" and its like).
bool are_related(std::string_view a, std::string_view b) {
  const auto domain_of = [](std::string_view name) {
    const std::size_t top = name.rfind('.');
    if (top == name.npos || top == 0) return name;
    std::size_t second = name.rfind('.', top - 1);
    const bool is_suffix = top - second - 1 <= 3 && name.size() - top == 3;
    if (is_suffix && second != name.npos && second > 0) second = name.rfind('.', second - 1);
    return second == name.npos ? name : name.substr(second + 1);
  };
  const auto is_within = [](std::string_view name, std::string_view other) {
    return name.size() > other.size() && name[name.size() - other.size() - 1] == '.' &&
           ends_with_ignoring_case(name, other);
  };
  return !a.empty() && !b.empty() &&
         (is_within(a, b) || is_within(b, a) || equal_ignoring_case(domain_of(a), domain_of(b)));
}

bool is_of_any(std::string_view host, const Headers& headers,
               std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const HeaderField* field = headers.find(name))
      for (const Address& address : parse_addresses(field->value, 10))
        if (are_related(host, address.domain().text())) return true;
  return false;
}

// Of mail that is passed on, and of answers.
constexpr std::array<std::string_view, 10> kPassedOn = {"fw", "fwd", "wg", "tr",  "rv",
                                                        "vl", "pd",  "i",  "enc", "doorst"};
constexpr std::array<std::string_view, 9> kAnswered = {"re",  "aw",  "sv", "vs", "antw",
                                                       "odp", "ynt", "r",  "rif"};

// What stands before the Subject's first colon; "" where there is none.
std::string mark_of(const Headers& headers) {
  const std::string decoded = headers.decoded("Subject");
  const std::string_view subject = without_marks(decoded);
  const std::size_t colon = subject.find(':');
  return colon == subject.npos ? std::string() : lower(trim(subject.substr(0, colon)));
}

template <std::size_t N>
bool is_any(std::string_view mark, const std::array<std::string_view, N>& marks) {
  return std::find(marks.begin(), marks.end(), mark) != marks.end();
}

std::string_view host_of(std::string_view message_id) {
  const std::size_t at = message_id.rfind('@');
  return at == message_id.npos ? std::string_view() : message_id.substr(at + 1);
}

}  // namespace

bool is_daemon_name(std::string_view address_field) {
  return is_from_daemon(address_field) || is_called(address_field, kPostmasters);
}

bool is_passed_on(const Headers& headers) { return is_any(mark_of(headers), kPassedOn); }

bool goes_on_with_topic(const Headers& headers) {
  const std::string mark = mark_of(headers);
  return is_any(mark, kAnswered) || is_any(mark, kPassedOn);
}

bool answers_addressee(const Headers& headers) {
  // Who sends through these has ids of theirs, whatever his own domain is called.
  static constexpr std::array<std::string_view, 3> kIdMakers = {"outlook.com", "gmail.com",
                                                                "amazonses.com"};
  for (const char* name : {"In-Reply-To", "References"}) {
    const auto ids = parse_message_ids(headers.text(name));
    if (ids.empty()) continue;
    const std::string_view host = host_of(ids.back());
    const bool is_made_for_all =
        std::any_of(kIdMakers.begin(), kIdMakers.end(),
                    [&](std::string_view maker) { return are_related(host, maker); });
    return !is_of_any(host, headers, {"From", "Sender"}) &&
           (is_made_for_all ||
            is_of_any(host, headers, {"To", "Delivered-To", "X-Original-To", "Envelope-To"}));
  }
  return false;
}

Signs read_signs(const Message& message, Wording& wording) {
  const Headers& headers = message.headers();
  const std::string_view type = content_type(headers);
  Signs signs;
  signs.is_report_type =
      std::any_of(kReportTypes.begin(), kReportTypes.end(),
                  [&](std::string_view one) { return starts_with_ignoring_case(type, one); });
  signs.is_multipart = starts_with_ignoring_case(type, "multipart/");
  for (const char* name : {"From", "Sender"})
    if (const HeaderField* field = headers.find(name)) {
      signs.from_daemon = signs.from_daemon || is_from_daemon(field->value);
      signs.from_postmaster = signs.from_postmaster || is_called(field->value, kPostmasters);
      signs.from_nobody = signs.from_nobody || is_nobody(field->value);
    }
  signs.null_sender = signs.from_nobody || has_null_sender(message);
  read_auto_submitted(headers, signs);
  read_programs_fields(headers, signs);
  signs.by_inbox_rule = is_by_inbox_rule(headers);
  constexpr std::size_t kMaxSubject = 4096;
  std::string subject = headers.text("Subject").substr(0, kMaxSubject);
  if (subject.find("=?") != std::string::npos) subject = decode_words(subject);
  signs.is_report_type = signs.is_report_type || headers.has("TLS-Report-Domain") ||
                         headers.has("X-Amz-Sns-Message-Id") || has_report_subject(subject);
  const std::string_view topic = without_list_name(subject);
  read_beginning(topic, wording, signs);
  signs.has_answer_subject = has_answer_subject(headers);
  signs.is_tnef = signs.is_tnef || starts_with_ignoring_case(type, "application/ms-tnef");
  return signs;
}

}  // namespace unsent

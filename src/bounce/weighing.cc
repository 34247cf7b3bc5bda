// SPDX-License-Identifier: MIT
#include "bounce/weighing.h"

#include <algorithm>
#include <vector>

#include "base/fold.h"
#include "base/text.h"
#include "bounce/answering.h"
#include "bounce/dsn.h"
#include "bounce/original.h"
#include "bounce/parties.h"
#include "bounce/prose_recipients.h"
#include "bounce/reply_code.h"
#include "bounce/tnef.h"
#include "mail/address.h"
#include "mail/lines.h"

namespace unsent {
namespace {

// That something was not delivered, or not yet.
constexpr Said kCause = Says::failure | Says::everyday | Says::delay;

// "。", ". ", "?" at the end of a line, an empty line.
bool ends_sentence(std::string_view rest) {
  if (rest.substr(0, 3) == "\xE3\x80\x82") return true;
  const char next = rest.size() > 1 ? rest[1] : '\n';
  if (rest.front() == '\n') return next == '\n';
  return ByteSet(".!?").has(rest.front()) && (next == ' ' || next == '\n');
}

// The first of them; rest is advanced behind it.
std::string_view take_sentence(std::string_view& rest) {
  static constexpr ByteSet kMayEnd(".!?\n\xE3");
  std::size_t end = kMayEnd.find_in(rest);
  while (end < rest.size() && !ends_sentence(rest.substr(end)))
    end = kMayEnd.find_in(rest, end + 1);
  const std::string_view sentence = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return sentence;
}

// A sentence that says what happened names somebody with whom the report is not exchanged:
// "Your message to bob@remote.example could not be delivered."
bool tells_of_recipient(const Report& report, std::string_view prose) {
  constexpr int kMostSentences = 20;  // with an address
  constexpr std::size_t kMaxSentence = 1000;
  const auto parties =
      addresses_in(report.message.headers(), {"To", "From", "Delivered-To", "X-Original-To"});
  Named known;
  for (const Address& address : parties) known.others.push_back(to_valid_utf8(address.text()));
  for (int left = kMostSentences; !prose.empty() && left > 0;) {
    const std::string_view sentence = cut_utf8(take_sentence(prose), kMaxSentence);
    if (sentence.find('@') == sentence.npos) continue;
    --left;
    std::vector<RecipientReport> named;
    read_prose_recipients(sentence, known, named);
    if (named.empty()) continue;
    // Nobody but a mail system is called so: whatever it says of somebody elsewhere. Of the own
    // house it names whom to ask.
    const auto whom = Address::parse(named.front().address);
    const bool is_elsewhere = std::none_of(
        parties.begin(), parties.end(),
        [&](const Address& party) { return whom && party.domain() == whom->domain(); });
    if (report.signs.from_daemon && is_elsewhere) return true;
    const Said said = report.rules.wording().in(fold_words(sentence));
    if (said.has(kCause)) return true;
  }
  return false;
}

// A host writes to its own postmaster: about itself, not about somebody's mail.
bool is_notice(const Headers& headers) {
  const auto to = parse_addresses(headers.text("To"), 1);
  return is_of_one_house(headers) && (equal_ignoring_case(to[0].local(), "postmaster") ||
                                      equal_ignoring_case(to[0].local(), "root"));
}

bool is_personal(const Signs& signs, const Headers& headers) {
  const bool is_system = signs.from_daemon || signs.null_sender || signs.failed_recipients;
  return signs.is_person || (!is_system && headers.has("In-Reply-To"));
}

// "Undeliverable: Your order" of "Your order": people find Subjects of their own.
bool repeats_topic(const Headers& report, const Original& original) {
  const std::string subject = report.decoded("Subject");
  return !original.subject.empty() && subject.size() > original.subject.size() &&
         subject.ends_with(original.subject);
}

// The words name somebody to whom the original was sent.
bool names_recipient(std::string_view prose, const Named& named) {
  std::vector<RecipientReport> found;
  read_prose_recipients(prose, named, found);
  return std::any_of(found.begin(), found.end(), [&](const RecipientReport& one) {
    return !one.is_guessed || std::find(named.addressees.begin(), named.addressees.end(),
                                        one.address) != named.addressees.end();
  });
}

bool states_recipient(std::string_view prose) { return !stated_recipients(prose).empty(); }

// What a program writes and hardly anybody else: a server's reply, a header as servers see it, the
// phrases of reports, the topic again, or to whom it was sent.
bool reads_as_programs(const Report& report, const Words& words, const Original& original,
                       bool has_reply) {
  const Headers& headers = report.message.headers();
  // Whoever quotes a mail quotes what his program shows of it.
  const bool is_listed_below =
      find_returned_part(report.tree) == nullptr && original.headers.has("Received");
  return has_reply || is_listed_below || words.in_prose().has(Says::failure) ||
         repeats_topic(headers, original) ||
         names_recipient(words.prose(), named_by(headers, original));
}

// A gateway returns the mail, or a person writes of it.
bool is_from_gateway(const Report& report, const Words& words, const Bounce& bounce,
                     bool has_reply) {
  const Headers& original = bounce.original.headers;
  const Headers& headers = report.message.headers();
  if (is_personal(report.signs, headers) || !returns_to_author(headers, original)) return false;
  const Part* part = find_returned_part(report.tree);
  // Responders return nothing in a part of its own, and name nobody.
  if (!report.signs.has_failure_subject)
    return report.signs.says_replied && part != nullptr &&
           (has_reply || states_recipient(words.prose()));
  if (report.signs.is_marked_automatic() && !is_mere_wish(report.signs, headers)) return true;
  if (had_original(headers, original) || is_sent_by_writer(headers)) return false;
  return reads_as_programs(report, words, bounce.original, has_reply);
}

// People write under every name but a daemon's; the null sender may be their server's fault (a
// distribution group's, say): then a report says so in its Subject, or it is an answer.
bool is_by_person(const Report& report, const Words& words, const Original& original,
                  bool has_reply) {
  const Signs& signs = report.signs;
  const Headers& headers = report.message.headers();
  if (signs.from_daemon || signs.failed_recipients) return false;
  if (signs.is_person) return true;
  if (is_personal(signs, headers) && !signs.has_failure_subject) return true;
  if (signs.from_postmaster || signs.from_nobody || signs.is_report_type ||
      signs.is_marked_automatic())
    return false;
  if (goes_on_with_topic(headers)) return true;
  // A ticket system or a list refuses what was sent to its own address.
  if (had_original(headers, original.headers))
    return !signs.has_failure_subject ||
           !(has_reply || states_recipient(words.prose()) || repeats_topic(headers, original));
  if (original.extent == Extent::none)
    return !signs.has_failure_subject && !has_reply && !words.in_subject().has(kCause);
  return signs.has_failure_subject && !reads_as_programs(report, words, original, has_reply);
}

struct Shows {
  bool makings = false;    // an original came back, or a mail system wrote it
  bool reply = false;      // of a server
  bool recipient = false;  // somebody whom it did not reach
};

// A mail system under a name of its own reports by what it returns. Whoever has another, and
// a postmaster, who is a person, too, must say that something was not delivered.
bool says_cause(const Report& report, const Words& words, const Original& original,
                const Shows& shows) {
  const Signs& signs = report.signs;
  if (signs.from_daemon || signs.failed_recipients) return true;
  if (signs.from_postmaster && signs.null_sender) return true;
  const bool is_said = words.said().has(kCause);
  if (is_sent_by_writer(report.message.headers()))
    return shows.reply || ((is_said || signs.has_failure_subject) &&
                           (shows.recipient || repeats_topic(report.message.headers(), original) ||
                            words.in_prose().has(Says::failure)));
  return signs.has_failure_subject || shows.reply || shows.recipient || is_said;
}

// Returns no mail, and no daemon speaks: banks and faxes know such Subjects, logs and people
// repeat replies. It must list somebody as mail systems do, or say it in Subject and words.
bool may_return_nothing(const Report& report, const Words& words, bool is_listed) {
  const Signs& signs = report.signs;
  if (states_recipient(words.prose()))
    return !signs.is_bulk || signs.has_failure_subject || words.in_subject().has(kCause);
  return signs.null_sender && signs.has_failure_subject &&
         (signs.from_postmaster || is_listed || tells_of_recipient(report, words.prose()));
}

// Points for the maker of the mail: how surely it is a mail system.
int weight_of_maker(const Signs& signs, const Headers& headers) {
  int points = 0;
  if (signs.failed_recipients) points += 7;
  if (signs.from_daemon) points += 4;
  if (signs.null_sender) points += 2;
  if (signs.from_postmaster) points += 1;
  if (signs.is_report_type) points += 3;
  // A person wrote it, or it went to many.
  if (is_personal(signs, headers)) points -= 4;
  if (signs.is_list_mail || headers.has("List-Unsubscribe")) points -= 2;
  return points;
}

// … for what it brings back: the original in a part of its own, or as text, of the one to
// whom the report is sent, of his domain (the report goes to a tagged or role address), or
// of somebody else.
int weight_of_return(const Report& report, const Bounce& bounce) {
  if (bounce.original.extent == Extent::none) return 0;
  const Headers& headers = report.message.headers();
  const bool is_part = find_returned_part(report.tree) != nullptr;
  if (returns_to_author(headers, bounce.original.headers)) return is_part ? 6 : 4;
  return is_part && returns_to_domain(headers, bounce.original.headers) ? 5
         : returns_to_domain(headers, bounce.original.headers)          ? 4
                                                                        : 3;
}

// … and for what it says; the Subject counts once, and for little where the mail shows no
// more than words: parcels have such Subjects, too.
int weight_of_words(const Signs& signs, const Words& words, const Shows& shows) {
  const bool says_so = shows.makings && words.in_subject().has(Says::failure | Says::delay);
  const bool is_told = signs.has_failure_subject || says_so;
  const Said said = is_told ? words.in_prose() : words.said();
  int points = !is_told ? 0 : shows.makings || shows.reply ? 3 : 1;
  if (said.has(Says::failure | Says::delay))
    points += 2;
  else if (said.has(Says::everyday))
    points += 1;
  if (shows.reply) points += 2;
  if (shows.recipient) points += 1;
  return points;
}

bool is_enough(const Report& report, const Words& words, const Bounce& bounce) {
  constexpr int kEnough = 7;
  const Signs& signs = report.signs;
  const Headers& headers = report.message.headers();
  const bool has_reply = shows_reply(words.prose());
  if (!signs.is_from_system() && !is_from_gateway(report, words, bounce, has_reply)) return false;
  if (is_by_person(report, words, bounce.original, has_reply)) return false;
  const bool is_listed = lists_address(words.prose());
  // Forges and trackers quote such sentences.
  const bool is_told = !is_listed && (signs.from_daemon || signs.from_postmaster) &&
                       tells_of_recipient(report, words.prose());
  const bool is_said = is_listed && words.in_prose().has(kCause);
  const bool is_in_house = is_of_one_house(headers);
  // Within a house a gateway also tells what it kept from the one to whom it writes.
  const bool is_by_postmaster =
      signs.from_postmaster && signs.null_sender && (signs.has_failure_subject || !is_in_house);
  const bool has_makings = bounce.original.extent != Extent::none || signs.from_daemon ||
                           signs.from_nobody || signs.failed_recipients ||
                           (is_by_postmaster && (is_told || is_said));
  const Shows shows{has_makings, has_reply, is_listed || is_told};
  // A program of one's own house tells its news with the null sender: the Subject must say
  // that it is a report.
  const bool is_news = !has_makings && !signs.from_postmaster && is_in_house;
  if (is_news && !signs.has_failure_subject && !words.in_subject().has(kCause)) return false;
  // What reports on nothing that it names is a notice of something else.
  if (!shows.makings && !shows.reply && !shows.recipient) return false;
  if (!says_cause(report, words, bounce.original, shows)) return false;
  if (!has_makings && !may_return_nothing(report, words, is_listed)) return false;
  return weight_of_maker(signs, headers) + weight_of_return(report, bounce) +
             weight_of_words(signs, words, shows) >=
         kEnough;
}

// "You will be notified if it fails permanently": where Subject and words tell a delay, and no
// server refused for good, the end is to come.
bool foretells_end(const Words& words) {
  return words.in_subject().has(Says::delay) && words.in_prose().has(Says::delay) &&
         !find_status(words.prose()).starts_with('5');
}

}  // namespace

Kind kind_of_report(const Words& words) {
  constexpr Said kFailure = Says::failure | Says::everyday;
  const Said said = words.said();
  const bool fails_at_once =
      words.in_subject().has(kFailure) && !words.in_subject().has(Says::delay);
  const bool is_given_up = words.in_prose().has(Says::given_up) && !foretells_end(words);
  if (said.has(Says::delay) && !is_given_up && !fails_at_once) return Kind::delay;
  return said.has(Says::delivered) && !said.has(kFailure) ? Kind::success : Kind::bounce;
}

bool may_be_gateway(const Report& report, const Headers& original) {
  const Headers& headers = report.message.headers();
  return report.signs.has_failure_subject && !is_personal(report.signs, headers) &&
         returns_to_author(headers, original);
}

Said Words::in_subject() const {
  if (!in_subject_) {
    const std::string subject = report_.message.headers().decoded("Subject");
    in_subject_ = report_.rules.wording().in(fold_words(subject));
  }
  return *in_subject_;
}

Said Words::in_prose() const {
  constexpr std::size_t kMaxText = 16 * 1024;  // long texts say it at their beginning
  if (!in_prose_) in_prose_ = report_.rules.wording().in(fold_words(cut_utf8(prose_, kMaxText)));
  return *in_prose_;
}

Kind weigh(const Report& report, const Words& words, const Bounce& bounce) {
  const Signs& signs = report.signs;
  if (!signs.may_be_report()) return Kind::ordinary;  // only a rule wanted to look
  if (signs.says_notified && !signs.from_daemon && !signs.failed_recipients) return Kind::ordinary;
  const bool is_mass = is_mass_mail(signs, report.message.headers());
  if (!is_mass && is_absence(report, words)) return Kind::auto_reply;
  if (signs.is_from_system() && words.in_subject().has(Says::virus)) return Kind::virus_notice;
  if (is_challenge(report, words, bounce)) return Kind::challenge;
  if (is_enough(report, words, bounce)) return kind_of_report(words);
  if (is_mass || !is_answer(report, words)) return Kind::ordinary;
  return is_notice(report.message.headers()) ? Kind::report : Kind::auto_reply;
}

bool read_outlook_report(const Report& report, Bounce& bounce) {
  switch (outlook_form(report.tree)) {
    case OutlookForm::receipt:
      bounce.kind = Kind::read_receipt;
      break;
    case OutlookForm::unread:
      // The subject is all that tells.
      if (report.signs.has_receipt_subject) bounce.kind = Kind::read_receipt;
      break;
    case OutlookForm::absence:
      bounce.kind = Kind::auto_reply;
      break;
    case OutlookForm::delivered:
      bounce.kind = Kind::success;
      break;
    case OutlookForm::failure:
    case OutlookForm::none:
      break;
  }
  bounce.rule = "tnef";
  return bounce.kind != Kind::ordinary;
}

}  // namespace unsent

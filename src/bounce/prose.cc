// SPDX-License-Identifier: MIT
#include "bounce/prose.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/original.h"
#include "bounce/parties.h"
#include "bounce/prose_recipients.h"
#include "bounce/recipient_field.h"
#include "bounce/texts.h"
#include "bounce/weighing.h"
#include "mail/address.h"
#include "mail/charset.h"

namespace unsent {
namespace {

void take_failed_recipients(const Headers& headers, std::vector<RecipientReport>& recipients) {
  for (const HeaderField* field : headers.all("X-Failed-Recipients"))
    for (const Address& address : parse_addresses(field->value, kMaxRecipients)) {
      if (recipients.size() == kMaxRecipients) return;
      const std::string text = to_valid_utf8(address.text());
      if (is_known(recipients, text)) continue;
      RecipientReport report;
      report.address = text;
      recipients.push_back(std::move(report));
    }
}

// Fields name recipients, prose tells what happened to them.
void merge_prose(const std::vector<RecipientReport>& from_prose,
                 std::vector<RecipientReport>& recipients) {
  for (RecipientReport& report : recipients)
    for (const RecipientReport& told : from_prose)
      if (equal_ignoring_case(told.address, report.address)) {
        report.diagnostic = told.diagnostic;
        report.status = told.status;
      }
}

// Where nothing names a recipient, the only one of the returned header is meant.
void take_only_recipient(const Original& original, std::vector<RecipientReport>& recipients) {
  if (!recipients.empty() || original.recipients.size() != 1) return;
  recipients.emplace_back();
  recipients.front().address = original.recipients.front();
  recipients.front().is_guessed = true;
}

// told: what a rule read already; empty: it is read from the prose.
void take_recipients(const Report& report, std::string_view prose,
                     std::vector<RecipientReport> told, Bounce& bounce) {
  const Headers& headers = report.message.headers();
  take_failed_recipients(headers, bounce.recipients);
  if (told.empty()) read_prose_recipients(prose, named_by(headers, bounce.original), told);
  if (bounce.recipients.empty())
    bounce.recipients = std::move(told);
  else
    merge_prose(told, bounce.recipients);
  take_only_recipient(bounce.original, bounce.recipients);
  const Action action = bounce.kind == Kind::delay ? Action::delayed : Action::failed;
  for (RecipientReport& one : bounce.recipients) {
    one.action = action;
    if (one.status.empty()) one.status = find_status(one.diagnostic);
    if (one.status.empty() && bounce.recipients.size() == 1) one.status = find_status(prose);
  }
}

// What a status part told of somebody whom it does not name.
void keep_outcome(const std::vector<RecipientReport>& unnamed,
                  std::vector<RecipientReport>& recipients) {
  if (recipients.empty()) recipients = unnamed;
  if (unnamed.size() != 1) return;
  for (RecipientReport& one : recipients) {
    if (unnamed[0].action != Action::unknown) one.action = unnamed[0].action;
    if (one.status.empty()) one.status = unnamed[0].status;
    if (one.diagnostic.empty()) one.diagnostic = unnamed[0].diagnostic;
  }
}

std::string utf8_lines(std::string_view bytes, const std::string& charset) {
  bytes = bytes.substr(0, kMaxProse);
  if (bytes.find('\r') == std::string_view::npos) return to_utf8(bytes, charset);
  std::string lines;
  lines.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
    lines += bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return to_utf8(lines, charset);
}

std::optional<RuleAnswer> ask_rules(const Report& report, std::string_view words, Bounce& bounce) {
  const Headers& headers = report.message.headers();
  return report.rules.ask(
      {report.message.content().substr(0, headers.end()), headers, words,
       report.signs.is_from_system() || may_be_gateway(report, bounce.original.headers)},
      bounce.defects);
}

// The same line of the raw words: converting a charset moves bytes, but no line ends.
std::size_t same_line(std::string_view raw, std::string_view utf8, std::size_t at) {
  auto lines = std::count(utf8.begin(), utf8.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  std::size_t raw_at = 0;
  for (; lines > 0 && raw_at < raw.size(); --lines)
    raw_at = std::min(raw.find('\n', raw_at), raw.size() - 1) + 1;
  return raw_at;
}

// Reads the original where the rule says that it begins, if it is in the words at all and
// is not read from there already.
void take_marked_original(const RuleAnswer& answer, const ReportTexts& texts, std::string_view utf8,
                          Bounce& bounce, std::string_view& prose) {
  const bool is_in_words = prose.data() == texts.words.data();
  const bool is_elsewhere =
      bounce.original.extent != Extent::none && prose.size() == texts.words.size();
  if (answer.original_at == std::string_view::npos || !is_in_words || is_elsewhere) return;
  const std::size_t at = same_line(texts.words, utf8, answer.original_at);
  const std::string& returns = answer.rule->returns;
  const Extent stated = returns == "fragment" ? Extent::fragment : Extent::full;
  Bounce marked;
  read_original(marked.original, std::string_view(texts.words).substr(at), stated, marked.defects);
  // A single line that looks like a field is the text of a body more often.
  if (marked.original.headers.fields().size() < 2) return;
  // What stands behind a header that breaks off is not the body, if none was promised.
  if (returns == "headers" && !marked.original.headers.is_terminated() &&
      marked.original.extent == Extent::full)
    marked.original.extent = Extent::headers;
  bounce.original = std::move(marked.original);
  bounce.defects.add(marked.defects);
  prose = std::string_view(texts.words).substr(0, at);
}

std::vector<RecipientReport> recipients_of(const RuleAnswer& answer) {
  std::vector<RecipientReport> told;
  for (const RuleRecipient& one : answer.recipients) {
    RecipientReport report;
    report.address = parse_recipient(one.address);
    if (!one.original.empty()) report.original = parse_recipient(one.original);
    report.diagnostic = one.diagnostic;
    report.status = find_status(one.status.empty() ? one.diagnostic : one.status);
    if (!is_known(told, report.address)) told.push_back(std::move(report));
  }
  return told;
}

// What a delivery report without a status part says of its kind.
Kind told_kind(const Report& report, std::string_view prose,
               const std::optional<RuleAnswer>& answer) {
  const Kind kind = answer ? parse_kind(answer->rule->kind) : kind_of_report({report, prose});
  return kind == Kind::delay || kind == Kind::success ? kind : Kind::bounce;
}

}  // namespace

void find_original_anywhere(const Report& report, Bounce& bounce) {
  ReportTexts texts = gather_texts(report.tree);
  std::string_view prose;
  take_original(report, texts, bounce, prose);
  if (bounce.original.extent != Extent::none) return;
  // Boundaries are lost: the raw bytes show it.
  const std::string body(report.message.body().substr(0, kMaxText));
  take_from_text(body, bounce, prose);
}

void find_recipients_anywhere(const Report& report, Bounce& bounce) {
  ReportTexts texts = gather_texts(report.tree);
  if (texts.words.empty()) texts.words = report.message.body().substr(0, kMaxText);
  const std::string prose = utf8_lines(
      std::string_view(texts.words).substr(0, find_header_block(texts.words)), texts.charset);
  const auto answer = ask_rules(report, prose, bounce);
  const auto unnamed = std::exchange(bounce.recipients, {});
  if (unnamed.empty()) bounce.kind = told_kind(report, prose, answer);
  take_recipients(report, prose, answer ? recipients_of(*answer) : std::vector<RecipientReport>(),
                  bounce);
  keep_outcome(unnamed, bounce.recipients);
}

bool read_prose_report(const Report& report, Bounce& bounce) {
  ReportTexts texts = gather_texts(report.tree);
  std::string_view prose;
  take_original(report, texts, bounce, prose);
  std::string utf8 = utf8_lines(prose, texts.charset);
  if (is_of_mail_to_house(report, utf8, bounce.original)) {
    bounce.original = {};
    return false;
  }
  const auto answer = ask_rules(report, utf8, bounce);
  if (answer) {
    const std::size_t length = prose.size();
    take_marked_original(*answer, texts, utf8, bounce, prose);
    if (prose.size() < length) utf8 = utf8_lines(prose, texts.charset);
    bounce.kind = parse_kind(answer->rule->kind);
  } else {
    bounce.kind = weigh(report, Words(report, utf8), bounce);
  }
  // A list passes on what spammers dress up as a bounce: there the original must be seen.
  const bool has_substance =
      bounce.original.extent != Extent::none || report.signs.failed_recipients;
  const bool is_answer = bounce.kind == Kind::auto_reply || bounce.kind == Kind::challenge;
  if (report.signs.is_list_mail && !has_substance && !answer && !is_answer)
    bounce.kind = Kind::ordinary;
  if (bounce.kind == Kind::ordinary) {
    bounce.original = {};
    return false;
  }
  bounce.rule = answer ? answer->rule->name : "prose";
  if (bounce.kind == Kind::bounce || bounce.kind == Kind::delay)
    take_recipients(report, utf8, answer ? recipients_of(*answer) : std::vector<RecipientReport>(),
                    bounce);
  return true;
}

}  // namespace unsent

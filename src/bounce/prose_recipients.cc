// SPDX-License-Identifier: MIT
#include "bounce/prose_recipients.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/prose_address.h"
#include "bounce/reply_code.h"
#include "mail/address.h"
#include "mail/charset.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxDiagnosticLines = 6;
constexpr std::size_t kMaxGuesses = 10;

bool is_among(const std::vector<std::string>& addresses, const std::string& address) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, address); });
}

// What follows a recipient's line, up to an empty line or the next recipient.
std::string read_diagnostic(std::string_view rest, Lines lines) {
  std::string text(rest.substr(std::min(rest.find_first_not_of(":. "), rest.size())));
  for (std::size_t i = 0; i < kMaxDiagnosticLines && !lines.at_end(); ++i) {
    const std::string_view line = trim(lines.next().text);
    if (line.empty() || leading_address(line)) break;
    if (!text.empty()) text += ' ';
    text += line;
  }
  return to_valid_utf8(cut_utf8(text, 1000));
}

std::string_view domain_of(std::string_view address) {
  return address.substr(std::min(address.size(), address.rfind('@') + 1));
}

bool is_of_any_domain(std::string_view address, const std::vector<std::string>& others) {
  return std::any_of(others.begin(), others.end(), [&](const std::string& one) {
    return equal_ignoring_case(domain_of(one), domain_of(address));
  });
}

std::string_view from_found(std::string_view line, std::string_view name) {
  return line.substr(std::min(line.size(), find_ignoring_case(line, name)));
}

// Behind the sender's address: "Sender: a@b, Recipient: c@d", "From: a@b To: c@d".
std::string_view behind_sender(std::string_view line) {
  const std::string_view recipient = from_found(line, "recipient");
  const std::string_view to = from_found(line, " to:");
  return trim(recipient.size() > to.size() ? recipient : to);
}

// What of a line may name a recipient: of an SMTP dialogue and of fields for the sender that
// which is not his.
std::string_view without_sender(std::string_view line) {
  const std::string_view text = trim(line);
  for (const std::string_view label : {"message-id:", "message id:"})
    if (starts_with_ignoring_case(text, label)) return from_found(text, "recipient");
  if (text.starts_with(">>>") || contains_ignoring_case(text, "mail from:"))
    return from_found(text, "rcpt to:");
  for (const std::string_view label : {"from:", "sender:", "reply-to:"})
    if (starts_with_ignoring_case(text, label)) return behind_sender(text.substr(label.size()));
  return line;
}

template <typename Holds>
bool any_line(std::string_view prose, Holds holds) {
  for (Lines lines(prose.substr(0, kMaxProse)); !lines.at_end();) {
    const std::string_view line = without_sender(lines.next().text);
    if (!line.empty() && holds(line, lines)) return true;
  }
  return false;
}

template <typename Take>
void for_each_line(std::string_view prose, Take take) {
  any_line(prose, [&](std::string_view line, const Lines& lines) {
    take(line, lines);
    return false;
  });
}

// Whom to ask, if nothing else speaks for it.
bool is_postmaster(const Address& address) {
  return equal_ignoring_case(address.local(), "postmaster");
}

// An address that a line begins with, and what speaks for its being a recipient.
struct Listed {
  RecipientReport report;
  bool is_addressee = false;
  bool is_elsewhere = false;  // the original went to none of that domain
  bool is_labelled = false;   // as anybody's: "Email address:"
  bool is_marked = false;     // as a recipient: "To: <a@b>", "<a@b>: why"
  bool is_dressed = false;    // "<a@b>", "  a@b", "- a@b": no line of running text that was wrapped
  bool is_alone = false;      // nothing behind it
  bool has_reply = false;     // of a server, beside or below it
};

Listed read_line(LeadingAddress found, const Named& named, const Lines& following) {
  Listed one;
  one.is_addressee = is_among(named.addressees, found.text);
  one.is_elsewhere = !named.addressees.empty() && !is_of_any_domain(found.text, named.addressees);
  one.is_labelled = found.is_anybodys;
  one.is_marked = found.is_marked;
  one.is_dressed = found.is_dressed;
  one.is_alone = found.rest.empty();
  one.report.address = std::move(found.text);
  one.report.diagnostic = read_diagnostic(found.rest, following);
  one.report.status = find_status(one.report.diagnostic);
  one.has_reply = found.has_reply || shows_reply(one.report.diagnostic);
  return one;
}

// A list, and below it what servers said of those in it.
void add_line(Listed again, Listed& listed) {
  listed.is_labelled = listed.is_labelled && again.is_labelled;
  listed.is_marked = listed.is_marked || again.is_marked;
  listed.is_dressed = listed.is_dressed || again.is_dressed;
  listed.has_reply = listed.has_reply || again.has_reply;
  if (!listed.report.diagnostic.empty()) return;
  listed.report.diagnostic = std::move(again.report.diagnostic);
  listed.report.status = std::move(again.report.status);
}

std::vector<Listed> read_listed(std::string_view prose, const Named& named) {
  std::vector<Listed> listed;
  for_each_line(prose, [&](std::string_view line, const Lines& following) {
    auto found = leading_address(line);
    if (!found || is_among(named.others, found->address.text())) return;
    if (is_postmaster(found->address) && !found->is_marked) return;
    Listed one = read_line(std::move(*found), named, following);
    const auto known = std::find_if(listed.begin(), listed.end(), [&](const Listed& other) {
      return equal_ignoring_case(other.report.address, one.report.address);
    });
    if (known != listed.end())
      add_line(std::move(one), *known);
    else if (listed.size() < kMaxRecipients)
      listed.push_back(std::move(one));
  });
  return listed;
}

// Those of the original's To and Cc that stand anywhere in the words.
std::vector<RecipientReport> read_addressees(std::string_view prose, const Named& named) {
  std::vector<RecipientReport> found;
  if (named.addressees.empty()) return found;
  for_each_line(prose, [&](std::string_view line, const Lines&) {
    for (std::size_t from = 0; found.size() < kMaxGuesses;) {
      auto address = next_address(line, from);
      if (!address) return;
      if (!is_among(named.addressees, address->text) ||
          is_among(named.others, address->address.text()) || is_known(found, address->text))
        continue;
      found.emplace_back();
      found.back().address = std::move(address->text);
      found.back().is_guessed = true;
    }
  });
  return found;
}

// "Email address: helpdesk@isp.example", of whom nothing else is said.
bool is_aside(const Listed& one) { return one.is_labelled && one.is_elsewhere && !one.has_reply; }

// Beside one whom the original was sent to, a bare line with another's address is the help
// desk's more often than a recipient's; and "Email address: helpdesk@isp.example" is no
// recipient's where the original went elsewhere and no server refused it.
bool is_stated(const Listed& one, bool names_addressee) {
  if (one.is_addressee || (one.is_marked && !is_aside(one))) return true;
  return one.has_reply && (one.is_dressed || !names_addressee);
}

std::vector<RecipientReport> take_stated(std::vector<Listed>& listed, bool names_addressee) {
  std::vector<RecipientReport> stated;
  for (Listed& one : listed)
    if (is_stated(one, names_addressee)) stated.push_back(std::move(one.report));
  return stated;
}

std::vector<RecipientReport> take_alone(std::vector<Listed>& listed) {
  std::vector<RecipientReport> alone;
  for (Listed& one : listed)
    if (one.is_alone || one.is_dressed) {
      one.report.is_guessed = true;
      alone.push_back(std::move(one.report));
    }
  return alone;
}

// Between the "@" of two addresses stands no word: "<a@b>, <c@d>".
bool are_neighbours(std::string_view between) {
  static constexpr ByteSet kBetween(" <>,;");
  const std::size_t domain_end = kBetween.find_in(between);
  const std::size_t local = between.find_first_not_of(" <>,;", domain_end);
  if (local == between.npos) return false;
  return kBetween.find_in(between, local) == between.size() &&
         between.substr(domain_end, local - domain_end).find_first_of(",;") != between.npos;
}

bool add_guess(WrittenAddress found, const Named& named, std::vector<RecipientReport>& guesses) {
  if (is_known(guesses, found.text) || is_among(named.others, found.address.text()) ||
      is_postmaster(found.address))
    return false;
  guesses.emplace_back();
  guesses.back().address = std::move(found.text);
  guesses.back().is_guessed = true;
  return true;
}

// Of each line the first, and those that are listed with it.
std::vector<RecipientReport> read_guesses(std::string_view prose, const Named& named) {
  std::vector<RecipientReport> guesses;
  for_each_line(prose, [&](std::string_view line, const Lines&) {
    std::size_t last = 0;  // behind the "@" of the last one taken
    for (std::size_t from = 0; guesses.size() < kMaxGuesses;) {
      auto found = next_address(line, from);
      if (!found) return;
      if (last > 0 && !are_neighbours(line.substr(last, from - 1 - last))) return;
      if (add_guess(std::move(*found), named, guesses)) last = from;
    }
  });
  return guesses;
}

// Who wrote the original, or is to have the answers to it.
void add_authors(const Original& original, std::vector<std::string>& others) {
  std::vector<std::string> authors = {original.from, original.reverse_path};
  for (const char* name : {"From", "Sender", "Reply-To", "Return-Path"})
    if (const HeaderField* field = original.headers.find(name))
      for (const Address& address : parse_addresses(field->value, 10))
        authors.push_back(to_valid_utf8(address.text()));
  for (std::string& author : authors)
    if (!author.empty() && !is_among(original.recipients, author))
      others.push_back(std::move(author));
}

}  // namespace

bool is_known(const std::vector<RecipientReport>& recipients, const std::string& address) {
  return std::any_of(recipients.begin(), recipients.end(), [&](const RecipientReport& one) {
    return equal_ignoring_case(one.address, address);
  });
}

// A program that puts the failed recipient into its To returns a mail that went there and came
// from elsewhere.
Named named_by(const Headers& report, const Original& original) {
  Named named;
  named.addressees = original.recipients;
  for (const char* name : {"To", "From", "Delivered-To", "X-Original-To", "Envelope-To"})
    if (const HeaderField* field = report.find(name))
      for (const Address& address : parse_addresses(field->value, 10)) {
        const std::string text = to_valid_utf8(address.text());
        const bool is_failed = std::string_view(name) == "To" && !original.from.empty() &&
                               is_among(original.recipients, text) &&
                               !equal_ignoring_case(original.from, text);
        if (!is_failed) named.others.push_back(text);
      }
  add_authors(original, named.others);
  if (!original.message_id.empty()) named.others.push_back(original.message_id);
  for (const std::string& id : original.other_message_ids) named.others.push_back(id);
  return named;
}

void read_prose_recipients(std::string_view prose, const Named& named,
                           std::vector<RecipientReport>& recipients) {
  const std::vector<RecipientReport> addressees = read_addressees(prose, named);
  std::vector<Listed> listed = read_listed(prose, named);
  recipients = take_stated(listed, !addressees.empty());
  if (recipients.empty()) recipients = addressees;
  if (recipients.empty()) recipients = take_alone(listed);
  if (recipients.empty()) recipients = read_guesses(prose, named);
}

std::vector<RecipientReport> stated_recipients(std::string_view prose) {
  std::vector<RecipientReport> recipients;
  read_prose_recipients(prose, {}, recipients);
  std::erase_if(recipients, [](const RecipientReport& one) { return one.is_guessed; });
  return recipients;
}

bool lists_address(std::string_view prose) {
  return any_line(prose, [](std::string_view line, const Lines&) {
    const auto found = leading_address(line);
    return found && (found->is_marked || !is_postmaster(found->address));
  });
}

}  // namespace unsent

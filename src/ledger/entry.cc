// SPDX-License-Identifier: MIT
#include "ledger/entry.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/date.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxId = 1000;
constexpr std::size_t kMaxField = 1000;
constexpr std::size_t kMaxRecipients = 10000;

void add_id(std::vector<std::string>& ids, std::string_view id) {
  std::string normal = normal_id(id);
  if (!normal.empty() && std::find(ids.begin(), ids.end(), normal) == ids.end())
    ids.push_back(std::move(normal));
}

bool has_recipient(const Entry& entry, const Address& address) {
  return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                     [&](const Address& known) { return same_mailbox(known, address); });
}

// "X-Microsoft-Original-Message-ID", "X-Google-Original-Message-ID" and their kin: the id
// as it was submitted. (Bare Original-Message-ID is that of somebody else's message.)
bool is_id_field(std::string_view name) {
  constexpr std::string_view kSuffix = "-Original-Message-ID";
  return equal_ignoring_case(name, "Message-ID") ||
         equal_ignoring_case(name, "Resent-Message-ID") ||
         (starts_with_ignoring_case(name, "X-") && name.size() > kSuffix.size() + 2 &&
          ends_with_ignoring_case(name, kSuffix));
}

bool is_recipient_field(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"To",        "Cc",        "Bcc",
                                                      "Resent-To", "Resent-Cc", "Resent-Bcc"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return equal_ignoring_case(name, known); });
}

bool has_id(const Entry& entry, const std::string& id) {
  return std::find(entry.message_ids.begin(), entry.message_ids.end(), id) !=
         entry.message_ids.end();
}

bool has_id_or_cut_form(const Entry& entry, const std::string& id) {
  const auto forms = cut_forms(id);
  return has_id(entry, id) || std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
           return has_id(entry, form);
         });
}

bool share_an_id(const Entry& a, const Entry& b) {
  const auto is_in = [](const Entry& entry) {
    return [&entry](const std::string& id) { return has_id_or_cut_form(entry, id); };
  };
  return std::any_of(a.message_ids.begin(), a.message_ids.end(), is_in(b)) ||
         std::any_of(b.message_ids.begin(), b.message_ids.end(), is_in(a));
}

// "1xVaoC-00001D-0k", from Exim 4.97 on "1xVaoC-00000000aBc-2xYz".
bool is_exim_id(std::string_view id) {
  const bool is_shaped = (id.size() == 16 && id[6] == '-' && id[13] == '-') ||
                         (id.size() == 23 && id[6] == '-' && id[18] == '-');
  return is_shaped &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

}  // namespace

std::optional<Time> Entry::time() const {
  if (sent_at || !fingerprint) return sent_at;
  return fingerprint->date;
}

std::string Entry::sender() const {
  if (fingerprint) return fingerprint->from;
  const auto addresses = parse_addresses(from, 1);
  return addresses.empty() ? std::string() : lower(addresses.front().text());
}

std::string field_text(std::string_view text) {
  const std::string_view whole = trim(text);
  if (is_valid_utf8(whole)) return std::string(cut_utf8(whole, kMaxField));
  return std::string(cut_utf8(to_valid_utf8(whole), kMaxField));
}

std::string normal_id(std::string_view id) {
  std::string bare;
  for (const char c : trim(id))
    if (!is_space(c)) bare += c;
  if (bare.size() >= 2 && bare.front() == '<' && bare.back() == '>')
    bare = bare.substr(1, bare.size() - 2);
  if (!is_valid_utf8(bare)) bare = to_valid_utf8(bare);
  return std::string(cut_utf8(bare, kMaxId));
}

Entry entry_of(const Message& message) {
  Entry entry;
  for (const HeaderField& field : message.headers().fields()) {
    if (is_id_field(field.name))
      for (const std::string& id : parse_message_ids(field.value)) add_id(entry.message_ids, id);
    if (is_recipient_field(field.name) && entry.recipients.size() < kMaxRecipients)
      for (const Address& address : parse_addresses(field.value))
        entry.recipients.push_back(address);
  }
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(
      std::unique(entry.recipients.begin(), entry.recipients.end(), same_mailbox),
      entry.recipients.end());
  const Headers& headers = message.headers();
  entry.from = field_text(headers.text("From"));
  entry.date = field_text(headers.text("Date"));
  entry.subject = field_text(headers.decoded("Subject"));
  entry.fingerprint = make_fingerprint(entry.from, entry.date, entry.subject);
  entry.sent_at = parse_date(headers.text(headers.has("Resent-Date") ? "Resent-Date" : "Date"));
  if (const auto path = Address::parse(headers.text("Return-Path")))
    entry.reverse_path = path->text();
  entry.has_all_recipients = !entry.recipients.empty();
  return entry;
}

std::vector<std::string> cut_forms(std::string_view id) {
  constexpr std::size_t kSendmailKeeps = 99;  // 100 with the <
  std::vector<std::string> forms;
  if (id.size() >= kSendmailKeeps)
    forms.push_back(std::string(id.substr(0, kSendmailKeeps)) + std::string(kCutMark));
  const std::size_t at = id.find('@');
  if (at != id.npos && id.front() == 'E' && is_exim_id(id.substr(1, at - 1)))
    forms.push_back(std::string(id.substr(0, at + 1)) + std::string(kCutMark));
  return forms;
}

SentMessage sent_message_of(const Entry& entry) {
  SentMessage sent;
  sent.message_ids = entry.message_ids;
  if (entry.fingerprint) {
    sent.from = entry.fingerprint->from;
    sent.date = entry.fingerprint->date;
    sent.subject = entry.fingerprint->subject;
  }
  for (std::string sender : {entry.sender(), lower(entry.reverse_path)})
    if (!sender.empty()) sent.senders.push_back(std::move(sender));
  for (const Address& address : entry.recipients)
    sent.recipients.push_back(sent_recipient(address));
  sent.has_all_recipients = entry.has_all_recipients;
  sent.sent_at = entry.time().value_or(Time{});
  return sent;
}

bool are_same_message(const Entry& a, const Entry& b) {
  if (a.fingerprint && b.fingerprint && *a.fingerprint != *b.fingerprint) return false;
  if (a.message_ids.empty() != b.message_ids.empty()) return false;
  return a.message_ids.empty() ? a.fingerprint && b.fingerprint : share_an_id(a, b);
}

bool merge_into(Entry& known, const Entry& more) {
  const Entry before = known;
  for (const std::string& id : more.message_ids) add_id(known.message_ids, id);
  for (const Address& address : more.recipients)
    if (!has_recipient(known, address)) known.recipients.push_back(address);
  const bool brings_fingerprint = !known.fingerprint && more.fingerprint;
  if (brings_fingerprint) known.fingerprint = more.fingerprint;
  const auto fill = [&](std::string& field, const std::string& other) {
    if (brings_fingerprint || (field.empty() && !known.fingerprint)) field = other;
  };
  fill(known.from, more.from);
  fill(known.date, more.date);
  fill(known.subject, more.subject);
  for (const std::string& notice : more.notices) add_id(known.notices, notice);
  if (known.reverse_path.empty()) known.reverse_path = more.reverse_path;
  if (!known.sent_at) known.sent_at = more.sent_at;
  known.has_all_recipients = known.has_all_recipients || more.has_all_recipients;
  return !(known == before);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/dsn.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "mail/address.h"
#include "mail/encoded_word.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxDiagnostic = 1000;
constexpr std::size_t kMaxBlocks = 4 * kMaxRecipients;

// Behind the type of a typed field: "dns; mx.remote.example" → "mx.remote.example".
std::string_view typed_value(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const bool has_type = semicolon != std::string_view::npos && semicolon < 20;
  return trim(has_type ? value.substr(semicolon + 1) : value);
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | code >> 6U);
    byte(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    byte(0xE0U | code >> 12U);
    byte(0x80U | (code >> 6U & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xF0U | code >> 18U);
    byte(0x80U | (code >> 12U & 0x3FU));
    byte(0x80U | (code >> 6U & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
}

// RFC 6533 section 3: utf-8-addr-xtext writes characters as \x{HEX}.
std::string undo_xtext(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.substr(0, 3) == "\\x{") {
      const std::size_t end = text.find('}');
      unsigned code = 0;
      const char* last = text.data() + std::min(end, text.size());
      const auto [stop, error] = std::from_chars(text.data() + 3, last, code, 16);
      if (end != std::string_view::npos && error == std::errc() && stop == last &&
          code <= 0x10FFFF) {
        append_utf8(out, code);
        text.remove_prefix(end + 1);
        continue;
      }
    }
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

std::string first_of(const Headers& fields, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const HeaderField* field = fields.find(name)) return unfold(field->value);
  return {};
}

std::string read_message_id(const Headers& fields) {
  const auto ids = parse_message_ids(
      first_of(fields, {"Original-Message-ID", "X-Original-Message-ID", "X-Actual-Message-ID"}), 1);
  return ids.empty() ? std::string() : ids.front();
}

void read_message_fields(DeliveryStatus& status, const Headers& fields) {
  const auto set = [](std::string& to, std::string value) {
    if (to.empty()) to = std::move(value);
  };
  set(status.reporting_mta,
      lower(to_valid_utf8(typed_value(first_of(fields, {"Reporting-MTA", "Reporting-UA"})))));
  set(status.received_from, std::string(typed_value(first_of(fields, {"Received-From-MTA"}))));
  set(status.envelope_id, first_of(fields, {"Original-Envelope-Id", "X-Original-Envelope-Id"}));
  set(status.queue_id, first_of(fields, {"X-Postfix-Queue-ID", "X-Sendmail-Queue-ID"}));
  set(status.sender, parse_recipient(first_of(fields, {"X-Postfix-Sender", "X-Original-Sender"})));
  set(status.original_message_id, read_message_id(fields));
  // "manual-action/MDN-sent-manually; displayed/error" (RFC 8098 3.2.6)
  const std::string disposition = first_of(fields, {"Disposition"});
  std::string_view type = disposition;
  if (const std::size_t mode = type.rfind(';'); mode != std::string_view::npos)
    type.remove_prefix(mode + 1);
  set(status.disposition, lower(trim(type.substr(0, type.find('/')))));
}

bool is_recipient_block(const Headers& fields) {
  return fields.has("Final-Recipient") || fields.has("Original-Recipient") ||
         fields.has("Action") || fields.has("Status");
}

RecipientReport read_recipient(const Headers& fields) {
  RecipientReport report;
  report.address = parse_recipient(first_of(fields, {"Final-Recipient", "X-Actual-Recipient"}));
  report.original = parse_recipient(first_of(fields, {"Original-Recipient"}));
  if (report.address.empty()) report.address = report.original;
  if (report.original == report.address) report.original.clear();
  report.action = parse_action(first_of(fields, {"Action"}));
  report.diagnostic = to_valid_utf8(
      cut_utf8(decode_words(typed_value(first_of(fields, {"Diagnostic-Code"}))), kMaxDiagnostic));
  report.status = find_status(first_of(fields, {"Status"}));
  if (report.status.empty()) report.status = find_status(report.diagnostic);
  return report;
}

}  // namespace

std::string parse_recipient(std::string_view value) {
  std::string_view text = typed_value(value);
  const std::size_t open = text.find('<');
  const std::size_t close = text.rfind('>');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close)
    text = trim(text.substr(open + 1, close - open - 1));
  // "@relay.example:bob@remote.example": a source route says nothing (RFC 5321 C).
  if (const std::size_t colon = text.find(':'); colon != text.npos && text.front() == '@')
    if (text.find('@', colon) != text.npos) text.remove_prefix(colon + 1);
  // "bob@remote.example (expanded from …)"
  if (const std::size_t blank = text.find_first_of(" \t("); blank != std::string_view::npos)
    if (text.substr(0, blank).find('@') != std::string_view::npos) text = text.substr(0, blank);
  return to_valid_utf8(undo_xtext(text));
}

std::string find_status(std::string_view text) {
  for (std::size_t i = 0; i + 4 < text.size(); ++i) {
    const bool is_class = text[i] == '2' || text[i] == '4' || text[i] == '5';
    if (!is_class || text[i + 1] != '.') continue;
    if (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.')) continue;
    std::size_t end = i + 2;
    const auto take_number = [&] {
      const std::size_t begin = end;
      while (end < text.size() && is_digit(text[end]) && end - begin < 3) ++end;
      return end > begin;
    };
    if (!take_number() || end >= text.size() || text[end] != '.') continue;
    ++end;
    if (!take_number()) continue;
    const bool goes_on = end < text.size() &&
                         (is_digit(text[end]) ||
                          (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
    if (!goes_on) return std::string(text.substr(i, end - i));
  }
  return {};
}

DeliveryStatus parse_delivery_status(std::string_view bytes, Defects& defects) {
  DeliveryStatus status;
  for (std::size_t blocks = 0; !bytes.empty(); ++blocks) {
    if (blocks == kMaxBlocks || status.recipients.size() == kMaxRecipients) {
      defects.add("more recipients in the status part than the limit");
      break;
    }
    Defects in_block;  // prose and blank lines between the blocks are usual
    const Headers fields = Headers::read(bytes, in_block);
    if (!fields.empty()) read_message_fields(status, fields);
    if (is_recipient_block(fields)) status.recipients.push_back(read_recipient(fields));
    const std::size_t end = fields.end() > 0 ? fields.end() : Lines(bytes).next().next;
    bytes.remove_prefix(end);
  }
  return status;
}

}  // namespace unsent

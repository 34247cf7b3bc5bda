// SPDX-License-Identifier: MIT
#include "bounce/original.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/recipient_field.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/lead.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxHeader = 256 * 1024;
constexpr std::size_t kMaxOtherIds = 100;

void add_other_id(Original& original, const std::string& id) {
  auto& others = original.other_message_ids;
  if (id.empty() || id == original.message_id || others.size() >= kMaxOtherIds) return;
  if (std::find(others.begin(), others.end(), id) == others.end()) others.push_back(id);
}

// Only what has two sides is an id that a sender knows: providers number mail, too.
void add_full_ids(Original& original, std::string_view value, std::size_t limit) {
  for (const std::string& id : parse_message_ids(value, limit))
    if (id.find('@') != std::string::npos) add_other_id(original, to_valid_utf8(id));
}

// "X-Google-Original-Message-ID", "X-MS-Original-MessageId", "Resent-Message-ID" …
bool names_an_id(std::string_view field_name) {
  return ends_with_ignoring_case(field_name, "message-id") ||
         ends_with_ignoring_case(field_name, "messageid");
}

// Original-Envelope-Id as some fill it (RFC 3461 4.4: xtext, "+3Ca@b+3E").
void add_envelope_id(Original& original) {
  if (original.envelope_id.empty()) return;
  const std::string id = undo_hex(original.envelope_id, '+');
  if (id.find('@') != std::string::npos) add_full_ids(original, id, 1);
}

// An id that nobody ended, and no field behind it: there the header was cut, whatever stands for
// the rest ("[...]", an empty line).
bool is_half(const Headers& headers, const HeaderField& field) {
  const std::size_t open = field.value.rfind('<');
  return &field == &headers.fields().back() && open != field.value.npos &&
         field.value.find('>', open) == field.value.npos;
}

// Whoever sends a message anew under an id of his own keeps the first in References, the
// last ones of which are the nearest.
void add_references(Original& original) {
  constexpr std::size_t kNearest = 20;
  const HeaderField* field = original.headers.find("References");
  if (field == nullptr) return;
  const auto ids = parse_message_ids(field->value, 1000);
  const std::size_t end = ids.size() - (is_half(original.headers, *field) && !ids.empty() ? 1 : 0);
  for (std::size_t i = end - std::min(end, kNearest); i < end; ++i)
    if (ids[i].find('@') != std::string::npos) add_other_id(original, to_valid_utf8(ids[i]));
}

void read_ids(Original& original) {
  const std::string stated = std::exchange(original.message_id, {});
  const HeaderField* field = original.headers.find("Message-ID");
  const auto own = field == nullptr || is_half(original.headers, *field)
                       ? std::vector<std::string>()
                       : parse_message_ids(field->value, 5);
  original.message_id = own.empty() ? stated : to_valid_utf8(own.front());
  add_other_id(original, stated);
  for (std::size_t i = 1; i < own.size(); ++i) add_other_id(original, to_valid_utf8(own[i]));
  for (const HeaderField& one : original.headers.fields())
    if (&one != field && names_an_id(one.name)) add_full_ids(original, one.value, 5);
  add_envelope_id(original);
  add_references(original);
}

// Of the first of those fields that holds one.
std::string first_address(const Headers& headers, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const HeaderField* field = headers.find(name))
      if (const auto addresses = parse_addresses(field->value, 1); !addresses.empty())
        return to_valid_utf8(addresses.front().text());
  return {};
}

void read_recipients(Original& original) {
  for (const char* name : {"To", "Cc"})
    for (const HeaderField* field : original.headers.all(name))
      for (const Address& address : parse_addresses(field->value))
        if (original.recipients.size() < kMaxRecipients)
          original.recipients.push_back(to_valid_utf8(address.text()));
}

// Fields that hardly any message lacks: with none of them it is no header of a message.
bool has_usual_field(const Headers& headers) {
  static constexpr std::array<std::string_view, 7> kUsual = {
      "Received", "Message-ID", "From", "Date", "Subject", "To", "Return-Path"};
  return std::any_of(kUsual.begin(), kUsual.end(),
                     [&](std::string_view name) { return headers.has(name); });
}

// More than a last delimiter, whose multipart lost its boundary.
bool is_body(std::string_view text) {
  text = trim(text.substr(0, 4096));
  const bool is_delimiter = text.substr(0, 2) == "--" && text.find_first_of(" \n") == text.npos;
  return !text.empty() && !is_delimiter;
}

Extent extent_of(const Headers& headers, std::string_view bytes, Extent stated) {
  const bool is_meagre = !headers.has("From") && !headers.has("Message-ID") && !headers.has("Date");
  if (is_meagre) return Extent::fragment;
  if (stated == Extent::fragment) return Extent::fragment;
  const bool has_body = is_body(bytes.substr(headers.end()));
  return stated == Extent::full && has_body ? Extent::full : Extent::headers;
}

bool is_header_type(const Part& part) {
  return part.type == "text/rfc822-headers" || part.type == "message/rfc822-headers" ||
         part.type == "message/global-headers" || part.type == "text/rfc822-header";
}

// A header is cut at some byte, within an id or an address where it happens to be: "<a1@oursh",
// which nobody wrote so. Bytes up to there, else all of them.
std::string_view before_half_of_bracket(const Headers& headers, std::string_view bytes) {
  static constexpr std::array<std::string_view, 9> kBracketed = {
      "Message-ID", "References", "In-Reply-To", "From",       "Sender",
      "Reply-To",   "To",         "Cc",          "Return-Path"};
  if (headers.is_terminated() || headers.empty() || !trim(bytes.substr(headers.end())).empty())
    return bytes;
  const HeaderField& last = headers.fields().back();
  if (!is_half(headers, last)) return bytes;
  const bool is_bracketed =
      std::any_of(kBracketed.begin(), kBracketed.end(),
                  [&](std::string_view name) { return equal_ignoring_case(last.name, name); });
  if (!is_bracketed) return bytes;
  const std::string_view whole = last.value.substr(0, last.value.rfind('<'));
  return bytes.substr(0, static_cast<std::size_t>(whole.data() - bytes.data()) + whole.size());
}

// bytes begin with the header that was read.
void take_header(Original& original, Headers read, std::string_view bytes, Extent stated) {
  if (const auto whole = before_half_of_bracket(read, bytes); whole.size() < bytes.size()) {
    Defects known;
    bytes = whole;
    read = Headers::read(bytes, known);
  }
  original.header_bytes = std::make_shared<const std::string>(bytes.substr(0, read.end()));
  original.headers = std::move(read).in_copy(bytes, *original.header_bytes);
  if (!has_usual_field(original.headers)) {
    original.headers = {};
    return;
  }
  original.extent = extent_of(original.headers, bytes, stated);
  read_ids(original);
  read_recipients(original);
  original.from =
      first_address(original.headers, {"From", "Sender", "X-Envelope-From", "Return-Path"});
  if (original.reverse_path.empty())
    original.reverse_path = first_address(original.headers, {"Return-Path", "X-Envelope-From"});
  original.subject = original.headers.decoded("Subject");
  original.raw_date = to_valid_utf8(original.headers.text("Date"));
  original.date = parse_date(original.raw_date);
}

}  // namespace

bool is_inside_message(const MimeTree& tree, const Part& part) {
  for (std::size_t at = part.parent; at != Part::kNoParent; at = tree.parts[at].parent)
    if (tree.parts[at].is_message()) return true;
  return false;
}

void read_original(Original& original, std::string_view bytes, Extent stated, Defects& defects) {
  Defects of_lead;  // the container's, not the original's
  bytes.remove_prefix(read_lead(bytes, of_lead).length);
  take_header(original, Headers::read(bytes.substr(0, kMaxHeader), defects), bytes, stated);
}

void read_original(Original& original, const Part& message, Extent stated) {
  const std::string_view header = message.header_bytes;
  take_header(original, message.headers, {header.data(), header.size() + message.body.size()},
              stated);
}

const Part* find_returned_part(const MimeTree& tree) {
  const Part* found = nullptr;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Part& part = tree.parts[i];
    const bool is_candidate =
        (part.is_message() || is_header_type(part)) && !is_inside_message(tree, part);
    // A whole message tells more than headers beside it.
    if (is_candidate && (found == nullptr || (part.is_message() && is_header_type(*found))))
      found = &part;
  }
  return found;
}

void add_inner_ids(Original& original, const MimeTree& tree, std::size_t root) {
  for (std::size_t i = root + 1; i < tree.parts.size(); ++i) {
    const Part& part = tree.parts[i];
    const bool is_message_root =
        part.parent != Part::kNoParent && tree.parts[part.parent].is_message();
    Defects ignored;
    const std::string ids = is_header_type(part)
                                ? Headers::read(part.body, ignored).text("Message-ID")
                            : is_message_root ? part.headers.text("Message-ID")
                                              : std::string();
    for (const std::string& id : parse_message_ids(ids, 1))
      add_other_id(original, to_valid_utf8(id));
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/original.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxHeader = 256 * 1024;
constexpr std::size_t kMaxOtherIds = 100;

constexpr std::array<const char*, 4> kIdFields = {"Message-ID", "Resent-Message-ID",
                                                  "X-Microsoft-Original-Message-ID",
                                                  "X-Google-Original-Message-ID"};

void add_other_id(Original& original, const std::string& id) {
  auto& others = original.other_message_ids;
  if (id.empty() || id == original.message_id || others.size() >= kMaxOtherIds) return;
  if (std::find(others.begin(), others.end(), id) == others.end()) others.push_back(id);
}

void read_ids(Original& original) {
  for (const char* name : kIdFields) {
    for (const HeaderField* field : original.headers.all(name)) {
      for (const std::string& id : parse_message_ids(field->value, 5)) {
        if (original.message_id.empty() && std::string_view(name) == "Message-ID")
          original.message_id = to_valid_utf8(id);
        else
          add_other_id(original, to_valid_utf8(id));
      }
    }
  }
}

std::string first_address(const Headers& headers, const char* name) {
  const HeaderField* field = headers.find(name);
  if (field == nullptr) return {};
  const auto addresses = parse_addresses(field->value, 1);
  return addresses.empty() ? std::string() : to_valid_utf8(addresses.front().text());
}

void read_recipients(Original& original) {
  for (const char* name : {"To", "Cc"})
    for (const HeaderField* field : original.headers.all(name))
      for (const Address& address : parse_addresses(field->value))
        original.recipients.push_back(to_valid_utf8(address.text()));
}

// Fields that hardly any message lacks: with none of them it is no header of a message.
bool has_usual_field(const Headers& headers) {
  constexpr std::array<std::string_view, 7> kUsual = {
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

}  // namespace

bool is_inside_message(const MimeTree& tree, const Part& part) {
  for (std::size_t at = part.parent; at != Part::kNoParent; at = tree.parts[at].parent)
    if (tree.parts[at].is_message()) return true;
  return false;
}

void read_original(Original& original, std::string_view bytes, Extent stated, Defects& defects) {
  // Blank lines and a From_ line before the header are the container's.
  while (!bytes.empty() && is_line_end(bytes.front())) bytes.remove_prefix(1);
  if (bytes.substr(0, 5) == "From ") bytes.remove_prefix(Lines(bytes).next().next);
  const Headers read = Headers::read(bytes.substr(0, kMaxHeader), defects);
  original.header_bytes = std::make_shared<const std::string>(bytes.substr(0, read.end()));
  original.headers = read.in_copy(bytes, *original.header_bytes);
  if (!has_usual_field(original.headers)) {
    original.headers = {};
    return;
  }
  original.extent = extent_of(original.headers, bytes, stated);
  read_ids(original);
  read_recipients(original);
  original.from = first_address(original.headers, "From");
  if (original.from.empty()) original.from = first_address(original.headers, "Sender");
  if (original.reverse_path.empty())
    original.reverse_path = first_address(original.headers, "Return-Path");
  original.subject = original.headers.decoded("Subject");
  original.raw_date = to_valid_utf8(original.headers.text("Date"));
  original.date = parse_date(original.raw_date);
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
    const Headers inner = is_header_type(part) ? Headers::read(part.body, ignored)
                          : is_message_root    ? part.headers
                                               : Headers();
    for (const std::string& id : parse_message_ids(inner.text("Message-ID"), 1))
      add_other_id(original, to_valid_utf8(id));
  }
}

}  // namespace unsent

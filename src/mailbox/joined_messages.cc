// SPDX-License-Identifier: MIT
#include "mailbox/joined_messages.h"

#include <optional>

#include "base/text.h"
#include "mail/header.h"
#include "mail/lines.h"
#include "mailbox/mime_end.h"

namespace unsent {
namespace {

// What of the fields that every message has was seen.
struct FieldsSeen {
  bool from = false;
  bool date = false;
  bool way = false;  // a Message-ID, or a server's mark
  bool to = false;
  bool subject = false;

  void add(std::string_view line) {
    const std::string_view name = line.substr(0, field_name_length(line));
    from |= equal_ignoring_case(name, "From");
    date |= equal_ignoring_case(name, "Date");
    way |= equal_ignoring_case(name, "Message-ID") || equal_ignoring_case(name, "Received");
    to |= equal_ignoring_case(name, "To");
    subject |= equal_ignoring_case(name, "Subject");
  }
  bool is_header() const { return from && date && (way || (to && subject)); }
};

// lines stand at a field: whether a header is there, whole. They stand behind its fields then.
bool is_header_at(Lines& lines) {
  FieldsSeen seen;
  while (!lines.at_end()) {
    const std::string_view line = lines.peek().text;
    if (line.empty()) return seen.is_header();
    const bool is_field = field_name_length(line) > 0;
    if (!is_field && !is_blank(line.front())) return false;
    seen.add(line);
    lines.next();
  }
  return false;
}

// "----- Original message -----", "Here it is:", "> quoted"
bool is_announcement(std::string_view line) {
  constexpr std::string_view kRules = "-_=*#>|+";
  const std::string_view text = trim(line);
  const auto is_rule = [&](char c) { return kRules.find(c) != kRules.npos; };
  return text.ends_with(':') || is_rule(text.front()) || is_rule(text.back());
}

// The body's own text; behind_parts: it stands behind the end of a multipart.
struct OwnText {
  std::size_t begin = 0;
  bool is_behind_parts = false;
};

// The boundary of the multipart that the header states; lines stand at the body then.
std::string_view boundary_in_header(std::string_view message, Lines& lines) {
  std::string_view boundary;
  std::size_t field = 0;
  while (!lines.at_end()) {
    const Line line = lines.next();
    if (line.text.empty()) break;
    if (!is_blank(line.text.front())) field = line.begin;
    const std::string_view stated = stated_boundary(message.substr(field, line.next - field));
    if (!stated.empty()) boundary = stated;
  }
  return boundary;
}

// None where a multipart never ends: all of it is a part.
std::optional<OwnText> own_text_of(std::string_view message) {
  Lines lines(message);
  const std::string_view boundary = boundary_in_header(message, lines);
  if (boundary.empty()) return OwnText{lines.offset(), false};
  BoundaryFound found{BoundaryUse::none, lines.offset()};
  do found = find_boundary(message, boundary, found.end);
  while (found.use == BoundaryUse::delimiter || found.use == BoundaryUse::stated);
  if (found.use != BoundaryUse::close) return std::nullopt;
  lines.seek(found.end);
  if (!lines.at_end()) lines.next();
  return OwnText{lines.offset(), true};
}

}  // namespace

std::size_t find_joined(std::string_view message) {
  const auto text = own_text_of(message);
  if (!text) return message.npos;
  Lines lines(message);
  lines.seek(text->begin);
  // A header directly behind the one of the message is that of a message it carries.
  bool may_begin = text->is_behind_parts;
  bool is_announced = !text->is_behind_parts;
  while (!lines.at_end()) {
    const Line line = lines.next();
    if (trim(line.text).empty()) {
      may_begin = true;
      continue;
    }
    if (may_begin && !is_announced && field_name_length(line.text) > 0) {
      lines.seek(line.begin);
      if (is_header_at(lines)) return line.begin;
    }
    if (lines.offset() < line.next) lines.seek(line.next);
    may_begin = false;
    is_announced = is_announcement(line.text);
  }
  return message.npos;
}

}  // namespace unsent

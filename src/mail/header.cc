// SPDX-License-Identifier: MIT
#include "mail/header.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "mail/encoded_word.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxName = 76;
constexpr std::size_t kMaxFirst = 255;
constexpr std::size_t kUsualCount = 16;  // of fields; more of them cost an allocation each

// Names so usual that a line with one of them is certainly a field. They tell a folded
// line that lost its indent from the first line of a body.
constexpr std::array<std::string_view, 26> kUsualNames = {"Received",
                                                          "Return-Path",
                                                          "From",
                                                          "To",
                                                          "Cc",
                                                          "Subject",
                                                          "Date",
                                                          "Message-ID",
                                                          "MIME-Version",
                                                          "Reply-To",
                                                          "Content-Type",
                                                          "Content-Transfer-Encoding",
                                                          "Content-Disposition",
                                                          "Content-Language",
                                                          "In-Reply-To",
                                                          "References",
                                                          "Sender",
                                                          "DKIM-Signature",
                                                          "X-Mailer",
                                                          "User-Agent",
                                                          "Delivered-To",
                                                          "Envelope-To",
                                                          "Auto-Submitted",
                                                          "Importance",
                                                          "X-Priority",
                                                          "Authentication-Results"};

// RFC 5322 3.6.8, ftext: printable ASCII but the colon.
constexpr std::array<bool, 256> kIsNameByte = [] {
  std::array<bool, 256> is_name{};
  for (std::size_t byte = '!'; byte <= '~'; ++byte) is_name[byte] = byte != ':';
  return is_name;
}();

bool is_usual_field(std::string_view line) {
  const std::string_view name = line.substr(0, field_name_length(line));
  return std::any_of(kUsualNames.begin(), kUsualNames.end(),
                     [&](std::string_view usual) { return equal_ignoring_case(name, usual); });
}

bool is_mbox_from_line(std::string_view line) {
  return line.substr(0, 5) == "From " || line.substr(0, 6) == ">From ";
}

// A line that is no field, within a header: is the header going on behind it? More lines of
// the same folded field may follow, some with their indent and a few without; of lines that
// are one long word, as in signatures, many.
bool continues_behind(Lines lines) {
  constexpr int kMaxLines = 40;
  constexpr std::size_t kLongWord = 40;
  int without_indent = 3;
  for (int i = 0; i < kMaxLines && !lines.at_end(); ++i) {
    const std::string_view line = lines.next().text;
    if (is_usual_field(line)) return true;
    const bool is_indented = !line.empty() && is_blank(line.front());
    const bool is_long_word = line.size() > kLongWord && line.find(' ') == line.npos;
    if (is_indented || is_long_word) continue;
    const bool is_field = field_name_length(line) > 0;
    if (line.empty() || line.substr(0, 2) == "--" || (!is_field && --without_indent < 0))
      return false;
  }
  return false;
}

// The field that a first line opens, its further lines not yet seen.
HeaderField open_field(const Line& line, std::size_t name_length, const char* bytes) {
  const char* const text = line.text.data();
  const std::size_t value = line.text.find(':', name_length) + 1;
  return {{text, name_length},
          {text + value, line.text.size() - value},
          {bytes + line.begin, line.next - line.begin}};
}

// Up to the end of a line that belongs to it.
void extend_field(HeaderField& field, const Line& line, const char* bytes) {
  const auto up_to = [](std::string_view view, const char* end) {
    return std::string_view(view.data(), static_cast<std::size_t>(end - view.data()));
  };
  field.value = up_to(field.value, line.text.data() + line.text.size());
  field.raw = up_to(field.raw, bytes + line.next);
}

// Of a name that is not empty, whatever its case.
std::size_t hash_of(std::string_view name) {
  const auto letter = [&](std::size_t i) { return static_cast<unsigned char>(name[i]) | 0x20U; };
  return name.size() + 5 * letter(0) + 11 * letter(name.size() / 2) + 17 * letter(name.size() - 1);
}

// Where programs that came later wrote their fields above a message that began with a
// byte-order mark, it stands before a field.
Line unmarked(Line line) {
  if (line.text.empty() || line.text.front() != kByteOrderMark.front()) return line;
  const std::string_view text = without_mark(line.text);
  if (field_name_length(text) > 0) line.text = text;
  return line;
}

enum class LineKind { field, continuation, empty, mailbox_mark, broken, body };

LineKind classify(const Line& line, std::size_t name_length, const Lines& rest, bool has_field) {
  if (line.text.empty()) return LineKind::empty;
  if (name_length > 0) return LineKind::field;
  if (is_blank(line.text.front())) {
    if (has_field) return LineKind::continuation;
    return trim(line.text).empty() ? LineKind::empty : LineKind::body;
  }
  if (is_mbox_from_line(line.text)) return LineKind::mailbox_mark;
  const bool is_delimiter = line.text.substr(0, 2) == "--";
  return has_field && !is_delimiter && continues_behind(rest) ? LineKind::broken : LineKind::body;
}

}  // namespace

std::size_t field_name_length(std::string_view line) {
  const std::size_t longest = std::min(line.size(), kMaxName + 1);
  std::size_t length = 0;
  while (length < longest && kIsNameByte[static_cast<unsigned char>(line[length])]) ++length;
  if (length == 0 || length > kMaxName || line.front() == '-' || line.front() == '>') return 0;
  std::size_t colon = length;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? length : 0;
}

Headers Headers::read(std::string_view bytes, Defects& defects, const HeaderLimits& limits) {
  Headers headers;
  const std::string_view seen = bytes.substr(0, limits.max_bytes);
  Lines lines(seen);
  while (!lines.at_end()) {
    const Line line = unmarked(lines.next());
    const std::size_t name_length = field_name_length(line.text);
    switch (classify(line, name_length, lines, !headers.fields_.empty())) {
      case LineKind::empty:
        headers.is_terminated_ = true;
        headers.end_ = line.next;
        return headers;
      case LineKind::body:
        defects.add("no empty line between header and body");
        headers.end_ = line.begin;
        return headers;
      case LineKind::mailbox_mark:
        defects.add("a From_ line within a header");
        break;
      case LineKind::broken:
        defects.add("a folded header line without indent");
        [[fallthrough]];
      case LineKind::continuation:
        if (headers.fields_.back().value.size() < limits.max_value)
          extend_field(headers.fields_.back(), line, seen.data());
        else
          defects.add("a header field longer than the limit");
        break;
      case LineKind::field:
        if (headers.fields_.size() == limits.max_fields) {
          defects.add("more header fields than the limit");
          headers.end_ = line.begin;
          return headers;
        }
        headers.add(open_field(line, name_length, seen.data()));
        break;
    }
    HeaderField* last = headers.fields_.empty() ? nullptr : &headers.fields_.back();
    if (last != nullptr && last->value.size() > limits.max_value) {
      defects.add("a header field longer than the limit");
      last->value = last->value.substr(0, limits.max_value);
    }
    headers.end_ = line.next;
  }
  if (seen.size() < bytes.size()) defects.add("a header longer than the limit");
  return headers;
}

Headers Headers::in_copy(std::string_view read, std::string_view copy) && {
  const auto moved = [&](std::string_view view) {
    return copy.substr(static_cast<std::size_t>(view.data() - read.data()), view.size());
  };
  for (HeaderField& field : fields_)
    field = {moved(field.name), moved(field.value), moved(field.raw)};
  return std::move(*this);
}

void Headers::add(const HeaderField& field) {
  if (fields_.empty()) fields_.reserve(kUsualCount);
  fields_.push_back(field);
  std::uint8_t& first = firsts_[hash_of(field.name) % firsts_.size()];
  if (first == 0) first = static_cast<std::uint8_t>(std::min(fields_.size(), kMaxFirst));
}

// The place from which on fields of that name may stand.
std::size_t Headers::first_of(std::string_view name) const {
  const std::size_t first = name.empty() ? 0 : firsts_[hash_of(name) % firsts_.size()];
  return first == 0 ? fields_.size() : first - 1;
}

const HeaderField* Headers::find(std::string_view name) const {
  for (std::size_t i = first_of(name); i < fields_.size(); ++i)
    if (equal_ignoring_case(fields_[i].name, name)) return &fields_[i];
  return nullptr;
}

FieldList Headers::all(std::string_view name) const {
  FieldList found;
  for (std::size_t i = first_of(name); i < fields_.size(); ++i) {
    if (!equal_ignoring_case(fields_[i].name, name)) continue;
    found.push_back(&fields_[i]);
  }
  return found;
}

std::string Headers::text(std::string_view name) const {
  const HeaderField* field = find(name);
  return field == nullptr ? std::string() : unfold(field->value);
}

std::string Headers::decoded(std::string_view name) const {
  const HeaderField* field = find(name);
  return field == nullptr ? std::string() : decode_words(unfold(field->value));
}

std::string unfold(std::string_view value) {
  value = trim(value);
  if (value.find('\n') == value.npos && value.find('\r') == value.npos) return std::string(value);
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    const auto end = std::find_if(value.begin(), value.end(), is_line_end);
    const auto length = static_cast<std::size_t>(end - value.begin());
    out.append(value.data(), length);
    value.remove_prefix(std::min(length + 1, value.size()));
  }
  return out;
}

}  // namespace unsent

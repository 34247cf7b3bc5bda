// SPDX-License-Identifier: MIT
#include "dns/zone_file.h"

#include <algorithm>

#include "base/text.h"
#include "spf/name.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFields = 4096;
constexpr std::size_t kMaxField = 65535;

bool is_class(std::string_view text) {
  return equal_ignoring_case(text, "IN") || equal_ignoring_case(text, "CH") ||
         equal_ignoring_case(text, "HS") || equal_ignoring_case(text, "CS");
}

bool ends_field(char c) { return is_space(c) || c == ';' || c == '(' || c == ')' || c == '"'; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

std::string shown(std::string_view text) {
  return "'" + to_valid_utf8(text.substr(0, 80)) + (text.size() > 80 ? "…'" : "'");
}

}  // namespace

std::optional<seconds> parse_ttl(std::string_view text) {
  constexpr std::int64_t kMax = 0x7FFFFFFF;
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  std::int64_t total = 0;
  std::int64_t number = 0;
  bool has_number = false;
  for (const char c : text) {
    if (is_digit(c)) {
      number = number * 10 + (c - '0');
      has_number = true;
    } else {
      constexpr std::string_view kUnits = "smhdw";
      constexpr std::int64_t kSeconds[] = {1, 60, 3600, 86400, 604800};
      const std::size_t unit = kUnits.find(to_lower(c));
      if (unit == std::string_view::npos || !has_number) return std::nullopt;
      total += number * kSeconds[unit];
      number = 0;
      has_number = false;
    }
    if (total + number > kMax) return std::nullopt;
  }
  return seconds{total + number};
}

Unexpected ZoneFile::failure(const std::string& message, std::string hint) const {
  return fail(ErrorCode::data, name_ + ":" + std::to_string(entry_line_) + ": " + message,
              std::move(hint));
}

// Requires: rest_ begins with a backslash. "\." or "\046".
Result<char> ZoneFile::read_escape() {
  rest_.remove_prefix(1);
  if (rest_.empty()) return failure("a backslash ends the file");
  const char first = rest_[0];
  if (is_line_end(first)) return failure("a backslash ends the line");
  if (!is_digit(first)) {
    rest_.remove_prefix(1);
    return first;
  }
  int value = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i >= rest_.size() || !is_digit(rest_[i])) return failure("an escape needs three digits");
    value = value * 10 + (rest_[i] - '0');
  }
  if (value > 255) return failure("an escape over \\255");
  rest_.remove_prefix(3);
  return static_cast<char>(value);
}

Result<void> ZoneFile::read_quoted(ZoneField& field) {
  rest_.remove_prefix(1);
  for (;;) {
    if (rest_.empty() || rest_[0] == '\n') {
      return failure("a quote is not closed on its line", "add the missing \"");
    }
    if (field.text.size() >= kMaxField) return failure("a text of more than 65535 bytes");
    const char c = rest_[0];
    if (c == '\\') {
      const Result<char> escaped = read_escape();
      if (!escaped) return escaped.failure();
      field.text += *escaped;
      continue;
    }
    rest_.remove_prefix(1);
    if (c == '"') return {};
    field.text += c;
  }
}

Result<void> ZoneFile::read_field(Entry& entry) {
  if (entry.fields.size() >= kMaxFields) return failure("too many fields");
  ZoneField& field = entry.fields.emplace_back();
  if (rest_[0] == '"') {
    field.is_quoted = true;
    return read_quoted(field);
  }
  while (!rest_.empty() && !ends_field(rest_[0])) {
    if (field.text.size() >= kMaxField) return failure("a field of more than 65535 bytes");
    if (rest_[0] == '\\') {
      const Result<char> escaped = read_escape();
      if (!escaped) return escaped.failure();
      // An escaped dot is part of a label, which no name that we look for has.
      field.text += *escaped == '.' ? '\x01' : *escaped;
      continue;
    }
    field.text += rest_[0];
    rest_.remove_prefix(1);
  }
  return {};
}

// One line, or several within parentheses. False at the end of the file.
Result<bool> ZoneFile::read_entry(Entry& entry) {
  entry = {};
  entry_line_ = line_;
  bool is_open = false;
  entry.has_owner = !rest_.empty() && !is_space(rest_[0]);
  while (!rest_.empty()) {
    const char c = rest_[0];
    if (c == ';') {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if (c == '\n') {
      rest_.remove_prefix(1);
      ++line_;
      if (is_open) continue;
      if (!entry.fields.empty()) return true;
      entry_line_ = line_;
      entry.has_owner = !rest_.empty() && !is_space(rest_[0]);
    } else if (is_space(c)) {
      rest_.remove_prefix(1);
    } else if (c == '(' || c == ')') {
      if (is_open == (c == '(')) {
        return failure(is_open ? "a parenthesis within parentheses" : "a ) without (");
      }
      is_open = !is_open;
      rest_.remove_prefix(1);
    } else {
      const Result<void> read = read_field(entry);
      if (!read) return read.failure();
    }
  }
  if (is_open) return failure("a ( is never closed");
  return !entry.fields.empty();
}

Result<std::string> ZoneFile::absolute(const ZoneField& field) const {
  const std::string& text = field.text;
  if (text == ".") return std::string();
  std::string name = text;
  const bool is_absolute = !text.empty() && text.back() == '.';
  if (!is_absolute) {
    if (!origin_) {
      return failure("relative name " + shown(text) + " without an origin",
                     "end it with a dot, or set $ORIGIN");
    }
    if (text == "@") return *origin_;
    if (!origin_->empty()) name += '.' + *origin_;
  }
  std::optional<std::string> valid = query_name(name);
  if (!valid) return failure(shown(text) + " is no domain name");
  return *std::move(valid);
}

Result<void> ZoneFile::read_directive(const Entry& entry) {
  const std::string_view directive = entry.fields[0].text;
  const bool has_value = entry.fields.size() == 2;
  if (equal_ignoring_case(directive, "$ORIGIN")) {
    if (!has_value) return failure("$ORIGIN takes one name");
    Result<std::string> name = absolute(entry.fields[1]);
    if (!name) return name.failure();
    origin_ = *std::move(name);
    return {};
  }
  if (equal_ignoring_case(directive, "$TTL")) {
    const auto ttl = has_value ? parse_ttl(entry.fields[1].text) : std::nullopt;
    if (!ttl) return failure("$TTL takes a number of seconds");
    default_ttl_ = ttl;
    return {};
  }
  return failure(shown(directive) + " is not supported", "write the records out");
}

// owner [ttl] [class] type data…, ttl and class in either order.
Result<std::optional<ZoneRecord>> ZoneFile::to_record(Entry entry) {
  std::size_t i = 0;
  if (entry.has_owner) {
    Result<std::string> owner = absolute(entry.fields[i++]);
    if (!owner) return owner.failure();
    owner_ = *std::move(owner);
  }
  if (!owner_) return failure("the first record has no name");
  ZoneRecord record;
  record.owner = *owner_;
  std::optional<seconds> ttl;
  std::string_view record_class;
  for (; i < entry.fields.size(); ++i) {
    const std::string_view text = entry.fields[i].text;
    const std::optional<seconds> number = parse_ttl(text);
    if (!ttl && number) {
      ttl = number;
    } else if (record_class.empty() && is_class(text)) {
      record_class = text;
    } else {
      break;
    }
  }
  if (i >= entry.fields.size()) return failure("a record without a type");
  if (ttl) last_ttl_ = *ttl;
  record.ttl = ttl ? *ttl : default_ttl_.value_or(last_ttl_);
  record.type = upper(entry.fields[i].text);
  const auto data = entry.fields.begin() + static_cast<std::ptrdiff_t>(i) + 1;
  record.fields.assign(std::make_move_iterator(data), std::make_move_iterator(entry.fields.end()));
  if (!record_class.empty() && !equal_ignoring_case(record_class, "IN")) record.type.clear();
  return std::optional(std::move(record));
}

Result<std::optional<ZoneRecord>> ZoneFile::next() {
  Entry entry;
  for (;;) {
    const Result<bool> more = read_entry(entry);
    if (!more) return more.failure();
    if (!*more) return std::optional<ZoneRecord>();
    if (entry.fields[0].text.starts_with('$') && entry.has_owner) {
      const Result<void> done = read_directive(entry);
      if (!done) return done.failure();
      continue;
    }
    Result<std::optional<ZoneRecord>> record = to_record(std::move(entry));
    if (!record || !(*record)->type.empty()) return record;
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// RFC 1035 section 5 master files as records: $ORIGIN, $TTL, parentheses, quotes, escapes,
// relative and omitted names, TTL and class in either order. Refuses $INCLUDE, $GENERATE
// and names without an origin, rather than guess; the first error ends the file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace unsent {

struct ZoneField {
  std::string text;  // escapes resolved
  bool is_quoted = false;
};

struct ZoneRecord {
  std::string owner;  // lower case, no final dot; "" is the root, "*.…" a wildcard
  seconds ttl{0};
  std::string type;               // upper case
  std::vector<ZoneField> fields;  // the data
};

class ZoneFile {
 public:
  // text must outlive the object; name is for errors.
  ZoneFile(std::string_view text, std::string name) : rest_(text), name_(std::move(name)) {}

  // nullopt at the end. Records of other classes than IN are passed over.
  Result<std::optional<ZoneRecord>> next();
  // "FILE:LINE: message", of the record that next() gave last.
  [[nodiscard]] Unexpected failure(const std::string& message, std::string hint = {}) const;
  // A domain name of the data, made absolute.
  Result<std::string> absolute(const ZoneField& field) const;

 private:
  struct Entry {
    bool has_owner = false;  // the line began without a blank
    std::vector<ZoneField> fields;
  };
  Result<bool> read_entry(Entry& entry);
  Result<void> read_field(Entry& entry);
  Result<void> read_quoted(ZoneField& field);
  Result<char> read_escape();
  Result<void> read_directive(const Entry& entry);
  Result<std::optional<ZoneRecord>> to_record(Entry entry);

  std::string_view rest_;
  std::string name_;
  std::size_t line_ = 1;        // where rest_ begins
  std::size_t entry_line_ = 1;  // where the last entry began
  std::optional<std::string> origin_;
  std::optional<std::string> owner_;
  std::optional<seconds> default_ttl_;
  seconds last_ttl_{300};
};

// "3600", "1h30m", "2W". nullopt if it is none, or over 2^31 - 1 (RFC 2181 8).
std::optional<seconds> parse_ttl(std::string_view text);

}  // namespace unsent

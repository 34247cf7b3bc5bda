// SPDX-License-Identifier: MIT
// The header section of a message or part (RFC 5322 section 2.2): its fields in order,
// as views of the bytes. Nothing is copied until a value is asked for unfolded.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/defect.h"

namespace unsent {

struct HeaderField {
  std::string_view name;   // as written, without white space before the colon
  std::string_view value;  // as written: folding included, the line end behind it not
  std::string_view raw;    // name, colon, value and the line end: what DKIM signs
};

// Of one name in a header: seldom more than a few.
using FieldList = boost::container::small_vector<const HeaderField*, 8>;

struct HeaderLimits {
  std::size_t max_bytes = 512 * 1024;  // of the whole section
  std::size_t max_fields = 2000;
  std::size_t max_value = 64 * 1024;  // bytes of one value; the rest of it is not seen
};

// Views the bytes that it was read from; they must outlive it.
class Headers {
 public:
  // Reads fields from the start of bytes up to the empty line, the end, a line that can
  // belong to no header (the body then begins with it: a defect), or a limit.
  static Headers read(std::string_view bytes, Defects& defects, const HeaderLimits& limits = {});

  // The same fields as views of copy, which holds the bytes that were read up to end().
  Headers in_copy(std::string_view read, std::string_view copy) &&;

  // Offset, in the bytes that were read, of the first byte of the body.
  std::size_t end() const { return end_; }
  // True if an empty line ended the section: false means that it was cut short.
  bool is_terminated() const { return is_terminated_; }
  const std::vector<HeaderField>& fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }

  // The first field of that name, compared without case; nullptr if there is none.
  const HeaderField* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  FieldList all(std::string_view name) const;

  // The first field's value, unfolded and trimmed; "" if there is none.
  std::string text(std::string_view name) const;
  // The same with RFC 2047 words decoded: UTF-8, for people.
  std::string decoded(std::string_view name) const;

 private:
  // Fields are mostly looked for in vain: by a hash of the name, 1 + the index of the first of
  // those, or of one before it; 0: there is none.
  using Firsts = std::array<std::uint8_t, 128>;

  void add(const HeaderField& field);
  std::size_t first_of(std::string_view name) const;

  std::vector<HeaderField> fields_;
  Firsts firsts_{};
  std::size_t end_ = 0;
  bool is_terminated_ = false;
};

// Line ends removed and the white space around them kept as it is (RFC 5322 2.2.3), trimmed.
std::string unfold(std::string_view value);

// Length of the field name at the start of line if it is one ("Subject" in
// "Subject : x"), else 0. A name is printable ASCII without colon and blank, at most 76 bytes.
std::size_t field_name_length(std::string_view line);

}  // namespace unsent

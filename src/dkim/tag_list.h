// SPDX-License-Identifier: MIT
// "v=1; a=rsa-sha256; d=ourshop.example": the tag lists of DKIM (RFC 6376 3.2), in
// signatures and in key records.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

class TagList {
 public:
  // Views text, which must outlive it. nullopt where it is none: a piece without "=", a
  // name twice, a name that is none, more than 50 tags.
  static std::optional<TagList> parse(std::string_view text);

  // The value without the white space around it; nullopt if there is no such tag.
  // Names differ by case (RFC 6376 3.2).
  std::optional<std::string_view> find(std::string_view name) const;
  // All between "=" and ";", white space included; empty if there is no such tag.
  std::string_view raw(std::string_view name) const;
  // The name of the first tag; "" if there is none.
  std::string_view first_name() const { return tags_.empty() ? "" : tags_.front().name; }

 private:
  struct Tag {
    std::string_view name;
    std::string_view raw;
  };
  std::vector<Tag> tags_;
};

// text without any white space: folding may stand anywhere in a list of names.
std::string without_space(std::string_view text);

// Digits only, at most twelve of them (RFC 6376 3.5 for t= and x=).
std::optional<long long> parse_number(std::string_view text);

}  // namespace unsent

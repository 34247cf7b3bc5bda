// SPDX-License-Identifier: MIT
// The fields of a line, taken one after the other; once one is missing or wrong, all are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/field_line.h"
#include "base/number.h"
#include "base/time.h"

namespace unsent {

class FieldReader {
 public:
  explicit FieldReader(std::string_view line) : fields_(decode_fields(line)) {}

  std::string text() {
    if (at_ >= fields_.size()) is_good_ = false;
    return is_good_ ? std::move(fields_[at_++]) : std::string();
  }
  std::int64_t number() {
    const auto number = whole_number<std::int64_t>(text());
    is_good_ = is_good_ && number;
    return is_good_ ? *number : 0;
  }
  // As many fields may follow: more than are left is wrong.
  std::size_t count() {
    const std::int64_t count = number();
    const auto left = static_cast<std::int64_t>(fields_.size() - at_);
    if (count < 0 || count > left) is_good_ = false;
    return is_good_ ? static_cast<std::size_t>(count) : 0;
  }
  bool flag() {
    const std::int64_t value = number();
    if (value != 0 && value != 1) is_good_ = false;
    return is_good_ && value == 1;
  }
  // Within some ten thousand years: whoever adds something to it must not overflow.
  Time time() {
    constexpr std::int64_t kFarthest = 400'000'000'000;
    const std::int64_t since = number();
    if (since < -kFarthest || since > kFarthest) is_good_ = false;
    return Time(seconds(is_good_ ? since : 0));
  }
  std::optional<Time> optional_time() {
    if (at_ < fields_.size() && fields_[at_].empty()) return ++at_, std::nullopt;
    return time();
  }

  void spoil() { is_good_ = false; }
  bool is_good() const { return is_good_; }
  // All were right, and none is left.
  bool is_done() const { return is_good_ && at_ == fields_.size(); }

 private:
  std::vector<std::string> fields_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

class FieldWriter {
 public:
  FieldWriter& text(std::string_view field) {
    fields_.emplace_back(field);
    return *this;
  }
  FieldWriter& number(std::int64_t number) { return text(std::to_string(number)); }
  FieldWriter& flag(bool value) { return number(value ? 1 : 0); }
  FieldWriter& time(Time time) { return number(time.time_since_epoch().count()); }
  FieldWriter& optional_time(const std::optional<Time>& at) { return at ? time(*at) : text(""); }
  std::string line() const {
    return encode_fields(std::vector<std::string_view>(fields_.begin(), fields_.end()));
  }

 private:
  std::vector<std::string> fields_;
};

}  // namespace unsent

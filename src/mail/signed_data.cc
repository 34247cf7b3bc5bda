// SPDX-License-Identifier: MIT
#include "mail/signed_data.h"

#include <algorithm>

namespace unsent {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxElements = 100'000;

// X.690 8.1.2: class, form and number of a type, all that stand here being below 31.
constexpr unsigned char kInteger = 0x02;
constexpr unsigned char kOctets = 0x04;
constexpr unsigned char kObjectId = 0x06;
constexpr unsigned char kOctetPieces = 0x24;
constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kSet = 0x31;
constexpr unsigned char kExplicit0 = 0xA0;

constexpr std::string_view kSignedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";

// Goes from element to element; what does not fit ends it.
class Ber {
 public:
  explicit Ber(std::string_view bytes) : rest_(bytes) {}

  // Steps into the element of that type, behind its length.
  bool enter(unsigned char type) { return next_type() == type && take_head(); }

  // Steps over the element of that type.
  bool pass(unsigned char type) { return next_type() == type && skip(0); }

  // The content of a short element, and steps over it.
  std::string_view take(unsigned char type) {
    if (!enter(type) || is_open_) return {};
    const std::string_view content = rest_.substr(0, length_);
    rest_.remove_prefix(content.size());
    return content;
  }

  // The bytes of a string, in one piece or in many.
  std::string take_string() {
    std::string out;
    add_string(out, 0);
    return out;
  }

 private:
  int next_type() const { return rest_.empty() ? -1 : static_cast<unsigned char>(rest_.front()); }

  // Type and length (X.690 8.1.3): length_, or is_open_ where an end mark ends it.
  bool take_head() {
    if (++elements_ > kMaxElements || rest_.size() < 2) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest_[i]); };
    is_open_ = byte(1) == 0x80;
    const std::size_t long_form = byte(1) > 0x80 ? byte(1) & 0x7FU : 0;
    if (long_form > 8 || rest_.size() < 2 + long_form) return false;
    length_ = long_form == 0 ? byte(1) & 0x7FU : 0;
    for (std::size_t i = 0; i < long_form; ++i) length_ = length_ << 8U | byte(2 + i);
    rest_.remove_prefix(2 + long_form);
    return true;
  }

  bool take_end_mark() {
    if (rest_.size() < 2 || rest_[0] != '\0' || rest_[1] != '\0') return false;
    rest_.remove_prefix(2);
    return true;
  }

  bool skip(int depth) {
    if (depth > kMaxDepth || !take_head()) return false;
    if (!is_open_) {
      if (length_ > rest_.size()) return false;
      rest_.remove_prefix(length_);
      return true;
    }
    while (!take_end_mark())
      if (!skip(depth + 1)) return false;
    return true;
  }

  bool add_string(std::string& out, int depth) {
    const int type = next_type();
    if (depth > kMaxDepth || (type != kOctets && type != kOctetPieces) || !take_head())
      return false;
    if (type == kOctets) {
      const std::size_t room = kMaxSignedContent - out.size();
      const std::string_view piece = rest_.substr(0, std::min(length_, room));
      out += piece;
      rest_.remove_prefix(piece.size());
      return piece.size() == length_;
    }
    const bool is_open = is_open_;
    const std::size_t end = length_ > rest_.size() ? 0 : rest_.size() - length_;
    while (is_open ? !take_end_mark() : rest_.size() > end)
      if (!add_string(out, depth + 1)) return false;
    return true;
  }

  std::string_view rest_;
  std::size_t length_ = 0;
  bool is_open_ = false;
  std::size_t elements_ = 0;
};

}  // namespace

std::optional<std::string> signed_content(std::string_view der) {
  Ber ber(der);
  const bool is_signed_data = ber.enter(kSequence) && ber.take(kObjectId) == kSignedData &&
                              ber.enter(kExplicit0) && ber.enter(kSequence);
  if (!is_signed_data || !ber.pass(kInteger) || !ber.pass(kSet)) return std::nullopt;
  const bool has_content = ber.enter(kSequence) && ber.pass(kObjectId) && ber.enter(kExplicit0);
  if (!has_content) return std::nullopt;
  std::string content = ber.take_string();
  return content.empty() ? std::nullopt : std::optional(std::move(content));
}

}  // namespace unsent

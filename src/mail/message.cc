// SPDX-License-Identifier: MIT
#include "mail/message.h"

#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxEmptyLead = 2000;

}  // namespace

Message Message::parse(std::string bytes) {
  Message message;
  message.owned_ = std::make_shared<const std::string>(std::move(bytes));
  message.bytes_ = *message.owned_;
  message.read();
  return message;
}

Message Message::view(std::string_view bytes) {
  Message message;
  message.bytes_ = bytes;
  message.read();
  return message;
}

void Message::read() {
  content_ = bytes_;
  if (bytes_.substr(0, 5) == "From " || bytes_.substr(0, 6) == ">From ") {
    const Line line = Lines(bytes_).next();
    from_line_ = line.text;
    content_ = bytes_.substr(line.next);
  }
  // Empty lines before the header: some store or hand over mail so.
  const std::size_t text = content_.find_first_not_of(" \t\r\n");
  if (text != 0 && text != std::string_view::npos && text < kMaxEmptyLead) {
    const std::size_t line_end = content_.find_last_of("\r\n", text);
    const std::size_t begin = line_end == std::string_view::npos ? 0 : line_end + 1;
    if (begin == text && field_name_length(Lines(content_.substr(begin)).next().text) > 0) {
      content_.remove_prefix(begin);
      defects_.add("empty lines before the header");
    }
  }
  headers_ = Headers::read(content_, defects_);
}

}  // namespace unsent

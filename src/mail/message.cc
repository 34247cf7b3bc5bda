// SPDX-License-Identifier: MIT
#include "mail/message.h"

#include "mail/lead.h"
#include "mail/utf16.h"

namespace unsent {

Message Message::parse(std::string bytes) {
  Message message;
  message.owned_ = std::make_shared<const std::string>(std::move(bytes));
  message.bytes_ = *message.owned_;
  message.read();
  return message;
}

std::string_view Message::bytes_before_body() const {
  return is_converted() ? bytes_
                        : bytes_.substr(0, bytes_.size() - content_.size() + headers_.end());
}

Message Message::view(std::string_view bytes) {
  Message message;
  message.bytes_ = bytes;
  message.read();
  return message;
}

void Message::read() {
  content_ = bytes_;
  if (auto text = utf8_of_utf16(bytes_)) {
    converted_ = std::make_shared<const std::string>(std::move(*text));
    content_ = *converted_;
    defects_.add("a message in UTF-16");
  }
  const Lead lead = read_lead(content_, defects_);
  from_line_ = lead.from_line;
  content_.remove_prefix(lead.length);
  headers_ = Headers::read(content_, defects_);
}

}  // namespace unsent

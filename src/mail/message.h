// SPDX-License-Identifier: MIT
// A message as it arrived: its bytes, which nothing here changes, and its header. The
// body is opened (mail/mime.h) only where somebody wants to look into it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mail/defect.h"
#include "mail/envelope.h"
#include "mail/header.h"

namespace unsent {

class Message {
 public:
  // Takes the bytes over. Always gives a Message, however odd they are.
  static Message parse(std::string bytes);
  // Views bytes, which must outlive the message (a mapped mailbox).
  static Message view(std::string_view bytes);

  std::string_view bytes() const { return bytes_; }
  // The mbox line "From sender date" that some delivery agents hand over, without its
  // end; empty if there is none.
  std::string_view from_line() const { return from_line_; }
  // bytes() behind the From_ line and whatever else stands before a header (mail/lead.h).
  std::string_view content() const { return content_; }
  // True where the bytes are UTF-16: content() is then their UTF-8 and no part of them.
  bool is_converted() const { return converted_ != nullptr; }
  // bytes() without the body; all of them where they are converted.
  std::string_view bytes_before_body() const;
  const Headers& headers() const { return headers_; }
  std::string_view body() const { return content_.substr(headers_.end()); }
  const Defects& defects() const { return defects_; }
  // What was said beside the message; nothing unless the caller knows it.
  const Envelope& envelope() const { return envelope_; }
  void set_envelope(Envelope envelope) { envelope_ = std::move(envelope); }

 private:
  void read();

  std::shared_ptr<const std::string> owned_;      // null for a view
  std::shared_ptr<const std::string> converted_;  // null if content_ views bytes_
  std::string_view bytes_;
  std::string_view from_line_;
  std::string_view content_;
  Headers headers_;
  Defects defects_;
  Envelope envelope_;
};

}  // namespace unsent

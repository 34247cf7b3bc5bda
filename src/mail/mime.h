// SPDX-License-Identifier: MIT
// The parts of a message (RFC 2045, 2046), as views of its raw bytes: what a bounce
// returns must be seen as it was returned. mimetic interprets the field values and
// decodes; the walk over the bytes is ours, since mimetic's recurses without limit,
// takes "--abc" for the boundary "--ab", and keeps copies instead of offsets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mail/defect.h"
#include "mail/header.h"
#include "mail/message.h"
#include "mail/transfer_encoding.h"

namespace unsent {

struct MimeLimits {
  std::size_t max_bytes = 8 * 1024 * 1024;  // of the message; what is behind is not seen
  std::size_t max_parts = 1000;
  int max_depth = 40;
  HeaderLimits header;
};

struct Part {
  static constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);

  std::size_t parent = kNoParent;  // index in the tree
  int depth = 0;
  Headers headers;
  std::string_view header_bytes;  // up to the empty line, included
  std::string_view body;          // still encoded; up to, without, the delimiter's line end
  std::string type;       // "text/plain": lower case, no parameters; the default where unstated
  bool has_type = false;  // false: type is a default
  std::string charset;    // as written; may be empty
  std::string boundary;
  std::string report_type;  // of multipart/report, lower case
  std::string file_name;    // Content-Disposition filename or Content-Type name
  TransferEncoding encoding = TransferEncoding::identity;
  bool is_cut = false;  // its end was never seen: bytes may be missing

  bool is_multipart() const { return type.compare(0, 10, "multipart/") == 0; }
  // message/rfc822 or message/global: its body is a message of its own.
  bool is_message() const { return type == "message/rfc822" || type == "message/global"; }
};

// Parts in the order of their bytes, parents first; [0] is the message itself. Never
// empty. Views the bytes given to open_mime, which must outlive it.
struct MimeTree {
  std::vector<Part> parts;
};

// Walks bytes (a message without From_ line) once. Messages within messages are opened,
// unless they are encoded: decode them and open the result. A multipart whose boundary
// never occurs gets the one that its body seems to use (a defect).
MimeTree open_mime(std::string_view bytes, Defects& defects, const MimeLimits& limits = {});
// The same of a message's content, whose header is not read again.
MimeTree open_mime(const Message& message, Defects& defects, const MimeLimits& limits = {});

// The bytes of a part with its transfer encoding undone.
std::string decoded_body(const Part& part);
// The same as UTF-8 text, by the part's charset.
std::string text_of(const Part& part);

}  // namespace unsent

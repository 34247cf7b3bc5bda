// SPDX-License-Identifier: MIT
// The returned message: its header, read from whatever bytes of it came back.
#pragma once

#include <string>
#include <string_view>

#include "bounce/bounce.h"
#include "mail/mime.h"

namespace unsent {

// Reads the original from the start of bytes: header, and for a full return the body
// behind it. stated is what the container promised (text/rfc822-headers: headers); what
// is really there decides: a body-less "full" is headers, a header that breaks off is a
// fragment, and bytes without a single usual field are none.
void read_original(Original& original, std::string_view bytes, Extent stated, Defects& defects);
// The same of a message of the tree, whose header is not read again.
void read_original(Original& original, const Part& message, Extent stated);

// The part belongs to a message that the report carries, not to the report itself.
bool is_inside_message(const MimeTree& tree, const Part& part);

// The part of a report that returns the original: the first message or header part that
// is not itself inside a returned message. nullptr if there is none.
const Part* find_returned_part(const MimeTree& tree);

// Ids of the messages behind the original's root part in tree, deeper ones above all:
// into other_message_ids.
void add_inner_ids(Original& original, const MimeTree& tree, std::size_t root);

}  // namespace unsent

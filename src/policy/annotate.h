// SPDX-License-Identifier: MIT
// Our header block on a message, and nobody else's: X-Unsent-Verdict and one
// X-Unsent-Evidence a fact. All other bytes stay as they came.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "verdict/judge.h"

namespace unsent {

// The message with forged fields of ours taken out of its header and block put in before
// its first field: behind a From_ line, in the message's own line ending. block has LF
// line ends; empty: only the forged fields go. A message whose first line begins with a blank
// has no header and gets none: the line would become a folded one of ours.
std::string annotate(std::string_view message, std::string_view block);

// The same for any fields: those named in replaced go, block comes.
std::string put_fields(std::string_view message, std::string_view block,
                       const std::vector<std::string_view>& replaced);
// The same without a copy: the pieces view message and block, and block has the message's
// line ends already (with_line_ends_of).
Pieces annotated_pieces(std::string_view message, std::string_view block);
std::string with_line_ends_of(std::string_view message, std::string_view block);

// "X-Unsent-Verdict: backscatter; kind=bounce; reason=\"…\"" and the facts; ASCII, LF, folded.
std::string header_block(Kind kind, const Decision& decision, const Facts& facts);
std::string header_block(const Judgement& judgement);

}  // namespace unsent

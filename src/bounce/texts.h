// SPDX-License-Identifier: MIT
// What a report says in text, and the original where no part of its own returns it: behind
// the words, in an attachment of some type, quoted, indented, or in a part's own header.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"
#include "bounce/standard.h"
#include "mail/mime.h"

namespace unsent {

constexpr std::size_t kMaxText = 512 * 1024;  // of a text part that is looked into

// The report's own text parts, decoded: the words first, then whatever came with them.
struct ReportTexts {
  std::string words;  // bytes of the first text part
  std::string charset;
  std::vector<std::string> attached;  // further text parts, or parts without a type
};
ReportTexts gather_texts(const MimeTree& tree);

// The start of a text part, decoded: at most limit bytes. Of HTML the words.
std::string readable_text(const Part& part, std::size_t limit = kMaxText);

// Offset in text of the first line of a returned header: at least two usual fields in
// one block, the best such block. npos if there is none.
std::size_t find_header_block(std::string_view text);

// Takes the original out of a text; false if it holds none. prose: what stands before it.
bool take_from_text(const std::string& text, Bounce& bounce, std::string_view& prose);

// Takes the original from wherever the report has it, a part of its own before others.
// prose becomes the words before it; it views texts, which must outlive it.
void take_original(const Report& report, ReportTexts& texts, Bounce& bounce,
                   std::string_view& prose);

}  // namespace unsent

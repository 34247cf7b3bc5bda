// SPDX-License-Identifier: MIT
#include "mail/lead.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/header.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxLead = 2000;  // bytes; a program that stores mail oddly adds little
constexpr std::size_t kFirstLook = 100;
constexpr std::size_t kMaxTag = 12;

bool is_from_line(std::string_view line) {
  return line.substr(0, 5) == "From " || line.substr(0, 6) == ">From ";
}

// "* 12 FETCH (FLAGS (\Seen) RFC822 {1234}" (RFC 9051 7.5.2)
bool is_fetch(std::string_view line) {
  if (line.substr(0, 2) != "* ") return false;
  const std::size_t end = line.find_first_not_of("0123456789", 2);
  return end != line.npos && end > 2 && starts_with_ignoring_case(line.substr(end), " fetch (");
}

// "a3 OK Fetch completed.", the answer to the command before.
bool is_tagged_answer(std::string_view line) {
  const std::size_t blank = line.find(' ');
  return blank != line.npos && blank > 0 && blank <= kMaxTag && line.substr(blank, 4) == " OK ";
}

// "354 End data with <CR><LF>.<CR><LF>" (RFC 5321 4.2)
bool is_reply(std::string_view line) {
  return line.substr(0, 3) == "354" && (line.size() == 3 || line[3] == ' ');
}

// What a POP, IMAP or SMTP server says, or the end of what it handed over before.
bool is_servers(std::string_view line) {
  return line.substr(0, 3) == "+OK" || line == ")" || line == "." || is_fetch(line) ||
         is_tagged_answer(line) || is_reply(line);
}

// What nobody sees: byte-order marks, also encoded twice, blanks of no width or of no line end,
// and control characters: MMDF begins a message with four of them, Babyl ends one with a form
// feed.
std::string_view without_unseen(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kUnseen = {
      kByteOrderMark, "\xC3\xAF\xC2\xBB\xC2\xBF", "\xE2\x80\x8B", "\xE2\x80\x8E", "\xE2\x81\xA0",
      "\xC2\xA0"};
  for (;;) {
    const auto found = std::find_if(kUnseen.begin(), kUnseen.end(), [&](std::string_view one) {
      return text.substr(0, one.size()) == one;
    });
    if (found != kUnseen.end())
      text.remove_prefix(found->size());
    else if (!text.empty() && text.front() >= 0 && text.front() < ' ' && !is_blank(text.front()) &&
             !is_line_end(text.front()))
      text.remove_prefix(1);
    else
      return text;
  }
}

}  // namespace

Lead read_lead(std::string_view bytes, Defects& defects) {
  Lead lead;
  // Of nearly all mail the first line is a field.
  if (field_name_length(bytes.substr(0, kFirstLook)) > 0) return lead;
  Defects odd;
  const std::size_t mark = bytes.size() - without_unseen(bytes).size();
  if (mark > 0)
    odd.add(without_mark(bytes).size() < bytes.size()
                ? "a byte-order mark before the header"
                : "characters that nobody sees before the header");
  for (Lines lines(bytes, mark); !lines.at_end() && lines.offset() < kMaxLead;) {
    const std::size_t begin = lines.offset();
    const std::string_view line = without_unseen(lines.next().text);
    if (is_from_line(line)) {
      if (lead.from_line.empty()) lead.from_line = line;
      if (begin == mark) lead.length = lines.offset();
    } else if (field_name_length(line) > 0) {
      lead.length = static_cast<std::size_t>(line.data() - bytes.data());
      defects.add(odd);
      return lead;
    } else if (is_servers(line)) {
      odd.add("an answer of a mail server before the header");
    } else if (trim(line).empty()) {
      odd.add("empty lines before the header");
    } else {
      break;
    }
  }
  if (lead.length == 0) lead.from_line = {};
  return lead;
}

}  // namespace unsent

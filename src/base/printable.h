// SPDX-License-Identifier: MIT
// Text of hostile mail made fit for people's eyes. On a terminal a control character is a
// command, and a bidi override turns a sentence round; here each is shown by its number.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unsent {

// One line of valid UTF-8: white space of any kind is one blank, malformed bytes are
// U+FFFD, and what steers instead of being seen (C0, C1, bidi and other format characters,
// line separators, private and unassigned ones) is written "<U+202E>". Joiners and soft
// hyphens, which words are spelled with, stay.
std::string printable(std::string_view bytes);

// The same of a text of several lines: its blanks, tabs and line ends (LF, CRLF) stay as well.
std::string printable_lines(std::string_view bytes);

// The same of JSON, which stays what it says: what steers is escaped ("\u202e").
std::string printable_json(std::string_view json);

// How many columns of a terminal printable text takes (East Asian wide characters two,
// combining ones none).
std::size_t columns(std::string_view text);

// The text, or as much of it as fits into limit columns with "…" behind it.
std::string fit(std::string_view text, std::size_t limit);

// The text with blanks behind it up to width columns.
std::string pad(std::string_view text, std::size_t width);

// Broken at blanks into lines of at most width columns; a word that is longer is broken
// where it must be. At least one line. A width below 8 counts as 8.
std::string wrap(std::string_view text, std::size_t width, std::string_view indent);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Where an address begins and ends among words, which in many scripts have no blanks between
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mail/address.h"

namespace unsent {

// A word of valid UTF-8 with an "@" in it, without what is written around the address:
// "收件人：bob@remote.example不存在", "bob@remote.example에게".
std::string_view address_in_word(std::string_view word);

// text: as it was written, in valid UTF-8, the domain in lower case; an Address has A-labels.
struct WrittenAddress {
  Address address;
  std::string text;
};

// The address that a line begins with, and how it stands there.
struct LeadingAddress {
  Address address;
  std::string text;          // as a WrittenAddress has it
  std::string_view rest;     // what stands behind it
  bool is_marked = false;    // by a label before it, or a colon or dots behind it
  bool is_anybodys = false;  // … by one that a help desk has, too: "Email address:"
  bool is_dressed = false;   // in brackets, indented, or an item of a list
  bool has_reply = false;    // a reply code before it
};

// "<a@b>:", "a@b", "  a@b: why", "550 <a@b>... why", "To: a@b", "RCPT TO:<a@b>:"; nullopt for
// sentences.
std::optional<LeadingAddress> leading_address(std::string_view line);

// The first address in a line from byte `from` on, with a dot in its domain, and where to go
// on; nullopt where there is no other.
std::optional<WrittenAddress> next_address(std::string_view line, std::size_t& from);

}  // namespace unsent

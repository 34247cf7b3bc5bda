// SPDX-License-Identifier: MIT
// What a Received line shows of its client, and which of its bytes that client chose himself.
// The writer's own are the address that it saw on the socket, its own name and its protocol;
// all else is the client's word:
//   HELO       the word behind `from`, "(HELO h)", "helo=h": any bytes without white space
//   ident      "user@" before an address, "ident=…": any printable bytes, with parentheses
//   names      of the client, as its own zone gives them; "(may be forged)" where the writer
//              says that they do not lead back
//   TLS names  "(Client CN …)", SNI; logins; "envelope-from"
// An address is read only where a form puts its writer's own, and never behind such bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// An address in any of the ways of writing one: "[192.0.2.1]:25", "[IPv6:2001:db8::1]",
// "::ffff:192.0.2.1", "fe80::1%4", "user@192.0.2.1". "" if it is none.
std::string read_address(std::string_view word);

// Lower case, without a dot or comma at its end.
std::string host_text(std::string_view word);
bool is_unknown(std::string_view name);

// A comment behind the `from` word: what it shows of the client.
struct ClientComment {
  std::string address;
  std::string name;                // before the address; "" if the writer says it may be forged
  bool is_name_unchecked = false;  // as Courier writes it, which shows "::ffff:192.0.2.1"
  std::string helo;                // of "HELO h", "EHLO h", "account a HELO h", "helo=h"
  bool has_login = false;          // says that the client had logged in
  bool is_local = false;           // "NAME [local]", as OpenSMTPD writes where there was no client
  // It tells what the client called itself before it shows an address, or shows none: so write
  // those who put the address in brackets before the comment.
  bool is_greeting_first = false;
  bool is_doubtful = false;  // two addresses: one is a name of the client's making
};
ClientComment read_client_comment(std::string_view comment);

// The value of a Received field with what an ident answer (RFC 1413) put into it taken out:
// Exim writes that as it is, last in the client's comment. is_doubtful: where it ends cannot
// be told. nullopt: there is none, as nearly everywhere.
struct WithoutIdent {
  std::string value;
  bool is_doubtful = false;
};
std::optional<WithoutIdent> without_ident(std::string_view value);

}  // namespace unsent

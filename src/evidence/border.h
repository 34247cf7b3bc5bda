// SPDX-License-Identifier: MIT
// The border hop: the one Received line of the original that says which client handed it
// to the reporter's organisation. Deeper lines are the sender's, and a forger's, own.
#pragma once

#include <optional>
#include <string_view>

#include "bounce/bounce.h"
#include "evidence/chain.h"

namespace unsent {

struct Border {
  enum class State {
    found,
    no_lines,      // no Received line came back, or none of SMTP
    no_client,     // only private, local or address-less hops, down to the last
    broken_chain,  // a hop that the one above does not lead to
    hidden,        // a hop whose writer does not say who its client was
  };
  State state = State::no_lines;
  std::optional<IpAddress> client;  // with found
  std::size_t index = 0;            // of the border hop in hops, with found
  Chain hops;
};

// Walks from the newest line down: past hops without a public client only while the
// chain is unbroken, past a public client only if its looked-up name (never its HELO) is
// of the reporter's organisation. headers: of the original; or of a message that came
// back to us, whose reporter is then our own MX.
Border find_border(const Headers& headers, std::string_view reporter);

// Of a bounce's original. Where no line came back, the report's own word about the
// client, if it shows an address.
Border find_border(const Bounce& bounce);

// The next border behind the client of upper's hop index: who handed the original to that
// client's organisation, as its own line says. Whether that line is the client's own and can
// be believed is the caller's to know.
Border find_border_behind(const Border& upper, std::size_t index);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What a FETCH reply says of one message (RFC 9051 7.5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "imap/reply.h"
#include "imap/uid_set.h"

namespace unsent {

struct ImapSection {
  std::string_view bytes;  // as much as is held
  std::uint64_t size = 0;  // of all that was sent
};

struct ImapFetched {
  std::optional<Uid> uid;
  std::optional<std::uint64_t> size;  // RFC822.SIZE: what the server says
  std::optional<Time> date;           // INTERNALDATE
  std::optional<std::vector<std::string_view>> flags;
  std::optional<ImapSection> header;  // BODY[HEADER…]
  std::optional<ImapSection> body;    // BODY[]
  std::string_view gmail_id;          // X-GM-MSGID
};

// nullopt: no FETCH, or one that makes no sense. What it does not know is passed over.
std::optional<ImapFetched> read_fetched(const ImapReply& reply);

// "17-Jul-1996 02:44:25 -0700" (RFC 9051 9 date-time).
std::optional<Time> parse_internal_date(std::string_view text);

// The next value within tokens from at on, be it a list: at is moved behind it. False at the end
// of the list that it stands in, or of all.
bool skip_imap_value(const std::vector<ImapToken>& tokens, std::size_t& at);

}  // namespace unsent

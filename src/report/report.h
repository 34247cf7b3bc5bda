// SPDX-License-Identifier: MIT
// A judgement for people (text) and for programs (JSON, one line, stable).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/message.h"
#include "verdict/judge.h"

namespace unsent {

// Where a judged message came from.
struct Position {
  std::string path;          // "-" for standard input
  std::uint64_t offset = 0;  // of its first byte there
  std::uint32_t uid = 0;     // of a message at a server (RFC 9051 2.3.1.1), instead; 0: of none
};
// "Mail/inbox, byte 1,234" or "imaps://alice@mail.example/INBOX, UID 23".
std::string where_text(const Position& place);
// "Mail/inbox:1234", or as above.
std::string brief_where(const Position& place);

// {"version": …, "path": …, "offset": …, "uid": …, "kind": …, "verdict": …, …}, without a line end.
// Valid UTF-8 whatever the mail held; what is not known is null or an empty list. questions: are
// shown, too, as they were asked.
std::string to_json(const Position& place, const Message& message, const Judgement& judgement,
                    const std::optional<std::vector<AskedQuestion>>& questions = {});

// In place of a message that could not be read or judged. path: "" if none is known.
std::string failure_json(const std::string& path, const std::string& error);

// A line of to_json whose message was judged again.
std::string with_decision(const std::string& line, Kind kind, const Decision& decision,
                          const Facts& facts);
// A line of to_json with the campaign's name as its last key; null where it is "".
std::string with_campaign(std::string line, std::string_view campaign);

// "backscatter  bounce  Undelivered Mail …  bob@remote.example: reason": one line.
std::string to_line(const Position& place, const Message& message, const Judgement& judgement);

}  // namespace unsent

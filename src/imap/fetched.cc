// SPDX-License-Identifier: MIT
#include "imap/fetched.h"

#include <array>

#include "base/number.h"
#include "base/text.h"

namespace unsent {
namespace {

using Kind = ImapToken::Kind;

int digits(std::string_view text) { return whole_number<int>(text).value_or(-1); }

int month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (equal_ignoring_case(name, kMonths[i])) return static_cast<int>(i) + 1;
  return 0;
}

std::vector<std::string_view> read_flags(const std::vector<ImapToken>& tokens, std::size_t at) {
  std::vector<std::string_view> flags;
  if (at >= tokens.size() || tokens[at].kind != Kind::open) return flags;
  for (++at; at < tokens.size() && tokens[at].kind != Kind::close; ++at)
    if (tokens[at].kind != Kind::open) flags.push_back(tokens[at].text);
  return flags;
}

ImapSection section_of(const ImapToken& token) {
  return token.is_nil() ? ImapSection() : ImapSection{token.text, token.size};
}

void read_item(ImapFetched& fetched, std::string_view name, const std::vector<ImapToken>& tokens,
               std::size_t at) {
  const ImapToken& value = tokens[at];
  if (equal_ignoring_case(name, "FLAGS")) {
    fetched.flags = read_flags(tokens, at);
    return;
  }
  if (value.kind == Kind::open) return;
  if (equal_ignoring_case(name, "UID")) {
    const auto uid = whole_number<std::uint64_t>(value.text);
    if (uid && *uid > 0 && *uid <= UINT32_MAX) fetched.uid = static_cast<Uid>(*uid);
  }
  if (equal_ignoring_case(name, "RFC822.SIZE"))
    fetched.size = whole_number<std::uint64_t>(value.text);
  if (equal_ignoring_case(name, "INTERNALDATE")) fetched.date = parse_internal_date(value.text);
  if (equal_ignoring_case(name, "X-GM-MSGID")) fetched.gmail_id = value.text;
  if (starts_with_ignoring_case(name, "BODY[HEADER")) fetched.header = section_of(value);
  if (starts_with_ignoring_case(name, "BODY[]")) fetched.body = section_of(value);
}

}  // namespace

bool skip_imap_value(const std::vector<ImapToken>& tokens, std::size_t& at) {
  if (at >= tokens.size() || tokens[at].kind == Kind::close) return false;
  std::size_t depth = 0;
  do {
    if (tokens[at].kind == Kind::open) ++depth;
    if (tokens[at].kind == Kind::close) --depth;
    ++at;
  } while (depth > 0 && at < tokens.size());
  return true;
}

std::optional<ImapFetched> read_fetched(const ImapReply& reply) {
  if (!reply.is_untagged("FETCH") || !reply.number) return std::nullopt;
  const auto& tokens = reply.tokens;
  if (tokens.empty() || tokens.front().kind != Kind::open) return std::nullopt;
  ImapFetched fetched;
  for (std::size_t at = 1; at + 1 < tokens.size() && tokens[at].kind == Kind::atom;) {
    const std::string_view name = tokens[at].text;
    const std::size_t value = ++at;
    if (!skip_imap_value(tokens, at)) return std::nullopt;
    read_item(fetched, name, tokens, value);
  }
  return fetched;
}

std::optional<Time> parse_internal_date(std::string_view text) {
  text = trim(text);
  const auto parts = split(text, ' ');
  if (parts.size() != 3 || parts[2].size() != 5) return std::nullopt;
  const auto day = split(parts[0], '-');
  const auto clock = split(parts[1], ':');
  if (day.size() != 3 || clock.size() != 3) return std::nullopt;
  CivilTime civil{digits(day[2]),   month_of(day[1]), digits(day[0]),
                  digits(clock[0]), digits(clock[1]), digits(clock[2])};
  const auto local = from_civil(civil);
  const int zone = digits(parts[2].substr(1));
  if (!local || zone < 0 || zone > 9999) return std::nullopt;
  const seconds offset((zone / 100 * 60 + zone % 100) * 60);
  return parts[2].front() == '-' ? *local + offset : *local - offset;
}

}  // namespace unsent

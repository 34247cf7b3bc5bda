// SPDX-License-Identifier: MIT
#include "policy/annotate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mail/header.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kFoldAt = 76;
constexpr std::size_t kMaxText = 400;
constexpr std::size_t kMaxFacts = 20;

bool is_field_of(std::string_view line, const std::vector<std::string_view>& names) {
  const std::string_view name = line.substr(0, field_name_length(line));
  return !name.empty() && std::any_of(names.begin(), names.end(), [&](std::string_view one) {
    return equal_ignoring_case(name, one);
  });
}

// Printable ASCII without quotes and backslashes: safe within a quoted string.
std::string quotable(std::string_view text) {
  std::string out;
  for (const char c : cut_utf8(text, kMaxText)) {
    const bool is_plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    if (is_plain) out += c;
    if (c == '"') out += '\'';
    // One mark for each character, not for each of its bytes.
    if (!is_plain && c != '"' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) out += '?';
  }
  return out;
}

// Folded at blanks (RFC 5322 2.2.3). A word longer than a line stays whole.
std::string fold(std::string_view field) {
  std::string out;
  std::size_t column = 0;
  for (const std::string_view word : split(field, ' ')) {
    if (column > 0 && column + 1 + word.size() > kFoldAt) {
      out += "\n\t";
      column = 8;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + '\n';
}

// Among lines that end in LF procmail goes on behind one of CRs alone, as what it reads as fields
// shows: a field of ours must not stand there either.
bool ends_header(const Line& line, bool is_of_lf) {
  return !is_of_lf || line.next - line.begin == 1;
}

Pieces put_pieces(std::string_view message, std::string_view block,
                  const std::vector<std::string_view>& replaced) {
  Pieces pieces;
  Lines lines(message);
  if (message.substr(0, 5) == "From ") {
    const Line from_line = lines.next();
    // Cut off within the From_ line: a field put behind it would become a part of it.
    if (from_line.begin + from_line.text.size() == from_line.next) return {message};
    pieces.push_back(message.substr(0, from_line.next));
  }
  // A first line that begins with a blank would become a folded line of our field.
  const std::string_view rest = message.substr(lines.offset());
  if (rest.empty() || !is_blank(rest.front())) pieces.push_back(block);
  const bool is_of_lf = line_ending(message) == "\n";
  bool is_forged = false;
  std::size_t kept_from = lines.offset();
  while (!lines.at_end()) {
    const Line line = lines.next();
    if (line.text.empty()) {
      if (ends_header(line, is_of_lf)) break;
      is_forged = false;
      continue;
    }
    if (!is_blank(line.text.front())) is_forged = is_field_of(line.text, replaced);
    if (!is_forged) continue;
    pieces.push_back(message.substr(kept_from, line.begin - kept_from));
    kept_from = line.next;
  }
  pieces.push_back(message.substr(kept_from));
  return pieces;
}

}  // namespace

std::string with_line_ends_of(std::string_view message, std::string_view block) {
  const std::string_view line_end = line_ending(message);
  std::string out;
  for (const char c : block) {
    if (c == '\n')
      out += line_end;
    else
      out += c;
  }
  return out;
}

Pieces annotated_pieces(std::string_view message, std::string_view block) {
  return put_pieces(message, block, {"X-Unsent-Verdict", "X-Unsent-Evidence"});
}

std::string annotate(std::string_view message, std::string_view block) {
  return join(annotated_pieces(message, with_line_ends_of(message, block)));
}

std::string put_fields(std::string_view message, std::string_view block,
                       const std::vector<std::string_view>& replaced) {
  return join(put_pieces(message, with_line_ends_of(message, block), replaced));
}

std::string header_block(Kind kind, const Decision& decision, const Facts& facts) {
  if (decision.verdict == Verdict::ordinary) return "X-Unsent-Verdict: ordinary\n";
  std::string block =
      fold(fmt::format("X-Unsent-Verdict: {}; kind={}; reason=\"{}\"", name_of(decision.verdict),
                       name_of(kind), quotable(decision.reason)));
  std::size_t count = 0;
  for (const Fact& fact : facts) {
    if (++count > kMaxFacts) break;
    block += fold(fmt::format("X-Unsent-Evidence: {}; points-to={}; strength={}; detail=\"{}\"",
                              name_of(fact.check), name_of(fact.points_to), name_of(fact.strength),
                              quotable(fact.detail)));
  }
  return block;
}

std::string header_block(const Judgement& judgement) {
  return header_block(judgement.bounce.kind, judgement.decision, judgement.facts);
}

}  // namespace unsent

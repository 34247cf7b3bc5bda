// SPDX-License-Identifier: MIT
#include "imap/reply.h"

#include <algorithm>
#include <cstring>

#include "base/number.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kKept = std::size_t{1} << 20U;  // of the buffer, for the next reply

Unexpected nonsense(const char* what) {
  return fail(ErrorCode::data, std::string("what the server says makes no sense: ") + what);
}

// The first word of text, which is taken off with the blank behind it.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

ImapStatus status_of(std::string_view word) {
  if (equal_ignoring_case(word, "OK")) return ImapStatus::ok;
  if (equal_ignoring_case(word, "NO")) return ImapStatus::no;
  if (equal_ignoring_case(word, "BAD")) return ImapStatus::bad;
  if (equal_ignoring_case(word, "BYE")) return ImapStatus::bye;
  if (equal_ignoring_case(word, "PREAUTH")) return ImapStatus::preauth;
  return ImapStatus::none;
}

}  // namespace

bool ImapToken::is_nil() const { return is_atom("NIL"); }

bool ImapToken::is_atom(std::string_view name) const {
  return kind == Kind::atom && equal_ignoring_case(text, name);
}

bool ImapReply::is_untagged(std::string_view what) const {
  return tag == "*" && equal_ignoring_case(name, what);
}

Result<const ImapReply*> ImapReplyReader::next() {
  if (auto done = read(); !done) return done.failure();
  if (auto done = take_apart(); !done) return done.failure();
  return &reply_;
}

// A line, and as long as a literal stands at its end, that and another one.
Result<void> ImapReplyReader::read() {
  buffer_.clear();
  if (buffer_.capacity() > kKept) buffer_.shrink_to_fit();
  pieces_.clear();
  for (std::size_t held = 0, lines = 0;;) {
    const std::size_t begin = buffer_.size();
    pieces_.push_back({false, begin, 0, 0});
    if (auto done = read_line(); !done) return done;
    const auto literal = is_of_text() ? std::nullopt : literal_at_end(begin);
    const std::size_t end = literal ? buffer_.rfind('{') : buffer_.size();
    pieces_.back().size = end - begin;
    lines += end - begin;
    if (!literal) return {};
    if (lines > limits_.line || pieces_.size() > 2 * limits_.literals)
      return nonsense("a reply without an end");
    buffer_.resize(end);
    if (auto done = read_literal(*literal); !done) return done;
    held += pieces_.back().size;
    if (held > limits_.held) return nonsense("more literals than anybody asked for");
  }
}

Result<void> ImapReplyReader::fill() {
  const auto more = input_->more();
  if (!more) return more.failure();
  chunk_ = *more;
  at_ = 0;
  return {};
}

// To the end of the line, which is not added.
Result<void> ImapReplyReader::read_line() {
  const std::size_t begin = buffer_.size();
  for (;;) {
    if (!has_read_ahead())
      if (auto filled = fill(); !filled) return filled;
    const std::size_t end = chunk_.find('\n', at_);
    const std::size_t size = std::min(end, chunk_.size()) - at_;
    if (buffer_.size() - begin + size > limits_.line) return nonsense("a line without an end");
    buffer_.append(chunk_, at_, size);
    at_ += size;
    if (end == chunk_.npos) continue;
    ++at_;
    if (buffer_.size() > begin && buffer_.back() == '\r') buffer_.pop_back();
    return {};
  }
}

Result<void> ImapReplyReader::read_literal(std::uint64_t size) {
  Piece piece{true, buffer_.size(), 0, size};
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, limits_.literal));
  for (std::uint64_t left = size; left > 0;) {
    if (!has_read_ahead())
      if (auto filled = fill(); !filled) return filled;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_.size() - at_));
    const std::size_t held = std::min(count, wanted - piece.size);
    buffer_.append(chunk_, at_, held);
    piece.size += held;
    at_ += count;
    left -= count;
  }
  pieces_.push_back(piece);
  return {};
}

// "{23}", "{23+}" or "~{23}" at the end of a line.
std::optional<std::uint64_t> ImapReplyReader::literal_at_end(std::size_t begin) const {
  std::string_view line = std::string_view(buffer_).substr(begin);
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  return whole_number<std::uint64_t>(digits);
}

// A status ends in words, which may look like anything.
bool ImapReplyReader::is_of_text() const {
  std::string_view line = buffer_;
  const std::string_view tag = take_word(line);
  return tag == "+" || status_of(take_word(line)) != ImapStatus::none;
}

Result<void> ImapReplyReader::take_apart() {
  reply_ = {};
  depth_ = 0;
  std::string_view line(buffer_.data(), pieces_.front().size);
  reply_.tag = take_word(line);
  if (reply_.tag.empty()) return nonsense("an empty line");
  if (reply_.tag == "+") {
    reply_.text = line;
    return {};
  }
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  reply_.status = status_of(word);
  if (reply_.status != ImapStatus::none) {
    take_status(rest);
    return {};
  }
  if (reply_.tag != "*") return nonsense("neither OK nor NO to a command");
  reply_.number = whole_number<std::uint64_t>(word);
  reply_.name = reply_.number ? take_word(rest) : word;
  return tokenise(static_cast<std::size_t>(rest.data() - buffer_.data()));
}

// "[COPYUID 38505 304 3956] Done".
void ImapReplyReader::take_status(std::string_view rest) {
  reply_.text = rest;
  const std::size_t end = rest.find(']');
  if (!rest.starts_with('[') || end == rest.npos) return;
  reply_.text = trim(rest.substr(end + 1));
  std::string_view code = rest.substr(1, end - 1);
  reply_.code = take_word(code);
  reply_.code_args = code;
}

Result<void> ImapReplyReader::tokenise(std::size_t from) {
  for (const Piece& piece : pieces_) {
    char* const begin = buffer_.data() + piece.begin;
    if (piece.is_literal) {
      const ImapToken literal{ImapToken::Kind::text, {begin, piece.size}, piece.whole};
      if (auto added = add(literal); !added) return added;
      continue;
    }
    const std::size_t skipped = from > piece.begin ? from - piece.begin : 0;
    const std::size_t size = std::max(piece.size, skipped);
    if (auto done = tokenise_line(begin + skipped, begin + size); !done) return done;
  }
  return depth_ == 0 ? Result<void>() : nonsense("a parenthesis that is not closed");
}

Result<void> ImapReplyReader::tokenise_line(char* at, char* end) {
  while (at != end) {
    const char c = *at;
    if (c == ' ') {
      ++at;
    } else if (c == '(' || c == ')') {
      if (c == ')' && depth_ == 0) return nonsense("a parenthesis too many");
      depth_ = c == '(' ? depth_ + 1 : depth_ - 1;
      if (depth_ > limits_.depth) return nonsense("parentheses too deep");
      const auto kind = c == '(' ? ImapToken::Kind::open : ImapToken::Kind::close;
      if (auto added = add({kind, {at, 1}, 1}); !added) return added;
      ++at;
    } else if (c == '"') {
      auto behind = take_quoted(at, end);
      if (!behind) return behind.failure();
      at = *behind;
    } else {
      char* const behind = take_atom(at, end);
      const auto size = static_cast<std::size_t>(behind - at);
      if (auto added = add({ImapToken::Kind::atom, {at, size}, size}); !added) return added;
      at = behind;
    }
  }
  return {};
}

// Written over itself without its backslashes.
Result<char*> ImapReplyReader::take_quoted(char* at, char* end) {
  char* const begin = at + 1;
  char* to = begin;
  for (++at; at != end && *at != '"'; ++at) {
    if (*at == '\\' && at + 1 != end) ++at;
    *to++ = *at;
  }
  if (at == end) return nonsense("a quoted string without an end");
  const auto size = static_cast<std::size_t>(to - begin);
  if (auto added = add({ImapToken::Kind::text, {begin, size}, size}); !added)
    return added.failure();
  return at + 1;
}

// "BODY[HEADER.FIELDS (FROM TO)]<0>" is one: within brackets all counts.
char* ImapReplyReader::take_atom(char* at, char* end) {
  bool is_in_brackets = false;
  for (; at != end; ++at) {
    if (*at == '[') is_in_brackets = true;
    if (*at == ']') is_in_brackets = false;
    if (!is_in_brackets && (*at == ' ' || *at == '(' || *at == ')' || *at == '"')) break;
  }
  return at;
}

Result<void> ImapReplyReader::add(ImapToken token) {
  if (reply_.tokens.size() == limits_.tokens) return nonsense("a reply of too many parts");
  reply_.tokens.push_back(token);
  return {};
}

}  // namespace unsent

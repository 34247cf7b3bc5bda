// SPDX-License-Identifier: MIT
// What a server says, one reply at a time (RFC 9051 7), believed in nothing: its lines, literals
// and nesting are bounded, and a literal that is larger than what is wanted of it is read by and
// not held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unsent {

// The bytes that come from a server.
class ImapInput {
 public:
  ImapInput() = default;
  ImapInput(const ImapInput&) = delete;
  ImapInput& operator=(const ImapInput&) = delete;
  virtual ~ImapInput() = default;

  // The next ones, never none; valid until the next call. That there are no more, or none came in
  // time, is an error.
  virtual Result<std::string_view> more() = 0;
};

struct ImapToken {
  enum class Kind { atom, text, open, close };  // text: quoted, or a literal
  Kind kind = Kind::atom;
  std::string_view text;
  std::uint64_t size = 0;  // of the text as it was sent; more than text has if that was cut

  bool is_nil() const;
  bool is_atom(std::string_view name) const;  // without case
};

enum class ImapStatus { none, ok, no, bad, bye, preauth };

// Valid until the next one is read.
struct ImapReply {
  std::string_view tag;  // "*": asked for or not; "+": go on; else a command's
  ImapStatus status = ImapStatus::none;
  std::string_view code;       // of a status: "COPYUID", upper case as the server has it; or ""
  std::string_view code_args;  // what stands behind it: "38505 304,319:320 3956:3958"
  std::string_view text;       // of a status or "+", for people
  std::optional<std::uint64_t> number;  // "* 23 EXISTS"
  std::string_view name;                // "EXISTS", "FETCH", "LIST"; "" of a status
  std::vector<ImapToken> tokens;        // behind the name

  bool is_untagged(std::string_view what) const;
};

class ImapReplyReader {
 public:
  struct Limits {
    std::size_t line = std::size_t{16} << 20U;     // of all that is no literal
    std::size_t literal = std::size_t{16} << 20U;  // so much of each is held
    std::size_t held = std::size_t{24} << 20U;     // and of all those of a reply
    std::size_t literals = 10'000;
    std::size_t tokens = std::size_t{2} << 20U;
    std::size_t depth = 40;  // of parentheses
  };

  explicit ImapReplyReader(ImapInput& input) : ImapReplyReader(input, Limits()) {}
  ImapReplyReader(ImapInput& input, Limits limits) : input_(&input), limits_(limits) {}

  // Code data: what came is no reply, or beyond the limits; nothing that follows can be
  // understood. Other errors are the input's.
  Result<const ImapReply*> next();
  // From here on the same bytes come otherwise, and none were read ahead.
  void set_input(ImapInput& input) { input_ = &input; }
  bool has_read_ahead() const { return at_ < chunk_.size(); }

 private:
  struct Piece {
    bool is_literal = false;
    std::size_t begin = 0;
    std::size_t size = 0;     // in buffer_
    std::uint64_t whole = 0;  // of a literal
  };

  Result<void> read();
  Result<void> read_line();
  Result<void> read_literal(std::uint64_t size);
  Result<void> fill();
  std::optional<std::uint64_t> literal_at_end(std::size_t begin) const;
  bool is_of_text() const;

  Result<void> take_apart();
  void take_status(std::string_view rest);
  Result<void> tokenise(std::size_t from);
  Result<void> tokenise_line(char* at, char* end);
  Result<char*> take_quoted(char* at, char* end);
  char* take_atom(char* at, char* end);
  Result<void> add(ImapToken token);

  ImapInput* input_;
  Limits limits_;
  std::string_view chunk_;  // of the input
  std::size_t at_ = 0;
  std::string buffer_;
  std::vector<Piece> pieces_;
  std::size_t depth_ = 0;
  ImapReply reply_;
};

}  // namespace unsent

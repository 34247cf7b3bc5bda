// SPDX-License-Identifier: MIT
#include "mail/received.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "mail/date.h"
#include "mail/header.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxValue = 8 * 1024;
constexpr ByteSet kWordEnds(" \t\r\n(;");
constexpr ByteSet kAddressBytes("0123456789abcdefABCDEF.:");

struct Token {
  bool is_comment = false;
  std::string_view text;  // a comment's without its parentheses
};

// A comment ends at its matching parenthesis, or at the end of the text.
std::string_view take_comment(std::string_view& rest) {
  int depth = 0;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    if (rest[i] == '(') ++depth;
    if (rest[i] == ')' && --depth == 0) break;
  }
  const std::string_view inner = rest.substr(1, i - 1);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return inner;
}

// Words and comments up to the semicolon; rest is then the date.
std::vector<Token> take_tokens(std::string_view& rest) {
  std::vector<Token> tokens;
  tokens.reserve(24);
  while (!rest.empty() && rest.front() != ';') {
    if (is_space(rest.front())) {
      rest.remove_prefix(1);
    } else if (rest.front() == '(') {
      tokens.push_back({true, trim(take_comment(rest))});
    } else {
      const std::size_t end = kWordEnds.find_in(rest);
      tokens.push_back({false, rest.substr(0, end)});
      rest.remove_prefix(end);
    }
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return tokens;
}

bool parses_as(int family, const std::string& text) {
  std::array<unsigned char, 16> out{};
  return ::inet_pton(family, text.c_str(), out.data()) == 1;
}

// An address in any of the ways of writing one: "[192.0.2.1]:25", "[IPv6:2001:db8::1]",
// "::ffff:192.0.2.1", "fe80::1%4", "user@192.0.2.1". "" if it is none.
std::string read_address(std::string_view word) {
  if (const std::size_t at = word.rfind('@'); at != std::string_view::npos)
    word.remove_prefix(at + 1);
  if (!word.empty() && word.front() == '[') {
    word.remove_prefix(1);
    word = word.substr(0, word.find(']'));
  }
  if (starts_with_ignoring_case(word, "ipv6:")) word.remove_prefix(5);
  if (starts_with_ignoring_case(word, "::ffff:") && word.find('.') != std::string_view::npos)
    word.remove_prefix(7);
  word = word.substr(0, word.find('%'));
  if (word.empty() || word.size() > 45) return {};
  if (!std::all_of(word.begin(), word.end(), [](char c) { return kAddressBytes.has(c); }))
    return {};
  std::string text = lower(word);
  if (parses_as(AF_INET, text) || parses_as(AF_INET6, text)) return text;
  // "192.0.2.1:40112", the port within the brackets
  const std::string_view host = word.substr(0, word.find(':'));
  text = std::string(host);
  return host.size() < word.size() && parses_as(AF_INET, text) ? text : std::string();
}

std::string host_text(std::string_view word) {
  while (!word.empty() && (word.back() == '.' || word.back() == ',')) word.remove_suffix(1);
  return lower(word);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = kBlanksAndLineEnds.find_in(text, begin);
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool is_unknown(std::string_view name) {
  return name.empty() || equal_ignoring_case(name, "unknown") ||
         equal_ignoring_case(name, "unverified");
}

// A comment behind the `from` word: what it shows of the client.
struct ClientComment {
  std::string address;
  std::string name;      // the word before the address
  std::string helo;      // of "HELO h", "EHLO h", "helo=h"
  bool is_exim = false;  // has helo=, port= or ident=
};

ClientComment read_client_comment(std::string_view comment) {
  ClientComment read;
  const auto words = words_of(comment);
  if (words.size() >= 2 &&
      (equal_ignoring_case(words[0], "helo") || equal_ignoring_case(words[0], "ehlo"))) {
    read.helo = host_text(words[1]);
    return read;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const bool is_setting = starts_with_ignoring_case(word, "helo=") ||
                            starts_with_ignoring_case(word, "port=") ||
                            starts_with_ignoring_case(word, "ident=");
    if (is_setting) {
      read.is_exim = true;
      if (to_lower(word.front()) == 'h') read.helo = host_text(word.substr(5));
      continue;
    }
    const bool has_bracket = word.front() == '[';
    const std::string address = read_address(word);
    // "R [192.0.2.1]": a bare address is one only where it stands alone.
    if (address.empty() || (!has_bracket && words.size() > 1)) continue;
    read.address = address;
    read.name = i > 0 && !is_unknown(words[i - 1]) ? host_text(words[i - 1]) : std::string();
  }
  return read;
}

enum class Clause { none, from, by, with, id, via, recipient };

Clause clause_of(std::string_view word) {
  struct Row {
    std::string_view word;
    Clause clause;
  };
  constexpr std::array<Row, 6> kClauses = {{{"from", Clause::from},
                                            {"by", Clause::by},
                                            {"with", Clause::with},
                                            {"id", Clause::id},
                                            {"via", Clause::via},
                                            {"for", Clause::recipient}}};
  for (const Row& row : kClauses)
    if (equal_ignoring_case(word, row.word)) return row.clause;
  return Clause::none;
}

class ReceivedReader {
 public:
  explicit ReceivedReader(std::string_view value) : value_(value.substr(0, kMaxValue)) {}

  ReceivedHop read() && {
    std::string_view rest = value_;
    const std::vector<Token> tokens = take_tokens(rest);
    std::size_t i = 0;
    // "esmtp.example.com (localhost [127.0.0.1]) by …": the word `from` is missing.
    if (!tokens.empty() && !tokens[0].is_comment && clause_of(tokens[0].text) == Clause::none)
      take_value(Clause::from, tokens[i++].text);
    for (; i < tokens.size(); ++i) {
      if (tokens[i].is_comment) {
        take_comment_token(tokens[i].text);
      } else if (const Clause clause = clause_of(tokens[i].text);
                 clause != Clause::none && is_due(clause)) {
        clause_ = clause;
        if (i + 1 < tokens.size() && !tokens[i + 1].is_comment)
          take_value(clause, tokens[++i].text);
      } else {
        take_further_word(tokens[i].text);
      }
    }
    settle();
    return std::move(hop_);
  }

 private:
  // A clause comes once: a second "from" is text.
  bool is_due(Clause clause) {
    const auto bit = 1U << static_cast<unsigned>(clause);
    if ((seen_ & bit) != 0 || (clause == Clause::from && seen_ != 0)) return false;
    seen_ |= bit;
    return true;
  }

  void take_value(Clause clause, std::string_view word) {
    clause_ = clause;
    seen_ |= 1U << static_cast<unsigned>(clause);
    switch (clause) {
      case Clause::from:
        from_ = word;
        break;
      case Clause::by:
        hop_.by = host_text(word);
        break;
      case Clause::with:
        take_protocol(word);
        break;
      case Clause::recipient:
        take_recipient(word);
        break;
      case Clause::id:
        hop_.id = word;
        break;
      case Clause::none:
      case Clause::via:
        break;
    }
  }

  void take_further_word(std::string_view word) {
    if (clause_ == Clause::from && outside_.empty() && word.front() == '[')
      outside_ = read_address(word);
    if (clause_ == Clause::with) take_protocol(word);
  }

  void take_protocol(std::string_view word) {
    if (!hop_.with.empty()) hop_.with += ' ';
    for (const char c : word) hop_.with += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }

  void take_recipient(std::string_view word) {
    if (!word.empty() && word.front() == '<') word.remove_prefix(1);
    if (!word.empty() && word.back() == '>') word.remove_suffix(1);
    hop_.recipient = word;
  }

  void take_comment_token(std::string_view comment) {
    if (clause_ == Clause::none && starts_with_ignoring_case(comment, "from "))
      hop_.is_local = true;
    if (clause_ == Clause::by && comment.find("from userid") != std::string_view::npos)
      hop_.is_local = true;
    if (comment.substr(0, 5) == "Exim ") is_exim_ = true;
    if (clause_ == Clause::by && hop_.by_ip.empty()) hop_.by_ip = read_address(comment);
    if (clause_ != Clause::from) return;
    if (comment.find("[local]") != std::string_view::npos) hop_.is_local = true;
    const ClientComment client = read_client_comment(comment);
    if (!client.helo.empty()) helo_ = client.helo;
    if (!client.address.empty()) {
      hop_.client_ip = client.address;
      hop_.rdns = client.name;
    }
    has_exim_comment_ = has_exim_comment_ || client.is_exim;
    ++from_comments_;
  }

  // What the `from` word is depends on what stood behind it.
  void settle() {
    const bool has_helo_elsewhere = !helo_.empty();
    const bool is_name = !from_.empty() && from_.front() != '[' && read_address(from_).empty();
    const bool is_literal = from_.substr(0, 1) == "[";
    // "from [192.0.2.1] (HELO h)", as CommuniGate writes: what greets is named elsewhere.
    const bool is_client_literal = is_literal && has_helo_elsewhere;
    if (hop_.client_ip.empty() && (has_exim_comment_ || from_comments_ == 0 || is_client_literal)) {
      hop_.client_ip = is_literal ? read_address(from_) : outside_;
    }
    hop_.helo = has_helo_elsewhere ? helo_ : host_text(from_);
    const bool shows_rdns = has_helo_elsewhere || is_exim_;
    if (hop_.rdns.empty() && shows_rdns && is_name && !is_unknown(from_) && !hop_.client_ip.empty())
      hop_.rdns = host_text(from_);
    if (hop_.with.substr(0, 5) == "LOCAL" && hop_.client_ip.empty()) {
      hop_.is_local = true;
      hop_.helo.clear();
    }
  }

  std::string_view value_;
  ReceivedHop hop_;
  std::string_view from_;
  std::string helo_;
  std::string outside_;  // an address in brackets behind the from word, in no comment
  Clause clause_ = Clause::none;
  unsigned seen_ = 0;
  int from_comments_ = 0;
  bool has_exim_comment_ = false;
  bool is_exim_ = false;
};

}  // namespace

bool ReceivedHop::is_other_protocol() const {
  for (const std::string_view prefix : {"IMAP", "POP", "LMTP", "HTTP", "MAPI", "UTF8LMTP"})
    if (with.compare(0, prefix.size(), prefix) == 0) return true;
  return false;
}

bool ReceivedHop::hides_client() const {
  if (is_local || !client_ip.empty() || helo.empty()) return false;
  const bool is_smtp = with.find("SMTP") != with.npos && with.find("SMTPSVC") == with.npos;
  return is_smtp && !is_other_protocol();
}

bool ReceivedHop::is_authenticated() const {
  const std::string_view protocol = std::string_view(with).substr(0, with.find(' '));
  return protocol == "ESMTPA" || protocol == "ESMTPSA" || protocol == "UTF8SMTPA" ||
         protocol == "UTF8SMTPSA";
}

ReceivedHop parse_received(std::string_view value) { return ReceivedReader(value).read(); }

std::optional<Time> received_date(std::string_view value) {
  std::string_view rest = value.substr(0, kMaxValue);
  constexpr ByteSet kMarks("(;");
  rest.remove_prefix(kMarks.find_in(rest));
  while (!rest.empty() && rest.front() == '(') {
    take_comment(rest);
    rest.remove_prefix(kMarks.find_in(rest));
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return rest.empty() ? std::nullopt : parse_date(unfold(rest));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "mail/received.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>

#include "base/text.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/received_client.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxValue = 8 * 1024;
constexpr ByteSet kWordEnds(" \t\r\n(;");

struct Token {
  bool is_comment = false;
  std::string_view text;  // a comment's without its parentheses
};

// As many as lines have, on the stack.
using Tokens = boost::container::small_vector<Token, 24>;

// " by " behind begin, where a clause that nobody but the writer begins stands; or the end.
std::size_t find_by(std::string_view text, std::size_t begin) {
  for (std::size_t at = find_ignoring_case(text, "by", begin); at != text.npos;
       at = find_ignoring_case(text, "by", at + 1))
    if (at > 0 && at + 2 < text.size() && is_space(text[at - 1]) && is_space(text[at + 2]))
      return at;
  return text.size();
}

// A comment ends at its matching parenthesis. One that has none ends where the next clause
// begins: a client's greeting may hold a parenthesis.
std::string_view take_comment(std::string_view& rest, bool& is_torn) {
  int depth = 0;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    if (rest[i] == '(') ++depth;
    if (rest[i] == ')' && --depth == 0) break;
  }
  const bool has_end = i < rest.size();
  if (!has_end) i = find_by(rest, 1);
  is_torn = is_torn || (!has_end && i < rest.size());
  const std::string_view inner = rest.substr(1, i - 1);
  rest.remove_prefix(std::min(has_end ? i + 1 : i, rest.size()));
  return inner;
}

// Words and comments up to the semicolon; rest is then the date. Behind `from` stands what
// the client called itself, whatever bytes it chose: all up to the next white space. is_torn: a
// comment before the writer's name had no end of its own.
Tokens take_tokens(std::string_view& rest, bool& is_torn) {
  Tokens tokens;
  while (!rest.empty() && rest.front() != ';') {
    const bool is_greeting =
        tokens.size() == 1 && !tokens[0].is_comment && equal_ignoring_case(tokens[0].text, "from");
    if (is_space(rest.front())) {
      rest.remove_prefix(1);
    } else if (rest.front() == '(') {
      tokens.push_back({true, trim(take_comment(rest, is_torn))});
    } else {
      const std::size_t end = (is_greeting ? kBlanksAndLineEnds : kWordEnds).find_in(rest);
      tokens.push_back({false, rest.substr(0, end)});
      rest.remove_prefix(end);
    }
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return tokens;
}

enum class Clause { none, from, by, with, id, via, recipient };

Clause clause_of(std::string_view word) {
  switch (short_word(word)) {
    case short_word("from"):
      return Clause::from;
    case short_word("by"):
      return Clause::by;
    case short_word("with"):
      return Clause::with;
    case short_word("id"):
      return Clause::id;
    case short_word("via"):
      return Clause::via;
    case short_word("for"):
      return Clause::recipient;
    default:
      return Clause::none;
  }
}

class ReceivedReader {
 public:
  ReceivedReader(std::string_view value, ReceivedHop& hop)
      : changed_(without_ident(value.substr(0, kMaxValue))),
        text_(changed_ ? std::string_view(changed_->value) : value.substr(0, kMaxValue)),
        hop_(hop) {}

  void read() {
    std::string_view rest = text_;
    bool is_torn = false;
    const Tokens list = take_tokens(rest, is_torn);
    hop_.is_doubtful = (changed_ && changed_->is_doubtful) || is_torn;
    std::size_t i = 0;
    // "esmtp.example.com (localhost [127.0.0.1]) by …": the word `from` is missing.
    if (!list.empty() && !list[0].is_comment && clause_of(list[0].text) == Clause::none)
      take_value(Clause::from, list[i++].text);
    for (; i < list.size(); ++i) {
      const Clause clause = list[i].is_comment ? Clause::none : clause_of(list[i].text);
      if (list[i].is_comment) {
        take_comment_token(list[i].text);
      } else if (clause != Clause::none && is_due(clause)) {
        clause_ = clause;
        if (i + 1 < list.size() && !list[i + 1].is_comment) take_value(clause, list[++i].text);
      } else {
        take_further_word(list[i].text);
        const bool is_writer =
            clause == Clause::by && i + 1 < list.size() && list[i + 1].text != "uid";
        hop_.is_doubtful = hop_.is_doubtful || is_writer;  // a second one: one is client's text
      }
    }
    settle();
  }

 private:
  // A clause comes once: a second "from" is text.
  bool is_due(Clause clause) {
    const auto bit = 1U << static_cast<unsigned>(clause);
    if ((seen_ & bit) != 0 || (clause == Clause::from && seen_ != 0)) return false;
    seen_ |= bit;
    return true;
  }

  std::size_t behind(std::string_view word) const {
    return static_cast<std::size_t>(word.data() + word.size() - text_.data());
  }

  // A quote there opens the local part of a sender or a recipient: what follows are bytes that the
  // client chose, blanks and parentheses among them.
  bool is_clients(std::string_view word) const {
    return !quoted_.empty() && word.data() >= quoted_.data();
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
        quoted_ = text_.substr(std::min(text_.find('"', behind(word)), text_.size()));
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
    if (clause_ == Clause::from && word.front() == '[') take_outside(read_address(word));
    if (clause_ == Clause::with) take_protocol(word);
    if (clause_ != Clause::from && !is_clients(word) && word == "auth=yes")  // OpenSMTPD
      hop_.has_login = true;
  }

  void take_outside(std::string address) {
    if (outside_.empty())
      outside_ = std::move(address);
    else if (!address.empty() && address != outside_)
      hop_.is_doubtful = true;
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
    if (comment.substr(0, 7) == "MDaemon") is_mdaemon_ = true;
    if (clause_ == Clause::by && hop_.by_ip.empty()) hop_.by_ip = read_address(comment);
    if (clause_ == Clause::from)
      take_client(comment);
    else if (!is_clients(comment) && starts_with_ignoring_case(comment, "authenticated "))
      hop_.has_login = true;
  }

  void take_client(std::string_view comment) {
    ClientComment client = read_client_comment(comment);
    if (client.is_local && hop_.client_ip.empty() && helo_.empty()) hop_.is_local = true;
    if (helo_.empty()) helo_ = std::move(client.helo);
    is_greeting_first_ = is_greeting_first_ || client.is_greeting_first;
    hop_.is_doubtful = hop_.is_doubtful || client.is_doubtful;
    hop_.has_login = hop_.has_login || client.has_login;
    if (client.address.empty()) return;
    if (!hop_.client_ip.empty() && hop_.client_ip != client.address) hop_.is_doubtful = true;
    if (!hop_.client_ip.empty()) return;
    hop_.client_ip = std::move(client.address);
    hop_.rdns = std::move(client.name);
    hop_.is_rdns_unchecked = client.is_name_unchecked;
  }

  // What the `from` word is depends on what stood behind it.
  void settle() {
    const bool has_helo_elsewhere = !helo_.empty();
    const bool is_literal = from_.substr(0, 1) == "[";
    // "from [192.0.2.1] (helo=h)": an address in or behind such a comment is the client's text.
    if (is_literal && is_greeting_first_ && !hop_.client_ip.empty() &&
        hop_.client_ip != read_address(from_))
      hop_.is_doubtful = true;
    // "from [192.0.2.1] by …": what the writer saw, or with MDaemon what the client said.
    if (hop_.client_ip.empty() && !is_mdaemon_)
      hop_.client_ip = outside_.empty() && is_literal ? read_address(from_) : std::move(outside_);
    hop_.helo = has_helo_elsewhere ? std::move(helo_) : host_text(from_);
    const bool shows_rdns = has_helo_elsewhere || is_exim_;
    if (hop_.rdns.empty() && shows_rdns && !is_literal && !is_unknown(from_) &&
        !hop_.client_ip.empty() && read_address(from_).empty()) {
      hop_.rdns = host_text(from_);
      hop_.is_rdns_unchecked = !is_exim_;
    }
    if (hop_.with.substr(0, 5) == "LOCAL" && hop_.client_ip.empty()) {
      hop_.is_local = true;
      hop_.helo.clear();
    }
  }

  std::optional<WithoutIdent> changed_;
  std::string_view text_;    // the value, or that as it was changed
  std::string_view quoted_;  // its end, from the first quote behind the writer's name
  ReceivedHop& hop_;
  std::string_view from_;
  std::string helo_;
  std::string outside_;  // an address in brackets behind the from word, in no comment
  Clause clause_ = Clause::none;
  unsigned seen_ = 0;
  bool is_exim_ = false;
  bool is_greeting_first_ = false;
  bool is_mdaemon_ = false;
};

}  // namespace

bool ReceivedHop::is_other_protocol() const {
  static constexpr ByteSet kFirst("IPLHMU");  // of those below: nearly all lines say ESMTP
  if (with.empty() || !kFirst.has(with.front())) return false;
  for (const std::string_view prefix : {"IMAP", "POP", "LMTP", "HTTP", "MAPI", "UTF8LMTP"})
    if (with.compare(0, prefix.size(), prefix) == 0) return true;
  return false;
}

bool ReceivedHop::hides_client() const {
  if (is_doubtful) return true;
  if (is_local || !client_ip.empty() || helo.empty()) return false;
  if (is_other_protocol() || with.find("SMTPSVC") != with.npos) return false;
  // By another protocol, or none that is named, from host to host ("via smap", "with Trustwave
  // SEG").
  const std::string_view zone = std::string_view(by).substr(std::min(by.size(), by.find('.') + 1));
  const bool is_from_elsewhere =
      helo.find('.') != helo.npos && !ends_with_ignoring_case(helo, zone);
  return is_from_elsewhere || with.find("SMTP") != with.npos;
}

bool ReceivedHop::is_authenticated() const {
  if (has_login) return true;
  const std::string_view protocol = std::string_view(with).substr(0, with.find(' '));
  return protocol == "ESMTPA" || protocol == "ESMTPSA" || protocol == "UTF8SMTPA" ||
         protocol == "UTF8SMTPSA";
}

ReceivedHop parse_received(std::string_view value) {
  ReceivedHop hop;
  ReceivedReader(value, hop).read();
  return hop;
}

std::optional<Time> received_date(std::string_view value) {
  std::string_view rest = value.substr(0, kMaxValue);
  static constexpr ByteSet kMarks("(;");
  rest.remove_prefix(kMarks.find_in(rest));
  bool is_torn = false;
  while (!rest.empty() && rest.front() == '(') {
    take_comment(rest, is_torn);
    rest.remove_prefix(kMarks.find_in(rest));
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return rest.empty() ? std::nullopt : parse_date(unfold(rest));
}

}  // namespace unsent

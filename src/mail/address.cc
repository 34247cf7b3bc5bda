// SPDX-License-Identifier: MIT
#include "mail/address.h"

#include <algorithm>
#include <array>

#include "base/idn.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxDomain = 253;
constexpr std::size_t kMaxLocal = 320;  // RFC 5321 says 64; VERP and SRS go beyond
constexpr std::size_t kMaxMessageId = 1000;

constexpr ByteSet kNeedQuotes(" \t()<>[]:;@\\,\"");
constexpr ByteSet kListMarks(" \t\r\n\f\v(\"<:,;");  // where a list of addresses is more than text

// Letters, digits, "-", "_", and what is not ASCII.
constexpr std::array<bool, 256> kIsNameByte = [] {
  std::array<bool, 256> is_name{};
  for (std::size_t byte = 0; byte < is_name.size(); ++byte) {
    const char c = static_cast<char>(byte);
    is_name[byte] = is_alnum(c) || c == '-' || c == '_' || byte >= 0x80;
  }
  return is_name;
}();

// Such bytes and "."; no label is empty.
bool is_domain(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    const bool is_name_byte = kIsNameByte[static_cast<unsigned char>(c)];
    if (!is_name_byte && (c != '.' || before == '.')) return false;
    before = c;
  }
  return true;
}

// Of most local parts all are such.
constexpr bool is_plain_byte(char c) {
  return kIsNameByte[static_cast<unsigned char>(c)] || c == '.' || c == '+' || c == '=';
}

bool is_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  for (const char c : text.substr(1, text.size() - 2))
    if (!is_alnum(c) && c != '.' && c != ':') return false;
  return true;
}

// The local part without its quotes where it is an RFC 5322 dot-atom anyway.
std::optional<std::string_view> clean_local(std::string_view local) {
  if (local.empty() || local.size() > kMaxLocal) return std::nullopt;
  if (std::all_of(local.begin(), local.end(), is_plain_byte)) return local;
  for (const char c : local)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
  const bool is_quoted = local.size() > 2 && local.front() == '"' && local.back() == '"';
  const std::string_view inner = is_quoted ? local.substr(1, local.size() - 2) : local;
  const bool needs_quotes = kNeedQuotes.find_in(inner) < inner.size();
  if (needs_quotes && !is_quoted) return std::nullopt;
  return needs_quotes ? local : inner;
}

std::string without_space(std::string_view text) {
  static constexpr ByteSet kSpaces(" \t\r\n\f\v");
  if (kSpaces.find_in(text) == text.size()) return std::string(text);
  std::string joined;
  joined.reserve(text.size());
  for (const char c : text)
    if (!is_space(c)) joined += c;
  return joined;
}

// Position of the "@" that parts local part and domain: the last one, as a local part
// may hold quoted ones.
std::size_t find_at(std::string_view text) { return text.rfind('@'); }

// Walks an address list character by character and hands each address's text on.
class AddressList {
 public:
  AddressList(std::string_view value, std::size_t limit) : rest_(value), limit_(limit) {}

  std::vector<Address> read() && {
    while (!rest_.empty() && found_.size() < limit_) step();
    finish();
    return std::move(found_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  void step() {
    const char c = take();
    switch (c) {
      case '(':
        skip_comment();
        break;
      case '"':
        take_quoted();
        break;
      case '<':
        take_angle();
        break;
      case ':':
        word_.clear();  // the name of a group
        break;
      case ',':
      case ';':
        finish();
        break;
      default:
        word_ += is_space(c) ? ' ' : c;
        take_plain_text();
    }
  }

  void take_plain_text() {
    const std::size_t end = kListMarks.find_in(rest_);
    word_ += rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  void skip_comment() {
    for (int depth = 1; depth > 0 && !rest_.empty();) {
      const char c = take();
      if (c == '\\' && !rest_.empty())
        take();
      else if (c == '(')
        ++depth;
      else if (c == ')')
        --depth;
    }
  }

  // A quoted string that does not end is not one: its quote is passed over.
  void take_quoted() {
    if (is_quote_open_) return;
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2U : 1U;
    is_quote_open_ = end >= rest_.size();
    if (is_quote_open_) return;
    word_ += '"';
    word_ += rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
  }

  void take_angle() {
    const std::size_t end = rest_.find('>');
    const std::string_view inner = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (add(inner)) has_angle_ = true;
  }

  bool add(std::string_view text) {
    const bool is_one_piece = text.find('"') != std::string_view::npos ||
                              std::none_of(text.begin(), text.end(), is_space);
    auto address = Address::parse(is_one_piece ? text : std::string_view(without_space(text)));
    if (!address || found_.size() >= limit_) return false;
    found_.push_back(std::move(*address));
    return true;
  }

  // What stands before a separator is an address, unless one in brackets was there.
  void finish() {
    if (!has_angle_) {
      const std::string_view text = trim(word_);
      const bool is_one_word = text.find(' ') == std::string_view::npos;
      if (is_one_word || text.find('"') != std::string_view::npos || !add_last_word(text))
        add(text);
    }
    has_angle_ = false;
    word_.clear();
  }

  // "Alice alice@example.org", as some write it.
  bool add_last_word(std::string_view text) {
    const std::string_view word = text.substr(text.rfind(' ') + 1);
    return word.find('@') != std::string_view::npos && word.front() != '@' && add(word);
  }

  std::string_view rest_;
  std::size_t limit_;
  std::string word_;
  bool has_angle_ = false;
  bool is_quote_open_ = false;  // no quoted string ends in what is left
  std::vector<Address> found_;
};

}  // namespace

bool DomainName::read(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  if (text.empty() || text.size() > kMaxDomain) return false;
  if (!is_domain(text) && !is_literal(text)) return false;
  // Whoever returns a message may write the name in the other form than who sent it.
  const auto ascii = is_ascii(text) ? std::nullopt : to_a_labels(text);
  text_ = lower(ascii ? std::string_view(*ascii) : text);
  return text_.size() <= kMaxDomain;
}

std::optional<DomainName> DomainName::parse(std::string_view text) {
  std::optional<DomainName> domain{DomainName()};
  if (!domain->read(text)) domain.reset();
  return domain;
}

bool DomainName::is_within(const DomainName& parent) const {
  if (text_.size() == parent.text_.size()) return text_ == parent.text_;
  return text_.size() > parent.text_.size() &&
         text_[text_.size() - parent.text_.size() - 1] == '.' &&
         std::string_view(text_).substr(text_.size() - parent.text_.size()) == parent.text_;
}

std::optional<Address> Address::parse(std::string_view text) {
  std::optional<Address> address;
  text = trim(text);
  if (text.size() >= 2 && text.front() == '<' && text.back() == '>')
    text = trim(text.substr(1, text.size() - 2));
  if (!text.empty() && text.front() == '@') {  // source route, RFC 5321 appendix C
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return address;
    text.remove_prefix(colon + 1);
  }
  const std::size_t at = find_at(text);
  if (at == std::string_view::npos) return address;
  const auto local = clean_local(text.substr(0, at));
  if (!local) return address;
  address = Address();
  address->local_ = *local;
  if (!address->domain_.read(text.substr(at + 1))) address.reset();
  return address;
}

std::string Address::text() const {
  std::string text;
  text.reserve(local_.size() + 1 + domain_.text().size());
  return text.append(local_).append(1, '@').append(domain_.text());
}

bool same_mailbox(const Address& a, const Address& b) {
  return a.domain() == b.domain() && equal_ignoring_case(a.local(), b.local());
}

std::vector<Address> parse_addresses(std::string_view value, std::size_t limit) {
  return AddressList(value, limit).read();
}

std::vector<std::string> parse_message_ids(std::string_view value, std::size_t limit) {
  std::vector<std::string> ids;
  const auto add = [&](std::string_view text) {
    std::string id = without_space(text);
    if (!id.empty() && id.size() <= kMaxMessageId && ids.size() < limit)
      ids.push_back(std::move(id));
  };
  const std::string_view whole = trim(value);
  if (whole.find('<') == std::string_view::npos) {
    if (kBlanksAndLineEnds.find_in(whole) == whole.size()) {
      std::string_view word = whole;
      if (!word.empty() && word.back() == '>') word.remove_suffix(1);
      add(word);
    }
    return ids;
  }
  std::size_t open = whole.find('<');
  while (open != std::string_view::npos && ids.size() < limit) {
    const std::size_t close = whole.find('>', open);
    add(whole.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
    open = close == std::string_view::npos ? close : whole.find('<', close);
  }
  return ids;
}

}  // namespace unsent

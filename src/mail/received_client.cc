// SPDX-License-Identifier: MIT
#include "mail/received_client.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>

#include "base/text.h"

namespace unsent {
namespace {

constexpr ByteSet kAddressBytes("0123456789abcdefABCDEF.:");
constexpr std::string_view kIdent = "ident=";

bool parses_as(int family, const std::string& text) {
  std::array<unsigned char, 16> out{};
  return ::inet_pton(family, text.c_str(), out.data()) == 1;
}

// As many as comments have, on the stack.
using Words = boost::container::small_vector<std::string_view, 8>;

Words words_of(std::string_view text) {
  Words words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = kBlanksAndLineEnds.find_in(text, begin);
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool is_greeting(std::string_view word) {
  return equal_ignoring_case(word, "helo") || equal_ignoring_case(word, "ehlo") ||
         equal_ignoring_case(word, "lhlo");
}

// "Authenticated sender: alice", "AUTH: PLAIN alice, TLS: …", "authenticated bits=0".
bool tells_login(const Words& words) {
  return equal_ignoring_case(words.front(), "authenticated") || words.front() == "AUTH:";
}

// Exim's "helo=h", "port=1" or "ident=x"; true if it was one.
bool take_setting(std::string_view word, ClientComment& read) {
  const bool is_helo = starts_with_ignoring_case(word, "helo=");
  if (!is_helo && !starts_with_ignoring_case(word, "port=") &&
      !starts_with_ignoring_case(word, kIdent))
    return false;
  if (is_helo) read.helo = host_text(word.substr(5));
  return true;
}

// "web1 [local]", and not "IDENT: [local]".
bool is_of_no_client(const Words& words) {
  return words.size() == 2 && words[1] == "[local]" && words[0].back() != ':';
}

// "[192.0.2.1]", "192.0.2.1", "R [192.0.2.1]": a bare address is one only where it stands
// alone, and one in brackets as the first word or the second.
std::size_t find_address(const Words& words, ClientComment& read) {
  for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 2); ++i) {
    if (words[i].front() != '[' && words.size() > 1) continue;
    read.address = read_address(words[i]);
    if (!read.address.empty()) return i;
  }
  return words.size();
}

// "Not Verified[192.0.2.1]", "mail.example.com[192.0.2.1]" (MailMarshal): its name and its address.
void part_joined(Words& words) {
  if (words.empty() || words.size() > 2 || words.back().back() != ']') return;
  const std::string_view joined = words.back();
  const std::size_t open = joined.find('[');
  if (open == 0 || open == joined.npos) return;
  const bool is_unverified = words.size() == 2 && equal_ignoring_case(words[0], "not") &&
                             equal_ignoring_case(joined.substr(0, open), "verified");
  if (words.size() == 2 && !is_unverified) return;
  words = {is_unverified ? std::string_view("unverified") : joined.substr(0, open),
           joined.substr(open)};
}

// "(verified)", "(may be forged)" and Exim's settings may stand behind it.
bool may_be_forged(const Words& words, std::size_t behind) {
  return behind + 1 < words.size() && starts_with_ignoring_case(words[behind + 1], "(may");
}

// "R ([192.0.2.1] helo=h ident=x)", "[192.0.2.1] (helo=h ident=x)": the first comment.
bool is_exims(std::string_view comment) {
  for (const std::string_view start :
       {std::string_view("["), std::string_view("helo="), std::string_view("port="), kIdent})
    if (starts_with_ignoring_case(comment, start)) return true;
  return false;
}

// Where the client's comment ends that holds the answer: ") by", the writer's own. Exim
// folds there, which an answer cannot; where the folds are gone and there are several, one
// of them is the client's.
std::size_t end_of_ident(std::string_view value, std::size_t ident, bool& is_doubtful) {
  std::size_t first = std::string_view::npos;
  int count = 0;
  for (std::size_t at = value.find(')', ident); at != value.npos; at = value.find(')', at + 1)) {
    const std::string_view behind = value.substr(at + 1);
    const std::string_view next = trim(behind);
    if (next.size() == behind.size() || !starts_with_ignoring_case(next, "by ")) continue;
    if (behind.substr(0, behind.find(next.front())).find('\n') != value.npos) return at;
    if (++count == 1) first = at;
  }
  is_doubtful = count != 1;
  return first;
}

}  // namespace

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

bool is_unknown(std::string_view name) {
  return name.empty() || equal_ignoring_case(name, "unknown") ||
         equal_ignoring_case(name, "<unknown>") || equal_ignoring_case(name, "unverified");
}

ClientComment read_client_comment(std::string_view comment) {
  ClientComment read;
  Words words = words_of(comment);
  if (words.empty()) return read;
  if (words.size() >= 2 && is_greeting(words[0])) {
    read.helo = host_text(words[1]);
    read.is_greeting_first = true;
    return read;
  }
  // CommuniGate: "account alice@ourshop.example HELO h", "account alice@… [192.0.2.1] verified".
  if (words[0] == "account") {
    read.has_login = read.is_greeting_first = true;
    if (words.size() >= 4 && is_greeting(words[2])) read.helo = host_text(words[3]);
    if (words.size() >= 3 && words[2].front() == '[') read.address = read_address(words[2]);
    return read;
  }
  read.has_login = tells_login(words);
  read.is_local = is_of_no_client(words);
  read.is_greeting_first =
      starts_with_ignoring_case(words[0], "helo=") || starts_with_ignoring_case(words[0], "port=");
  const auto is_setting = [&](std::string_view word) { return take_setting(word, read); };
  words.erase(std::remove_if(words.begin(), words.end(), is_setting), words.end());
  part_joined(words);
  const std::size_t at = find_address(words, read);
  read.is_doubtful =
      at == 0 && words.size() > 1 && words[1].front() == '[' && !read_address(words[1]).empty();
  if (at == 1 && !is_unknown(words[0]) && !may_be_forged(words, at))
    read.name = host_text(words[0].substr(words[0].rfind('@') + 1));
  read.is_name_unchecked =
      at == 1 && !read.address.empty() && words[at].find("::ffff:") != std::string_view::npos;
  return read;
}

std::optional<WithoutIdent> without_ident(std::string_view value) {
  const std::size_t open = value.find('(');
  if (open == value.npos || !is_exims(value.substr(open + 1))) return std::nullopt;
  const std::size_t ident = find_ignoring_case(value, kIdent, open);
  if (ident == value.npos) return std::nullopt;
  WithoutIdent out;
  const std::size_t end = end_of_ident(value, ident, out.is_doubtful);
  out.value = std::string(value.substr(0, ident + kIdent.size()));
  if (end == value.npos)
    out.value += ')';
  else
    out.value += value.substr(end);
  return out;
}

}  // namespace unsent

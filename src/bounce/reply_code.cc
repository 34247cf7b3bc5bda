// SPDX-License-Identifier: MIT
#include "bounce/reply_code.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "bounce/dsn.h"

namespace unsent {
namespace {

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return equal_ignoring_case(one, word); });
}

// Words behind which a code is a server's: "said 550 no such user", "Fehlercode 550". So is one
// behind a host's name.
bool announces_code(std::string_view word) {
  static constexpr std::array<std::string_view, 43> kWords = {
      "said",     "says",   "error",     "errors", "code",     "reply",    "replied",
      "response", "return", "responded", "got",    "returned", "status",   "message",
      "answered", "server", "smtp",      "with",   "reason",   "fehler",   "fehlercode",
      "grund",    "erreur", "répondu",   "motif",  "código",   "motivo",   "errore",
      "codice",   "fout",   "fel",       "hata",   "kodu",     "Ошибка",   "ошибка",
      "код",      "błąd",   "Błąd",      "エラー", "错误",     "错误代码", "錯誤",
      "コード"};
  const bool is_host = word.size() > 3 && is_alnum(word.back()) && word.find('.') != word.npos;
  // "l'erreur", "エラーコード"
  const auto ends_word = [&](std::string_view one) {
    return word.size() > one.size() && word.ends_with(one) &&
           !is_alnum(word[word.size() - one.size() - 1]);
  };
  return is_host || is_any(word, kWords) || std::any_of(kWords.begin(), kWords.end(), ends_word);
}

// Where a reply begins: with its line, behind a mark, or behind such a word. "Room 450".
enum class Before { other, line, announced };
Before before_code(std::string_view before) {
  constexpr std::string_view kMarks = ":\"'(<>[]=|";
  const std::size_t end = before.find_last_not_of(' ');
  if (end == before.npos || before[end] == '\n') return Before::line;
  const std::string_view text = before.substr(0, end + 1);
  if (kMarks.find(text.back()) != kMarks.npos || text.ends_with("\xEF\xBC\x9A"))
    return Before::announced;
  if (text.size() == before.size()) return Before::other;
  constexpr std::size_t kLongest = 80;
  const std::string_view near = text.substr(text.size() - std::min(text.size(), kLongest));
  return announces_code(near.substr(near.find_last_of(" \n") + 1)) ? Before::announced
                                                                   : Before::other;
}

// "450 EUR", "512 GB", "450 km": a number and what is counted.
bool is_amount(std::string_view behind) {
  static constexpr std::array<std::string_view, 38> kUnits = {
      "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "chf", "jpy", "cny",
      "pln", "czk",  "sek",   "nok", "dkk",    "huf",     "rub", "try", "inr", "brl",
      "kb",  "mb",   "gb",    "tb",  "kib",    "mib",     "gib", "m",   "km",  "cm",
      "mm",  "g",    "kg",    "l",   "ml",     "min",     "h",   "pcs"};
  const std::string_view rest = behind.substr(behind.size() > 1 && behind[0] == ' ' ? 1 : 0, 12);
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_alpha);
  return is_any(rest.substr(0, static_cast<std::size_t>(end - rest.begin())), kUnits);
}

// What follows a code: its text, or nothing where it was announced.
bool may_follow_code(std::string_view behind, Before before) {
  if (behind.empty() || behind[0] == '\n') return before == Before::announced;
  if (behind[0] == ' ' || behind[0] == '-' || (behind[0] == ':' && behind.size() > 1))
    return behind.size() > 1 && !is_digit(behind[1]);
  return before == Before::announced &&
         std::string_view(".,;)\"").find(behind[0]) != std::string_view::npos &&
         (behind.size() == 1 || !is_digit(behind[1]));
}

}  // namespace

bool shows_reply(std::string_view prose) {
  const std::string status = find_status(prose);
  if (!status.empty()) return status.front() != '2';
  for (std::size_t i = 0; i + 3 <= prose.size(); ++i) {
    const bool is_class = prose[i] == '4' || prose[i] == '5';
    if (!is_class || !is_digit(prose[i + 1]) || prose[i + 1] > '5' || !is_digit(prose[i + 2]))
      continue;
    const Before before = before_code(prose.substr(0, i));
    const std::string_view behind = prose.substr(i + 3);
    if (before != Before::other && may_follow_code(behind, before) && !is_amount(behind))
      return true;
  }
  return false;
}

}  // namespace unsent

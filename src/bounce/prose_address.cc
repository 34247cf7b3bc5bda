// SPDX-License-Identifier: MIT
#include "bounce/prose_address.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "base/utf8.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxPart = 320;  // RFC 5321 4.5.3.1 allows 64 and 255

bool is_ascii_byte(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_continued(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// Typographic quotes, and the punctuation of Han, Kana and full width.
bool is_mark(std::uint32_t code) {
  const auto is_within = [code](std::uint32_t first, std::uint32_t last) {
    return code >= first && code <= last;
  };
  return is_within(0xA0, 0xBF) || is_within(0x2000, 0x206F) || is_within(0x3000, 0x303F) ||
         is_within(0xFF00, 0xFF0F) || is_within(0xFF1A, 0xFF20) || is_within(0xFF3B, 0xFF40) ||
         is_within(0xFF5B, 0xFF65) || code == 0x60C || code == 0x61B || code == 0x61F ||
         code == 0xFEFF;
}

// Letters that stand in no label or local part together with those of ASCII.
bool is_foreign(std::uint32_t code) { return code >= 0x370; }

// Behind the last character before the address: a mark, or a letter of another script than
// the local part's.
std::size_t begin_of_local(std::string_view local) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (is_ascii_byte(local[i]) || is_continued(local[i])) continue;
    std::string_view rest = local.substr(i);
    const std::uint32_t code = take_character(rest);
    if (is_mark(code) || (is_foreign(code) && !rest.empty() && is_alpha(rest.front())))
      begin = local.size() - rest.size();
  }
  return begin;
}

// Before the first character behind it, the last label alone being looked at for letters.
std::size_t end_of_domain(std::string_view domain) {
  const std::size_t dot = domain.rfind('.');
  for (std::size_t i = 0; i < domain.size(); ++i) {
    if (is_ascii_byte(domain[i]) || is_continued(domain[i])) continue;
    std::string_view rest = domain.substr(i);
    const std::uint32_t code = take_character(rest);
    const bool is_in_last = dot == domain.npos || i > dot;
    if (is_mark(code) || (is_foreign(code) && is_in_last && i > 0 && is_alnum(domain[i - 1])))
      return i;
  }
  return domain.size();
}

std::string_view without_dots(std::string_view word) {
  while (!word.empty() && (word.back() == '.' || word.back() == '"')) word.remove_suffix(1);
  return word;
}

std::string_view strip_lead(std::string_view line) {
  while (!line.empty() && (is_blank(line.front()) || line.front() == '*' || line.front() == '-'))
    line.remove_prefix(1);
  return line;
}

// Behind the first of the labels that line begins with; line itself where there is none.
template <std::size_t N>
std::string_view without(std::string_view line, const std::array<std::string_view, N>& labels) {
  for (const std::string_view label : labels)
    if (starts_with_ignoring_case(line, label)) return strip_lead(line.substr(label.size()));
  return line;
}

constexpr std::array<std::string_view, 33> kRecipients = {"to:",
                                                          "user:",
                                                          "rcpt to:",
                                                          "recipient:",
                                                          "recipient address:",
                                                          "failed recipient:",
                                                          "failed address:",
                                                          "final-recipient: rfc822;",
                                                          "original-recipient: rfc822;",
                                                          "empfänger:",
                                                          "empfaenger:",
                                                          "destinataire :",
                                                          "destinataire:",
                                                          "destinatario:",
                                                          "destinatário:",
                                                          "ontvanger:",
                                                          "odbiorca:",
                                                          "adresat:",
                                                          "příjemce:",
                                                          "címzett:",
                                                          "mottagare:",
                                                          "mottaker:",
                                                          "modtager:",
                                                          "vastaanottaja:",
                                                          "alıcı:",
                                                          "destinatar:",
                                                          "Получатель:",
                                                          "получатель:",
                                                          "Адресат:",
                                                          "адресат:",
                                                          "παραλήπτης:",
                                                          "Παραλήπτης:",
                                                          "penerima:"};
// Whom to ask, or who asked, may stand behind this, too.
constexpr std::array<std::string_view, 1> kAnybody = {"email address:"};

// "550 <a@b>...", "5.1.1 <a@b>..."
std::string_view without_reply(std::string_view line) {
  if (line.size() > 4 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]))
    line = strip_lead(line.substr(3));
  if (line.size() > 6 && is_digit(line[0]) && line[1] == '.')
    line = strip_lead(line.substr(std::min(line.size(), line.find(' '))));
  return line;
}

// ": why", "... why"
bool marks_recipient(std::string_view rest) {
  return rest.starts_with(':') || rest.starts_with("\xEF\xBC\x9A") || rest.starts_with("...");
}

std::optional<WrittenAddress> parse_word(std::string_view word) {
  const auto address = Address::parse(word);
  if (!address) return std::nullopt;
  if (is_ascii(word)) return WrittenAddress{*address, address->text()};
  const std::string_view domain = word.substr(word.rfind('@') + 1);
  return WrittenAddress{*address, to_valid_utf8(address->local() + '@' + lower(domain))};
}

// "收件人", "宛先", "받는 사람", "получатель": a recipient's, and no help desk's.
bool names_recipient(std::string_view label) {
  static constexpr std::array<std::string_view, 8> kWords = {"收件", "收信", "宛先",     "受信",
                                                             "받는", "수신", "олучател", "дресат"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return label.find(word) != label.npos; });
}

// What stands before it is a label and no sentence: "收件人：", "【".
bool ends_label(std::string_view word, std::string_view address) {
  const auto length = static_cast<std::size_t>(address.data() - word.data());
  for (const std::string_view mark : {"\xEF\xBC\x9A", "\xEF\xBC\x88", "\xE3\x80\x90",
                                      "\xE3\x80\x8C", "\xEF\xBC\x9C"})  // ：（【「＜
    if (word.substr(0, length).ends_with(mark)) return true;
  return false;
}

}  // namespace

std::string_view address_in_word(std::string_view word) {
  word = without_dots(word);
  const std::size_t at = word.find('@');
  if (at == word.npos || is_ascii(word)) return word;
  const std::size_t begin = begin_of_local(word.substr(0, at));
  const std::size_t end = at + 1 + end_of_domain(word.substr(at + 1));
  return without_dots(word.substr(begin, end - begin));
}

std::optional<LeadingAddress> leading_address(std::string_view line) {
  const std::string_view item = strip_lead(line);
  const std::string_view told = without_reply(item);
  const std::string_view named = without(without(told, kRecipients), kAnybody);
  const bool has_bracket = !named.empty() && named.front() == '<';
  std::size_t end = has_bracket ? named.find('>') : named.find_first_of(" \t,;:()");
  if (end == named.npos) end = named.size();
  std::string_view word = named.substr(has_bracket ? 1 : 0, end - has_bracket);
  if (starts_with_ignoring_case(word, "mailto:")) word.remove_prefix(7);
  const std::string_view bare = has_bracket ? without_dots(word) : address_in_word(word);
  const bool has_lead = bare.data() != word.data();
  if (has_lead && !ends_label(word, bare)) return std::nullopt;
  if (!has_bracket) end = static_cast<std::size_t>(bare.data() + bare.size() - named.data());
  const std::string_view behind = trim(named.substr(std::min(named.size(), end + has_bracket)));
  auto written = parse_word(bare);
  if (!written) return std::nullopt;
  const std::string_view lead = word.substr(0, static_cast<std::size_t>(bare.data() - word.data()));
  const bool is_anybodys =
      without(told, kAnybody).size() != told.size() || (has_lead && !names_recipient(lead));
  const bool has_label = has_lead || named.size() != told.size();
  return LeadingAddress{.address = std::move(written->address),
                        .text = std::move(written->text),
                        .rest = behind,
                        .is_marked = has_label || marks_recipient(behind),
                        .is_anybodys = is_anybodys,
                        .is_dressed = has_bracket || item.size() != line.size(),
                        .has_reply = told.size() != item.size()};
}

std::optional<WrittenAddress> next_address(std::string_view line, std::size_t& from) {
  static constexpr std::string_view kEnds = " \t<>()[]\"',;:";
  for (std::size_t at = line.find('@', from); at != line.npos; at = line.find('@', at + 1)) {
    const std::size_t first = at > kMaxPart ? at - kMaxPart : 0;
    const std::size_t before = line.substr(first, at - first).find_last_of(kEnds);
    const std::size_t begin = before == line.npos ? first : first + before + 1;
    const std::size_t end = line.substr(at, kMaxPart).find_first_of(kEnds);
    const std::string_view word = line.substr(begin, end == line.npos ? end : at + end - begin);
    if (word.size() > 2 * kMaxPart) continue;
    auto found = parse_word(address_in_word(word));
    if (!found || found->address.domain().text().find('.') == std::string::npos) continue;
    from = at + 1;
    return found;
  }
  from = line.size();
  return std::nullopt;
}

}  // namespace unsent

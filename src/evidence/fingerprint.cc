// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "evidence/ledger.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

namespace unsent {

std::string comparable_subject(std::string_view subject) {
  std::string out;
  for (const char c : decode_words(unfold(subject)))
    if (!is_space(c)) out += c;
  return std::string(cut_utf8(out, 200));
}

std::optional<Fingerprint> make_fingerprint(std::string_view from, std::string_view raw_date,
                                            std::string_view subject) {
  const auto addresses = parse_addresses(from, 1);
  const auto date = parse_date(raw_date);
  if (addresses.empty() || !date) return std::nullopt;
  return Fingerprint{lower(addresses.front().text()), *date, comparable_subject(subject)};
}

}  // namespace unsent

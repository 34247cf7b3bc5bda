// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "evidence/ledger.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

namespace unsent {

std::optional<Fingerprint> make_fingerprint(std::string_view from, std::string_view raw_date,
                                            std::string_view subject) {
  const auto addresses = parse_addresses(from, 1);
  const auto date = parse_date(raw_date);
  if (addresses.empty() || !date) return std::nullopt;
  Fingerprint print{lower(addresses.front().text()), *date, {}};
  for (const char c : decode_words(unfold(subject)))
    if (!is_space(c)) print.subject += c;
  print.subject = cut_utf8(print.subject, 200);
  return print;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "bounce/announced.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.h"
#include "mail/encoded_word.h"

namespace unsent {
namespace {

// Of the first field of that name that says anything.
std::string_view value_of(const Headers& headers, std::string_view name) {
  const HeaderField* const first = headers.find(name);
  if (first == nullptr) return {};
  if (const std::string_view value = trim(first->value); !value.empty()) return value;
  for (const HeaderField* field : headers.all(name))
    if (const std::string_view value = trim(field->value); !value.empty()) return value;
  return {};
}

bool has_any(const Headers& headers, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return headers.has(name); });
}

bool is_marked_as_spam(const Headers& headers) {
  for (const std::string_view name : {"X-Spam-Flag", "X-Spam-Status"})
    for (const HeaderField* field : headers.all(name))
      if (starts_with_ignoring_case(trim(field->value), "yes")) return true;
  return false;
}

// All words, in lower case, are looked for in one pass; firsts: how they begin, in both cases.
template <std::size_t N>
bool contains_any(std::string_view text, const ByteSet& firsts,
                  const std::array<std::string_view, N>& words) {
  for (std::size_t at = 0; (at = firsts.find_in(text, at)) < text.size(); ++at)
    for (const std::string_view word : words)
      if (starts_with_ignoring_case(text.substr(at), word)) return true;
  return false;
}

bool speaks_of_report(std::string_view subject) {
  static constexpr std::array<std::string_view, 5> kWords = {"report", "dmarc", "complaint",
                                                             "abuse", "feedback"};
  static constexpr ByteSet kFirsts("rRdDcCaAfF");
  const bool is_encoded = subject.find("=?") != subject.npos;
  return is_encoded ? contains_any(decode_words(unfold(subject)), kFirsts, kWords)
                    : contains_any(subject, kFirsts, kWords);
}

bool may_be_feed(const Headers& headers, std::string_view type) {
  static constexpr std::array<std::string_view, 5> kReporters = {"dmarc", "tlsrpt", "tls-rpt",
                                                                 "smtp-tls", "fbl"};
  static constexpr ByteSet kFirsts("dDtTsSfF");
  if (starts_with_ignoring_case(type, "multipart/report") ||
      starts_with_ignoring_case(type, "message/feedback-report") ||
      has_any(headers, {"TLS-Report-Domain", "X-XARF", "X-ARF", "X-Amz-Sns-Message-Id"}))
    return true;
  // An answer, or through a list.
  if (has_any(headers, {"In-Reply-To", "List-Id"})) return false;
  // The name of a report's file has that mark between its parts.
  return type.find('!') != type.npos || speaks_of_report(value_of(headers, "Subject")) ||
         contains_any(value_of(headers, "From"), kFirsts, kReporters);
}

bool is_signed_type(std::string_view type) {
  static constexpr std::array<std::string_view, 3> kTypes = {
      "multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime"};
  return std::any_of(kTypes.begin(), kTypes.end(),
                     [&](std::string_view one) { return starts_with_ignoring_case(type, one); });
}

}  // namespace

Announced read_announced(const Headers& headers) {
  const std::string_view type = value_of(headers, "Content-Type");
  Announced announced;
  announced.is_envelope = headers.has("X-Trasporto");
  announced.is_receipt = headers.has("X-Ricevuta");
  announced.may_be_feed = may_be_feed(headers, type);
  announced.is_signed = is_signed_type(type);
  announced.is_spam =
      starts_with_ignoring_case(type, "multipart/mixed") && is_marked_as_spam(headers);
  return announced;
}

}  // namespace unsent

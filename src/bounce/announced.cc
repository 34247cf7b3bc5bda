// SPDX-License-Identifier: MIT
#include "bounce/announced.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/encoded_word.h"

namespace unsent {
namespace {

// What the fields show; the first of a name counts.
struct Shown {
  std::string_view type;
  std::string_view subject;
  std::string_view from;
  bool is_conversation = false;  // an answer, or through a list
  bool has_feed_field = false;
  bool is_spam = false;
};

void set(std::string_view& to, std::string_view value) {
  if (to.empty()) to = trim(value);
}

void read_x_field(const HeaderField& field, Shown& shown, Announced& announced) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
  if (is("X-Trasporto")) announced.is_envelope = true;
  if (is("X-Ricevuta")) announced.is_receipt = true;
  if (is("X-Spam-Flag") || is("X-Spam-Status"))
    shown.is_spam = shown.is_spam || starts_with_ignoring_case(trim(field.value), "yes");
  if (is("X-XARF") || is("X-ARF") || is("X-Amz-Sns-Message-Id")) shown.has_feed_field = true;
}

void read_field(const HeaderField& field, Shown& shown, Announced& announced) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
  switch (to_lower(field.name.front())) {
    case 'c':
      if (is("Content-Type")) set(shown.type, field.value);
      break;
    case 'f':
      if (is("From")) set(shown.from, field.value);
      break;
    case 'i':
      if (is("In-Reply-To")) shown.is_conversation = true;
      break;
    case 'l':
      if (is("List-Id")) shown.is_conversation = true;
      break;
    case 's':
      if (is("Subject")) set(shown.subject, field.value);
      break;
    case 't':
      if (is("TLS-Report-Domain")) shown.has_feed_field = true;
      break;
    case 'x':
      read_x_field(field, shown, announced);
      break;
    default:
      break;
  }
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
  constexpr std::array<std::string_view, 5> kWords = {"report", "dmarc", "complaint", "abuse",
                                                      "feedback"};
  constexpr ByteSet kFirsts("rRdDcCaAfF");
  const bool is_encoded = subject.find("=?") != subject.npos;
  return is_encoded ? contains_any(decode_words(unfold(subject)), kFirsts, kWords)
                    : contains_any(subject, kFirsts, kWords);
}

bool may_be_feed(const Shown& shown) {
  constexpr std::array<std::string_view, 5> kReporters = {"dmarc", "tlsrpt", "tls-rpt", "smtp-tls",
                                                          "fbl"};
  constexpr ByteSet kFirsts("dDtTsSfF");
  if (starts_with_ignoring_case(shown.type, "multipart/report") ||
      starts_with_ignoring_case(shown.type, "message/feedback-report") || shown.has_feed_field)
    return true;
  // The name of a report's file has that mark between its parts.
  return !shown.is_conversation &&
         (shown.type.find('!') != shown.type.npos || speaks_of_report(shown.subject) ||
          contains_any(shown.from, kFirsts, kReporters));
}

bool is_signed_type(std::string_view type) {
  constexpr std::array<std::string_view, 3> kTypes = {"multipart/signed", "application/pkcs7-mime",
                                                      "application/x-pkcs7-mime"};
  return std::any_of(kTypes.begin(), kTypes.end(),
                     [&](std::string_view one) { return starts_with_ignoring_case(type, one); });
}

}  // namespace

Announced read_announced(const Headers& headers) {
  Shown shown;
  Announced announced;
  for (const HeaderField& field : headers.fields()) read_field(field, shown, announced);
  announced.may_be_feed = may_be_feed(shown);
  announced.is_signed = is_signed_type(shown.type);
  announced.is_spam = shown.is_spam && starts_with_ignoring_case(shown.type, "multipart/mixed");
  return announced;
}

}  // namespace unsent

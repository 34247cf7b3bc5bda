// SPDX-License-Identifier: MIT
#include "mail/transfer_encoding.h"

#include <mimetic/codec/base64.h>
#include <mimetic/codec/codec.h>
#include <mimetic/codec/qp.h>

#include <iterator>

#include "base/text.h"

namespace unsent {

TransferEncoding parse_transfer_encoding(std::string_view value) {
  value = trim(value);
  value = value.substr(0, value.find_first_of("; \t"));
  if (equal_ignoring_case(value, "base64")) return TransferEncoding::base64;
  if (equal_ignoring_case(value, "quoted-printable")) return TransferEncoding::quoted_printable;
  return TransferEncoding::identity;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4 + 4);
  mimetic::Base64::Decoder decoder;
  mimetic::decode(text.begin(), text.end(), decoder, std::back_inserter(out));
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 4);
  mimetic::QP::Decoder decoder;
  mimetic::decode(text.begin(), text.end(), decoder, std::back_inserter(out));
  return out;
}

std::string decode(std::string_view text, TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::identity:
      return std::string(text);
    case TransferEncoding::base64:
      return decode_base64(text);
    case TransferEncoding::quoted_printable:
      return decode_quoted_printable(text);
  }
  return {};
}

}  // namespace unsent

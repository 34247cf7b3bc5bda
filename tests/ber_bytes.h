// SPDX-License-Identifier: MIT
// Writes CMS's signed data (RFC 5652 5) in BER for tests.
#pragma once

#include <string>

namespace unsent::ber_bytes {

using namespace std::string_literals;

inline std::string length_of(std::size_t size) {
  if (size < 0x80) return std::string(1, static_cast<char>(size));
  return "\x82"s + static_cast<char>(size >> 8U) + static_cast<char>(size & 0xFFU);
}

inline std::string element(unsigned char type, const std::string& content) {
  return std::string(1, static_cast<char>(type)) + length_of(content.size()) + content;
}

// X.690 8.1.3.6: without a length, up to an end mark.
inline std::string open_element(unsigned char type, const std::string& content) {
  return std::string(1, static_cast<char>(type)) + "\x80" + content + "\0\0"s;
}

inline const std::string kSignedOid = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"s;
inline const std::string kDataOid = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"s;

using Wrap = std::string (*)(unsigned char, const std::string&);

inline std::string signed_data(const std::string& string, Wrap wrap = element,
                               const std::string& oid = kSignedOid) {
  const std::string algorithms = wrap(0x31, wrap(0x30, "\x06\x01\x2A"s));
  const std::string content = wrap(0x30, kDataOid + wrap(0xA0, string));
  return wrap(0x30, oid + wrap(0xA0, wrap(0x30, "\x02\x01\x01"s + algorithms + content +
                                                    wrap(0x31, "\x02\x01\x05"s))));
}

}  // namespace unsent::ber_bytes

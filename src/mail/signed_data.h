// SPDX-License-Identifier: MIT
// What opaque S/MIME signed (RFC 8551 3.5.2): the MIME entity within the SignedData of CMS
// (RFC 5652 5). Signatures are not verified: nothing is believed on their word.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// The content of der, in BER's forms too (indefinite lengths, strings in pieces), which the
// usual signing programs stream. Of one that breaks off what is there, at most
// kMaxSignedContent. nullopt: it is no SignedData, or its content is elsewhere.
std::optional<std::string> signed_content(std::string_view der);
constexpr std::size_t kMaxSignedContent = 8 * 1024 * 1024;

}  // namespace unsent

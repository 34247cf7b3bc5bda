// SPDX-License-Identifier: MIT
// The three operations that verifying takes. RSA is nettle's (hogweed), the rest
// libsodium's; linked as archives neither costs a process that asks nothing of them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace unsent {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);

// modulus and exponent: big-endian, without sign. PKCS #1 v1.5 over a SHA-256 digest.
bool verify_rsa(std::string_view modulus, std::string_view exponent, const Digest& digest,
                std::string_view signature);

// key of 32 bytes; the message is the digest itself (RFC 8463 3).
bool verify_ed25519(std::string_view key, const Digest& digest, std::string_view signature);

}  // namespace unsent

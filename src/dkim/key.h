// SPDX-License-Identifier: MIT
// A DKIM key record (RFC 6376 3.6.1, RFC 8463) as data.
#pragma once

#include <string>
#include <string_view>

#include "dkim/crypto.h"
#include "dkim/signature.h"

namespace unsent {

enum class KeyState {
  usable,
  revoked,  // p= is empty
  weak,     // RSA below 1,024 bits (RFC 8301 3.2)
  bad,      // no key record, or not one for mail signed with SHA-256
};

struct DkimKey {
  KeyState state = KeyState::bad;
  std::string problem;  // in words, unless usable
  DkimAlgorithm algorithm = DkimAlgorithm::rsa_sha256;
  std::string modulus;     // RSA: big-endian, no leading zeros
  std::string exponent;    // likewise
  std::string point;       // Ed25519: 32 bytes
  bool is_strict = false;  // t=s: i= must be of the very domain
  int bits = 0;
};

// "v=DKIM1; k=rsa; p=MIIB…". RSA from 1,024 to 8,192 bits, with an odd exponent of at
// most 32 bits, so that no key makes verifying slow.
DkimKey read_key(std::string_view record);

bool verifies(const DkimKey& key, const Digest& digest, std::string_view signature);

}  // namespace unsent

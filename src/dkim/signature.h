// SPDX-License-Identifier: MIT
// A DKIM-Signature field (RFC 6376 3.5) as data. What is wrong with one is said in words;
// whether its bytes are right is verify.h's question.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace unsent {

enum class DkimAlgorithm { rsa_sha256, ed25519_sha256 };
enum class Canonicalisation { simple, relaxed };

struct DkimSignature {
  DkimAlgorithm algorithm = DkimAlgorithm::rsa_sha256;
  Canonicalisation header = Canonicalisation::simple;
  std::string domain;               // d=, lower case
  std::string selector;             // s=, lower case
  std::string identity_domain;      // of i=; domain where there is none
  std::vector<std::string> names;   // h=, lower case, in order
  std::string bytes;                // b=, decoded
  std::optional<Time> signed_at;    // t=
  std::optional<Time> expires_at;   // x=
  std::string_view signature_text;  // b= within the field's value, all between "=" and ";"
};

struct ReadSignature {
  std::optional<DkimSignature> signature;
  std::string problem;  // without signature: why it cannot be verified
};

// value is the field's, folding included, and must outlive the signature. rsa-sha1 is a
// problem (RFC 8301 3.1), and so is a signature that leaves From unsigned (RFC 6376 5.4).
ReadSignature read_signature(std::string_view value);

// d= alone, lower case; "" if there is none: is it worth reading?
std::string signing_domain(std::string_view value);

}  // namespace unsent

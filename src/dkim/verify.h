// SPDX-License-Identifier: MIT
// Did we sign this header? RFC 6376 verification of our own signatures without the body:
// b= covers the fields and the signature itself, so a returned header is enough. Whether a
// pass means anything (replay, age) is the evidence's question.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dkim/signature.h"
#include "mail/header.h"
#include "spf/resolver.h"

namespace unsent {

enum class DkimResult {
  header_pass,
  header_fail,   // the fields, or the signature, are not what we signed
  no_signature,  // none of ours
  no_key,        // the DNS knows that there is none
  key_revoked,
  key_bad,
  weak_key,
  unsupported,  // malformed, or an algorithm that is not to be trusted
  temperror,    // the key could not be asked for
};
std::string_view name_of(DkimResult result);  // "header-pass", "no-key" …

struct DkimVerification {
  DkimResult result = DkimResult::no_signature;
  std::string note;  // in words; "" with a pass
  std::string domain;
  std::string selector;
  std::optional<Time> signed_at;
  std::optional<Time> expires_at;
  // With header_pass: the very fields that were signed. Views of the headers.
  std::vector<const HeaderField*> signed_fields;
  // A field whose name is signed stands there once more, unsigned: which of the two a
  // reader sees is anybody's choice. "" if none does.
  std::string unsigned_double;

  // The signed field of that name; nullptr if none was signed or it is not there.
  const HeaderField* find_signed(std::string_view name) const;
};

// The window on keys that the DNS no longer has: bounces outlive a key's rotation.
class RetiredKeys {
 public:
  RetiredKeys() = default;
  RetiredKeys(const RetiredKeys&) = delete;
  RetiredKeys& operator=(const RetiredKeys&) = delete;
  virtual ~RetiredKeys() = default;

  // The record kept for "s2026._domainkey.ourshop.example"; nullopt if none is.
  virtual std::optional<std::string> record(const std::string& name) = 0;
};

struct DkimQuestion {
  const Headers& headers;
  std::function<bool(std::string_view domain)> is_ours;
  Resolver& resolver;
  RetiredKeys* retired = nullptr;  // asked before the DNS; may be null
};

// At most five of them: a header may carry any number.
constexpr std::size_t kMostSignatures = 5;

// Each signature of ours, from the top. Empty, at the cost of a look at the field names,
// where there is none. Ends with the first that passes.
std::vector<DkimVerification> verify_ours(const DkimQuestion& question);

}  // namespace unsent

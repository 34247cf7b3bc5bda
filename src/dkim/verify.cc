// SPDX-License-Identifier: MIT
#include "dkim/verify.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dkim/canonical.h"
#include "dkim/key.h"

namespace unsent {
namespace {

// Of how many fields d= is looked at: 200 forged ones hide ours no better than 20.
constexpr std::size_t kMostFields = 100;

// Fields that a reader, or we, take for the message's own where they stand twice.
constexpr std::array<std::string_view, 6> kSingleFields = {"from", "to",      "cc",
                                                           "date", "subject", "message-id"};

struct KeyAnswer {
  std::optional<DkimResult> failure;
  std::string note;
  DkimKey key;
};

DkimResult result_of(KeyState state) {
  switch (state) {
    case KeyState::revoked:
      return DkimResult::key_revoked;
    case KeyState::weak:
      return DkimResult::weak_key;
    case KeyState::usable:
    case KeyState::bad:
      break;
  }
  return DkimResult::key_bad;
}

// Of several records the first usable one (RFC 6376 3.6.2.2 leaves it open).
KeyAnswer choose_key(const std::vector<std::string>& records) {
  KeyAnswer answer;
  for (const std::string& record : records) {
    answer.key = read_key(record);
    if (answer.key.state == KeyState::usable) return answer;
  }
  answer.failure = result_of(answer.key.state);
  answer.note = answer.key.problem;
  return answer;
}

KeyAnswer find_key(const DkimSignature& signature, const DkimQuestion& question) {
  const std::string name = signature.selector + "._domainkey." + signature.domain;
  if (question.retired != nullptr)
    if (const auto record = question.retired->record(name))
      if (KeyAnswer answer = choose_key({*record}); !answer.failure) return answer;
  const AskedBecause why(question.resolver, "the key of a signature of ours");
  const DnsAnswer answer = question.resolver.lookup(name, DnsType::txt);
  if (answer.is_ok() && !answer.texts.empty()) return choose_key(answer.texts);
  if (answer.is_void()) return {DkimResult::no_key, "there is no key at " + name, {}};
  return {DkimResult::temperror,
          "the key at " + name + " could not be had: " + std::string(name_of(answer.status)),
          {}};
}

std::string find_unsigned_double(const Headers& headers,
                                 const std::vector<const HeaderField*>& selected) {
  for (const std::string_view name : kSingleFields) {
    const auto is_named = [&](const HeaderField* field) {
      return equal_ignoring_case(field->name, name);
    };
    const auto count = std::count_if(selected.begin(), selected.end(), is_named);
    if (count > 0 && headers.all(name).size() > static_cast<std::size_t>(count))
      return std::string(name);
  }
  return {};
}

void check_bytes(DkimVerification& done, const DkimSignature& signature, const HeaderField& own,
                 const DkimQuestion& question, const DkimKey& key) {
  auto selected = select_signed(question.headers, own, signature.names);
  if (key.algorithm != signature.algorithm) {
    done.result = DkimResult::key_bad;
    done.note = "its key is for another algorithm";
  } else if (key.is_strict && signature.identity_domain != signature.domain) {
    done.result = DkimResult::key_bad;
    done.note = "its key is not for subdomains";
  } else if (!verifies(key, sha256(signed_bytes(selected, own, signature)), signature.bytes)) {
    done.result = DkimResult::header_fail;
    done.note = "the header is not what was signed";
  } else {
    done.result = DkimResult::header_pass;
    done.unsigned_double = find_unsigned_double(question.headers, selected);
    done.signed_fields = std::move(selected);
  }
}

DkimVerification verify_one(const HeaderField& own, const DkimQuestion& question) {
  DkimVerification done;
  done.domain = signing_domain(own.value);
  const ReadSignature read = read_signature(own.value);
  if (!read.signature) {
    done.result = DkimResult::unsupported;
    done.note = read.problem;
    return done;
  }
  const DkimSignature& signature = *read.signature;
  done.selector = signature.selector;
  done.signed_at = signature.signed_at;
  done.expires_at = signature.expires_at;
  const KeyAnswer answer = find_key(signature, question);
  if (answer.failure) {
    done.result = *answer.failure;
    done.note = answer.note;
    return done;
  }
  check_bytes(done, signature, own, question, answer.key);
  return done;
}

}  // namespace

std::string_view name_of(DkimResult result) {
  switch (result) {
    case DkimResult::header_pass:
      return "header-pass";
    case DkimResult::header_fail:
      return "header-fail";
    case DkimResult::no_signature:
      return "no-signature";
    case DkimResult::no_key:
      return "no-key";
    case DkimResult::key_revoked:
      return "key-revoked";
    case DkimResult::key_bad:
      return "key-bad";
    case DkimResult::weak_key:
      return "weak-key";
    case DkimResult::unsupported:
      return "unsupported";
    case DkimResult::temperror:
      return "temperror";
  }
  return "";
}

const HeaderField* DkimVerification::find_signed(std::string_view name) const {
  const auto found = std::find_if(
      signed_fields.begin(), signed_fields.end(),
      [&](const HeaderField* field) { return equal_ignoring_case(field->name, name); });
  return found == signed_fields.end() ? nullptr : *found;
}

std::vector<DkimVerification> verify_ours(const DkimQuestion& question) {
  std::vector<DkimVerification> done;
  std::size_t seen = 0;
  for (const HeaderField& field : question.headers.fields()) {
    if (!equal_ignoring_case(field.name, "DKIM-Signature")) continue;
    if (++seen > kMostFields || done.size() == kMostSignatures) break;
    const std::string domain = signing_domain(field.value);
    if (domain.empty() || !question.is_ours(domain)) continue;
    done.push_back(verify_one(field, question));
    if (done.back().result == DkimResult::header_pass) break;
  }
  return done;
}

}  // namespace unsent

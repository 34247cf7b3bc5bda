// SPDX-License-Identifier: MIT
#include "dkim/key.h"

#include <fmt/format.h>

#include <bit>

#include "base/base64.h"
#include "base/text.h"
#include "dkim/tag_list.h"

namespace unsent {
namespace {

constexpr int kLeastBits = 1024;
constexpr int kMostBits = 8192;
constexpr std::size_t kMostRecord = 16 * 1024;
// 1.2.840.113549.1.1.1, rsaEncryption.
constexpr std::string_view kRsaOid = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";

// One DER element at a time (X.690 8.1): lengths below 64 KB, definite ones only.
class Der {
 public:
  explicit Der(std::string_view bytes) : rest_(bytes) {}

  // The contents of the next element if it is of that type, else nullopt.
  std::optional<std::string_view> take(unsigned char type) {
    if (rest_.size() < 2 || byte(0) != type) return std::nullopt;
    std::size_t length = byte(1);
    std::size_t begin = 2;
    if (length > 0x80 && length <= 0x82) {
      begin += length - 0x80;
      if (rest_.size() < begin) return std::nullopt;
      length = begin == 3 ? byte(2) : byte(2) * 256U + byte(3);
    } else if (length >= 0x80) {
      return std::nullopt;
    }
    if (rest_.size() - begin < length) return std::nullopt;
    const std::string_view contents = rest_.substr(begin, length);
    rest_.remove_prefix(begin + length);
    return contents;
  }

 private:
  std::size_t byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }
  std::string_view rest_;
};

constexpr unsigned char kInteger = 0x02;
constexpr unsigned char kBitString = 0x03;
constexpr unsigned char kOid = 0x06;
constexpr unsigned char kSequence = 0x30;

// Within SubjectPublicKeyInfo, as everybody publishes it, or bare, as RFC 6376 3.6.1 says.
std::optional<std::string_view> find_rsa_numbers(std::string_view bytes) {
  const auto outer = Der(bytes).take(kSequence);
  if (!outer) return std::nullopt;
  Der info(*outer);
  const auto algorithm = info.take(kSequence);
  if (!algorithm) return outer;
  if (Der(*algorithm).take(kOid) != kRsaOid) return std::nullopt;
  const auto bits = info.take(kBitString);
  if (!bits || bits->empty() || bits->front() != '\0') return std::nullopt;
  return Der(bits->substr(1)).take(kSequence);
}

std::string_view without_zeros(std::string_view number) {
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  return number;
}

int bits_of(std::string_view number) {
  if (number.empty()) return 0;
  return static_cast<int>(number.size() - 1) * 8 +
         std::bit_width(static_cast<unsigned char>(number.front()));
}

bool is_odd(std::string_view number) { return !number.empty() && (number.back() & 1) != 0; }

DkimKey& set_state(DkimKey& key, KeyState state, std::string problem) {
  key.state = state;
  key.problem = std::move(problem);
  return key;
}

void read_rsa(DkimKey& key, std::string_view bytes) {
  key.algorithm = DkimAlgorithm::rsa_sha256;
  const auto numbers = find_rsa_numbers(bytes);
  Der pair(numbers.value_or(std::string_view()));
  const auto modulus = pair.take(kInteger);
  const auto exponent = pair.take(kInteger);
  if (!modulus || !exponent) {
    set_state(key, KeyState::bad, "it holds no RSA key");
    return;
  }
  key.modulus = without_zeros(*modulus);
  key.exponent = without_zeros(*exponent);
  key.bits = bits_of(key.modulus);
  const int exponent_bits = bits_of(key.exponent);
  if (key.bits < kLeastBits)
    set_state(key, KeyState::weak, fmt::format("its key has {} bits", key.bits));
  else if (key.bits > kMostBits)
    set_state(key, KeyState::bad, fmt::format("its key has {} bits", key.bits));
  else if (!is_odd(key.modulus) || !is_odd(key.exponent) || exponent_bits < 2 || exponent_bits > 32)
    set_state(key, KeyState::bad, "its numbers are no RSA key");
  else
    key.state = KeyState::usable;
}

void read_ed25519(DkimKey& key, const std::string& bytes) {
  key.algorithm = DkimAlgorithm::ed25519_sha256;
  key.bits = 256;
  if (bytes.size() != 32) {
    set_state(key, KeyState::bad, "it holds no Ed25519 key");
    return;
  }
  key.point = bytes;
  key.state = KeyState::usable;
}

bool lists(const TagList& tags, std::string_view name, std::string_view wanted,
           std::string_view also) {
  const auto value = tags.find(name);
  if (!value) return true;
  const std::string list = lower(without_space(*value));
  for (const std::string_view item : split(list, ':'))
    if (item == wanted || item == also) return true;
  return false;
}

}  // namespace

DkimKey read_key(std::string_view record) {
  DkimKey key;
  const auto tags = TagList::parse(record.substr(0, kMostRecord));
  if (!tags || !tags->find("p")) return set_state(key, KeyState::bad, "it is no key record");
  const auto version = tags->find("v");
  if (version && (*version != "DKIM1" || tags->first_name() != "v"))
    return set_state(key, KeyState::bad, "its version is not DKIM1");
  if (!lists(*tags, "h", "sha256", "sha256"))
    return set_state(key, KeyState::bad, "it is not for SHA-256");
  if (!lists(*tags, "s", "email", "*")) return set_state(key, KeyState::bad, "it is not for mail");
  const std::string flags = ':' + lower(without_space(tags->find("t").value_or(""))) + ':';
  key.is_strict = flags.find(":s:") != std::string::npos;
  auto bytes = parse_base64(*tags->find("p"));
  if (!bytes) return set_state(key, KeyState::bad, "its key is no base64");
  if (bytes->empty()) return set_state(key, KeyState::revoked, "its key is revoked");
  const std::string type = lower(tags->find("k").value_or("rsa"));
  if (type == "rsa")
    read_rsa(key, *bytes);
  else if (type == "ed25519")
    read_ed25519(key, *bytes);
  else
    set_state(key, KeyState::bad, "its key is of type " + to_valid_utf8(type));
  return key;
}

bool verifies(const DkimKey& key, const Digest& digest, std::string_view signature) {
  if (key.state != KeyState::usable) return false;
  switch (key.algorithm) {
    case DkimAlgorithm::rsa_sha256:
      return verify_rsa(key.modulus, key.exponent, digest, signature);
    case DkimAlgorithm::ed25519_sha256:
      return verify_ed25519(key.point, digest, signature);
  }
  return false;
}

}  // namespace unsent

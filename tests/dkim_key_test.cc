// SPDX-License-Identifier: MIT
#include "dkim/key.h"

#include <doctest/doctest.h>

#include "base/base64.h"

namespace unsent {
namespace {

const std::string k1024 =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDR0JsfUvJ+2Hk6fXzCVjmKt3XeWqjXZzO3Iz23+UAvKYYsPsioTXbk"
    "zHsFeZT/RYNN41TZvXm7Bh3Idiy7zcUjW1vUl8azdscloValf68OjP2jyIq+x/zY4nWjdVKq2MVW8eOPzRk6UMnm30dV"
    "zWWl+rScPvF9jc5HUcEynrLAMQIDAQAB";
const std::string k1024Bare =
    "MIGJAoGBANHQmx9S8n7YeTp9fMJWOYq3dd5aqNdnM7cjPbf5QC8phiw+yKhNduTMewV5lP9Fg03jVNm9ebsGHch2LLvN"
    "xSNbW9SXxrN2xyWhVqV/rw6M/aPIir7H/NjidaN1UqrYxVbx44/NGTpQyebfR1XNZaX6tJw+8X2NzkdRwTKessAxAgMB"
    "AAE=";
const std::string k512 =
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL+IfxkVe8lg71rNstW7P7uAHEw2+mqHAaDnJiloYD6s62sIQVqtNST1PMDF"
    "7TlzrMIiF1/zHGqsf6sUMI6ThwMCAwEAAQ==";
const std::string kPoint = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

std::string der(char type, const std::string& contents) {
  const auto size = contents.size();
  std::string out(1, type);
  if (size >= 128) out += '\x82';
  if (size >= 128) out += static_cast<char>(size >> 8U);
  return out + static_cast<char>(size & 0xFFU) + contents;
}

// A bare RSA key of any numbers.
std::string rsa_record(const std::string& modulus, const std::string& exponent) {
  return "k=rsa; p=" + encode_base64(der(0x30, der(0x02, modulus) + der(0x02, exponent)));
}

}  // namespace

TEST_CASE("keys that may be used") {
  struct Case {
    std::string record;
    DkimAlgorithm algorithm;
    int bits;
  };
  const Case cases[] = {
      {"v=DKIM1; k=rsa; p=" + k1024, DkimAlgorithm::rsa_sha256, 1024},
      {"p=" + k1024Bare, DkimAlgorithm::rsa_sha256, 1024},
      {"v=DKIM1;h=sha1:sha256;s=*;t=y;n=a note;p=" + k1024 + ";", DkimAlgorithm::rsa_sha256, 1024},
      {"v = DKIM1 ; s = other : email ; p = " + k1024, DkimAlgorithm::rsa_sha256, 1024},
      {"v=DKIM1; k=ed25519; p=" + kPoint, DkimAlgorithm::ed25519_sha256, 256},
      {rsa_record(std::string(1, '\0') + std::string(256, '\xFF'), "\x03"),
       DkimAlgorithm::rsa_sha256, 2048},
  };
  for (const Case& one : cases) {
    CAPTURE(one.record);
    const DkimKey key = read_key(one.record);
    CHECK(key.state == KeyState::usable);
    CHECK(key.algorithm == one.algorithm);
    CHECK(key.bits == one.bits);
    CHECK(key.problem.empty());
  }
  CHECK(read_key("t=y:s; p=" + k1024).is_strict);
  CHECK_FALSE(read_key("t=y; p=" + k1024).is_strict);
}

TEST_CASE("keys that may not be used, each with its reason") {
  const std::string cut = k1024.substr(0, 100);
  const std::string big = std::string(128, '\xFF');
  const std::pair<std::string, KeyState> cases[] = {
      {"v=DKIM1; p=", KeyState::revoked},
      {"v=DKIM1; k=ed25519; p= \t", KeyState::revoked},
      {"v=DKIM1; k=rsa; p=" + k512, KeyState::weak},
      {rsa_record("", "\x03"), KeyState::weak},
      {rsa_record("\x7F" + std::string(127, '\xFF'), "\x03"), KeyState::weak},  // 1,023 bits
      {"", KeyState::bad},
      {"v=spf1 -all", KeyState::bad},
      {"v=DKIM1; k=rsa", KeyState::bad},
      {"v=DKIM2; p=" + k1024, KeyState::bad},
      {"k=rsa; v=DKIM1; p=" + k1024, KeyState::bad},
      {"v=DKIM1; h=sha1; p=" + k1024, KeyState::bad},
      {"v=DKIM1; s=tlsrpt; p=" + k1024, KeyState::bad},
      {"v=DKIM1; k=dsa; p=" + k1024, KeyState::bad},
      {"v=DKIM1; p=" + cut, KeyState::bad},
      {"v=DKIM1; p=!!!!", KeyState::bad},
      {"v=DKIM1; p=" + k1024 + "; p=" + k1024, KeyState::bad},
      {"v=DKIM1; p=" + kPoint, KeyState::bad},  // not RSA
      {"v=DKIM1; k=ed25519; p=" + k1024, KeyState::bad},
      {"v=DKIM1; k=ed25519; p=" + kPoint.substr(0, 40), KeyState::bad},
      {rsa_record(std::string(1025, '\xFF'), "\x03"), KeyState::bad},  // 8,200 bits
      {rsa_record(big.substr(1) + '\xFE', "\x03"), KeyState::bad},     // even
      {rsa_record(big, "\x01"), KeyState::bad},
      {rsa_record(big, "\x04"), KeyState::bad},
      {rsa_record(big, std::string(1, '\0')), KeyState::bad},
      {rsa_record(big, "\x01" + std::string(3, '\0') + "\x01"), KeyState::bad},  // 33 bits
      {"p=" + encode_base64("\x30\x84\xFF\xFF\xFF\xFF"), KeyState::bad},
      {"p=" + encode_base64("\x30\x80\x02\x01\x03"), KeyState::bad},
      {"p=" + encode_base64("\x30\x82\x01"), KeyState::bad},
      {"p=" + encode_base64("\x30"), KeyState::bad},
      {"p=" + encode_base64("\x02\x01\x03"), KeyState::bad},
      {std::string(100000, ';'), KeyState::bad},
      {"p=" + std::string(100000, 'A'), KeyState::bad},
  };
  for (const auto& [record, state] : cases) {
    CAPTURE(record);
    const DkimKey key = read_key(record);
    CHECK(key.state == state);
    CHECK_FALSE(key.problem.empty());
    CHECK_FALSE(verifies(key, sha256("x"), std::string(64, 'x')));
  }
}

}  // namespace unsent

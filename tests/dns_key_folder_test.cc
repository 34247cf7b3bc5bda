// SPDX-License-Identifier: MIT
#include "dns/key_folder.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "dkim/key.h"

namespace unsent {
namespace {

const std::string kPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDR0JsfUvJ+2Hk6fXzCVjmKt3Xe\n"
    "WqjXZzO3Iz23+UAvKYYsPsioTXbkzHsFeZT/RYNN41TZvXm7Bh3Idiy7zcUjW1vU\n"
    "l8azdscloValf68OjP2jyIq+x/zY4nWjdVKq2MVW8eOPzRk6UMnm30dVzWWl+rSc\n"
    "PvF9jc5HUcEynrLAMQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace

TEST_CASE("a key file may hold a record, a zone file's strings, or a PEM key") {
  CHECK(record_in("v=DKIM1; k=rsa; p=AAAA\n") == "v=DKIM1; k=rsa; p=AAAA");
  // As opendkim-genkey writes it.
  CHECK(record_in("s1._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n"
                  "\t  \"p=AA\"\n\t  \"BB\" )  ; ----- DKIM key s1 for \"ourshop.example\"\n") ==
        "v=DKIM1; h=sha256; k=rsa; p=AABB");
  CHECK(read_key(record_in(kPem)).state == KeyState::usable);
  CHECK(read_key(record_in("")).state == KeyState::bad);
  CHECK(read_key(record_in("\"")).state == KeyState::bad);
  CHECK(read_key(record_in("\"; ;")).state == KeyState::bad);
  CHECK(read_key(record_in("-----BEGIN PUBLIC KEY-----")).state == KeyState::revoked);
}

TEST_CASE("only names within the folder are looked for") {
  char scratch[] = "/tmp/unsent-keys-XXXXXX";
  REQUIRE(::mkdtemp(scratch) != nullptr);
  const std::string folder = std::string(scratch) + "/keys";
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/s1._domainkey.ourshop.example") << "v=DKIM1; p=A";
  std::ofstream(folder + "/s2._domainkey.ourshop.example.txt") << "\"v=DKIM1; p=B\"";
  std::ofstream(std::string(scratch) + "/outside") << "v=DKIM1; p=C";
  std::ofstream(folder + "/big") << std::string(100000, 'x');
  KeyFolder keys(folder);
  CHECK(keys.record("s1._domainkey.ourshop.example") == "v=DKIM1; p=A");
  CHECK(keys.record("s2._domainkey.ourshop.example") == "v=DKIM1; p=B");
  for (const char* name : {"", ".", "..", "../outside", "s3._domainkey.ourshop.example", "big",
                           "/etc/passwd", "x/../../outside"})
    CHECK_FALSE(keys.record(name));
  CHECK_FALSE(KeyFolder("/nowhere").record("s1._domainkey.ourshop.example"));
  std::filesystem::remove_all(scratch);
}

}  // namespace unsent

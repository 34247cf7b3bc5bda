// SPDX-License-Identifier: MIT
#include "dkim/crypto.h"

#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <sodium.h>

namespace unsent {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class RsaKey {
 public:
  RsaKey() { nettle_rsa_public_key_init(&key_); }
  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;
  ~RsaKey() { nettle_rsa_public_key_clear(&key_); }

  bool set(std::string_view modulus, std::string_view exponent) {
    nettle_mpz_set_str_256_u(key_.n, modulus.size(), bytes_of(modulus));
    nettle_mpz_set_str_256_u(key_.e, exponent.size(), bytes_of(exponent));
    return nettle_rsa_public_key_prepare(&key_) == 1;
  }
  std::size_t size() const { return key_.size; }
  bool verify(const Digest& digest, std::string_view signature) const {
    mpz_t number;
    nettle_mpz_init_set_str_256_u(number, signature.size(), bytes_of(signature));
    const int verified = nettle_rsa_sha256_verify_digest(&key_, digest.data(), number);
    mpz_clear(number);
    return verified == 1;
  }

 private:
  rsa_public_key key_{};
};

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), bytes_of(bytes), bytes.size());
  return digest;
}

bool verify_rsa(std::string_view modulus, std::string_view exponent, const Digest& digest,
                std::string_view signature) {
  RsaKey key;
  return key.set(modulus, exponent) && signature.size() == key.size() &&
         key.verify(digest, signature);
}

bool verify_ed25519(std::string_view key, const Digest& digest, std::string_view signature) {
  return key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(signature), digest.data(), digest.size(),
                                     bytes_of(key)) == 0;
}

}  // namespace unsent

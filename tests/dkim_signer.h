// SPDX-License-Identifier: MIT
// Signs headers with Ed25519 for tests, under any tag list. Canonical form is the
// product's own: samples made by other signers test that.
#pragma once

#include <sodium.h>

#include <array>
#include <string>

#include "base/base64.h"
#include "dkim/canonical.h"
#include "dkim/crypto.h"

namespace unsent {

class DkimSigner {
 public:
  DkimSigner() {
    const std::array<unsigned char, crypto_sign_SEEDBYTES> seed{7};
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
  }

  std::string record() const {
    return "v=DKIM1; k=ed25519; p=" +
           encode_base64({reinterpret_cast<const char*>(public_.data()), public_.size()});
  }

  // header with a DKIM-Signature before it; tags without b=, which is added.
  std::string sign(const std::string& header, const std::string& tags) const {
    const std::string start = "DKIM-Signature: " + tags + "; b=";
    const std::string unsigned_text = start + "AAAA\n" + header;
    Defects defects;
    const Headers headers = Headers::read(unsigned_text, defects);
    const HeaderField& own = headers.fields().front();
    const ReadSignature read = read_signature(own.value);
    if (!read.signature) return unsigned_text;
    const auto selected = select_signed(headers, own, read.signature->names);
    const Digest digest = sha256(signed_bytes(selected, own, *read.signature));
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, digest.data(), digest.size(), secret_.data());
    return start +
           encode_base64({reinterpret_cast<const char*>(signature.data()), signature.size()}) +
           "\n" + header;
  }

 private:
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_{};
};

}  // namespace unsent

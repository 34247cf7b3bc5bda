// SPDX-License-Identifier: MIT
#include "marks.h"

#include "../dkim_signer.h"
#include "tag/batv.h"
#include "tag/message_tag.h"

namespace unsent {
namespace {

const Time kYesterday = *parse_rfc3339("2026-11-23T18:50:00Z");
const DkimSigner kSigner;

}  // namespace

const KeyRing& our_keys() {
  static const KeyRing ring = *KeyRing::parse("1 2026-11-01 a-secret-of-ours\n", "keys");
  return ring;
}

std::string our_signing_record() { return kSigner.record(); }

std::string tag_line(const SentMail& mail) {
  Defects defects;
  const std::string header = header_of(mail) + "\n";
  const Headers headers = Headers::read(header, defects);
  return "X-Unsent-Tag: " + make_tag(headers, *our_keys().newest(), kYesterday).value_or("") + "\n";
}

std::string signature_line(const SentMail& mail) {
  const std::string header = header_of(mail) + "\n";
  const std::string signed_header = kSigner.sign(
      header,
      "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=ourshop.example; s=s1; h=from:to:subject:date; "
      "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
  return signed_header.substr(0, signed_header.size() - header.size());
}

std::string marked_address() {
  return make_prvs(*Address::parse("alice@ourshop.example"), *our_keys().newest(), kYesterday);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "mail/signed_data.h"

#include <doctest/doctest.h>

#include "ber_bytes.h"
#include "mail/clear_signed.h"

namespace unsent {

using namespace ber_bytes;
using namespace std::string_literals;

TEST_CASE("the content of signed data is found, in one piece and in many") {
  const std::string text = "Content-Type: text/plain\r\n\r\nHello\r\n";
  const std::string pieces = element(0x04, text.substr(0, 10)) + element(0x04, text.substr(10));
  CHECK(signed_content(signed_data(element(0x04, text))) == text);
  CHECK(signed_content(signed_data(element(0x04, text), open_element)) == text);
  CHECK(signed_content(signed_data(element(0x24, pieces))) == text);
  CHECK(signed_content(signed_data(open_element(0x24, pieces), open_element)) == text);
  CHECK(signed_content(signed_data(open_element(0x24, open_element(0x24, pieces)))) == text);
  const std::string large(40'000, 'x');
  CHECK(signed_content(signed_data(element(0x04, large))) == large);
}

TEST_CASE("signed data that breaks off gives what is there") {
  const std::string whole = signed_data(element(0x04, std::string(1000, 'x')));
  const auto cut = signed_content(std::string_view(whole).substr(0, 600));
  REQUIRE(cut);
  CHECK(cut->size() > 400);
  CHECK(cut->size() < 600);
  // Its beginning says nothing.
  for (std::size_t size = 0; size < 40; ++size)
    CHECK_FALSE(signed_content(std::string_view(whole).substr(0, size)));
}

TEST_CASE("what is no signed data, or holds nothing, is none") {
  const std::string data = element(0x04, "x");
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "\x24\x80";
  for (const std::string& der : {
           ""s,
           "x"s,
           "\x30"s,
           "\x30\x80"s,
           "\x30\xFF"s,
           std::string(1000, '\x30'),
           signed_data(data, element, kDataOid),
           signed_data(""s),
           signed_data(element(0x04, "")),
           signed_data(element(0x02, "x")),

           signed_data(nested),
           signed_data(nested, open_element),
           "\x30\x84\xFF\xFF\xFF\xFF"s + kSignedOid,
           "-----BEGIN PKCS7-----"s,
       }) {
    CAPTURE(der.size());
    CHECK_FALSE(signed_content(der));
  }
}

TEST_CASE("a text signed in clear is what was signed") {
  const std::string armour =
      "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n";
  const std::string text =
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
      "Sorry.\n- --- Below this line is a copy of the message.\n\nFrom: a\n" +
      armour;
  CHECK(undo_clear_signing(text) ==
        "Sorry.\n--- Below this line is a copy of the message.\n\nFrom: a\n");
  CHECK(undo_clear_signing("Before\n" + text + "behind\n") ==
        "Before\nSorry.\n--- Below this line is a copy of the message.\n\nFrom: a\nbehind\n");
  CHECK(undo_clear_signing("-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: x\r\n\r\na\r\nb") ==
        "a\nb\n");
  CHECK(undo_clear_signing("-----BEGIN PGP SIGNED MESSAGE-----") == "");
  for (const std::string& other :
       {""s, "Hello\n"s, "x -----BEGIN PGP SIGNED MESSAGE-----\n"s,
        "-----BEGIN PGP SIGNED MESSAGE----- x\n"s, "-----BEGIN PGP MESSAGE-----\n\nabc\n"s, armour})
    CHECK_FALSE(undo_clear_signing(other));
}

}  // namespace unsent

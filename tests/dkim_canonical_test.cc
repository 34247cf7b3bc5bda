// SPDX-License-Identifier: MIT
#include "dkim/canonical.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

std::string canonical(std::string_view text, Canonicalisation how) {
  Defects defects;
  const Headers headers = Headers::read(text, defects);
  std::string out;
  for (const HeaderField& field : headers.fields()) out += canonical_field(field, how);
  return out;
}

std::string selected(std::string_view text, const std::vector<std::string>& names) {
  Defects defects;
  const Headers headers = Headers::read(text, defects);
  std::string out;
  for (const HeaderField* field : select_signed(headers, headers.fields().front(), names))
    out += std::string(field->raw);
  return out;
}

}  // namespace

TEST_CASE("the example of RFC 6376 3.4.5") {
  const std::string text = "A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\n";
  CHECK(canonical(text, Canonicalisation::relaxed) == "a:X\r\nb:Y Z\r\n");
  CHECK(canonical(text, Canonicalisation::simple) == "A: X\r\nB : Y\t\r\n\tZ  \r\n");
}

TEST_CASE("every way to end a line is one") {
  for (const char* text : {"A: x\n y\nB: z\n\n", "A: x\r\n y\r\nB: z\r\n\r\n",
                           "A: x\r\r\n y\r\r\nB: z\r\r\n\r\r\n", "A: x\r y\rB: z\r\r"}) {
    CAPTURE(text);
    CHECK(canonical(text, Canonicalisation::simple) == "A: x\r\n y\r\nB: z\r\n");
    CHECK(canonical(text, Canonicalisation::relaxed) == "a:x y\r\nb:z\r\n");
  }
}

TEST_CASE("relaxed form takes refolding, blanks and the case of names") {
  for (const char* text : {"Subject: one two", "SUBJECT:one  two  ", "subject:\tone\n\t two",
                           "Subject :\n one\n two\n \n"}) {
    CAPTURE(text);
    CHECK(canonical(text, Canonicalisation::relaxed) == "subject:one two\r\n");
  }
  CHECK(canonical("Subject:\n", Canonicalisation::relaxed) == "subject:\r\n");
  CHECK(canonical("Subject: ONE\n", Canonicalisation::relaxed) == "subject:ONE\r\n");
}

TEST_CASE("names select from the bottom up, each field once, the signature never") {
  const char* text = "DKIM-Signature: own\nA: 1\nDKIM-Signature: other\nB: 2\na: 3\n\n";
  CHECK(selected(text, {"a", "b"}) == "a: 3\nB: 2\n");
  CHECK(selected(text, {"a", "a", "a"}) == "a: 3\nA: 1\n");
  CHECK(selected(text, {"dkim-signature", "dkim-signature"}) == "DKIM-Signature: other\n");
  CHECK(selected(text, {"c"}).empty());
  CHECK(selected(text, {}).empty());
}

}  // namespace unsent

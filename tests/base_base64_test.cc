// SPDX-License-Identifier: MIT
#include "base/base64.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("bytes come back, in both alphabets, padded or not, folded or not") {
  const std::pair<const char*, std::string> cases[] = {
      {"", ""},
      {"Zg==", "f"},
      {"Zg", "f"},
      {"Zm8=", "fo"},
      {"Zm9v", "foo"},
      {"Zm9v\r\n\tYmFy", "foobar"},
      {"+/-_", "\xFB\xFF\xBF"},
      {"AA==", std::string(1, '\0')},
  };
  for (const auto& [text, bytes] : cases) {
    CAPTURE(text);
    CHECK(parse_base64(text) == bytes);
    CHECK(parse_base64(encode_base64(bytes)) == bytes);
  }
  CHECK(encode_base64("fo") == "Zm8=");
  CHECK(encode_base64("\xFB\xFF\xBF") == "+/+/");
}

TEST_CASE("what is no base64 gives nothing") {
  for (const char* text : {"Z", "Zm9vY", "Zm9v!", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Zm9v=",
                           "Zm9v====", "Z\xC3\xA9", "\x01"})
    CHECK_FALSE(parse_base64(text));
}

}  // namespace unsent

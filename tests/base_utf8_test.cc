// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a character is spelled in one to four bytes, and read back as it was") {
  struct Row {
    std::uint32_t code;
    std::string_view bytes;
  };
  for (const Row& row : {Row{0, std::string_view("\0", 1)}, Row{0x41, "A"}, Row{0x7F, "\x7F"},
                         Row{0x80, "\xC2\x80"}, Row{0xFC, "ü"}, Row{0x7FF, "\xDF\xBF"},
                         Row{0x800, "\xE0\xA0\x80"}, Row{0x3002, "。"}, Row{0xFFFF, "\xEF\xBF\xBF"},
                         Row{0x10000, "\xF0\x90\x80\x80"}, Row{0x10FFFF, "\xF4\x8F\xBF\xBF"}}) {
    CAPTURE(row.code);
    std::string spelled = "a";
    append_utf8(spelled, row.code);
    CHECK(spelled == 'a' + std::string(row.bytes));
    const std::string followed = std::string(row.bytes) + "é";
    std::string_view rest = followed;
    CHECK(utf8_length(rest.front()) == row.bytes.size());
    CHECK(take_character(rest) == row.code);
    CHECK(rest == "é");
  }
}

TEST_CASE("of what is no UTF-8 each reading takes at least a byte, and never more than there are") {
  for (const std::string_view bytes : {"\x80", "\xBFz", "\xC3", "\xE3\x80", "\xF0\x9F\x98", "\xFF",
                                       "\xFE\xFF\xFF\xFF\xFF\xFF", "\xC3(", "\xE0\x80"}) {
    CAPTURE(bytes.size());
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t before = rest.size();
      take_character(rest);
      REQUIRE(rest.size() < before);
    }
  }
}

}  // namespace unsent

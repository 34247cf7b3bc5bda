// SPDX-License-Identifier: MIT
#include "base/field_line.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("fields of any bytes stand on one line, and come back") {
  const std::vector<std::vector<std::string_view>> rows = {
      {},
      {""},
      {"", "", ""},
      {"a", "b c", "100 %", "%41"},
      {"tab\there", "line\nend", "cr\r", std::string_view("nul\0", 4)},
      {"\x80\xff", "\x1b[2J"},
  };
  for (const auto& fields : rows) {
    const std::string line = encode_fields(fields);
    CAPTURE(line);
    REQUIRE(line.ends_with('\n'));
    CHECK(line.find('\n') == line.size() - 1);
    const auto back = decode_fields(std::string_view(line).substr(0, line.size() - 1));
    REQUIRE(back.size() == fields.size());
    for (std::size_t i = 0; i < back.size(); ++i) CHECK(back[i] == fields[i]);
  }
}

TEST_CASE("a line that was cut short has no fields, wherever it was cut") {
  const std::string line = encode_fields({"plan", "some % text", "42"});
  for (std::size_t size = 0; size + 1 < line.size(); ++size)
    CHECK(decode_fields(std::string_view(line).substr(0, size)).empty());
  CHECK(decode_fields("\t.").size() == 1);
  CHECK(decode_fields("%zz\t%4\t%\t.") == std::vector<std::string>{"%zz", "%4", "%"});
}

TEST_CASE("what is no number is 0") {
  CHECK(to_number("18446744073709551615") == 18446744073709551615U);
  for (const char* text : {"", "x", "-1", "18446744073709551616"}) CHECK(to_number(text) == 0);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "base/toml_text.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

unsigned line_of(std::string_view toml) {
  const auto flaw = find_toml_flaw(toml);
  return flaw ? flaw->line : 0;
}

}  // namespace

TEST_CASE("beyond ASCII a character may stand in strings and comments only") {
  struct Row {
    std::string_view toml;
    unsigned line;  // 0: none
  };
  for (const Row& row : {Row{"", 0},
                         Row{"a = 1", 0},
                         Row{"a = \"\xC3\x80\" # \xC3\x80\n", 0},
                         Row{"\xEF\xBB\xBFname = 1", 0},
                         Row{"a = '\xC3\x80'\n", 0},
                         Row{"a = \"\\\"\xC3\x80\"", 0},
                         Row{"a = '''\n''\xC3\x80\n'''\n", 0},
                         Row{"a = \"\"\"\n\"\xC3\x80\\\"\"\"\"\n", 0},
                         Row{"\"\xC3\x80\" = 1", 0},
                         Row{"a = \"\xC3\x80", 0},
                         Row{"a = '''\xC3\x80", 0},
                         Row{"e\xC3\x80", 1},
                         Row{"\n\n\xC3\x80 = 1", 3},
                         Row{"a = \xC2\xA0 1", 1},
                         Row{"a = \"x\n\xC3\x80", 2},
                         Row{"# a\n\xC3\x80", 2},
                         Row{"a = 'x'\xC3\x80", 1},
                         Row{"a = '\\'\xC3\x80", 1},
                         Row{"a = '''x'''\n\xFF", 2},
                         Row{"a = \"\\", 0},
                         Row{"\xEF\xBB\xBF\xC3\x80", 1}}) {
    CAPTURE(row.toml);
    CHECK(line_of(row.toml) == row.line);
  }
}

TEST_CASE("a table header begins with a name") {
  for (const char* toml :
       {"[a]", "[[a]]", "\n [ \"x\" ]", "[[ '' ]]", "[_]", "[-.a]", "a = [\n[.5]\n]", "a = [=]",
        "a = {[=]}", "a = [ # x\n[=]]", "a = \"\"\"\n[=]\n\"\"\"", "# [=]"}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 0);
  }
  for (const char* toml : {"[=]", "[[=]]", "[]", "[", "[[", "[ ", "[\x05]", "[.a]", "[+]", "[{",
                           "[[[a]]]", "[#", "[\na]", "\t[,"}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 1);
  }
  CHECK(line_of("[a]\nb = [1]\n[=]") == 3);
  CHECK(line_of("a = 'x\n[=]") == 2);
}

}  // namespace unsent

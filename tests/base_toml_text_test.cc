// SPDX-License-Identifier: MIT
#include "base/toml_text.h"

#include <doctest/doctest.h>

namespace unsent {

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
    CHECK(line_of_stray_character(row.toml).value_or(0) == row.line);
  }
}

}  // namespace unsent

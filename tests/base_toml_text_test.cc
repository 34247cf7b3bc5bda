// SPDX-License-Identifier: MIT
#include "base/toml_text.h"

#include <doctest/doctest.h>

#include <string>

namespace unsent {
namespace {

unsigned line_of(std::string_view toml) {
  const auto flaw = find_toml_flaw(toml);
  return flaw ? flaw->line : 0;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("brackets and dotted keys are nested 32 deep and no deeper, wherever they stand") {
  for (const std::size_t deep : {std::size_t{32}, std::size_t{33}, std::size_t{200000}}) {
    CAPTURE(deep);
    const unsigned line = deep > 32 ? 3 : 0;
    const auto key = [&](std::string_view part) {
      return std::string(part) + repeated("." + std::string(part), deep - 1);
    };
    for (const std::string& text :
         {key("a") + " = 1", key("\"x.y\"") + " = 1", key(" a ") + " = 1", "[" + key("a") + "]",
          "[[" + key("a") + "]]", "b = { " + key("'a'") + " = 1 }",
          "b = [ { c = 1, " + key("a") + " = 1 } ]", "b = " + repeated("[", deep),
          "b = " + repeated("{a=", deep), "b = " + repeated("[\n", 1) + repeated("[", deep - 1)}) {
      CAPTURE(text.substr(0, 40));
      const unsigned found = line_of("# a.b\n\n" + text);
      CHECK((line == 0 ? found == 0 : found >= line));
    }
  }
}

TEST_CASE("dots that are in no key, and brackets that are closed, nest nothing") {
  CHECK(line_of("a = '" + repeated(".", 1000) + "' # " + repeated(".", 1000)) == 0);
  CHECK(line_of("a = [" + repeated("1.5, ", 1000) + "]") == 0);
  CHECK(line_of("a = [" + repeated("[1], {b.c = 2}, ", 1000) + "]") == 0);
  CHECK(line_of(repeated("[a.b]\nc.d = 1\n", 1000)) == 0);
}

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

TEST_CASE("a string begins no word's end") {
  for (const char* toml : {"a = \"x\"", "\"a\".\"b\" = 'x'", "a.'b' = [\"x\",\"y\"]", "a=\"x\"",
                           "a = {b=\"x\"}", "a = \"\"\"x\"\"\"\"", "# 0\"", "a = \"0'x\""}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 0);
  }
  for (const char* toml :
       {"\n\"a\" =0\"\xE6\x9C\xAA\"", "\na = 0'x'", "\na\"b\" = 1", "\na = -\"x\"", "\na_'b' = 1",
        "\na = [1\"x\"]", "\n\"a\" =0\x02\"\xE6\x9C\xAA\"", "\na = \"x\"\"y\"", "\na = 1;\"x\"",
        "\na = \"\"\"x\"\"\"\"\"\"", "\na = /'x'"}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 2);
  }
}

TEST_CASE("a string that goes on behind a backslash goes on in ASCII") {
  for (const char* toml :
       {"a = \"\"\"x\\\n  y \xC3\xBC\"\"\"", "a = \"\"\"\xC3\xBC \\\n x\"\"\"",
        "a = '''x\\\n\xC3\xBC'''", "a = \"\"\"\\\\\n\xC3\xBC\"\"\"",
        "a = \"\"\"x\\\n\"\"\"\nb = \"\xC3\xBC\"", "a = \"\"\"\\t\xC3\xBC\"\"\""}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 0);
  }
  for (const char* toml :
       {"\na = \"\"\"x\\\n\xC3\xBC\"\"\"", "\na = \"\"\"x\\ \t\r\n\n  \xC3\xBC\"\"\"",
        "\na = \"\"\"\\\xC3\xBC\"\"\"", "\na = \"\"\"x\\\n\\\n\xE3\x80\x81\"\"\"",
        "\na = \"\"\"\\\n\xC3\xBC"}) {
    CAPTURE(toml);
    CHECK(line_of(toml) == 2);
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

// SPDX-License-Identifier: MIT
#include "optin/sieve_text.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("what we add stands behind the last require, at the beginning of a line") {
  struct Row {
    std::string_view script;
    std::string_view before;  // all that stands in front of that place
  };
  const Row rows[] = {
      {"", ""},
      {"keep;\n", ""},
      {"require \"fileinto\";\nkeep;\n", "require \"fileinto\";\n"},
      {"require [\"fileinto\", \"envelope\"];\n# rules\nkeep;\n",
       "require [\"fileinto\", \"envelope\"];\n"},
      {"# mine\n/* old: require \"x\"; */\nREQUIRE [\"a\",\n \"b\"] ;  # both\nkeep;\n",
       "# mine\n/* old: require \"x\"; */\nREQUIRE [\"a\",\n \"b\"] ;  # both\n"},
      {"require \"a\"; require \"b\";\nkeep;\n", "require \"a\"; require \"b\";\n"},
      {"require \"a \\\" ; b\";\r\nkeep;\r\n", "require \"a \\\" ; b\";\r\n"},
      {"requirement \"a\";\n", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    const RequireEnd end = end_of_requires(row.script);
    CHECK(end.is_sure);
    CHECK(row.script.substr(0, end.at) == row.before);
  }
}

TEST_CASE("a script that cannot be read for sure is refused, with its line and why") {
  struct Row {
    std::string_view script;
    std::size_t line;
  };
  const Row rows[] = {
      {"/* no end", 1},
      {"require\n", 2},
      {"require \"a\"\nkeep;\n", 2},
      {"require [\"a\" \"b\"];\n", 1},
      {"require [\"a\",];\n", 1},
      {"\n\nrequire \"a;\nkeep;\n", 5},
      {"require \"a\"; keep;\n", 1},
      {"require \"a\";", 1},
      {"require \"a\\", 1},
      {"require [\"a\"", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    const RequireEnd end = end_of_requires(row.script);
    CHECK(!end.is_sure);
    CHECK(!end.why.empty());
    CHECK(end.line == row.line);
  }
}

}  // namespace unsent

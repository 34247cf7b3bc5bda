// SPDX-License-Identifier: MIT
#include "setup/slip.h"

#include <doctest/doctest.h>

using namespace unsent;

TEST_CASE("a slip of the fingers finds the word that was meant, another word none") {
  const std::vector<std::string> words = {"scan",     "spf",        "status",
                                          "sendmail", "quarantine", "html"};
  struct Row {
    const char* typed;
    const char* meant;
  };
  constexpr Row kRows[] = {{"scna", "scan"},
                           {"htlm", "html"},
                           {"sca", "scan"},
                           {"statsu", "status"},
                           {"scann", "scan"},
                           {"quarentine", "quarantine"},
                           {"quratnine", "quarantine"},
                           {"frobnicate", ""},
                           {"x", ""},
                           {"", ""},
                           {"abcd", ""}};
  for (const Row& row : kRows) {
    CAPTURE(row.typed);
    CHECK(nearest(row.typed, words) == row.meant);
  }
  CHECK(nearest(std::string(100000, 's'), words).empty());
}

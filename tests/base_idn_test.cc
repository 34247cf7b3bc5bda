// SPDX-License-Identifier: MIT
#include "base/idn.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("U-labels become A-labels (RFC 3492 7.1 and names in use)") {
  struct Row {
    std::string_view name;
    std::string_view ascii;
  };
  constexpr Row kRows[] = {
      {"example.org", "example.org"},
      {"b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example"},
      {"B\xC3\x9C"
       "CHER.example",
       "xn--bcher-kva.example"},
      {"\xE4\xBE\x8B\xE5\xAD\x90.\xE6\xB5\x8B\xE8\xAF\x95", "xn--fsqu00a.xn--0zwm56d"},
      {"\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.example", "xn--e1afmkfd.example"},
      // RFC 3492 7.1 (B): Chinese (simplified).
      {"\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9\x88\xE4\xB8\x8D\xE8\xAF\xB4\xE4"
       "\xB8\xAD\xE6\x96\x87",
       "xn--ihqwcrb4cv8a8dqg056pqjye"},
      // (L): 3<nen>B<gumi><kinpachi><sensei>, folded.
      {"3\xE5\xB9\xB4"
       "B\xE7\xB5\x84\xE9\x87\x91\xE5\x85\xAB\xE5\x85\x88\xE7\x94\x9F",
       "xn--3b-ww4c5e180e575a65lsy2b"},
      {"\xF0\x9F\x93\xAC.example", "xn--iu8h.example"},
  };
  for (const Row& row : kRows) CHECK(to_a_labels(row.name) == row.ascii);
  CHECK_FALSE(to_a_labels("\xFF.example"));
  CHECK_FALSE(to_a_labels("\xC3"));
  std::string many;
  for (int i = 0; i < 70; ++i) many += "\xC3\xBC";
  CHECK_FALSE(to_a_labels(many));
}

}  // namespace unsent

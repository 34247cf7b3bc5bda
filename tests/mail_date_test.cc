// SPDX-License-Identifier: MIT
#include "mail/date.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a date is read in the forms that mail really has") {
  for (const char* text : {"Mon, 23 Nov 2026 10:00:00 +0000", "23 Nov 2026 10:00:00 +0000",
                           "Mon, 23 Nov 2026 10:00 +0000", "Mon, 23 Nov 2026 11:00:00 +0100 (CET)",
                           "Mon, 23 Nov 26 10:00:00 GMT", "Mon Nov 23 10:00:00 2026",
                           "Mon, 23 Nov 2026 05:00:00 EST", "23-Nov-2026 10:00:00 +0000",
                           "Mon,23 Nov 2026 10:00:00 -0000", "Monday, 23 November 2026 10:00:00 UT",
                           "(a comment) 23 Nov 2026 10:00:00 Z", "Mon, 23 Nov 2026 10:00:00",
                           "Mon, 23 Nov 2026 15:30:00 +05:30", "Mon Nov 23 02:00:00 PST 2026",
                           "23 Nov 2026 10:00:00.123 +0000", "Mon, 23 Nov 2026 11:00:00 GMT+01"}) {
    CAPTURE(text);
    const auto time = parse_date(text);
    REQUIRE(time);
    CHECK(format_rfc3339(*time) == "2026-11-23T10:00:00Z");
  }
  CHECK(format_rfc3339(*parse_date("1 Jan 99 00:00:00 +0000")) == "1999-01-01T00:00:00Z");
}

TEST_CASE("what is no date is none") {
  for (const char* text :
       {"", "yesterday", "Mon, 23 Nov 2026", "10:00:00", "32 Nov 2026 10:00:00",
        "Mon, 23 Foo 2026 10:00:00", "29 Feb 2026 10:00:00", "23 Nov 2026 25:00:00",
        "23 Nov 2026 10:99:00", "23 Nov 10:00:00", "((((((", "23 Nov 2026 10:0x:00",
        "0 Nov 2026 10:00:00", "23 Nov 2026 1:2:3:4"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

}  // namespace unsent

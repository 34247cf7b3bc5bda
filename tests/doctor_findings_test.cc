// SPDX-License-Identifier: MIT
#include "doctor/findings.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("what was found is told in its order, with its weight") {
  Findings found;
  found.good("the clock says 2026-11-24T07:00:00Z");
  found.remark("no tag keys");
  CHECK(!found.has_fault());
  CHECK(to_json(found).find(R"("good":true)") != std::string::npos);
  found.fault("the ledger is empty");
  CHECK(found.has_fault());
  CHECK(found.text() ==
        "  ok     the clock says 2026-11-24T07:00:00Z\n"
        "  note   no tag keys\n"
        "  FAULT  the ledger is empty\n");
  CHECK(to_json(found) == R"({"version":1,"good":false,"findings":[)"
                          R"({"level":"ok","text":"the clock says 2026-11-24T07:00:00Z"},)"
                          R"({"level":"note","text":"no tag keys"},)"
                          R"({"level":"fault","text":"the ledger is empty"}]})");
}

TEST_CASE("where nothing was found all is good") {
  CHECK(Findings().text().empty());
  CHECK(to_json(Findings()) == R"({"version":1,"good":true,"findings":[]})");
}

TEST_CASE("a finding is known again by its end") {
  Findings found;
  found.fault("rules.d/a.toml: line 3");
  CHECK(found.has("line 3"));
  CHECK(found.has("rules.d/a.toml: line 3"));
  CHECK(!found.has("line"));
  CHECK(!found.has("see rules.d/a.toml: line 3"));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "base/metrics.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a metric is its help, its type and a line a sample") {
  Metrics metrics;
  metrics.begin("unsent_reports", "Reports in the account.");
  metrics.sample(std::int64_t{3}, {{"verdict", "genuine"}, {"done", "tag"}});
  metrics.sample(std::int64_t{0});
  metrics.begin("unsent_time_seconds", "When these figures were made.");
  metrics.sample(Time(seconds(1795430400)));
  CHECK(metrics.text() ==
        "# HELP unsent_reports Reports in the account.\n"
        "# TYPE unsent_reports gauge\n"
        "unsent_reports{verdict=\"genuine\",done=\"tag\"} 3\n"
        "unsent_reports 0\n"
        "# HELP unsent_time_seconds When these figures were made.\n"
        "# TYPE unsent_time_seconds gauge\n"
        "unsent_time_seconds 1795430400\n");
}

TEST_CASE("a metric without a sample is still told of") {
  Metrics metrics;
  metrics.begin("unsent_quarantine_bytes", "Their size.");
  CHECK(metrics.text() ==
        "# HELP unsent_quarantine_bytes Their size.\n# TYPE unsent_quarantine_bytes gauge\n");
}

TEST_CASE("the value of a label is one line of valid UTF-8, whatever it was") {
  const struct {
    const char* value;
    const char* written;
  } rows[] = {
      {"", ""},
      {"/var/log/mail.log", "/var/log/mail.log"},
      {"a\"b", "a\\\"b"},
      {"a\\b", "a\\\\b"},
      {"a\nb", "a\\nb"},
      {"M\xC3\xBCller", "M\xC3\xBCller"},
      {"\xFF", "\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    Metrics metrics;
    metrics.begin("m", "h");
    metrics.sample(std::int64_t{1}, {{"path", row.value}});
    CHECK(metrics.text() ==
          "# HELP m h\n# TYPE m gauge\nm{path=\"" + std::string(row.written) + "\"} 1\n");
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "action/annotate.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("the block stands first, behind a From_ line, in the message's own line ending") {
  struct Row {
    std::string_view message;
    std::string_view annotated;
  };
  const Row rows[] = {
      {"Subject: a\n\nb", "X: 1\n\ty\nSubject: a\n\nb"},
      {"Subject: a\r\n\r\nb", "X: 1\r\n\ty\r\nSubject: a\r\n\r\nb"},
      {"Subject: a\r\rb", "X: 1\r\ty\rSubject: a\r\rb"},
      {"From x Mon\nSubject: a\n\nFrom y", "From x Mon\nX: 1\n\ty\nSubject: a\n\nFrom y"},
      {"", "X: 1\n\ty\n"},
      {"\nbody", "X: 1\n\ty\n\nbody"},
      {"From x Mon\n", "From x Mon\nX: 1\n\ty\n"},
      {"From x Mon", "From x Mon"},
      {" begins with a blank\nA: b\n\n", " begins with a blank\nA: b\n\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(annotate(row.message, "X: 1\n\ty\n") == row.annotated);
  }
}

TEST_CASE("forged fields of ours go, with their folded lines; nothing else does") {
  struct Row {
    std::string_view message;
    std::string_view cleaned;
  };
  const Row rows[] = {
      {"X-Unsent-Verdict: genuine\nSubject: a\n\nb", "Subject: a\n\nb"},
      {"A: 1\nx-unsent-VERDICT : genuine\n\tfolded\n more\nB: 2\n\nb", "A: 1\nB: 2\n\nb"},
      {"A: 1\r\nX-Unsent-Evidence: x\r\nX-Unsent-Verdict: y\r\n\r\nb", "A: 1\r\n\r\nb"},
      {"not a header line\nX-Unsent-Verdict: genuine\n\nb", "not a header line\n\nb"},
      {"X-Unsent: 1\nX-Unsent-Tag: t\n\nb", "X-Unsent: 1\nX-Unsent-Tag: t\n\nb"},
      {"X-Unsent-Verdicts: 1\n\nb", "X-Unsent-Verdicts: 1\n\nb"},
      {"A: 1\n\nX-Unsent-Verdict: in the body\n", "A: 1\n\nX-Unsent-Verdict: in the body\n"},
      {"X-Unsent-Verdict: genuine", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(annotate(row.message, "") == row.cleaned);
  }
  std::string long_header;
  for (int i = 0; i < 5000; ++i) long_header += "Received: x\n";
  CHECK(annotate(long_header + "X-Unsent-Verdict: genuine\n\n", "") == long_header + "\n");
}

TEST_CASE("a reason from a hostile bounce cannot break out of its field") {
  Judgement judgement;
  judgement.bounce.kind = Kind::bounce;
  judgement.decision = {Verdict::unverified, TableRow::nothing_strong,
                        "\"quoted\"\r\nX-Evil: 1\n\n \xC3\xBC \\ " + std::string(5000, 'x')};
  judgement.facts.assign(100, {Check::ledger, PointsTo::neither, Strength::weak, "a\nb: c"});
  const std::string block = header_block(judgement);
  CHECK(block.substr(0, 53) == "X-Unsent-Verdict: unverified; kind=bounce; reason=\"'q");
  CHECK(block.find("\nX-Evil") == std::string::npos);
  CHECK(block.find("\nb:") == std::string::npos);
  CHECK(block.find("\n\n") == std::string::npos);
  CHECK(block.size() < 8000);
  for (const char c : block) CHECK((c == '\n' || c == '\t' || (c >= ' ' && c < 0x7F)));
}

}  // namespace unsent

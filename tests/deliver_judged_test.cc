// SPDX-License-Identifier: MIT
#include "deliver/judged.h"

#include <doctest/doctest.h>

#include "base/field_line.h"
#include "deliver/flood_memory.h"

namespace unsent {
namespace {

Judged backscatter() {
  Judged judged;
  judged.is_judged = true;
  judged.verdict = Verdict::backscatter;
  judged.kind = Kind::auto_reply;
  judged.planned = Handling::drop;
  judged.handling = Handling::quarantine;
  judged.recipient = "alice@ourshop.example";
  judged.block = "X-Unsent-Verdict: backscatter;\n reason=\"x\"\nX-Unsent-Evidence: origin\n";
  judged.rule = "postfix";
  judged.is_logged = true;
  judged.remembered = pack({4711, Member()});
  judged.service = "esp.example";
  judged.remarks = {"a line", "another\nof two"};
  return judged;
}

}  // namespace

TEST_CASE("a judgement comes back as it was") {
  const Judged judged = decode_judged(encode_judged(backscatter()));
  CHECK(judged.is_judged);
  CHECK(judged.verdict == Verdict::backscatter);
  CHECK(judged.kind == Kind::auto_reply);
  CHECK(judged.planned == Handling::drop);
  CHECK(judged.handling == Handling::quarantine);
  CHECK(judged.recipient == backscatter().recipient);
  CHECK(judged.rule == backscatter().rule);
  CHECK(judged.is_logged);
  CHECK(judged.block == backscatter().block);
  CHECK(judged.remembered == backscatter().remembered);
  CHECK(judged.service == "esp.example");
  CHECK(judged.remarks == backscatter().remarks);

  const Judged failed = decode_judged(encode_judged(not_judged("no memory\nleft")));
  CHECK(!failed.is_judged);
  CHECK(failed.problem == "no memory\nleft");
}

TEST_CASE("an answer that was cut short is none, wherever it was cut") {
  const std::string answer = encode_judged(backscatter());
  for (std::size_t size = 0; size + 1 < answer.size(); ++size) {
    const Judged judged = decode_judged(std::string_view(answer).substr(0, size));
    CHECK(!judged.is_judged);
    CHECK(judged.block.empty());
    CHECK(!judged.problem.empty());
  }
}

TEST_CASE("an answer that the judging cannot have given is not followed") {
  const std::string_view block = "X-Unsent-Verdict: x\n";
  std::vector<std::vector<std::string_view>> rows = {
      {"judged", "spam", "bounce", "tag", "tag", "", block, "", "", "", ""},
      {"judged", "genuine", "letter", "tag", "tag", "", block, "", "", "", ""},
      {"judged", "genuine", "bounce", "burn", "tag", "", block, "", "", "", ""},
      {"judged", "genuine", "bounce", "tag", "", "", block, "", "", "", ""},
      {"judged", "genuine", "bounce", "drop", "tag", "", block, "", "", "", ""},
      {"judged", "genuine", "bounce", "tag", "drop", "", block, "", "", "", ""},
      {"judged", "genuine", "bounce", "tag", "quarantine", "", block, "", "", "", ""},
      {"judged", "ordinary", "ordinary", "drop", "drop", "", block, "", "", "", ""},
      {"judged", "unverified", "bounce", "drop", "quarantine", "", block, "", "", "", ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", "X-Unsent-Verdict: no end", "", "", "",
       ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", "X-Unsent-Verdict: x\n\nBody\n", "", "",
       "", ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", "X-Unsent-Verdict: x\nBcc: bob\n", "",
       "", "", ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", "X-Unsent-Verdict: x\rBcc: bob\n", "",
       "", "", ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", " folded behind nothing\n", "", "", "",
       ""},
      {"judged", "backscatter", "bounce", "tag", "tag", ""},
      {"judged", "backscatter", "bounce", "tag", "tag", "", block},
      {"not-judged"},
      {"not-judged", "a", "b"},
      {"1"},
      {},
  };
  for (auto& fields : rows) {
    const std::string answer = encode_fields(fields);
    CAPTURE(answer);
    const Judged judged = decode_judged(answer);
    CHECK(!judged.is_judged);
    CHECK(judged.block.empty());
    CHECK(judged.handling == Handling::tag);
    CHECK(!judged.problem.empty());
  }
  const auto with = [&](std::string_view remembered) {
    return decode_judged(encode_fields(
        {"judged", "backscatter", "bounce", "tag", "tag", "", block, "", "", remembered, ""}));
  };
  CHECK(with("").is_judged);
  const std::string whole = pack({1, Member()});
  CHECK(with(whole).remembered == whole);
  std::string odd = whole;
  odd[16 + offsetof(Member, way)] = 77;
  for (const std::string& record : {whole.substr(1), whole + "x", odd, std::string("nonsense")}) {
    CHECK(with(record).is_judged);
    CHECK(with(record).remembered.empty());
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "scan/second_stage.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "scan_items.h"

namespace unsent {
namespace {

// A bounce of a botnet's run, as the first look leaves it under a record in ~all.
Gist spam(std::uint32_t number) {
  Gist gist;
  gist.kind = Kind::bounce;
  gist.verdict = Verdict::unverified;
  gist.facts = {{Check::origin, PointsTo::backscatter, Strength::weak, "softfail"}};
  gist.item = item(Verdict::unverified, static_cast<int>(number));
  gist.line =
      R"({"path":"inbox","kind":"bounce","verdict":"unverified","reason":"?","evidence":[]})";
  gist.header_block = "X-Unsent-Verdict: unverified\n";
  Member& member = gist.member;
  member.run = member.make = 1;
  member.network = 1000 + number;
  member.block = 100 + number;
  member.writer = 500 + number;
  member.day = 20000;
  member.way = Way::access_line;
  return gist;
}

Gist by_service() {
  Gist gist = spam(1);
  gist.verdict = Verdict::backscatter;
  gist.facts.front().strength = Strength::strong;
  gist.service = "esp.example";
  gist.member.run = gist.member.make = 2;
  gist.member.organisation = 7;
  gist.member.way = Way::server;
  gist.member.marks = Member::service | Member::forbidden;
  return gist;
}

Gist ours(std::uint64_t run, bool is_recorded) {
  Gist gist = spam(1);
  gist.verdict = Verdict::genuine;
  gist.item.original.subject = "Cheap pills";
  gist.member.run = run;
  gist.member.make = 3;
  gist.member.way = Way::ours;
  gist.member.marks = Member::genuine | Member::proved_elsewhere;
  if (is_recorded) gist.member.marks |= Member::recorded;
  return gist;
}

struct Outcome {
  std::vector<Gist> gists;
  std::vector<std::string> notices;
};

Outcome second_look(const std::vector<Gist>& first, GistParts parts = {}) {
  SecondStage stage(parts);
  const std::string path = "inbox";
  for (Gist gist : first) stage.add({StoredMessage{path, 0, 0, {}, {}}, gist, 0});
  Outcome outcome;
  const auto handed_on = stage.hand_on([&](const Scanned& scanned) {
    outcome.gists.push_back(std::move(scanned.gist));
    return Result<void>();
  });
  CHECK(handed_on.has_value());
  outcome.notices = stage.notices();
  return outcome;
}

std::vector<Gist> many(std::uint32_t count, Gist (*make)(std::uint32_t)) {
  std::vector<Gist> gists;
  for (std::uint32_t i = 0; i < count; ++i) gists.push_back(make(i));
  return gists;
}

// Ordinary mail that answers the spam of that number.
Gist answer(std::uint32_t number, const char* author = "bob@remote.example") {
  Gist gist;
  gist.verdict = Verdict::ordinary;
  gist.line =
      R"({"path":"inbox","kind":"ordinary","verdict":"ordinary","reason":"","evidence":[]})";
  gist.item.from = author;
  gist.item.subject = "Stop this";
  gist.mention.ids = {1000 + number};
  gist.mention.day = 20001;
  gist.mention.author = author;
  gist.mention.recipient = "alice@ourshop.example";
  return gist;
}

Gist spam_with_id(std::uint32_t number) {
  Gist gist = spam(number);
  gist.member.set_id(1000 + number);
  return gist;
}

}  // namespace

TEST_CASE("what is judged again is so in all that is told of it") {
  GistParts parts;
  parts.line = GistParts::Line::json;
  parts.has_item = parts.has_header_block = true;
  const auto outcome = second_look(many(20, spam), parts);
  REQUIRE(outcome.gists.size() == 20);
  for (const Gist& gist : outcome.gists) {
    CHECK(gist.verdict == Verdict::backscatter);
    CHECK(gist.item.verdict == Verdict::backscatter);
    CHECK(gist.item.facts.back().check == Check::flood);
    CHECK(gist.item.reason == gist.item.facts.back().detail);
    CHECK(gist.header_block.find("X-Unsent-Evidence: flood") != std::string::npos);
    const auto line = nlohmann::json::parse(gist.line);
    CHECK(line["verdict"] == "backscatter");
    CHECK(line["path"] == "inbox");
    CHECK(line["evidence"].back()["check"] == "flood");
    CHECK(line["evidence"].back()["strength"] == "strong");
  }
}

TEST_CASE("a table's line is made again, too") {
  GistParts parts;
  parts.line = GistParts::Line::csv;
  const auto outcome = second_look(many(20, spam), parts);
  for (const Gist& gist : outcome.gists)
    CHECK(gist.line.find("backscatter,\"one of 20 originals") != std::string::npos);
}

TEST_CASE("nine that look alike stay as they are") {
  GistParts parts;
  parts.has_item = true;
  for (const Gist& gist : second_look(many(9, spam), parts).gists) {
    CHECK(gist.verdict == Verdict::unverified);
    CHECK(gist.item.facts.size() == 1);
  }
}

TEST_CASE("a service that SPF forbids is asked about, and left unverified") {
  const auto outcome = second_look(std::vector<Gist>(20, by_service()));
  for (const Gist& gist : outcome.gists) CHECK(gist.verdict == Verdict::unverified);
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices.front().find("Do you send by esp.example? 20 originals") == 0);
  const auto few = second_look(std::vector<Gist>(19, by_service()));
  for (const Gist& gist : few.gists) CHECK(gist.verdict == Verdict::backscatter);
  CHECK(few.notices.empty());
}

TEST_CASE("an account in other hands is told, and no verdict changes") {
  std::vector<Gist> gists(100, ours(5, false));
  for (std::uint64_t i = 0; i < 20; ++i) gists.push_back(ours(100 + i, true));
  const auto outcome = second_look(gists);
  for (const Gist& gist : outcome.gists) CHECK(gist.verdict == Verdict::genuine);
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices.front().find("Is somebody else in your account? 100 bounces") == 0);
  CHECK(outcome.notices.front().find("\"Cheap pills\"") != std::string::npos);
}

TEST_CASE("a person who answers a flood is of a kind of its own, in all that is told of it") {
  GistParts parts;
  parts.line = GistParts::Line::json;
  parts.has_item = parts.has_campaign = true;
  auto gists = many(20, spam_with_id);
  gists.insert(gists.begin(), answer(7));
  const auto outcome = second_look(gists, parts);
  const Gist& reply = outcome.gists.front();
  CHECK(reply.kind == Kind::reply);
  CHECK(reply.verdict == Verdict::backscatter);
  CHECK(reply.item.kind == Kind::reply);
  CHECK(nlohmann::json::parse(reply.line)["kind"] == "reply");
}

TEST_CASE("who answers nothing of a flood, or is one of us, stays ordinary") {
  const auto kind_of = [](const Gist& one) {
    auto gists = many(20, spam_with_id);
    gists.push_back(one);
    return second_look(gists).gists.back().kind;
  };
  CHECK(kind_of(answer(7)) == Kind::reply);
  CHECK(kind_of(answer(700)) == Kind::ordinary);
  CHECK(kind_of(answer(7, "carol@ourshop.example")) == Kind::ordinary);
  Gist undated = answer(7);
  undated.mention.day = 0;
  CHECK(kind_of(undated) == Kind::ordinary);
  CHECK(second_look({answer(7)}).gists.back().kind == Kind::ordinary);
}

TEST_CASE("an automatic reply that names one of a flood goes with it; one that is proved stays") {
  Gist automatic = answer(7);
  automatic.kind = Kind::auto_reply;
  automatic.verdict = Verdict::unverified;
  automatic.facts = {{Check::reply_id, PointsTo::neither, Strength::weak, "not in the ledger"}};
  Gist proved = automatic;
  proved.verdict = Verdict::genuine;
  auto gists = many(20, spam_with_id);
  gists.push_back(automatic);
  gists.push_back(proved);
  const auto outcome = second_look(gists);
  CHECK(outcome.gists[20].verdict == Verdict::backscatter);
  CHECK(outcome.gists[20].kind == Kind::auto_reply);
  CHECK(outcome.gists[21].verdict == Verdict::genuine);
}

TEST_CASE("a campaign's name is told of each that is part of it, and of no other") {
  GistParts parts;
  parts.line = GistParts::Line::json;
  parts.has_campaign = true;
  auto gists = many(6, spam);
  for (Gist& gist : gists) gist.item.traits.subject = "cheap pills #";
  gists.push_back(ours(5, true));
  gists.back().item.traits.subject = "cheap pills #";
  gists.back().line = gists.front().line;
  const auto outcome = second_look(gists, parts);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto line = nlohmann::json::parse(outcome.gists[i].line);
    CHECK(line["campaign"].get<std::string>().starts_with("cheap-pills-"));
  }
  CHECK(nlohmann::json::parse(outcome.gists.back().line)["campaign"].is_null());
}

}  // namespace unsent

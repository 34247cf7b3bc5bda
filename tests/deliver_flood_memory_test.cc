// SPDX-License-Identifier: MIT
#include "deliver/flood_memory.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "base/file.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

constexpr Time kNoon = Time(seconds(20000LL * 86400 + 43200));

Judgement judgement(std::uint32_t number) {
  Judgement one;
  one.bounce.kind = Kind::bounce;
  one.bounce.original.subject = "Cheap pills " + std::to_string(number);
  one.bounce.original.message_id = std::to_string(number) + "$aa$bb@host.cheap.example";
  one.bounce.original.from = "alice@ourshop.example";
  one.carriage.way = Way::access_line;
  one.carriage.client =
      IpAddress::parse(std::to_string(20 + number) + "." + std::to_string(number) + ".7.9");
  one.carriage.organisation = "isp" + std::to_string(number % 20) + ".example";
  one.carriage.writer = "remote" + std::to_string(number % 20) + ".example";
  one.facts = {{Check::origin, PointsTo::backscatter, Strength::weak, "softfail"}};
  one.decision = decide(one.bounce.kind, one.facts);
  return one;
}

Judgement by_service(std::uint32_t number) {
  Judgement one = judgement(number);
  one.bounce.original.message_id = std::to_string(number) + "@esp.example";
  one.carriage.way = Way::server;
  one.carriage.client = IpAddress::parse("198.51.100." + std::to_string(number));
  one.carriage.organisation = "esp.example";
  one.carriage.is_service = true;
  one.facts.front().strength = Strength::strong;
  one.decision = decide(one.bounce.kind, one.facts);
  return one;
}

Message message(std::uint32_t number) {
  return Message::parse("Message-ID: <" + std::to_string(number) + "@remote.example>\n\nx\n");
}

// As many as arrive one after the other, each remembered.
std::vector<Company> arrive(Judgement (*make)(std::uint32_t), std::uint32_t count,
                            Judgement* last = nullptr) {
  std::vector<Remembered> memory;
  std::vector<Company> all;
  for (std::uint32_t i = 1; i <= count; ++i) {
    Judgement one = make(i);
    all.push_back(look_among(one, message(i), memory, kNoon));
    memory.push_back(all.back().remembered);
    if (last != nullptr) *last = one;
  }
  return all;
}

}  // namespace

TEST_CASE("a botnet's bounces are told apart once ten have come, and never dropped") {
  Judgement last;
  const auto nine = arrive(judgement, 9, &last);
  CHECK(last.decision.verdict == Verdict::unverified);
  CHECK_FALSE(nine.back().is_by_company);
  const auto many = arrive(judgement, 30, &last);
  CHECK(last.decision.verdict == Verdict::backscatter);
  CHECK(last.facts.back().check == Check::flood);
  CHECK(many.back().is_by_company);
}

TEST_CASE("a service that SPF does not name is never dropped, and asked about from twenty on") {
  Judgement last;
  const auto one = arrive(by_service, 1, &last);
  CHECK(last.decision.verdict == Verdict::backscatter);
  CHECK(one.back().is_of_service);
  CHECK(one.back().service.empty());
  const auto many = arrive(by_service, 20, &last);
  CHECK(many[18].service.empty());
  CHECK(many.back().service == "esp.example");
  CHECK(last.decision.verdict == Verdict::unverified);
}

TEST_CASE("the same report, delivered again, counts once") {
  std::vector<Remembered> memory;
  for (int i = 0; i < 40; ++i) {
    Judgement one = by_service(1);
    const Company company = look_among(one, message(1), memory, kNoon);
    CHECK(company.service.empty());
    memory.push_back(company.remembered);
  }
}

TEST_CASE("what is no report on a delivery is not kept") {
  Judgement reply = judgement(1);
  reply.bounce.kind = Kind::auto_reply;
  CHECK_FALSE(look_among(reply, message(1), {}, kNoon).has_member);
}

TEST_CASE("the memory gives back what was kept, of the last days, whatever else is in the file") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  CHECK(read_flood_memory(folder, kNoon).empty());
  CHECK(read_flood_memory("", kNoon).empty());
  CHECK_FALSE(remember_report("", {}).has_value());
  Remembered one;
  one.report = 7;
  one.member.run = 9;
  one.member.day = 20000;
  REQUIRE(remember_report(folder, one).has_value());
  {
    std::ofstream cut(folder + "/flood.seen", std::ios::app | std::ios::binary);
    cut << pack(one).substr(0, 33);
  }
  one.report = 8;
  REQUIRE(remember_report(folder, one).has_value());
  const auto all = read_flood_memory(folder, kNoon);
  REQUIRE(all.size() == 2);
  CHECK(all[0].report == 7);
  CHECK(all[1].report == 8);
  CHECK(all[1].member.run == 9);
  CHECK(read_flood_memory(folder, kNoon + seconds(14 * 86400)).size() == 2);
  CHECK(read_flood_memory(folder, kNoon + seconds(15 * 86400)).empty());
}

TEST_CASE("the memory is bounded") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "data";
  Remembered one;
  one.member.day = 20000;
  for (std::uint64_t i = 0; i < 3 * kMostRemembered; ++i) {
    one.report = i;
    REQUIRE(remember_report(folder, one).has_value());
  }
  const auto all = read_flood_memory(folder, kNoon);
  CHECK(all.size() == kMostRemembered);
  CHECK(all.back().report == 3 * kMostRemembered - 1);
  const auto size =
      read_file(folder + "/flood.seen")->size() + read_file(folder + "/flood.seen.old")->size();
  CHECK(size <= 2 * 64 * (kMostRemembered + 1));
}

}  // namespace unsent

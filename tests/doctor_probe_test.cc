// SPDX-License-Identifier: MIT
#include "doctor/probe.h"

#include <doctest/doctest.h>

#include <set>

#include "bounce/recognise.h"
#include "setup/setup.h"
#include "verdict/judge.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T10:00:00Z");
const Address kSender = *Address::parse("alice@ourshop.example");

Setup without_dns() {
  JudgingOptions options;
  options.no_ledger = true;
  options.dns.is_off = true;
  options.now = kNow;
  options.domains = {kSender.domain()};
  auto setup = make_setup(options, Config());
  REQUIRE(setup.has_value());
  return std::move(*setup);
}

}  // namespace

TEST_CASE("the probes are bounces as three systems write them, three about each kind of original") {
  Setup setup = without_dns();
  std::set<std::string> systems;
  std::set<std::string> ids[2];
  for (const Probe& probe : make_probes(kSender, kNow)) {
    CAPTURE(probe.system);
    const Message message = Message::view(probe.bytes);
    const Judgement judgement = judge(message, setup.premises, setup.witnesses);
    CHECK(judgement.bounce.kind == Kind::bounce);
    CHECK(judgement.bounce.original.message_id != "");
    ids[probe.is_genuine ? 1 : 0].insert(judgement.bounce.original.message_id);
    systems.insert(probe.system);
  }
  CHECK(systems.size() == 3);
  CHECK(ids[0].size() == 1);
  CHECK(ids[1].size() == 1);
  CHECK(ids[0] != ids[1]);
}

TEST_CASE("the ledger that has the probe's message proves the genuine ones and no other") {
  Setup setup = without_dns();
  MemoryLedger ledger;
  ledger.add(probe_entry(kSender, kNow), kNow);
  setup.witnesses.ledger = &ledger;
  for (const Probe& probe : make_probes(kSender, kNow)) {
    CAPTURE(probe.system);
    const Judgement judgement = judge(Message::view(probe.bytes), setup.premises, setup.witnesses);
    CHECK((judgement.decision.verdict == Verdict::genuine) == probe.is_genuine);
  }
}

TEST_CASE("nothing of a probe can be mistaken for anybody's: names and networks are reserved") {
  for (const Probe& probe : make_probes(kSender, kNow)) {
    CAPTURE(probe.bytes);
    CHECK(probe.bytes.find("probe.invalid") != std::string::npos);
    for (std::size_t at = probe.bytes.find('@'); at != std::string::npos;
         at = probe.bytes.find('@', at + 1)) {
      const std::string rest = probe.bytes.substr(at + 1, 40);
      CHECK((rest.starts_with("ourshop.example") || rest.find(".invalid") != std::string::npos));
    }
  }
}

}  // namespace unsent

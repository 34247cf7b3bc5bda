// SPDX-License-Identifier: MIT
#include "evidence/origin.h"

#include <doctest/doctest.h>

#include <set>

#include "bounce/original.h"
#include "map_resolver.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

const Address kAlice = *Address::parse("alice@ourshop.example");

// Our domain, its provider, a remote site, a site that forwards, and a zombie.
MapResolver& fill(MapResolver& dns, const char* our_record) {
  if (*our_record) dns.add("ourshop.example", DnsType::txt, our_record);
  dns.add("isp.example", DnsType::txt, "v=spf1 ip4:192.0.2.77 ~all")
      .add("ourshop.example", DnsType::mx, "mail.ourshop.example")
      .add("mail.ourshop.example", DnsType::a, "192.0.2.10")
      .add("10.2.0.192.in-addr.arpa", DnsType::ptr, "mail.ourshop.example")
      .add("relay.isp.example", DnsType::a, "192.0.2.77")
      .add("77.2.0.192.in-addr.arpa", DnsType::ptr, "relay.isp.example")
      .add("mx.remote.example", DnsType::a, "203.0.113.5")
      .add("5.113.0.203.in-addr.arpa", DnsType::ptr, "mx.remote.example")
      .add("remote.example", DnsType::mx, "mx.remote.example")
      .add("filtered.example", DnsType::mx, "mx1.filter.example")
      .add("mx1.filter.example", DnsType::a, "203.0.113.60")
      .add("60.113.0.203.in-addr.arpa", DnsType::ptr, "mx1.filter.example")
      .add("mx.filtered.example", DnsType::a, "203.0.113.61")
      .add("61.113.0.203.in-addr.arpa", DnsType::ptr, "mx.filtered.example")
      .add("gw.campus.example", DnsType::a, "203.0.113.70")
      .add("70.113.0.203.in-addr.arpa", DnsType::ptr, "gw.campus.example")
      .add("host-201.dyn.example", DnsType::a, "203.0.113.201")
      .add("201.113.0.203.in-addr.arpa", DnsType::ptr, "host-201.dyn.example")
      .add("smtp.otherpro.example", DnsType::a, "203.0.113.65")
      .add("65.113.0.203.in-addr.arpa", DnsType::ptr, "smtp.otherpro.example")
      .add("otherpro.example", DnsType::mx, "smtp.otherpro.example")
      .add("forwarder.example", DnsType::mx, "fwd.forwarder.example")
      .add("fwd.forwarder.example", DnsType::a, "203.0.113.90")
      .add("90.113.0.203.in-addr.arpa", DnsType::ptr, "fwd.forwarder.example")
      .add("mail-wr1-f66.otherpro.example", DnsType::a, "203.0.113.66")
      .add("66.113.0.203.in-addr.arpa", DnsType::ptr, "mail-wr1-f66.otherpro.example")
      .add("v143.hired.example", DnsType::a, "203.0.113.143")
      .add("mail.club.example", DnsType::a, "203.0.113.143")
      .add("143.113.0.203.in-addr.arpa", DnsType::ptr, "v143.hired.example")
      .add("relay9.other.example", DnsType::a, "203.0.113.79")
      .add("79.113.0.203.in-addr.arpa", DnsType::ptr, "relay9.other.example")
      .add("relay9.isp.example", DnsType::a, "192.0.2.79")
      .add("79.2.0.192.in-addr.arpa", DnsType::ptr, "relay9.isp.example")
      .add("dsl-80.isp.example", DnsType::a, "192.0.2.80")
      .add("80.2.0.192.in-addr.arpa", DnsType::ptr, "dsl-80.isp.example")
      .add("out2.ourshop.example", DnsType::a, "203.0.113.143")
      .add("192.0.2.77.allowed.example", DnsType::a, "127.0.0.2")
      .add("7.100.51.198.in-addr.arpa", DnsType::ptr, "mail.ourshop.example");  // a lie
  return dns;
}

constexpr const char* kStrict = "v=spf1 ip4:192.0.2.10 include:isp.example -all";
constexpr const char* kFromRemote =
    "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.ourshop.example with ESMTP";
constexpr const char* kFromStranger =
    "from fake.example (unknown [198.51.100.99]) by mx.ourshop.example with ESMTP";
constexpr const char* kFromUs =
    "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP";
constexpr const char* kFromProvider =
    "from relay.isp.example (relay.isp.example [192.0.2.77]) by mx.remote.example with ESMTP";
constexpr const char* kFromZombie =
    "from mail.ourshop.example (dyn.zombie.example [198.51.100.7]) by mx.remote.example with SMTP";
constexpr const char* kFromForwarder =
    "from fwd.forwarder.example (fwd.forwarder.example [203.0.113.90]) by mx.remote.example";
constexpr const char* kAtForwarder =
    "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by fwd.forwarder.example";
constexpr const char* kZombieAtForwarder =
    "from mail.ourshop.example (dyn.zombie.example [198.51.100.7]) by fwd.forwarder.example";
constexpr const char* kBackFromForwarder =
    "from fwd.forwarder.example (fwd.forwarder.example [203.0.113.90]) by mx.ourshop.example";
constexpr const char* kAtOurs = "from pc ([10.0.0.5]) by mail.ourshop.example with ESMTPSA";

struct Given {
  std::vector<const char*> original;     // Received lines of what came back
  const char* arrived = kFromRemote;     // the Received line of the bounce itself
  const char* record = kStrict;          // our SPF record, "" for none
  std::vector<const char*> relays = {};  // our own servers, as configured
  bool has_dns = true;
  DnsStatus our_txt = DnsStatus::ok;
  const char* recipient = "bob@remote.example";  // reported
  const char* to = "bob@remote.example";         // of the returned header
  const char* reverse_path = "";
  bool has_original = false;                                 // in the ledger
  std::vector<std::pair<const char*, DnsType>> silent = {};  // what gets no answer
  std::string shown = "";                                    // a field above the returned lines
  std::string alias = "";                                    // that stands for alice
  std::string report_path = "";                              // the report's own reverse path
};

std::string text_of(const Facts& facts) {
  std::string out;
  for (const Fact& fact : facts)
    out += std::string(out.empty() ? "" : ", ") + std::string(name_of(fact.check)) + " " +
           std::string(name_of(fact.points_to)) + " " + std::string(name_of(fact.strength));
  return out;
}

std::string received(const std::vector<const char*>& lines) {
  std::string text;
  for (const char* line : lines)
    if (*line) text += std::string("Received: ") + line + "; Mon, 23 Nov 2026 10:00:00 +0000\n";
  return text;
}

std::string facts_of(const Given& given, MapResolver& dns) {
  fill(dns, given.record);
  if (given.our_txt != DnsStatus::ok) dns.fail("ourshop.example", DnsType::txt, given.our_txt);
  for (const auto& [name, type] : given.silent) dns.fail(name, type, DnsStatus::timeout);
  NoDns silent;
  Resolver& resolver = given.has_dns ? static_cast<Resolver&>(dns) : silent;
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  if (const auto alias = Address::parse(given.alias)) identity.aliases = {{*alias, kAlice}};
  std::vector<IpNetwork> relays;
  for (const char* relay : given.relays) relays.push_back(*IpNetwork::parse(relay));
  Bounce bounce;
  bounce.kind = Kind::bounce;
  bounce.reporter = "mx.remote.example";
  bounce.recipients.emplace_back().address = given.recipient;
  Defects defects;
  read_original(bounce.original,
                (given.shown.empty() ? "" : given.shown + "\n") + received(given.original) +
                    "From: alice@ourshop.example\nTo: " + given.to + "\n" +
                    "Message-ID: <a1@ourshop.example>\n\n",
                Extent::headers, defects);
  bounce.original.reverse_path = given.reverse_path;
  const Message message =
      Message::parse((given.report_path.empty() ? "" : "Return-Path: " + given.report_path + "\n") +
                     received({given.arrived}) + "From: MAILER-DAEMON@remote.example\n\n");
  const std::optional<Address> recipient = kAlice;
  std::vector<Address> senders = {kAlice};
  if (const auto alias = Address::parse(given.alias)) senders.push_back(*alias);
  const OriginCase one{message, bounce, senders, recipient, identity, relays, resolver};
  Facts facts;
  Origin(one).add_facts(facts, given.has_original);
  return text_of(facts);
}

std::string facts_of(const Given& given) {
  MapResolver dns;
  return facts_of(given, dns);
}

// What was asked; who reports is mx.strict.example, about bob@strict.example.
std::set<std::string> asked_by(Given given) {
  MapResolver dns;
  dns.add("strict.example", DnsType::mx, "mx.strict.example")
      .add("strict.example", DnsType::txt, "v=spf1 mx -all")
      .add("mx.strict.example", DnsType::a, "203.0.113.98");
  given.recipient = given.to = "bob@strict.example";
  CHECK(facts_of(given, dns) == "origin backscatter strong");
  return {dns.asked.begin(), dns.asked.end()};
}

}  // namespace

TEST_CASE("who handed the original over, and what our record says about him") {
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const Row rows[] = {
      {"our server, named by the record", {{kFromUs, kAtOurs}}, "origin genuine strong"},
      {"our provider, by an include", {{kFromProvider}}, "origin genuine weak"},
      {"our provider, which had it from our server, as its own line says",
       {{kFromProvider,
         "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by relay.isp.example"}},
       "origin genuine strong"},
      {"our provider, which had it from another customer, who writes the same below",
       {{kFromProvider, "from x (dyn.zombie.example [198.51.100.7]) by relay.isp.example",
         "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by relay.isp.example"}},
       "origin genuine weak"},
      {"a zombie", {{kFromZombie}}, "origin backscatter strong"},
      {"a zombie with our lines forged below",
       {{kFromZombie, kAtOurs}},
       "origin backscatter strong"},
      {"a forwarder, with our server joined on below",
       {{kFromForwarder, kAtForwarder, kAtOurs}},
       "origin neither weak"},
      {"the bounce came back through the forwarder, which had the original from us",
       {{kFromForwarder, kAtForwarder, kAtOurs}, kBackFromForwarder},
       "origin genuine weak"},
      {"the same, from a zombie",
       {{kFromForwarder, kZombieAtForwarder, kAtOurs}, kBackFromForwarder},
       "origin backscatter strong"},
      {"the same, and the forwarder shows no line of its own",
       {{kFromForwarder, kFromUs, kAtOurs}, kBackFromForwarder},
       "origin neither weak"},
      {"the same, and nothing stands below",
       {{kFromForwarder}, kBackFromForwarder},
       "origin neither weak"},
      {"no line came back", {{}}, "origin neither weak"},
      {"softfail is weak",
       {{kFromZombie}, kFromRemote, "v=spf1 ip4:192.0.2.10 ~all"},
       "origin backscatter weak"},
      {"neutral says nothing",
       {{kFromZombie}, kFromRemote, "v=spf1 ip4:192.0.2.10 ?all"},
       "origin neither weak"},
      {"no record", {{kFromZombie}, kFromRemote, "v=spf2 -all"}, "origin neither weak"},
      {"a record with an error",
       {{kFromZombie}, kFromRemote, "v=spf1 ipv4:192.0.2.10 -all"},
       "origin neither weak"},
      {"+all lets everyone through, and is worth nothing",
       {{kFromZombie}, kFromRemote, "v=spf1 +all"},
       "origin neither weak"},
      {"a configured server of ours needs no record",
       {{kFromUs}, kFromRemote, "v=spf1 -all", {"192.0.2.10"}},
       "origin genuine strong"},
      {"a client that is none of the configured ones, yet passes by the record's include",
       {{kFromProvider}, kFromRemote, kStrict, {"192.0.2.10"}},
       "origin genuine weak"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("a host that takes mail for a recipient is no sender: who gave it the mail counts") {
  constexpr const char* kFromFilter =
      "from mx1.filter.example (mx1.filter.example [203.0.113.60]) by mx.remote.example";
  constexpr const char* kFromFiltered =
      "from mx.filtered.example (mx.filtered.example [203.0.113.61]) by mx.ourshop.example";
  constexpr const char* kUsAtFilter =
      "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx1.filter.example";
  constexpr const char* kZombieAtFilter =
      "from mail.ourshop.example (dyn.zombie.example [198.51.100.7]) by mx1.filter.example";
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const char* filtered = "bob@filtered.example";
  const char* forwarded = "bob@forwarder.example";
  const Row rows[] = {
      {"a hosted filter that had it from us",
       {.original = {kFromFilter, kUsAtFilter},
        .arrived = kFromFiltered,
        .recipient = filtered,
        .to = filtered},
       "origin genuine strong"},
      {"the same, brought by who does not speak for the recipient",
       {.original = {kFromFilter, kUsAtFilter}, .recipient = filtered, .to = filtered},
       "origin genuine weak"},
      {"a hosted filter that had it from a zombie",
       {.original = {kFromFilter, kZombieAtFilter}, .recipient = filtered, .to = filtered},
       "origin backscatter strong"},
      {"a hosted filter that takes the lines below away",
       {.original = {kFromFilter}, .recipient = filtered, .to = filtered},
       "origin neither weak"},
      {"a line of ours below the filter's, but not of its own writing",
       {.original = {kFromFilter, kFromUs}, .recipient = filtered, .to = filtered},
       "origin neither weak"},
      {"a filter, but of nobody to whom it went",
       {.original = {kFromFilter}},
       "origin backscatter strong"},
      {"a forwarder that takes the lines below away",
       {.original = {kFromForwarder}, .to = forwarded},
       "origin neither weak"},
      {"a forwarder that had it from us, whom the header alone names",
       {.original = {kFromForwarder, kAtForwarder}, .to = forwarded},
       "origin neither weak"},
      {"a forwarder that had it from a zombie",
       {.original = {kFromForwarder, kZombieAtForwarder}, .to = forwarded},
       "origin backscatter strong"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("a letter with a person's reverse path is no notice of a mail system") {
  const std::pair<const char*, const char*> rows[] = {
      {"", "origin genuine strong"},
      {"<>", "origin genuine strong"},
      {"<MAILER-DAEMON@mx.remote.example>", "origin genuine strong"},
      {"<eve@remote.example>", "origin genuine weak"},
  };
  for (const auto& [path, facts] : rows) {
    CAPTURE(std::string(path));
    Given given{{kFromUs, kAtOurs}};
    given.report_path = path;
    CHECK(facts_of(given) == facts);
  }
}

TEST_CASE("what a foreign host returns proves nothing, and only that is said") {
  CHECK(facts_of({{kFromUs}, kFromStranger}) == "arrival backscatter weak");
  CHECK(facts_of({{kFromZombie}, kFromStranger}) == "arrival backscatter weak");
}

TEST_CASE("a witness that is silent points nowhere") {
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const Row rows[] = {
      {"no DNS", {{kFromUs}, kFromRemote, kStrict, {}, false}, "origin neither weak"},
      {"no DNS, a zombie", {{kFromZombie}, kFromRemote, kStrict, {}, false}, "origin neither weak"},
      {"no DNS, but our server is configured",
       {{kFromUs}, kFromRemote, kStrict, {"192.0.2.10"}, false},
       "origin genuine strong"},
      {"no DNS, servers configured, and the client greets with our name",
       {{kFromZombie}, kFromRemote, kStrict, {"192.0.2.10"}, false},
       "origin backscatter strong"},
      {"no DNS, IPv4 servers configured, and an IPv6 client greets with our name",
       {{"from mail.ourshop.example ([IPv6:2001:db8::10]) by mx.remote.example with ESMTP"},
        kFromRemote,
        kStrict,
        {"192.0.2.10"},
        false},
       "origin neither weak"},
      {"the record times out",
       {{kFromZombie}, kFromRemote, "", {}, true, DnsStatus::timeout},
       "origin neither weak"},
      {"the record fails",
       {{kFromZombie}, kFromRemote, "", {}, true, DnsStatus::temp_error},
       "origin neither weak"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("what could not be asked speaks against nobody") {
  constexpr const char* kFromFilter =
      "from mx1.filter.example (mx1.filter.example [203.0.113.60]) by mx.remote.example";
  constexpr const char* kUnnamedFilter =
      "from mx1.filter.example (unknown [203.0.113.60]) by mx.remote.example";
  constexpr const char* kZombieBelow =
      "from mail.ourshop.example (dyn.zombie.example [198.51.100.7]) by mx1.filter.example";
  constexpr const char* kReverse = "60.113.0.203.in-addr.arpa";
  const char* filtered = "bob@filtered.example";
  const Given hosted{.original = {kFromFilter}, .recipient = filtered, .to = filtered};
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  Given elsewhere = hosted;
  elsewhere.recipient = elsewhere.to = "bob@remote.example";
  std::vector<Row> rows = {
      {"all is answered: it takes mail for the recipient", hosted, "origin neither weak"},
      {"all is answered: it takes mail for somebody else", elsewhere, "origin backscatter strong"},
      {"the recipient's MX", hosted, "origin neither weak"},
      {"the recipient's SPF", elsewhere, "origin neither weak"},
      {"the address of his MX", hosted, "origin neither weak"},
      {"the client's names", elsewhere, "origin neither weak"},
      {"who had it from a zombie, as its line has it", hosted, "origin backscatter strong"},
      {"the same, and who brought the bounce", hosted, "origin neither weak"},
  };
  rows[2].given.silent = {{"filtered.example", DnsType::mx}};
  rows[3].given.silent = {{"remote.example", DnsType::txt}};
  rows[4].given.silent = {{"mx1.filter.example", DnsType::a}};
  rows[5].given.original = {kUnnamedFilter};
  rows[5].given.silent = {{kReverse, DnsType::ptr}};
  rows[6].given.original = rows[7].given.original = {kFromFilter, kZombieBelow};
  rows[7].given.silent = {{"mx.remote.example", DnsType::a}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE(
    "a name that stands in a line is one question; an access line's domain is not asked for") {
  const auto asked =
      asked_by({{"from x (host-201.dyn.example [203.0.113.201]) by mx.strict.example with ESMTP"},
                "from mx.strict.example (mx.strict.example [203.0.113.98]) by mx.ourshop.example"});
  CHECK(asked == std::set<std::string>{"TXT ourshop.example", "TXT isp.example",
                                       "A mx.strict.example", "A host-201.dyn.example",
                                       "MX strict.example", "TXT strict.example"});
}

TEST_CASE("our own server's report on our own user is genuine, and SPF is not asked") {
  const char* from_us =
      "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by "
      "mx.ourshop.example with ESMTP";
  const char* at_ours = "from pc (pc.ourshop.example [192.0.2.15]) by mail.ourshop.example";
  const char* zombie_at_ours = "from x (dyn.zombie.example [198.51.100.7]) by mail.ourshop.example";
  CHECK(facts_of({{at_ours}, from_us, kStrict, {"192.0.2.0/28"}}) == "origin genuine strong");
  CHECK(facts_of({{zombie_at_ours}, from_us, kStrict, {"192.0.2.0/28"}}) == "origin neither weak");
  const std::string logged_in = std::string(zombie_at_ours) + " (Postfix) with ESMTPSA id 1";
  CHECK(facts_of({{logged_in.c_str()}, from_us, kStrict, {}}) == "origin genuine strong");
  // The same words from elsewhere are anybody's.
  CHECK(facts_of({{logged_in.c_str()}, kFromRemote, kStrict, {}}) == "origin neither weak");
  const char* hidden_at_ours =
      "from anybody.example by mail.ourshop.example (MDaemon PRO v22) with ESMTP id 1";
  CHECK(facts_of({{hidden_at_ours}, from_us, kStrict, {}}) == "origin neither weak");
  CHECK(facts_of({{"by mail.ourshop.example (Postfix, from userid 1000)"}, from_us, kStrict, {}}) ==
        "origin genuine strong");
}

TEST_CASE("a report by the side that took the message from its user shows the user, no crossing") {
  constexpr const char* kByProvider =
      "from relay.isp.example (relay.isp.example [192.0.2.77]) by mx.ourshop.example with ESMTP";
  constexpr const char* kByOther =
      "from smtp.otherpro.example (smtp.otherpro.example [203.0.113.65]) by mx.ourshop.example";
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const Row rows[] = {
      {"our provider's, the user logged in",
       {{"from pc (dyn.zombie.example [198.51.100.7]) by relay.isp.example with ESMTPSA"},
        kByProvider},
       "origin genuine weak"},
      {"our provider's, its customer known by the address",
       {{"from pc (cust.isp.example [192.0.2.200]) by relay.isp.example with ESMTP"}, kByProvider},
       "origin genuine weak"},
      {"our provider's, the user shown by nothing",
       {{"from pc (unknown [198.51.100.7]) by relay.isp.example with ESMTP"}, kByProvider},
       "origin genuine weak"},
      {"our server's relay's, named as ours by network",
       {{kFromUs, kAtOurs}, kByProvider},
       "origin genuine weak"},
      {"a stranger's provider's, from its stolen account",
       {{"from pc (dyn.zombie.example [198.51.100.7]) by smtp.otherpro.example with ESMTPSA"},
        kByOther},
       "origin backscatter strong"},
      {"a stranger's provider's, from a client that had not logged in",
       {{"from pc (dyn.zombie.example [198.51.100.7]) by smtp.otherpro.example with ESMTP"},
        kByOther},
       "origin backscatter strong"},
      {"the line of who logged in stands on top of somebody else's report",
       {{"from pc (dyn.zombie.example [198.51.100.7]) by smtp.otherpro.example with ESMTPSA"}},
       "origin neither weak"},
      {"it never left the provider that holds our mailbox",
       {{"from pc (unknown [198.51.100.7]) by relay.isp.example with ESMTP"},
        "by mx.isp.example with SMTP id x1"},
       "origin neither weak"},
      {"it shows no way at all, and our record includes who wrote the line",
       {{"from pc (unknown [198.51.100.7]) by relay.isp.example with ESMTP"}, ""},
       "origin neither weak"},
      {"it shows no way at all", {{kFromZombie}, ""}, "origin backscatter strong"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("behind true servers of the receiving side the first that is none counts") {
  constexpr const char* kFromGateway =
      "from gw.campus.example (gw.campus.example [203.0.113.70]) by mx.remote.example";
  constexpr const char* kProviderAtGateway =
      "from relay.isp.example (relay.isp.example [192.0.2.77]) by gw.campus.example with ESMTP";
  constexpr const char* kFromHired =
      "from mail.club.example (v143.hired.example [203.0.113.143]) by mx.remote.example with ESMTP";
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const Row rows[] = {
      {"a gateway that had it from our provider",
       {{kFromGateway, kProviderAtGateway}},
       "origin neither weak"},
      {"a gateway that had it from a zombie",
       {{kFromGateway, "from x (dyn.zombie.example [198.51.100.7]) by gw.campus.example"}},
       "origin backscatter strong"},
      {"a gateway whose own line does not stand below",
       {{kFromGateway, "from relay.isp.example ([192.0.2.77]) by mx.elsewhere.example"}},
       "origin backscatter strong"},
      {"a gateway that does not show from whom it had it",
       {{kFromGateway, "from x by gw.campus.example (MDaemon PRO v22) with ESMTP"}},
       "origin neither weak"},
      {"a gateway's own user",
       {{kFromGateway,
         "from x (dyn.zombie.example [198.51.100.7]) by gw.campus.example with "
         "ESMTPSA"}},
       "origin backscatter strong"},
      {"one of a pool that writes a line of its own",
       {{"from host-201.dyn.example (host-201.dyn.example [203.0.113.201]) by mx.remote.example",
         "from relay.isp.example ([192.0.2.77]) by host-201.dyn.example"}},
       "origin backscatter strong"},
      {"one that greets with a name that is not its own",
       {{"from relay.isp.example (gw.campus.example [203.0.113.70]) by mx.remote.example",
         kProviderAtGateway}},
       "origin backscatter strong"},
      {"a true server, and the header names others than the report",
       {.original = {kFromGateway}, .to = "bob@forwarder.example"},
       "origin neither weak"},
      {"a true server that its owner numbers by the address",
       {.original = {"from mail-wr1-f66.otherpro.example (mail-wr1-f66.otherpro.example "
                     "[203.0.113.66]) by mx.remote.example"},
        .to = "bob@forwarder.example"},
       "origin neither weak"},
      {"a true server, and the header names nobody: a blind copy, perhaps forwarded",
       {.original = {kFromGateway}, .to = "undisclosed-recipients:;"},
       "origin neither weak"},
      {"one of a pool, and the header names nobody",
       {.original = {kFromZombie}, .to = "undisclosed-recipients:;"},
       "origin backscatter strong"},
      {"a forwarder on a hired line, which greets with the name that leads there",
       {{kFromHired, "from relay.isp.example ([192.0.2.77]) by mail.club.example with ESMTP"}},
       "origin neither weak"},
      {"the same, where its greeting is not shown",
       {{"from v143.hired.example ([203.0.113.143] verified) by mx.remote.example (CommuniGate Pro "
         "SMTP 6.3.10) with ESMTP",
         "from relay.isp.example ([192.0.2.77]) by mail.club.example with ESMTP"}},
       "origin neither weak"},
      {"the same with a zombie below",
       {{kFromHired, "from x (dyn.zombie.example [198.51.100.7]) by mail.club.example"}},
       "origin backscatter strong"},
      {"one on a hired line, which greets with another's name",
       {{"from mail.club.example (v7.hired.example [203.0.113.7]) by mx.remote.example",
         "from relay.isp.example ([192.0.2.77]) by mail.club.example with ESMTP"}},
       "origin backscatter strong"},
      {"a filter that delivers under another domain than it takes mail",
       {.original = {"from relay9.other.example (relay9.other.example [203.0.113.79]) by "
                     "mx.remote.example",
                     "from relay.isp.example ([192.0.2.77]) by gate9.filter.example with ESMTP"},
        .recipient = "bob@filtered.example",
        .to = "bob@filtered.example"},
       "origin neither weak"},
      {"the same with a zombie below",
       {.original = {"from relay9.other.example (relay9.other.example [203.0.113.79]) by "
                     "mx.remote.example",
                     "from x (dyn.zombie.example [198.51.100.7]) by gate9.filter.example"},
        .recipient = "bob@filtered.example",
        .to = "bob@filtered.example"},
       "origin backscatter strong"},
      {"a relay service that also brought the bounce back, behind the gateway",
       {.original = {kFromGateway,
                     "from smtp.otherpro.example (smtp.otherpro.example [203.0.113.65]) by "
                     "gw.campus.example"},
        .arrived = "from smtp.otherpro.example (smtp.otherpro.example [203.0.113.65]) by "
                   "mx.ourshop.example with ESMTP"},
       "origin neither weak"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("a forwarder's line that shows a server that may send for us takes away what SPF says") {
  constexpr const char* kUntidy =
      "from mail.club.example (unknown [203.0.113.7]) by mx.remote.example with ESMTP";
  constexpr const char* kProviderAtClub =
      "from relay.isp.example (relay.isp.example [192.0.2.77]) by mail.club.example with ESMTP";
  constexpr const char* kGatewayBehindNat =
      "from ip-10-0-1-23.cloud.internal (unknown [203.0.113.7]) by mx.remote.example with ESMTP";
  constexpr const char* kProviderAtGateway =
      "from relay.isp.example ([192.0.2.77]) by ip-10-0-1-23.cloud.internal with ESMTP";
  const char* club = "bob@club.example";
  struct Row {
    const char* name;
    Given given;
    const char* facts;
  };
  const Row rows[] = {
      {"our provider's, and the header names others than the report",
       {.original = {kUntidy, kProviderAtClub}, .to = club},
       "origin neither weak"},
      {"the same, and the forwarder greets with no domain",
       {.original = {"from club2 (unknown [203.0.113.7]) by mx.remote.example with ESMTP",
                     "from relay.isp.example ([192.0.2.77]) by club2 with ESMTP"},
        .to = club},
       "origin neither weak"},
      {"the same by a macro of ours",
       {.original = {kUntidy, kProviderAtClub},
        .record = "v=spf1 exists:%{i}.allowed.example -all",
        .to = club},
       "origin neither weak"},
      {"the same, and the forwarder's greeting is not shown",
       {.original = {"from v143.hired.example ([203.0.113.143] verified) by mx.remote.example "
                     "(CommuniGate Pro SMTP 6.3.10) with ESMTP",
                     "from relay.isp.example ([192.0.2.77]) by exch.lan.club.example with ESMTP"},
        .to = club},
       "origin neither weak"},
      {"the same, and the header names whom the report is about: a bot may write so",
       {.original = {kUntidy, kProviderAtClub}},
       "origin backscatter strong"},
      {"the line is written in the name of who took it from him",
       {.original = {kUntidy, kFromProvider}, .to = club},
       "origin backscatter strong"},
      {"a line that is not joined on",
       {.original = {kUntidy, "from relay.isp.example ([192.0.2.77]) by mx.elsewhere.example"},
        .to = club},
       "origin backscatter strong"},
      {"a line below a user's, who had logged in",
       {.original = {kUntidy,
                     "from pc (unknown [198.51.100.9]) by mail.club.example with ESMTPSA id 1",
                     "from relay.isp.example ([192.0.2.77]) by pc with ESMTP"},
        .to = club},
       "origin backscatter strong"},
      {"a server that may not send for us",
       {.original = {kUntidy, "from smtp.otherpro.example ([203.0.113.65]) by mail.club.example"},
        .to = club},
       "origin backscatter strong"},
      {"a gateway behind a NAT, which greets with a name of its site",
       {.original = {kGatewayBehindNat, kProviderAtGateway}},
       "origin neither weak"},
      {"a filter that greets with a name of who takes mail for the recipient",
       {.original = {"from gw3.filter.example (unknown [203.0.113.7]) by mx.remote.example",
                     "from relay.isp.example ([192.0.2.77]) by gw3.filter.example with ESMTP"},
        .recipient = "bob@filtered.example",
        .to = "bob@filtered.example"},
       "origin neither weak"},
      {"the same in the recipient's own name, which every bot knows",
       {.original = {"from remote.example (unknown [203.0.113.7]) by mx.elsewhere.example",
                     "from relay.isp.example ([192.0.2.77]) by remote.example with ESMTP"}},
       "origin backscatter strong"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(facts_of(row.given) == row.facts);
  }
}

TEST_CASE("a greeting of ours that our own DNS leads to the client is a name of ours") {
  constexpr const char* kLeads =
      "from out2.ourshop.example (v143.hired.example [203.0.113.143]) by mx.remote.example";
  constexpr const char* kLies =
      "from mail.ourshop.example (v143.hired.example [203.0.113.143]) by mx.remote.example";
  CHECK(facts_of({{kLeads}}) == "origin neither weak");
  CHECK(facts_of({{kLies}}) == "origin backscatter strong");
  CHECK(facts_of({{kLeads}, kFromRemote, ""}) == "origin genuine strong");
  CHECK(facts_of({{kLies}, kFromRemote, ""}) == "origin neither weak");
}

TEST_CASE("a true server of who carries our mail may be one that his record forgot") {
  CHECK(facts_of({{"from relay9.isp.example (relay9.isp.example [192.0.2.79]) by "
                   "mx.remote.example"}}) == "origin neither weak");
  CHECK(facts_of({{"from mail.ourshop.example (relay9.isp.example [192.0.2.79]) by "
                   "mx.remote.example"}}) == "origin backscatter strong");
  CHECK(facts_of({{"from dsl-80.isp.example (dsl-80.isp.example [192.0.2.80]) by "
                   "mx.remote.example"}}) == "origin backscatter strong");
}

TEST_CASE("a name of ours that our DNS confirms is ours where no record says otherwise") {
  constexpr const char* kForgotten =
      "from out.ourshop.example (out.ourshop.example [192.0.2.99]) by mx.remote.example";
  CHECK(facts_of({{kFromUs}, kFromRemote, ""}) == "origin genuine strong");
  CHECK(facts_of({{kFromUs}, kFromStranger, ""}) == "arrival backscatter weak");
  CHECK(facts_of({{kForgotten}, kFromRemote, ""}) == "origin neither weak");  // only in the line
  CHECK(facts_of({{kFromUs}, kFromRemote, "v=spf1 ip4:192.0.2.77 -all"}) == "origin neither weak");
}

TEST_CASE("what went out under another's reverse path is no matter for our record") {
  Given given{{kFromZombie}};
  CHECK(facts_of(given) == "origin backscatter strong");
  given.reverse_path = "bounce-7=bob=remote.example@out.newsletter.example";
  CHECK(facts_of(given) == "origin neither weak");
  given.reverse_path = "prvs=1234567890=alice@ourshop.example";
  CHECK(facts_of(given) == "origin backscatter strong");
}

TEST_CASE("whoever took the original last wrote down its reverse path") {
  const std::pair<const char*, const char*> rows[] = {
      {"Authentication-Results: mx.remote.example; spf=pass smtp.mailfrom=b7@newsletter.example;"
       " dkim=none",
       "origin neither weak"},
      {"Authentication-Results: mx.remote.example; spf=pass smtp.mailfrom=newsletter.example",
       "origin neither weak"},
      {"Received-SPF: pass (mx.remote.example) client-ip=198.51.100.7; "
       "envelope-from=\"b7@newsletter.example\";",
       "origin neither weak"},
      {"Authentication-Results: mx.remote.example; spf=fail smtp.mailfrom=alice@ourshop.example",
       "origin backscatter strong"},
      {"Received-SPF: fail envelope-from=bounces+alice=ourshop.example@",
       "origin backscatter strong"},
      {"Authentication-Results: mx.remote.example; spf=none smtp.mailfrom=",
       "origin backscatter strong"},
      {"Authentication-Results: mx.remote.example; none", "origin backscatter strong"},
  };
  for (const auto& [field, facts] : rows) {
    CAPTURE(std::string(field));
    Given given{{kFromZombie}};
    given.shown = field;
    CHECK(facts_of(given) == facts);
  }
  const std::string exim = std::string(kFromZombie) + " (envelope-from <b7@newsletter.example>)";
  CHECK(facts_of({{exim.c_str()}}) == "origin neither weak");
}

TEST_CASE("an alias of ours that was the reverse path is asked about, not whom it stands for") {
  const auto facts = [](const char* reverse_path, const char* record) {
    MapResolver dns;
    dns.add("second.example", DnsType::txt, record);
    Given given{{kFromZombie}};
    given.reverse_path = reverse_path;
    given.alias = "sales@second.example";
    return facts_of(given, dns);
  };
  CHECK(facts("sales@second.example", "v=spf1 ip4:192.0.2.10 -all") == "origin backscatter strong");
  CHECK(facts("sales@second.example", "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all") !=
        "origin backscatter strong");
  CHECK(facts("", "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all") == "origin backscatter strong");
}

TEST_CASE("the very message that we sent may have been forwarded, by a true server") {
  Given given{{"from gw.campus.example (gw.campus.example [203.0.113.70]) by mx.remote.example"}};
  CHECK(facts_of(given) == "origin backscatter strong");
  given.has_original = true;
  CHECK(facts_of(given) == "origin neither weak");
  given.original = {kFromZombie};
  CHECK(facts_of(given) == "origin backscatter strong");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/carriage.h"

#include <doctest/doctest.h>

#include "bounce/original.h"
#include "evidence/origin.h"
#include "map_resolver.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

void fill(MapResolver& dns) {
  const auto host = [&](const char* name, const char* ip, const char* reverse) {
    dns.add(name, DnsType::a, ip).add(reverse, DnsType::ptr, name);
  };
  dns.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 include:isp.example ~all")
      .add("isp.example", DnsType::txt, "v=spf1 ip4:192.0.2.77 ~all")
      .add("ourshop.example", DnsType::mx, "mx.ourshop.example")
      .add("remote.example", DnsType::mx, "mx.remote.example")
      .add("esp.example", DnsType::txt, "v=spf1 ip4:203.0.113.80 ip4:203.0.113.66 -all")
      .add("greets.small.example", DnsType::a, "203.0.113.99");
  host("mx.remote.example", "203.0.113.5", "5.113.0.203.in-addr.arpa");
  host("ip-203-0-113-7.dyn.isp.example", "203.0.113.7", "7.113.0.203.in-addr.arpa");
  host("out.esp.example", "203.0.113.80", "80.113.0.203.in-addr.arpa");
  host("mail.hacked.example", "203.0.113.90", "90.113.0.203.in-addr.arpa");
  host("out66.esp.example", "203.0.113.66", "66.113.0.203.in-addr.arpa");
  host("ip-203-0-113-98.hoster.example", "203.0.113.98", "98.113.0.203.in-addr.arpa");
}

struct Given {
  std::vector<const char*> original;  // Received lines of what came back
  bool has_dns = true;
  const char* no_answer = "";  // a name about which the DNS gives none
  const char* arrived =
      "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.ourshop.example with ESMTP";
};

std::string received(const std::vector<const char*>& lines) {
  std::string text;
  for (const char* line : lines)
    text += std::string("Received: ") + line + "; Mon, 23 Nov 2026 10:00:00 +0000\n";
  return text;
}

Carriage carriage_of(const Given& given) {
  MapResolver dns;
  fill(dns);
  for (const DnsType type : {DnsType::ptr, DnsType::a})
    if (*given.no_answer) dns.fail(given.no_answer, type, DnsStatus::temp_error);
  NoDns silent;
  Resolver& resolver = given.has_dns ? static_cast<Resolver&>(dns) : silent;
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  Bounce bounce;
  bounce.kind = Kind::bounce;
  bounce.reporter = "mx.remote.example";
  bounce.recipients.emplace_back().address = "bob@remote.example";
  Defects defects;
  read_original(bounce.original, received(given.original) + "From: alice@ourshop.example\n\n",
                Extent::headers, defects);
  const Message message =
      Message::parse(received({given.arrived}) + "From: MAILER-DAEMON@remote.example\n\n");
  const std::optional<Address> recipient = Address::parse("alice@ourshop.example");
  const std::vector<Address> senders = {*recipient};
  const std::vector<IpNetwork> relays;
  const OriginCase one{message, bounce, senders, recipient, identity, relays, resolver};
  return Origin(one).carriage();
}

constexpr const char* kOwn =
    "from mail.ourshop.example (unknown [192.0.2.10]) by mx.remote.example with ESMTP";
constexpr const char* kShared =
    "from relay.isp.example (unknown [192.0.2.77]) by mx.remote.example with ESMTP";
constexpr const char* kDynamic =
    "from friend (ip-203-0-113-7.dyn.isp.example [203.0.113.7]) by mx.remote.example with SMTP";
constexpr const char* kService =
    "from out.esp.example (out.esp.example [203.0.113.80]) by mx.remote.example with ESMTP";
constexpr const char* kHacked =
    "from mail.hacked.example (mail.hacked.example [203.0.113.90]) by mx.remote.example with ESMTP";

}  // namespace

TEST_CASE("by whom an original was handed over") {
  struct Case {
    const char* name;
    const char* line;
    Way with_dns;
    Way without;
  };
  const Case cases[] = {
      {"our own server", kOwn, Way::ours, Way::unknown},
      {"whom our record includes", kShared, Way::ours, Way::unnamed},
      {"a line that its provider names so", kDynamic, Way::access_line, Way::access_line},
      {"no name, and a word for a greeting",
       "from friend (unknown [198.51.100.4]) by mx.remote.example with SMTP", Way::access_line,
       Way::access_line},
      {"no name, and an address for a greeting",
       "from [198.51.100.4] (unknown [198.51.100.4]) by mx.remote.example with SMTP",
       Way::access_line, Way::access_line},
      {"no name, and a greeting that leads elsewhere",
       "from mail.bigmail.example (unknown [198.51.100.4]) by mx.remote.example with SMTP",
       Way::access_line, Way::unnamed},
      {"no name, and a greeting that leads to it",
       "from greets.small.example (unknown [203.0.113.99]) by mx.remote.example with SMTP",
       Way::server, Way::unnamed},
      {"no name, and it greets as one of us",
       "from www.ourshop.example (unknown [198.51.100.4]) by mx.remote.example with SMTP",
       Way::access_line, Way::unknown},
      {"a mail service", kService, Way::server, Way::server},
      {"a server whose name has a number of its address",
       "from out66.esp.example (out66.esp.example [203.0.113.66]) by mx.remote.example with SMTP",
       Way::server, Way::server},
      {"a server", kHacked, Way::server, Way::server},
      {"a name of ours, where nobody can be asked",
       "from www.ourshop.example (www.ourshop.example [198.51.100.4]) by mx.remote.example with "
       "SMTP",
       Way::access_line, Way::ours},
      {"it had logged in",
       "from pc (ip-203-0-113-7.dyn.isp.example [203.0.113.7]) by mx.remote.example with ESMTPSA",
       Way::unknown, Way::unknown},
      {"our own line stands on top",
       "from friend (unknown [198.51.100.4]) by mx.ourshop.example with SMTP", Way::unknown,
       Way::unknown},
      {"nobody from outside is shown", "from pc ([10.0.0.5]) by mx.remote.example with SMTP",
       Way::unknown, Way::unknown},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(carriage_of({{one.line}}).way == one.with_dns);
    CHECK(carriage_of({{one.line}, false}).way == one.without);
  }
  CHECK(carriage_of({{}}).way == Way::unknown);
}

TEST_CASE("what the DNS could not be asked makes nobody an access line") {
  constexpr const char* kUnnamed =
      "from mail.bigmail.example (unknown [198.51.100.4]) by mx.remote.example with SMTP";
  CHECK(carriage_of({{kUnnamed}}).way == Way::access_line);
  CHECK(carriage_of({{kUnnamed}, true, "4.100.51.198.in-addr.arpa"}).way == Way::unnamed);
  CHECK(carriage_of({{kUnnamed}, true, "mail.bigmail.example"}).way == Way::unnamed);
}

TEST_CASE("client, its organisation and who took it are told, where the border is shown") {
  const Carriage carriage = carriage_of({{kDynamic}});
  REQUIRE(carriage.client.has_value());
  CHECK(carriage.client->text() == "203.0.113.7");
  CHECK(carriage.organisation == "isp.example");
  CHECK(carriage.writer == "remote.example");
  CHECK(carriage.greeting.empty());
  constexpr const char* kUnnamed =
      "from mail.bigmail.example (unknown [198.51.100.4]) by mx.remote.example with SMTP";
  CHECK(carriage_of({{kUnnamed}, false}).greeting == "bigmail.example");
  CHECK_FALSE(carriage_of({{"from pc ([10.0.0.5]) by mx.remote.example"}}).client.has_value());
}

TEST_CASE("what the bringer has no part in, and greets falsely, shows nothing") {
  const Given given{
      {kDynamic}, true, "", "from fake.example (unknown [198.51.100.99]) by mx.ourshop.example"};
  CHECK(carriage_of(given).way == Way::unknown);
}

TEST_CASE("a line of the client's own below says that it had the mail from elsewhere") {
  constexpr const char* kBelow =
      "from mail.ourshop.example (unknown [192.0.2.10]) by mail.hacked.example with ESMTP";
  constexpr const char* kForged =
      "from mail.ourshop.example (unknown [192.0.2.10]) by mx.elsewhere.example with ESMTP";
  CHECK(carriage_of({{kHacked, kBelow}}).is_passed_on);
  CHECK_FALSE(carriage_of({{kHacked, kForged}}).is_passed_on);
  CHECK_FALSE(carriage_of({{kHacked}}).is_passed_on);
}

TEST_CASE("who greets as one of the writer's own side may be that, unless he had it from nobody") {
  constexpr const char* kEdge =
      "from edge.remote.example (unknown [198.51.100.4]) by mx.remote.example with SMTP";
  constexpr const char* kBelow =
      "from mail.ourshop.example (unknown [192.0.2.10]) by 198.51.100.4 with ESMTP";
  CHECK(carriage_of({{kEdge, kBelow}}).way == Way::unknown);
  CHECK(carriage_of({{kEdge}}).way == Way::access_line);
}

TEST_CASE("what the side took that holds our mailbox may be a user's own mail") {
  constexpr const char* kAtOurProvider =
      "from pc (ip-203-0-113-7.dyn.isp.example [203.0.113.7]) by smtp.isp.example with ESMTP";
  const Given given{{kAtOurProvider},
                    false,
                    "",
                    "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.isp.example"};
  CHECK(carriage_of(given).is_by_our_side);
  CHECK_FALSE(carriage_of({{kDynamic}}).is_by_our_side);
}

TEST_CASE("a mail service is a server that its own record names") {
  CHECK(carriage_of({{kService}}).is_service);
  CHECK_FALSE(carriage_of({{kHacked}}).is_service);
  CHECK_FALSE(carriage_of({{kDynamic}}).is_service);
  CHECK_FALSE(carriage_of({{kOwn}}).is_service);
  CHECK_FALSE(carriage_of({{kService}, false}).is_service);
}

}  // namespace unsent

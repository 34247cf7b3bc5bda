// SPDX-License-Identifier: MIT
#include "evidence/arrival.h"

#include <doctest/doctest.h>

#include "map_resolver.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

const Address kAlice = *Address::parse("alice@ourshop.example");

void add_host(MapResolver& dns, const char* name, const char* address) {
  const auto ip = IpAddress::parse(address);
  dns.add(name, ip->is_v4() ? DnsType::a : DnsType::aaaa, address);
  dns.add(ip->reverse(), DnsType::ptr, name);
}

void fill(MapResolver& dns, const char* our_mx) {
  dns.add("ourshop.example", DnsType::mx, our_mx)
      .add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 -all")
      .add("remote.example", DnsType::mx, "mx.remote.example")
      .add("hosted.example", DnsType::mx, "mx.office.example")
      .add("named.example", DnsType::txt, "v=spf1 ip4:203.0.113.90 -all")
      .add("bare.example", DnsType::a, "203.0.113.7")
      .add("telco.example", DnsType::mx, "mx.telco.example")
      .add("strict.example", DnsType::mx, "mx.strict.example")
      .add("strict.example", DnsType::txt, "v=spf1 mx -all");
  add_host(dns, "mail.ourshop.example", "192.0.2.10");
  add_host(dns, "mx.ourshop.example", "192.0.2.20");
  add_host(dns, "mx.remote.example", "203.0.113.5");
  add_host(dns, "store.remote.example", "203.0.113.6");
  add_host(dns, "out.office.example", "198.51.100.70");
  add_host(dns, "mx.office.example", "198.51.100.71");
  add_host(dns, "smtp17.hired.example", "203.0.113.90");
  add_host(dns, "in.gate.example", "198.51.100.210");
  add_host(dns, "out.gate.example", "198.51.100.212");
  add_host(dns, "cust-200.telco.example", "192.0.2.200");
  add_host(dns, "relay.telco.example", "192.0.2.77");
  add_host(dns, "web.strict.example", "203.0.113.99");
  add_host(dns, "node7.rent.house.example", "198.51.100.163");
  add_host(dns, "in9.mail.house.example", "198.51.100.169");
  add_host(dns, "dsl-7.dyn.example", "203.0.113.7");
}

struct Given {
  std::vector<const char*> received;  // of the bounce, newest first
  const char* recipient = "bob@remote.example";
  const char* our_mx = "mx.ourshop.example";
  const char* reporter = "mx.remote.example";
  bool has_dns = true;
};

// "203.0.113.5 speaks for it", "nobody agrees"
std::string arrival_of(const Given& given) {
  MapResolver dns;
  fill(dns, given.our_mx);
  NoDns silent;
  Resolver& resolver = given.has_dns ? static_cast<Resolver&>(dns) : silent;
  Identity identity;
  identity.domains = {kAlice.domain()};
  Bounce bounce;
  bounce.reporter = given.reporter;
  bounce.recipients.emplace_back().address = given.recipient;
  std::string text;
  for (const char* line : given.received) text += std::string("Received: ") + line + "; x\n";
  const Message message = Message::parse(text + "\n");
  const Hosts hosts(resolver, kAlice.domain());
  const OwnHosts own = own_hosts(identity, {}, kAlice, hosts);
  const std::optional<Address> recipient = kAlice;
  const DomainsInQuestion domains(bounce);
  const ArrivalCase one{message, bounce, domains, kAlice, recipient, own, hosts};
  const ArrivalFinding found = find_arrival(one);
  constexpr const char* kWords[] = {"speaks for it", "agrees", "neither", "foreign"};
  return (found.client ? found.client->text() : "nobody") + " " +
         kWords[static_cast<int>(relation_of(found, one))] +
         (found.has_never_left ? ", never left" : "");
}

void check_rows(const std::vector<std::pair<Given, const char*>>& rows) {
  for (const auto& [given, arrival] : rows) {
    CAPTURE(given.received.empty() ? "no lines" : given.received.back());
    CAPTURE(given.recipient);
    CHECK(arrival_of(given) == arrival);
  }
}

constexpr const char* kRemoteAtOurs =
    "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.ourshop.example with ESMTP";
constexpr const char* kRemoteAtOffice =
    "from mx.remote.example (203.0.113.5) by mx.office.example (10.152.1.1) with Microsoft SMTP "
    "Server id 15.20 via Frontend Transport";
constexpr const char* kInsideOffice =
    "from a.prod.office.example (2001:db8:a20::10) by b.prod.office.example (2001:db8:a20::21) "
    "with Microsoft SMTP Server id 15.20";

}  // namespace

TEST_CASE("the border into our side is found past its own hosts") {
  const char* kOffice = "mx.office.example";
  const char* kGate = "in.gate.example";
  check_rows({
      {{{kRemoteAtOurs}}, "203.0.113.5 speaks for it"},
      {{{kInsideOffice, kRemoteAtOffice}, "bob@remote.example", kOffice},
       "203.0.113.5 speaks for it"},
      {{{"from b.prod.office.example (2001:db8:a20::21) by c.prod.office.example "
         "(2001:db8:b40::9) with HTTPS",
         kInsideOffice, kRemoteAtOffice},
        "bob@remote.example",
        kOffice},
       "203.0.113.5 speaks for it"},
      {{{"from mx.ourshop.example ([10.1.1.1]) by store.ourshop.example with LMTP", kRemoteAtOurs}},
       "203.0.113.5 speaks for it"},
      {{{"from out.gate.example (out.gate.example [198.51.100.212]) by mx.ourshop.example",
         "from mx.remote.example (mx.remote.example [203.0.113.5]) by in.gate.example"},
        "bob@remote.example",
        kGate},
       "203.0.113.5 speaks for it"},
      {{{"from mx.ourshop.example (mx.ourshop.example [192.0.2.20]) by store.ourshop.example",
         kRemoteAtOurs}},
       "203.0.113.5 speaks for it"},
      {{{"from pop.telco.example by home with POP3 (fetchmail-6.4)",
         "from mx.telco.example ([10.9.0.1]) by store.telco.example with LMTP",
         "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.telco.example"},
        "bob@remote.example",
        "mx.telco.example"},
       "203.0.113.5 speaks for it"},
  });
}

TEST_CASE("a line below the border is the bringer's own, whoever stands in it") {
  check_rows({
      // A zombie writes our side's line, and one that greets with an inner host's name.
      {{{"from x (dsl-7.dyn.example [203.0.113.7]) by mx.ourshop.example", kRemoteAtOurs}},
       "203.0.113.7 foreign"},
      {{{"from mx.ourshop.example (dsl-7.dyn.example [203.0.113.7]) by store.ourshop.example",
         kRemoteAtOurs}},
       "203.0.113.7 foreign"},
      // A customer of the provider that holds our mailbox.
      {{{"from cust-200.telco.example (cust-200.telco.example [192.0.2.200]) by mx.telco.example",
         "from mx.remote.example (mx.remote.example [203.0.113.5]) by cust-200.telco.example"},
        "bob@remote.example",
        "mx.telco.example"},
       "192.0.2.200 foreign"},
      // A machine rented at the house that holds our mailbox, and one that takes mail for it.
      {{{"from node7.rent.house.example (node7.rent.house.example [198.51.100.163]) by "
         "mx1.mail.house.example",
         "from mx.remote.example (mx.remote.example [203.0.113.5]) by node7.rent.house.example"},
        "bob@remote.example",
        "mx1.mail.house.example"},
       "nobody neither"},
      {{{"from in9.mail.house.example (in9.mail.house.example [198.51.100.169]) by "
         "store.house.example",
         "from mx.remote.example (mx.remote.example [203.0.113.5]) by in9.mail.house.example"},
        "bob@remote.example",
        "mx1.mail.house.example"},
       "203.0.113.5 speaks for it"},
      // Without a name to look up nobody can tell.
      {{{"from a.prod.office.example (198.51.100.99) by mx.office.example (10.152.1.1) with "
         "Microsoft SMTP Server id 15.20",
         "from mx.remote.example (203.0.113.5) by a.prod.office.example with ESMTP"},
        "bob@remote.example",
        "mx.office.example"},
       "nobody neither"},
  });
}

TEST_CASE("who speaks for a report is said by the domain that it reports on") {
  const char* hired =
      "from smtp17.hired.example (smtp17.hired.example [203.0.113.90]) by mx.ourshop.example";
  const char* store =
      "from store.remote.example (store.remote.example [203.0.113.6]) by mx.ourshop.example";
  const char* office =
      "from out.office.example (out.office.example [198.51.100.70]) by mx.ourshop.example";
  const char* dynamic =
      "from dsl-7.dyn.example (dsl-7.dyn.example [203.0.113.7]) by mx.ourshop.example";
  check_rows({
      {{{kRemoteAtOurs}, "bob@remote.example"}, "203.0.113.5 speaks for it"},
      {{{store}, "bob@remote.example"}, "203.0.113.6 speaks for it"},
      {{{office}, "bob@hosted.example"}, "198.51.100.70 speaks for it"},
      {{{hired}, "bob@named.example"}, "203.0.113.90 speaks for it"},
      {{{kRemoteAtOurs}, "bob@hosted.example"}, "203.0.113.5 agrees"},  // as the reporter
      {{{hired}, "bob@remote.example"}, "203.0.113.90 neither"},
      // Its record knows better than a name.
      {{{"from web.strict.example (web.strict.example [203.0.113.99]) by mx.ourshop.example"},
        "bob@strict.example"},
       "203.0.113.99 agrees"},
      // An access line has a name, and may be its own mail domain.
      {{{dynamic}, "x@dyn.example"}, "203.0.113.7 agrees"},
      {{{dynamic}, "x@dsl-7.dyn.example"}, "203.0.113.7 agrees"},
      {{{dynamic}, "x@bare.example"}, "203.0.113.7 agrees"},
      {{{"from cust-200.telco.example (cust-200.telco.example [192.0.2.200]) by "
         "mx.ourshop.example"},
        "x@telco.example"},
       "192.0.2.200 agrees"},
  });
}

TEST_CASE("without the DNS a name speaks, if it is no access line's") {
  check_rows({
      {{{kRemoteAtOurs}, "bob@remote.example", "", "", false}, "203.0.113.5 speaks for it"},
      {{{kRemoteAtOurs}, "bob@hosted.example", "", "", false}, "203.0.113.5 neither"},
      {{{"from x (dsl-7.dyn.example [203.0.113.7]) by mx.ourshop.example"},
        "x@dyn.example",
        "",
        "",
        false},
       "203.0.113.7 agrees"},
      {{{"from x (203-0-113-7.dyn.example [203.0.113.7]) by mx.ourshop.example"},
        "bob@remote.example",
        "",
        "",
        false},
       "203.0.113.7 neither"},
      {{{kInsideOffice, kRemoteAtOffice}, "bob@remote.example", "", "", false},
       "203.0.113.5 neither"},
      {{{"from x (mail.ourshop.example [192.0.2.10]) by mx.ourshop.example"},
        "bob@remote.example",
        "",
        "",
        false},
       "192.0.2.10 speaks for it"},
      // qmail and Courier write down what the client's own network says.
      {{{"from mail.ourshop.example (HELO x) (198.51.100.9) by mx.ourshop.example with SMTP"},
        "bob@remote.example",
        "",
        "",
        false},
       "198.51.100.9 neither"},
      {{{"from x (mail.ourshop.example [::ffff:198.51.100.9]) by mx.ourshop.example with SMTP"},
        "bob@remote.example",
        "",
        "",
        false},
       "198.51.100.9 neither"},
  });
}

TEST_CASE("a report without a client from outside never left our side") {
  check_rows({
      {{{}}, "nobody neither"},
      {{{"by 2002:a05:6402::1 with SMTP id x"}}, "nobody neither, never left"},
      {{{kInsideOffice}, "bob@remote.example", "mx.office.example"}, "nobody neither, never left"},
      {{{"from mailnull by srv.host.example with local (Exim 4.96) id 1"}},
       "nobody neither, never left"},
      {{{"by mail.ourshop.example (Postfix) id 1"}}, "nobody speaks for it, never left"},
      {{{"from anybody.example by mx.ourshop.example (MDaemon PRO v22) with ESMTP"}},
       "nobody neither"},
      // A container's proxy stands for every client.
      {{{"from mx.remote.example (unknown [172.18.0.1]) by mx.ourshop.example with ESMTP"}},
       "nobody neither"},
      {{{"from wq (unknown [172.18.0.1]) by mx.ourshop.example with ESMTP",
         "from mail.ourshop.example ([192.0.2.10]) by mx.ourshop.example with ESMTP"}},
       "nobody neither"},
      {{{"from store.ourshop.example ([10.1.1.1]) by mx.ourshop.example with ESMTP"}},
       "nobody speaks for it, never left"},
  });
}

TEST_CASE("an access line that nothing relates to the report is foreign, however truly it greets") {
  constexpr const char* kLine =
      "from dsl-7.dyn.example (dsl-7.dyn.example [203.0.113.7]) by mx.ourshop.example";
  constexpr const char* kLoggedIn =
      "from dsl-7.dyn.example (dsl-7.dyn.example [203.0.113.7]) by mx.ourshop.example with ESMTPSA";
  check_rows({
      {{{kLine}}, "203.0.113.7 foreign"},
      {{{kLoggedIn}}, "203.0.113.7 neither"},
      {{{kLine}, "bob@bare.example"}, "203.0.113.7 agrees"},
      {{{kLine}, "bob@remote.example", "mx.ourshop.example", "bare.example"}, "203.0.113.7 agrees"},
      {{{"from smtp17.hired.example (smtp17.hired.example [203.0.113.90]) by mx.ourshop.example"}},
       "203.0.113.90 neither"},
  });
}

TEST_CASE("a resolver that knows none of those domains makes nobody foreign") {
  check_rows({
      {{{"from x (unknown [203.0.113.201]) by mx.ourshop.example"}, "bob@remote.example"},
       "203.0.113.201 foreign"},
      {{{"from x (unknown [203.0.113.201]) by mx.ourshop.example"},
        "bob@unheard.example",
        "mx.ourshop.example",
        "mx.unheard.example"},
       "203.0.113.201 neither"},
  });
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "audit/spf_audit.h"

#include <doctest/doctest.h>

#include "bounce/original.h"
#include "map_resolver.h"

namespace unsent {
namespace {

const DomainName kOurs = *DomainName::parse("ourshop.example");

Identity our_identity() {
  Identity identity;
  identity.domains = {kOurs};
  return identity;
}

std::string received(const std::vector<const char*>& lines) {
  std::string text;
  for (const char* line : lines)
    text += std::string("Received: ") + line + "; Mon, 23 Nov 2026 10:00:00 +0000\n";
  return text;
}

std::string text_of(const std::optional<SendingServer>& server) {
  return server ? server->client.text() + " for " + server->domain.text() : "nobody";
}

constexpr const char* kAtRemote =
    "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP";
constexpr const char* kAtOurs = "from pc (pc.ourshop.example [192.0.2.15]) by mail.ourshop.example";
constexpr const char* kAtFinal =
    "from fwd.remote.example (fwd.remote.example [203.0.113.5]) by mx.final.example with ESMTP";
constexpr const char* kAtStranger =
    "from x (x.elsewhere.example [203.0.113.9]) by mx.final.example with ESMTP";

}  // namespace

TEST_CASE("the server that sent for us is the client of the first one that took the message") {
  struct Row {
    const char* name;
    std::vector<const char*> received;
    const char* failed;  // final recipient
    const char* server;
  };
  const Row rows[] = {
      {"straight", {kAtRemote, kAtOurs}, "bob@remote.example", "192.0.2.10 for ourshop.example"},
      {"an alias in the same organisation",
       {kAtRemote},
       "rob@inner.remote.example",
       "192.0.2.10 for ourshop.example"},
      {"forwarded: the forwarder is no server of ours",
       {kAtFinal, kAtRemote, kAtOurs},
       "bob@final.example",
       "192.0.2.10 for ourshop.example"},
      {"forwarded, and the way to the forwarder is not shown",
       {kAtFinal},
       "bob@final.example",
       "nobody"},
      {"forwarded by who knows whom", {kAtStranger, kAtRemote}, "bob@final.example", "nobody"},
      {"our own report: its client is our user, not a server",
       {kAtOurs},
       "bob@remote.example",
       "nobody"},
      {"nothing came back", {}, "bob@remote.example", "nobody"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Bounce bounce;
    bounce.reporter = "mx.final.example";
    bounce.recipients.emplace_back().address = row.failed;
    Defects defects;
    read_original(bounce.original, received(row.received) + "From: alice@ourshop.example\n\n",
                  Extent::headers, defects);
    SentMessage sent;
    sent.recipients = {sent_recipient(*Address::parse("bob@remote.example"))};
    CHECK(text_of(server_of_original(bounce, sent, Address::parse("alice@ourshop.example"),
                                     our_identity())) == row.server);
  }
}

TEST_CASE("a copy that came back shows who sent it, also from behind a list") {
  const char* to_us =
      "from relay.isp.example (relay.isp.example [192.0.2.77]) by mx.ourshop.example";
  const char* list_to_us = "from list.example (list.example [203.0.113.60]) by mx.ourshop.example";
  const char* at_list = "from relay.isp.example (relay.isp.example [192.0.2.77]) by list.example";
  struct Row {
    const char* name;
    std::vector<const char*> received;
    const char* fields;
    const char* server;
  };
  const char* from = "From: Alice <alice@ourshop.example>\n";
  const std::string ours = "Return-Path: <alice@ourshop.example>\n";
  const std::string of_list = "Return-Path: <list-bounces@list.example>\n";
  const Row rows[] = {
      {"to ourselves", {to_us}, ours.c_str(), "192.0.2.77 for ourshop.example"},
      {"no envelope sender shown", {to_us}, "", "192.0.2.77 for ourshop.example"},
      {"from a list", {list_to_us, at_list}, of_list.c_str(), "192.0.2.77 for ourshop.example"},
      {"from a list that keeps no lines", {list_to_us}, of_list.c_str(), "nobody"},
      {"from a list without an envelope sender",
       {list_to_us},
       "List-Id: <l.list.example>\n",
       "nobody"},
      {"a list whose lines do not join",
       {list_to_us, "from a (a.b.example [192.0.2.9]) by c.example"},
       of_list.c_str(),
       "nobody"},
      {"no line at all", {}, ours.c_str(), "nobody"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Message copy = Message::parse(received(row.received) + row.fields + from + "\nHi\n");
    CHECK(text_of(server_of_copy(copy, our_identity())) == row.server);
  }
  const Message stranger = Message::parse(received({to_us}) + "From: x@stranger.example\n\n");
  CHECK(text_of(server_of_copy(stranger, our_identity())) == "nobody");
}

TEST_CASE("forgotten servers become terms: a provider's include, else the address") {
  struct Row {
    const char* name;
    const char* record;
    const char* proposal;
  };
  const Row rows[] = {
      {"nothing forgotten", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", ""},
      {"all forgotten", "v=spf1 -all",
       "v=spf1 ip4:192.0.2.10 include:_spf.isp.example ip6:2001:db8::25 -all"},
      {"one forgotten", "v=spf1 a:mail.ourshop.example ip6:2001:db8::25 ~all",
       "v=spf1 a:mail.ourshop.example ip6:2001:db8::25 include:_spf.isp.example ~all"},
      {"no record", "", "v=spf1 ip4:192.0.2.10 include:_spf.isp.example ip6:2001:db8::25 ~all"},
      {"a broken record is to be mended by hand", "v=spf1 ipv4:192.0.2.10 -all", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    MapResolver dns;
    if (*row.record) dns.add("ourshop.example", DnsType::txt, row.record);
    dns.add("_spf.isp.example", DnsType::txt, "v=spf1 ip4:192.0.2.77 ~all")
        .add("mail.ourshop.example", DnsType::a, "192.0.2.10")
        .add("10.2.0.192.in-addr.arpa", DnsType::ptr, "mail.ourshop.example")
        .add("relay.isp.example", DnsType::a, "192.0.2.77")
        .add("77.2.0.192.in-addr.arpa", DnsType::ptr, "relay.isp.example");
    SpfAudit audit;
    const SendingServer mail{*IpAddress::parse("192.0.2.10"), "mail", kOurs};
    const SendingServer relay{*IpAddress::parse("192.0.2.77"), "relay", kOurs};
    const SendingServer six{*IpAddress::parse("2001:db8::25"), "", kOurs};
    for (const char* message : {"1", "2", "3"})
      audit.add(mail, {AuditSource::bounce, message, message + std::string(".example")});
    audit.add(relay, {AuditSource::bounce, "4", "remote.example"});
    audit.add(relay, {AuditSource::log, "5", ""});
    audit.add(relay, {AuditSource::copy, "", ""});
    for (const char* message : {"6", "7"}) audit.add(six, {AuditSource::log, message, ""});
    const auto audits = audit.finish(dns);
    REQUIRE(audits.size() == 1);
    REQUIRE(audits[0].servers.size() == 3);
    CHECK(audits[0].servers[0].messages() == 3);
    CHECK(audits[0].proposal.record == row.proposal);
    CHECK(audits[0].needs_mending() == (std::string(row.name) != "nothing forgotten"));
  }
}

TEST_CASE("a server is proposed only by what a forger cannot write") {
  struct Row {
    const char* name;
    std::vector<Sighting> sightings;
    const char* doubt;  // its beginning; "" where it is proposed
  };
  constexpr AuditSource kBounce = AuditSource::bounce;
  const Sighting of_remote{kBounce, "1", "remote.example"};
  const Row rows[] = {
      {"two messages, two who tell of them", {of_remote, {kBounce, "2", "other.example"}}, ""},
      {"two messages in our own log",
       {{AuditSource::log, "1", ""}, {AuditSource::log, "2", ""}},
       ""},
      {"one in our log, one told of",
       {{AuditSource::log, "1", ""}, {kBounce, "2", "remote.example"}},
       ""},
      {"one report", {of_remote}, "by one message only"},
      {"one message, told of by two",
       {of_remote, {kBounce, "1", "other.example"}},
       "by one message only"},
      {"one message, told of and logged",
       {of_remote, {AuditSource::log, "1", ""}},
       "by one message only"},
      {"a correspondent who reports on all that he got",
       {{kBounce, "1", "evil.example"},
        {kBounce, "2", "evil.example"},
        {kBounce, "3", "evil.example"}},
       "only evil.example says so"},
      {"reports that nobody's own host brought",
       {{kBounce, "1", ""}, {kBounce, "2", ""}, {kBounce, "3", ""}},
       "whoever brought the reports"},
      {"one told of, and others that anybody brought",
       {of_remote, {kBounce, "2", ""}, {AuditSource::copy, "", ""}},
       "by one message only"},
      {"a filter of two to whom we write",
       {{kBounce, "1", "remote.example", "remote.example"},
        {kBounce, "2", "other.example", "other.example"}},
       "it takes mail for other.example"},
      {"a provider of ours that is also one recipient's",
       {{kBounce, "1", "remote.example"},
        {kBounce, "2", "other.example"},
        {kBounce, "3", "third.example", "third.example"}},
       ""},
      {"copies", {{AuditSource::copy, "", ""}, {AuditSource::copy, "", ""}}, "only copies show it"},
      {"one message in our own log", {{AuditSource::log, "1", ""}}, "by one message only"},
      {"messages that others had brought to us before",
       {{AuditSource::log, "8", ""}, {AuditSource::log, "9", ""}},
       "only copies show it"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    MapResolver dns;
    dns.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 -all");
    SpfAudit audit;
    for (const char* message : {"8", "9"})
      audit.add({*IpAddress::parse("192.0.2.10"), "", kOurs}, {AuditSource::log, message, ""});
    for (const Sighting& sighting : row.sightings)
      audit.add({*IpAddress::parse("198.51.100.7"), "", kOurs}, sighting);
    const auto audits = audit.finish(dns);
    REQUIRE(audits.size() == 1);
    for (const AuditedServer& server : audits[0].servers) {
      if (server.client.text() != "198.51.100.7") continue;
      CHECK(server.doubt.substr(0, std::string_view(row.doubt).size()) == row.doubt);
      CHECK(server.doubt.empty() == (*row.doubt == 0));
    }
    CHECK(audits[0].additions.empty() == (*row.doubt != 0));
    CHECK(audits[0].needs_mending() == (*row.doubt == 0));
  }
}

TEST_CASE("who tells of a message is he to whom we sent it, if his own host brings the report") {
  struct Row {
    const char* name;
    const char* arrived;
    const char* failed;
    const char* teller;
  };
  const char* from_remote =
      "from mx.remote.example (mx.remote.example [203.0.113.5]) by mx.ourshop.example";
  const char* from_filter =
      "from mx1.filter.example (mx1.filter.example [203.0.113.60]) by mx.ourshop.example";
  const char* from_evil =
      "from mx.evil.example (mx.evil.example [203.0.113.45]) by mx.ourshop.example";
  const char* from_liar =
      "from mx.remote.example (mx.remote.example [198.51.100.7]) by mx.ourshop.example";
  const Row rows[] = {
      {"the recipient's own MX", from_remote, "bob@remote.example", "remote.example"},
      {"the filter that its MX record names", from_filter, "bob@filtered.example",
       "filtered.example"},
      {"somebody else, about a true recipient", from_evil, "bob@remote.example", ""},
      {"a client whose name does not lead back", from_liar, "bob@remote.example", ""},
      {"his own domain, to which we never wrote", from_evil, "x@evil.example", ""},
      {"the recipient's MX, about another of its addresses", from_remote, "eve@remote.example", ""},
      {"no line of arrival", "", "bob@remote.example", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    MapResolver dns;
    dns.add("remote.example", DnsType::mx, "mx.remote.example")
        .add("mx.remote.example", DnsType::a, "203.0.113.5")
        .add("5.113.0.203.in-addr.arpa", DnsType::ptr, "mx.remote.example")
        .add("filtered.example", DnsType::mx, "mx2.filter.example")
        .add("mx1.filter.example", DnsType::a, "203.0.113.60")
        .add("60.113.0.203.in-addr.arpa", DnsType::ptr, "mx1.filter.example")
        .add("evil.example", DnsType::mx, "mx.evil.example")
        .add("mx.evil.example", DnsType::a, "203.0.113.45")
        .add("45.113.0.203.in-addr.arpa", DnsType::ptr, "mx.evil.example")
        .add("7.100.51.198.in-addr.arpa", DnsType::ptr, "mx.remote.example");
    SentMessage sent;
    sent.recipients = {sent_recipient(*Address::parse("bob@remote.example")),
                       sent_recipient(*Address::parse("bob@filtered.example"))};
    Bounce bounce;
    bounce.recipients.emplace_back().address = row.failed;
    const Message message =
        Message::parse((*row.arrived ? received({row.arrived}) : std::string()) +
                       "From: MAILER-DAEMON@remote.example\n\n");
    CHECK(teller_of(message, bounce, sent, dns) == row.teller);
  }
}

TEST_CASE("a server that takes mail for a recipient stands on his side") {
  MapResolver dns;
  dns.add("filtered.example", DnsType::mx, "mx1.filter.example")
      .add("out.filter.example", DnsType::a, "203.0.113.61")
      .add("61.113.0.203.in-addr.arpa", DnsType::ptr, "out.filter.example")
      .add("62.113.0.203.in-addr.arpa", DnsType::ptr, "out.filter.example")
      .add("remote.example", DnsType::mx, "mx.remote.example");
  const auto served_by = [&](const char* ip, const char* recipient) {
    Bounce bounce;
    bounce.recipients.emplace_back().address = recipient;
    return served_domain({*IpAddress::parse(ip), "", kOurs}, bounce, dns);
  };
  CHECK(served_by("203.0.113.61", "bob@filtered.example") == "filtered.example");
  CHECK(served_by("203.0.113.61", "bob@remote.example").empty());
  CHECK(served_by("203.0.113.62", "bob@filtered.example").empty());  // the name does not lead back
  CHECK(served_by("203.0.113.61", "nobody").empty());
}

TEST_CASE("a domain without servers is audited, and an unanswered question is no gap") {
  MapResolver dns;
  dns.fail("ourshop.example", DnsType::txt, DnsStatus::timeout);
  SpfAudit audit;
  audit.add_domain(kOurs);
  audit.add_domain(*DomainName::parse("other.example"));
  audit.add({*IpAddress::parse("192.0.2.10"), "", kOurs}, {AuditSource::bounce, "1", ""});
  const auto audits = audit.finish(dns);
  REQUIRE(audits.size() == 2);
  CHECK(audits[0].survey.result == SpfResult::none);
  CHECK(audits[0].needs_mending());
  CHECK(audits[1].survey.result == SpfResult::temperror);
  CHECK(audits[1].additions.empty());
  CHECK_FALSE(audits[1].needs_mending());
}

}  // namespace unsent

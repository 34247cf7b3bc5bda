// SPDX-License-Identifier: MIT
#include "evidence/border.h"

#include <doctest/doctest.h>

#include <initializer_list>

#include "mail/message.h"

namespace unsent {
namespace {

Message with_lines(std::initializer_list<const char*> received) {
  std::string text;
  for (const char* line : received)
    text += std::string("Received: ") + line + "; Mon, 23 Nov 2026 10:00:00 +0000\n";
  return Message::parse(text + "\n");
}

std::string state_of(const Border& border) {
  switch (border.state) {
    case Border::State::found:
      return border.client->text();
    case Border::State::no_lines:
      return "no lines";
    case Border::State::no_client:
      return "no client";
    case Border::State::broken_chain:
      return "broken";
    case Border::State::hidden:
      return "hidden";
  }
  return "?";
}

constexpr const char* kFromUs =
    "from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP";
constexpr const char* kZombie =
    "from mail.ourshop.example (unknown [198.51.100.7]) by mx.remote.example with SMTP";
constexpr const char* kAtHome =
    "from pc ([10.0.0.5]) by mail.ourshop.example (Postfix) with ESMTPSA id 1";
constexpr const char* kLocal = "by mail.ourshop.example (Postfix, from userid 1000) id 2";

}  // namespace

TEST_CASE("the border hop is the first client from outside, and nothing below it") {
  struct Row {
    const char* name;
    std::initializer_list<const char*> received;
    const char* border;
  };
  const Row rows[] = {
      {"ours", {kFromUs, kAtHome}, "192.0.2.10"},
      {"a zombie that forges a line of ours below", {kZombie, kAtHome}, "198.51.100.7"},
      {"a zombie that forges our whole way", {kZombie, kFromUs, kAtHome}, "198.51.100.7"},
      {"a client that is not shown, and a line of ours below, which is then its own work",
       {"from zombie.example by mx.remote.example (203.0.113.200) (MDaemon PRO v22) with ESMTPS",
        "from mail.ourshop.example ([192.0.2.10]) by zombie.example with ESMTP", kAtHome},
       "hidden"},
      {"a client that is not shown, and greets with the reporter's name",
       {"from mx.remote.example by mx.remote.example (MDaemon PRO v22) with ESMTP", kFromUs},
       "hidden"},
      {"a pickup within the host, which has no client",
       {"from mail pickup service by mx.remote.example with Microsoft SMTPSVC", kFromUs},
       "192.0.2.10"},
      {"a daemon of the reporter's own, which speaks no SMTP",
       {"from tcp-daemon.mx.remote.example by mx.remote.example id 1", kFromUs},
       "192.0.2.10"},
      {"an inner hand-over of the reporter, by a private address",
       {"from mx.remote.example ([10.1.1.1]) by store.remote.example with ESMTP", kFromUs},
       "192.0.2.10"},
      {"Exchange Online within itself, over public addresses without names",
       {"from am0pr01.eurprd01.remote.example (2001:db8:a6::17) by db7pr01.eurprd01.remote.example "
        "(2001:db8:b1::20) with Microsoft SMTP Server (version=TLS1_3) id 15.20.1.2",
        "from mail.ourshop.example (192.0.2.10) by am0pr01.eurprd01.remote.example (10.152.1.1) "
        "with Microsoft SMTP Server id 15.20.1.2 via Frontend Transport"},
       "192.0.2.10"},
      {"Exchange Online within itself, whose one host writes another domain than it greets with",
       {"from du2pr04ca0120.eurprd04.prod.remote.example (2001:db8:a6::8) by "
        "db7pr01.eurprd01.remote.example (2001:db8:b1::20) with Microsoft SMTP Server id 15.20.1.2",
        "from db5eur01ft012.eop-eur01.prod.remote.example (2001:db8:a6:cafe::ab) by "
        "du2pr04ca0120.office.example (2001:db8:a6::8) with Microsoft SMTP Server id 15.20.1.2",
        "from mail.ourshop.example (192.0.2.10) by db5eur01ft012.mail.remote.example (10.152.1.1) "
        "with Microsoft SMTP Server id 15.20.1.2 via Frontend Transport"},
       "192.0.2.10"},
      {"the same, and the lines below were cut off",
       {"from du2pr04ca0120.eurprd04.prod.remote.example (2001:db8:a6::8) by "
        "db7pr01.eurprd01.remote.example (2001:db8:b1::20) with Microsoft SMTP Server id "
        "15.20.1.2"},
       "hidden"},
      {"a neighbour of theirs, of a third domain",
       {"from du2pr04ca0120.eurprd04.prod.remote.example (2001:db8:a6::8) by "
        "db7pr01.eurprd01.remote.example (2001:db8:b1::20) with Microsoft SMTP Server id 15.20.1.2",
        "from vm.zombie.example (2001:db8:66::17) by "
        "du2pr04ca0120.office.example (2001:db8:a6::8) with Microsoft SMTP Server id 15.20.1.2",
        kFromUs},
       "2001:db8:66::17"},
      {"Exchange Online in two regions, whose networks differ: perhaps within itself",
       {"from bn8nam11ft041.remote.example (3fff:a02:a6::17) by db7pr01.eurprd01.remote.example "
        "(3fff:a01:b1::20) with Microsoft SMTP Server id 15.20.1.2",
        "from mail.ourshop.example (192.0.2.10) by bn8nam11ft041.remote.example (3fff:a02:a6::17) "
        "with Microsoft SMTP Server id 15.20.1.2"},
       "hidden"},
      {"a stranger who greets Exchange Online with its own name",
       {"from am0pr01.eurprd01.remote.example (3fff:66::17) by db7pr01.eurprd01.remote.example "
        "(2001:db8:b1::20) with Microsoft SMTP Server id 15.20.1.2",
        "from mail.ourshop.example (192.0.2.10) by am0pr01.eurprd01.remote.example (10.152.1.1) "
        "with Microsoft SMTP Server id 15.20.1.2"},
       "3fff:66::17"},
      {"a neighbour of Exchange Online who greets with a name of his own",
       {"from mail.ourshop.example (2001:db8:66::17) by db7pr01.eurprd01.remote.example "
        "(2001:db8:b1::20) with Microsoft SMTP Server id 15.20.1.2",
        kFromUs},
       "2001:db8:66::17"},
      {"Gmail's own stamp above the client",
       {"by 2002:a05:6402:1234:b0:4f4:ebd3:8c5c with SMTP id d1csp1234567eda",
        "from mail.ourshop.example (mail.ourshop.example. [192.0.2.10]) by mx.google.example with "
        "ESMTPS id d1si1"},
       "192.0.2.10"},
      {"an inner hand-over over loopback",
       {"from localhost (localhost [127.0.0.1]) by mx.remote.example with ESMTP", kFromUs},
       "192.0.2.10"},
      {"an inner hand-over over a public address, by its looked-up name",
       {"from a (mx.remote.example [203.0.113.9]) by store.remote.example with ESMTP", kFromUs},
       "192.0.2.10"},
      {"a client that only greets with the reporter's name",
       {"from mx.remote.example (dyn.zombie.example [203.0.113.9]) by store.remote.example",
        kFromUs},
       "203.0.113.9"},
      {"handed over by LMTP and IMAP first",
       {"from mx.remote.example ([203.0.113.77]) by store.remote.example with LMTP",
        "from imap.remote.example ([203.0.113.78]) by fetch.remote.example with IMAP", kFromUs},
       "192.0.2.10"},
      {"a machine that bears the name of the reporter's house, as its customers' do",
       {"from x7 (p203-0-113-210.dyn.remote.example [203.0.113.210]) by mx.remote.example with "
        "ESMTP",
        "from mail.ourshop.example ([192.0.2.10]) by relay.remote.example with ESMTP", kAtHome},
       "hidden"},
      {"such a one without any line below",
       {"from x7 (p203-0-113-210.dyn.remote.example [203.0.113.210]) by mx.remote.example"},
       "203.0.113.210"},
      {"a container's proxy that stands for every client, who greets as he likes",
       {"from zombie.example (gateway [172.18.0.1]) by mx.remote.example with ESMTP", kFromUs},
       "hidden"},
      {"the same, who greets with a bare word",
       {"from wq (gateway [172.18.0.1]) by mx.remote.example with ESMTP", kFromUs},
       "hidden"},
      {"an inner host of a foreign name, whose own line stands below",
       {"from gw.filter.example ([10.2.3.4]) by store.remote.example with ESMTP",
        "from mail.ourshop.example ([192.0.2.10]) by gw.filter.example with ESMTP"},
       "192.0.2.10"},
      {"an inner host that greets with its bare name",
       {"from gw01 ([10.2.3.4]) by store.remote.example with ESMTP",
        "from mail.ourshop.example ([192.0.2.10]) by gw01.remote.example with ESMTP"},
       "192.0.2.10"},
      {"a client that is not shown, by no protocol that is named",
       {"from wq by mx.remote.example (8.6.9) id AA1", kFromUs},
       "hidden"},
      {"by a gateway's own protocol",
       {"from zombie.example by mx.remote.example with Trustwave SEG (v8)", kFromUs},
       "hidden"},
      {"a gateway that says that it has not verified the name",
       {"from zombie.example (Not Verified[198.51.100.7]) by mx.remote.example with Trustwave SEG",
        kFromUs},
       "198.51.100.7"},
      {"by a writer who does not name himself",
       {"from wq (host-7.dyn.example [198.51.100.7]) id 77", kFromUs},
       "198.51.100.7"},
      {"an IPv4-mapped client",
       {"from m (m.ourshop.example [::ffff:192.0.2.10]) by mx.remote.example with ESMTP"},
       "192.0.2.10"},
      {"an IPv6 client",
       {"from m (m.ourshop.example [IPv6:2001:db8::10]) by mx.remote.example with ESMTP"},
       "2001:db8::10"},
      {"an address literal in HELO is not the client",
       {"from [192.0.2.10] (unknown [198.51.100.7]) by mx.remote.example with ESMTP"},
       "198.51.100.7"},
      {"nothing came back", {}, "no lines"},
      {"only hand-overs", {"from a ([192.0.2.1]) by b.example with LMTP"}, "no lines"},
      {"local submission only", {kLocal}, "no client"},
      {"private hops only", {kAtHome}, "no client"},
      {"a private hop to which the line below does not lead",
       {"from relay.remote.example ([10.1.1.1]) by store.remote.example with ESMTP",
        "from x (x.example [192.0.2.10]) by mx.elsewhere.example with ESMTP"},
       "broken"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Message original = with_lines(row.received);
    CHECK(state_of(find_border(original.headers(), "mx.remote.example")) == row.border);
  }
}

TEST_CASE("a lower line is joined on to the upper one's client by name or organisation") {
  struct Row {
    const char* rdns;
    const char* helo;
    const char* upper_by;
    const char* lower_by;
    bool is_joined;
  };
  const Row rows[] = {
      {"mail.ourshop.example", "", "mx.remote.example", "mail.ourshop.example", true},
      {"out7.ourshop.example", "", "mx.remote.example", "mail.ourshop.example", true},
      {"", "mail.ourshop.example", "mx.remote.example", "mail.ourshop.example", true},
      {"dyn.zombie.example", "x", "mx.remote.example", "mail.ourshop.example", false},
      {"", "x", "mx.remote.example", "inner.remote.example", true},
      {"", "x", "mx.remote.example", "exchange1", true},
      {"", "", "mx.remote.example", "inner.remote.example", true},
      {"", "am6pr04ca12.eop.house.example", "mx.remote.example", "am6pr04ca12.other.example", true},
      {"", "mx1.house.example", "mx.remote.example", "mx1.other.example", false},
      {"", "mailserver.house.example", "mx.remote.example", "mailserver.other.example", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rdns);
    CAPTURE(row.lower_by);
    ReceivedHop upper;
    upper.rdns = row.rdns;
    upper.helo = row.helo;
    upper.by = row.upper_by;
    upper.client_ip = row.rdns[0] || row.helo[0] ? "198.51.100.7" : "";
    ReceivedHop lower;
    lower.by = row.lower_by;
    CHECK(is_joined(upper, lower) == row.is_joined);
  }
}

TEST_CASE("the report's own word about the client counts only where no line came back") {
  struct Row {
    const char* received_from;
    const char* border;
  };
  const Row rows[] = {
      {"[198.51.100.7]", "no lines"},  // what it called itself
      {"[IPv6:2001:db8::7]", "no lines"},
      {"mail.ourshop.example (192.0.2.10) ([198.51.100.7])", "no lines"},
      {"dsl-7.dyn.example (dsl-7.dyn.example [::ffff:198.51.100.7])", "198.51.100.7"},
      {"pc ([198.51.100.7])", "198.51.100.7"},
      {"[192.0.2.10] (dsl-7.dyn.example [198.51.100.7])", "198.51.100.7"},
      {"[10.0.0.7]", "no lines"},
      {"[127.0.0.1]", "no lines"},
      {"mail.ourshop.example", "no lines"},
      {"192-0-2-10.dyn.example", "no lines"},
      {"[999.1.1.1]", "no lines"},
      {"[", "no lines"},
      {"", "no lines"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.received_from);
    Bounce bounce;
    bounce.reporter = "mx.remote.example";
    bounce.received_from = row.received_from;
    CHECK(state_of(find_border(bounce)) == row.border);
    const Message original = with_lines({kFromUs});
    bounce.original.headers = original.headers();
    CHECK(state_of(find_border(bounce)) == "192.0.2.10");
  }
}

TEST_CASE("of ten thousand lines fifty are read") {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += "Received: from a ([10.0.0.1]) by b with ESMTP\n";
  CHECK(find_border(Message::parse(text + "\n").headers(), "").hops.size() == 50);
}

}  // namespace unsent

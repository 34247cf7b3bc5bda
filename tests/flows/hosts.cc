// SPDX-License-Identifier: MIT
#include "hosts.h"

#include <cstdio>
#include <cstdlib>

namespace unsent {
namespace {

constexpr Host kHosts[] = {
    // Ours.
    {"lan", "alice-pc", "192.168.1.5", "", Form::any},
    {"lan6", "alice-pc", "fd00:1::5", "", Form::any},
    {"roaming", "laptop", "203.0.113.9", "pool-203-0-113-9.dyn.example", Form::any},
    {"home", "[192.168.178.20]", "203.0.113.150", "p150.dsl.example", Form::any},
    {"office-pc", "frontdesk", "192.0.2.33", "", Form::any},
    {"office-pc6", "frontdesk", "2001:db8:77::33", "", Form::any},
    {"web", "localhost", "127.0.0.1", "", Form::any},
    {"mail.ours", "mail.ourshop.example", "192.0.2.10", "=", Form::any},
    {"mail6.ours", "mail6.ourshop.example", "2001:db8:10::25", "=", Form::any},
    {"hub.ours", "hub.ourshop.example", "192.0.2.12", "=", Form::any},
    {"hub6.ours", "hub6.ourshop.example", "2001:db8:10::12", "", Form::any},
    {"inner.ours", "exch01.corp.internal", "10.1.2.3", "", Form::exchange, "10.1.2.3"},
    {"exch.ours", "exch01.ourshop.example", "192.0.2.14", "=", Form::exchange, "192.0.2.14"},
    {"mx.ours", "mx.ourshop.example", "192.0.2.20", "=", Form::any},
    {"store.ours", "store.ourshop.example", "10.1.2.9", "", Form::any},
    // An ISP.
    {"customer.telco", "alice-pc", "192.0.2.200", "cust-200.telco.example", Form::any},
    {"relay.telco", "relay.telco.example", "192.0.2.77", "=", Form::any},
    {"mx.telco", "mx.telco.example", "192.0.2.78", "=", Form::any},
    {"store.telco", "store3.telco.example", "10.9.0.3", "", Form::postfix},
    // One like Google: hosts of many names, lines without a client.
    {"smtp.postbox", "smtp.postbox.example", "198.51.100.5", "=", Form::google},
    {"web.postbox", "2002:a05:6402:1::1", "", "", Form::google},
    {"out.postbox", "mail-wr1-f45.postbox.example", "198.51.100.40", "=", Form::google},
    {"mx.postbox", "mx.postbox.example", "198.51.100.6", "=", Form::google},
    {"in.postbox", "2002:a05:6402:2::2", "", "", Form::google},
    // One like Microsoft: public IPv6 inside, without names in the DNS.
    {"front.office", "mail-eu1.outbound.office.example", "198.51.100.70", "=", Form::office,
     "10.13.177.33"},
    {"a.office", "AM6PR0401MB2662.eurprd04.prod.office.example", "2001:db8:a20:55::10", "",
     Form::office, "2001:db8:a20:55::10"},
    {"b.office", "AM0PR0402MB9026.eurprd04.prod.office.example", "2001:db8:a20:8::21", "",
     Form::office, "2001:db8:a20:8::21"},
    {"mx.office", "DB5EUR03FT012.mail.protection.office.example", "198.51.100.71", "=",
     Form::office, "10.152.20.119"},
    // As it is inside: each host greets with a name of one domain and signs with another's.
    {"edge.office", "AM2EUR01FT037.eop-eur01.prod.office.example", "2001:db8:a20:3a2:cafe::ab", "",
     Form::office, "10.152.20.120", "", "", "AM2EUR01FT037.mail.protection.office.example"},
    {"access.office", "DU2PR04CA0120.eurprd04.prod.office.example", "2001:db8:a20:3a2::8", "",
     Form::office, "2001:db8:a20:3a2::8", "", "", "DU2PR04CA0120.officeaccess.example"},
    // One mail house under several domains.
    {"smtp.quick", "smtp.quickmail.example", "198.51.100.130", "=", Form::postfix},
    {"net.quick", "phl-mailhub-04.carrier.example", "198.51.100.165", "=", Form::postfix},
    {"out.quick", "wfout4.quickmail.example", "198.51.100.131", "=", Form::postfix},
    {"mx.quick", "mx2.quickmail.example", "198.51.100.132", "=", Form::postfix},
    {"imap.quick", "imap7.internal.carrier.example", "10.202.2.7", "", Form::postfix},
    // A web hoster, a sender of newsletters, and a filter that stands before and behind us.
    {"srv.hoster", "srv12.webhost.example", "192.0.2.100", "=", Form::any},
    {"api.esp", "api.newsletter.example", "10.77.0.1", "", Form::postfix},
    {"out.esp", "o12.out.newsletter.example", "198.51.100.195", "=", Form::postfix},
    {"in.gate", "in.gateway.example", "198.51.100.210", "=", Form::any},
    {"inner.gate", "node3.gateway.example", "10.50.0.3", "", Form::postfix},
    {"out.gate", "out.gateway.example", "198.51.100.212", "=", Form::any},
    {"fwd.old", "fwd.oldhost.example", "203.0.113.85", "=", Form::any},
    {"collector", "home", "192.168.1.2", "", Form::postfix},
    // Whom we write to.
    {"mx.remote", "mx1.remote.example", "203.0.113.20", "=", Form::any},
    {"store.remote", "store.remote.example", "203.0.113.21", "=", Form::any},
    {"lan.remote", "lan.remote.example", "10.4.4.4", "", Form::any},
    {"out.remote", "out.remote.example", "203.0.113.22", "=", Form::any},
    {"mute.remote", "mute.remote.example", "203.0.113.23", "=", Form::mdaemon},
    {"mx.backup", "mx.backup.example", "203.0.113.35", "=", Form::any},
    {"in.filter", "mx-in.filter.example", "203.0.113.30", "=", Form::any},
    {"out.filter", "mx-out.filter.example", "203.0.113.31", "=", Form::any},
    {"mx.filtered", "mx1.filtered.example", "203.0.113.25", "=", Form::any},
    {"in.twofold", "gate41-hz1.twofold.example", "203.0.113.32", "=", Form::any},
    {"out.twofold", "relay41-hz1.antispam.example", "203.0.113.33", "=", Form::any},
    {"fwd.club", "mail.smallclub.example", "203.0.113.143", "v143.hired.example", Form::any},
    {"fwd.untidy", "EX01.untidy.local", "203.0.113.145", "static-203-0-113-145.hired.example",
     Form::exchange, "192.168.1.5"},
    {"fwd.nameless", "mx.nameless.example", "2001:db8:c1::2", "", Form::postfix},
    {"fwd.forward", "fwd.forwarder.example", "203.0.113.40", "=", Form::any},
    {"mx.final", "mx.final.example", "203.0.113.50", "=", Form::any},
    {"lists.club", "lists.club.example", "203.0.113.55", "=", Form::any},
    {"gw.campus", "mx-gw.campus.example", "203.0.113.75", "=", Form::any},
    {"net.campus", "relay1.campusnet.example", "203.0.113.76", "=", Form::any},
    {"mx.campus", "mx.physics.campus.example", "203.0.113.77", "=", Form::any},
    {"mx.firm", "server.firm.local", "203.0.113.130", "static-203-0-113-130.dsl.example",
     Form::exchange, "192.168.0.2"},
    {"out.hired", "smtp-17.hired.example", "203.0.113.90", "=", Form::any},
    // Others' hosts, and forgers.
    {"smtp.elsewhere", "smtp.elsewhere.example", "203.0.113.60", "=", Form::any},
    {"open.branch", "mailout.branch.example", "203.0.113.80", "=", Form::any},
    {"srv.otherhost", "srv9.otherhost.example", "203.0.113.70", "=", Form::any},
    {"bot", "localhost.localdomain", "203.0.113.201", "host-201.dyn.example", Form::any},
    {"bot-as-us", "mail.ourshop.example", "203.0.113.202", "host-202.dyn.example", Form::any},
    {"bot-as-mx", "mx1.remote.example", "203.0.113.203", "host-203.dyn.example", Form::any},
    {"bot-as-itself", "host-204.dyn.example", "203.0.113.204", "=", Form::any},
    {"bot-literal", "[203.0.113.205]", "203.0.113.205", "host-205.dyn.example", Form::any},
    {"bot-nameless", "mail.ourshop.example", "198.51.100.250", "", Form::any},
    {"bot-random", "wq8x3c.invalid", "198.51.100.251", "", Form::any},
    {"bot6", "mail.ourshop.example", "2001:db8:bad::1", "", Form::any},
    {"bot-liar", "mx1.remote.example", "198.51.100.240", "", Form::any, "", "mx1.remote.example"},
    {"bot-liar-us", "mail.ourshop.example", "198.51.100.241", "", Form::any, "",
     "mail.ourshop.example"},
    {"bot-ident", "localhost", "198.51.100.242", "", Form::any, "", "", "x [192.0.2.10]"},
    {"bot-our-literal", "[192.0.2.10]", "198.51.100.243", "", Form::any},
    {"thief", "laptop", "203.0.113.206", "host-206.dyn.example", Form::any},
    {"mx.evil", "mx.evil.example", "203.0.113.45", "=", Form::any},
};

struct Zone {
  const char* domain;
  const char* mx;   // a key, or ""
  const char* spf;  // "" for none
};
constexpr Zone kZones[] = {
    {"telco.example", "mx.telco", "v=spf1 include:_spf.telco.example -all"},
    {"_spf.telco.example", "", "v=spf1 ip4:192.0.2.64/27 -all"},
    {"postbox.example", "mx.postbox", "v=spf1 redirect=_spf.postbox.example"},
    {"_spf.postbox.example", "", "v=spf1 ip4:198.51.100.0/26 ~all"},
    {"office.example", "mx.office", "v=spf1 include:spf.office.example -all"},
    {"spf.office.example", "", "v=spf1 ip4:198.51.100.64/28 ip6:2001:db8:a20::/48 -all"},
    {"quickmail.example", "mx.quick", "v=spf1 include:spf.quickmail.example -all"},
    {"spf.quickmail.example", "", "v=spf1 ip4:198.51.100.128/28 ip4:198.51.100.160/28 ?all"},
    {"webhost.example", "srv.hoster", "v=spf1 include:_spf.webhost.example -all"},
    {"_spf.webhost.example", "", "v=spf1 ip4:192.0.2.96/28 -all"},
    {"newsletter.example", "out.esp", "v=spf1 ip4:198.51.100.192/28 -all"},
    {"gateway.example", "in.gate", "v=spf1 include:_spf.gateway.example -all"},
    {"_spf.gateway.example", "", "v=spf1 ip4:198.51.100.208/28 -all"},
    {"oldhost.example", "fwd.old", "v=spf1 mx -all"},
    {"remote.example", "mx.remote", "v=spf1 ip4:203.0.113.20/30 -all"},
    {"filter.example", "in.filter", ""},
    {"filtered.example", "in.filter", "v=spf1 include:filter.example -all"},
    {"twofold.example", "in.twofold", ""},
    {"guarded.example", "in.twofold", ""},
    {"forwarder.example", "fwd.forward", ""},
    {"final.example", "mx.final", "v=spf1 mx -all"},
    {"club.example", "lists.club", "v=spf1 a:lists.club.example ~all"},
    {"campus.example", "gw.campus", ""},
    {"physics.campus.example", "gw.campus", ""},
    {"firm.example", "mx.firm", ""},
    {"leaver.example", "mx.office", ""},
    {"elsewhere.example", "smtp.elsewhere", "v=spf1 ip4:203.0.113.56/29 -all"},
    {"branch.example", "open.branch", ""},
    {"otherhost.example", "srv.otherhost", ""},
    {"evil.example", "mx.evil", "v=spf1 mx -all"},
};

void add_host(MapResolver& dns, const Host& one) {
  const auto ip = IpAddress::parse(one.ip);
  const std::string name = one.looked_up();
  if (ip && *one.lie) dns.add(ip->reverse(), DnsType::ptr, one.lie);
  if (!ip || name.empty()) return;
  dns.add(name, ip->is_v4() ? DnsType::a : DnsType::aaaa, one.ip);
  dns.add(ip->reverse(), DnsType::ptr, name);
}

}  // namespace

Form drawn_form(unsigned number) {
  constexpr Form kDrawn[] = {Form::postfix,     Form::exim,   Form::exim_port, Form::sendmail,
                             Form::qmail,       Form::domino, Form::courier,   Form::opensmtpd,
                             Form::communigate, Form::haraka, Form::exchange};
  return kDrawn[number % (sizeof(kDrawn) / sizeof(kDrawn[0]))];
}

std::string Host::looked_up() const {
  return std::string_view(ptr) == "=" ? std::string(name) : std::string(ptr);
}

const Host& host(std::string_view key) {
  for (const Host& one : kHosts)
    if (one.key == key) return one;
  std::fprintf(stderr, "no host '%.*s'\n", static_cast<int>(key.size()), key.data());
  std::abort();
}

void fill_zone(MapResolver& dns) {
  for (const Host& one : kHosts) add_host(dns, one);
  for (const Zone& zone : kZones) {
    if (*zone.mx) dns.add(zone.domain, DnsType::mx, host(zone.mx).looked_up());
    if (*zone.spf) dns.add(zone.domain, DnsType::txt, zone.spf);
  }
  // A firm behind one dynamic line: its MX is a name of its own for the same address.
  dns.add("firm.example", DnsType::a, host("mx.firm").ip);
  // A club on a hired server, whose network has a name of its own for it.
  dns.add("mail.smallclub.example", DnsType::a, host("fwd.club").ip);
}

}  // namespace unsent

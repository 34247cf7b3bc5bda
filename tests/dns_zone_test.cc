// SPDX-License-Identifier: MIT
#include "dns/zone.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "dns/pinned.h"
#include "dns/zone_file.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

constexpr std::string_view kZone = R"($ORIGIN d.example.
$TTL 1h
@       IN SOA ns.other.example. hostmaster\.one.d.example. (
                2026112301 ; serial
                3600 600
                86400 60 )
        IN NS ns.other.example.
        MX 20 mx2
        MX 10 mx1.d.example.   ; the better one
        600 IN TXT "v=spf1 mx " "-all"
        IN 1d30m A 192.0.2.30
mx1     A 192.0.2.20
        AAAA 2001:DB8::20
MX2     IN A 192.0.2.21
www     CNAME @
away    CNAME www.elsewhere.example.
loop    CNAME loop2
loop2   CNAME loop
text    TXT ( "a;b" ; comment "x"
              "c\"d\\\059" unquoted )
type99  SPF "v=spf1 -all"
null    MX 0 .
*.wild  TXT "any"
x.wild  A 192.0.2.40
deep.er.est A 192.0.2.41
chaos   CH TXT "ignored"
slow    TIMEOUT
bad     TEMPFAIL
bad     A 192.0.2.42
caa     CAA 0 issue "ca.example"
new     TYPE65280 \# 0
$ORIGIN 2.0.192.in-addr.arpa.
20 PTR mx1.d.example.
$ORIGIN sub
one PTR two
)";

std::string find(ZoneResolver& zone, std::string_view name, DnsType type) {
  const DnsAnswer answer = zone.lookup(name, type);
  if (!answer.is_ok()) return std::string(name_of(answer.status));
  std::string out;
  for (const IpAddress& ip : answer.addresses) out += ip.text() + "|";
  for (const std::string& text : answer.texts) out += text + "|";
  return out;
}

}  // namespace

TEST_CASE("a master file answers as the DNS would") {
  ZoneResolver zone;
  const Result<void> read = zone.read(kZone, "d.zone");
  if (!read) FAIL(read.error().message);
  struct Row {
    std::string_view name;
    DnsType type;
    std::string_view answer;
  };
  constexpr Row kRows[] = {
      {"D.Example.", DnsType::a, "192.0.2.30|"},
      {"d.example", DnsType::txt, "v=spf1 mx -all|"},
      {"d.example", DnsType::mx, "mx1.d.example|mx2.d.example|"},
      {"d.example", DnsType::aaaa, "no data"},
      {"mx1.d.example", DnsType::aaaa, "2001:db8::20|"},
      {"mx2.d.example", DnsType::a, "192.0.2.21|"},
      {"www.d.example", DnsType::mx, "mx1.d.example|mx2.d.example|"},
      {"www.d.example", DnsType::ptr, "no data"},
      {"away.d.example", DnsType::a, "NXDOMAIN"},
      {"loop.d.example", DnsType::a, "server failure"},
      {"text.d.example", DnsType::txt, "a;bc\"d\\;unquoted|"},
      {"type99.d.example", DnsType::txt, "no data"},
      {"null.d.example", DnsType::mx, "|"},
      {"a.wild.d.example", DnsType::txt, "any|"},
      {"a.b.wild.d.example", DnsType::txt, "any|"},
      {"x.wild.d.example", DnsType::txt, "no data"},
      {"a.x.wild.d.example", DnsType::txt, "NXDOMAIN"},
      {"wild.d.example", DnsType::txt, "no data"},
      {"er.est.d.example", DnsType::a, "no data"},
      {"est.d.example", DnsType::a, "no data"},
      {"example", DnsType::a, "no data"},
      {"chaos.d.example", DnsType::txt, "NXDOMAIN"},
      {"slow.d.example", DnsType::a, "time-out"},
      {"bad.d.example", DnsType::txt, "server failure"},
      {"bad.d.example", DnsType::a, "192.0.2.42|"},
      {"caa.d.example", DnsType::a, "no data"},
      {"20.2.0.192.in-addr.arpa", DnsType::ptr, "mx1.d.example|"},
      {"one.sub.2.0.192.in-addr.arpa", DnsType::ptr, "two.sub.2.0.192.in-addr.arpa|"},
      {"missing.d.example", DnsType::a, "NXDOMAIN"},
      {"", DnsType::a, "NXDOMAIN"},
      {"a..b", DnsType::a, "NXDOMAIN"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(find(zone, row.name, row.type) == row.answer);
  }
  CHECK(zone.lookup("d.example", DnsType::txt).ttl == seconds{600});
  CHECK(zone.lookup("d.example", DnsType::a).ttl == seconds{86400 + 1800});
  CHECK(zone.lookup("mx1.d.example", DnsType::a).ttl == seconds{3600});
}

TEST_CASE("line ends, blanks and an open last line do not matter") {
  for (const std::string_view text :
       {"a.example. A 192.0.2.1", "a.example. A 192.0.2.1\r\n",
        "\n\n  \n; c\na.example.\tA\t192.0.2.1", "a.example. A ( 192.0.2.1\n\n) ; c",
        "a.example. (\n300 in\n) a 192.0.2.1\n", "\r\n;c\r\na.example. IN A 192.0.2.1 ;c"}) {
    CAPTURE(text);
    ZoneResolver zone;
    REQUIRE(zone.read(text, "z"));
    CHECK(find(zone, "a.example", DnsType::a) == "192.0.2.1|");
  }
  ZoneResolver empty;
  CHECK(empty.read("", "z"));
  CHECK(empty.read("; nothing\n   \n", "z"));
  CHECK(find(empty, "a.example", DnsType::a) == "NXDOMAIN");
}

TEST_CASE("an error names the file, the line and what is wrong") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  constexpr Row kRows[] = {
      {"a.example. A", "z:1: A takes one value"},
      {"a.example. A 192.0.2", "z:1: A without an address"},
      {"a.example. A 192.0.2.1 192.0.2.2", "z:1: A takes one value"},
      {"a.example. A 2001:db8::1", "z:1: A without an address"},
      {"\n\na.example. AAAA 192.0.2.1", "z:3: AAAA without an address"},
      {"a.example. MX mx.example.", "z:1: MX takes a preference and a host"},
      {"a.example. MX ten mx.example.", "z:1: MX without a preference"},
      {"a.example. MX 65536 mx.example.", "z:1: MX without a preference"},
      {"a.example. PTR", "z:1: PTR takes one value"},
      {"a.example. CNAME b.example.\na.example. CNAME c.example.", "z:2: a second CNAME of a name"},
      {"a.example. TXT", "z:1: TXT without a text"},
      {"a.example. TXT v=spf1 -all", "z:1: an SPF record without quotes loses its spaces"},
      {"a.example. TXT \"v=spf1", "z:1: a quote is not closed on its line"},
      {"a.example. TXT \"a\nb\"", "z:1: a quote is not closed on its line"},
      {"a.example. TXT \"\\25\"", "z:1: an escape needs three digits"},
      {"a.example. TXT \"\\256\"", "z:1: an escape over \\255"},
      {"a.example. TXT \\", "z:1: a backslash ends the file"},
      {"a.example. TXT \\\n", "z:1: a backslash ends the line"},
      {"a.example. TXT ( \"a\"", "z:1: a ( is never closed"},
      {"a.example. TXT ( ( \"a\" ) )", "z:1: a parenthesis within parentheses"},
      {"a.example. TXT \"a\" )", "z:1: a ) without ("},
      {"a A 192.0.2.1", "z:1: relative name 'a' without an origin"},
      {"@ A 192.0.2.1", "z:1: relative name '@' without an origin"},
      {"a.example. CNAME b", "z:1: relative name 'b' without an origin"},
      {"  A 192.0.2.1", "z:1: the first record has no name"},
      {"a..example. A 192.0.2.1", "z:1: 'a..example.' is no domain name"},
      {"a.example. MX 10 mx..example.", "z:1: 'mx..example.' is no domain name"},
      {"a.example.", "z:1: a record without a type"},
      {"a.example. 300 IN", "z:1: a record without a type"},
      {"a.example. 300 600 A 192.0.2.1", "z:1: unknown type '600'"},
      {"a.example. FOO bar", "z:1: unknown type 'FOO'"},
      {"a.example. DNAME b.example.", "z:1: DNAME is not supported"},
      {"$ORIGIN", "z:1: $ORIGIN takes one name"},
      {"$ORIGIN a..b.", "z:1: 'a..b.' is no domain name"},
      {"$TTL soon", "z:1: $TTL takes a number of seconds"},
      {"$TTL 99999999999", "z:1: $TTL takes a number of seconds"},
      {"$INCLUDE /etc/passwd", "z:1: '$INCLUDE' is not supported"},
      {"$GENERATE 1-9 a$ A 192.0.2.$", "z:1: '$GENERATE' is not supported"},
      {"\xEF\xBB\xBF"
       "a.example. A 192.0.2.1",
       "z:1: '\xEF\xBB\xBF"
       "a.example.' is no domain name"},
      {"<html>", "z:1: relative name '<html>' without an origin"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    ZoneResolver zone;
    const Result<void> read = zone.read(row.text, "z");
    REQUIRE_FALSE(read);
    CHECK(read.error().message == row.message);
    CHECK(read.error().code == ErrorCode::data);
  }
  ZoneResolver zone;
  CHECK_FALSE(zone.read("a.example. TXT \"" + std::string(256, 'x') + "\"", "z"));
  CHECK_FALSE(zone.read("a.example. TXT \"" + std::string(1U << 20U, 'x') + "\"", "z"));
  CHECK_FALSE(zone.read(std::string(1U << 20U, 'x') + " A 192.0.2.1", "z"));
  std::string many = "a.example. TXT";
  for (int i = 0; i < 10000; ++i) many += " a";
  CHECK_FALSE(zone.read(many, "z"));
  CHECK_FALSE(zone.read(std::string_view("a\0.example. A 192.0.2.1", 23), "z"));
}

TEST_CASE("times to live have units and a limit (RFC 2181 8)") {
  CHECK(parse_ttl("0") == seconds{0});
  CHECK(parse_ttl("1w2D3h4m5s") == seconds{604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5});
  CHECK(parse_ttl("2147483647") == seconds{2147483647});
  for (const std::string_view text :
       {"", "-1", "s", "1x", "1hh", "2147483648", "9999999w", "99999999999999999999999", "1 h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ttl(text));
  }
}

TEST_CASE("a folder gives all its zone files, and a missing one is told") {
  std::string folder = "/tmp/unsent-zone-XXXXXX";
  REQUIRE(mkdtemp(folder.data()));
  ZoneResolver zone;
  const Result<void> none = zone.load(folder);
  REQUIRE_FALSE(none);
  CHECK(none.error().message == folder + ": no zone files in this folder");
  std::ofstream(folder + "/a.zone") << "a.example. A 192.0.2.1\n";
  std::ofstream(folder + "/db.b.example") << "b.example. A 192.0.2.2\n";
  std::ofstream(folder + "/README") << "This is no zone.\n";
  std::ofstream(folder + "/.a.zone") << "garbage\n";
  CHECK(zone.load(folder));
  CHECK(find(zone, "a.example", DnsType::a) == "192.0.2.1|");
  CHECK(find(zone, "b.example", DnsType::a) == "192.0.2.2|");
  CHECK(zone.load(folder + "/a.zone"));
  CHECK_FALSE(zone.load(folder + "/missing.zone"));
  std::ofstream(folder + "/z.dns") << "garbage\n";
  const Result<void> bad = zone.load(folder);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message.starts_with(folder + "/z.dns:1: "));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a pinned record is the only TXT of its domain; without DNS nothing was asked") {
  NoDns off;
  CHECK(off.lookup("d.example", DnsType::a).status == DnsStatus::not_asked);
  PinnedResolver pinned(off);
  CHECK(pinned.pin("D.Example.", "v=spf1 -all"));
  CHECK_FALSE(pinned.pin("a..b", "v=spf1 -all"));
  CHECK(pinned.lookup("d.example", DnsType::txt).texts == std::vector<std::string>{"v=spf1 -all"});
  CHECK(pinned.lookup("d.example", DnsType::a).status == DnsStatus::not_asked);
  CHECK(pinned.lookup("e.example", DnsType::txt).status == DnsStatus::not_asked);
}

}  // namespace unsent

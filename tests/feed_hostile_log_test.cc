// SPDX-License-Identifier: MIT
// What somebody outside writes into the log of our mail server by what it says of itself: its
// greeting, ident, name, certificate, Message-ID, subject, answer. None of it makes a message of
// his one of ours, and where we do the same ourselves, ours is still ours.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "feed/log_feed.h"

namespace unsent {
namespace {

LogPolicy policy() {
  LogPolicy policy;
  policy.trusted = {*IpNetwork::parse("192.0.2.0/28")};
  policy.domains = {*DomainName::parse("ourshop.example")};
  return policy;
}

using Lines = std::vector<std::string>;

// The ids of what is ours, and to whom it went.
std::string read(const Lines& lines) {
  LogFeed feed(policy(), *parse_rfc3339("2026-11-24T02:00:00Z"));
  for (const std::string& line : lines) feed.read(line);
  std::string text;
  for (const Entry& entry : feed.take(true)) {
    for (const std::string& id : entry.message_ids) text += id + ' ';
    for (const Address& recipient : entry.recipients) text += "> " + recipient.text() + ' ';
    for (const std::string& notice : entry.notices) text += "! " + notice + ' ';
  }
  return text;
}

const std::string kEximStamp = "2026-11-23 20:35:01 1vP0aa-000001-0A ";

// A message as Exim logs it that came with these fields between the sender and the size.
std::string exim(const std::string& fields, const std::string& behind = "id=a1@x.example") {
  return read({kEximStamp + "<= alice@ourshop.example " + fields + " S=1200 " + behind,
               kEximStamp + "=> bob@remote.example R=dnslookup T=remote_smtp "
                            "H=mx.remote.example [203.0.113.5] C=\"250 ok\"",
               kEximStamp + "Completed"});
}

}  // namespace

TEST_CASE("Exim: what the client says makes no stranger's message ours") {
  const std::string tls = " X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no ";
  for (const std::string& fields : Lines{
           // Its greeting, where helo_accept_junk_hosts takes any.
           std::string("H=(x) [192.0.2.10]) [198.51.100.66] P=esmtp"),
           std::string("H=(x) [127.0.0.1]) [198.51.100.66] P=esmtp"),
           std::string(
               "H=(x) [192.0.2.10] P=esmtpsa A=plain:alice S=1 id=y) [198.51.100.66] P=smtp"),
           std::string("H=(a [192.0.2.10] b) [198.51.100.66] P=esmtp"),
           std::string("H=([192.0.2.10]) [198.51.100.66] P=esmtp"),
           std::string("H=mail.attacker.example (desk.ourshop.example [192.0.2.10]) [198.51.100.66]"
                       " P=esmtp"),
           std::string("H=(U=root P=local) [198.51.100.66] P=esmtp"),
           std::string("H=(x U=root P=local) [198.51.100.66] P=esmtp"),
           std::string("H=(x) U=root [198.51.100.66] P=esmtp"),
           // Its name.
           std::string("H=ourshop.example.attacker.example [198.51.100.66] P=esmtp"),
           std::string("H=attacker.example/ourshop.example [198.51.100.66] P=esmtp"),
           // What its ident says, at most 127 bytes of anything.
           std::string("H=mail.attacker.example [198.51.100.66] U=root P=esmtp"),
           std::string("H=mail.attacker.example [198.51.100.66] U=x A=plain_server:alice P=esmtp"),
           std::string("H=mail.attacker.example [198.51.100.66] U=x P=esmtpsa P=esmtp"),
           std::string("H=mail.attacker.example [198.51.100.66] U=x P=esmtpsa A=p:alice S=1 id=y "
                       "P=esmtps"),
           std::string("H=mail.attacker.example [198.51.100.66] U=x H=[192.0.2.10] P=esmtp"),
           std::string("H=mail.attacker.example [198.51.100.66] U= [192.0.2.10] P=esmtp"),
           std::string("H=mail.attacker.example [198.51.100.66] U=x\" P=esmtpsa \" P=esmtp"),
           // Its certificate and the name that it asks for; the quotes are Exim's or not.
           "H=(x) [198.51.100.66] P=esmtps" + tls + R"(DN="CN=x\" A=plain_server:alice y=\"")",
           "H=(x) [198.51.100.66] P=esmtps" + tls + R"(DN="CN=x\\" A=plain_server:alice y=\\"")",
           "H=(x) [198.51.100.66] P=esmtps" + tls + R"(DN="/CN=x" A=plain_server:alice z="")",
           "H=(x) [198.51.100.66] P=esmtps" + tls + R"(DN="/CN=x" P=esmtpsa A=p:alice z="")",
           "H=(x) [198.51.100.66] P=esmtps" + tls + "SNI=x A=plain:alice",
           "H=(x) [198.51.100.66] P=esmtps" + tls + "SNI=\"x\" P=esmtpsa A=plain:alice",
           "H=(x) [198.51.100.66] P=esmtps" + tls + R"(DN="/CN=x S=1 id=y U=root P=local")",
           // All selectors.
           "H=(x) [198.51.100.66]:40410 I=[192.0.2.1]:25 P=esmtps L.-" + tls +
               R"(DN="CN=x\" A=plain_server:alice y=\"")",
           "H=(x) [198.51.100.66]:40410 I=[192.0.2.1]:25 U=x A=plain:alice P=esmtps L.-",
       }) {
    CAPTURE(fields);
    CHECK(exim(fields) == "");
  }
}

TEST_CASE("Exim: what the sender's header says makes no stranger's message ours") {
  for (const std::string behind : {
           "id=x A=plain:alice id=y@attacker.example T=\"a for z@z\" for bob@ourshop.example",
           "id=x P=esmtpsa",
           "id=x U=root P=local",
           "T=\" P=esmtpsa A=plain:alice\" id=x",
           "id=x T=\"H=[192.0.2.10]\"",
           "A=plain:alice id=x",
           "P=esmtpsa A=plain:alice id=x",
       }) {
    CAPTURE(behind);
    CHECK(exim("H=mail.attacker.example [198.51.100.66] P=esmtps", behind) == "");
    CHECK(exim("H=(a [b) [198.51.100.66] U=c P=esmtps", behind) == "");
  }
  CHECK(read({"2026-11-23 20:35:01 1vP0aa-000001-0A <= \"x U=root P=local \"@attacker.example "
              "H=(x) [198.51.100.66] P=esmtp S=1 id=x"}) == "");
}

TEST_CASE("Exim: our users' messages are ours, whatever their clients say beside it") {
  const std::string ours = "a1@x.example > bob@remote.example ";
  const std::string tls = " X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no ";
  for (const std::string& fields : Lines{
           "H=(phone) [203.0.113.7] P=esmtpsa" + tls + "A=plain_server:alice",
           "H=(phone) [203.0.113.7] P=esmtpsa" + tls + "DN=\"CN=x\" A=plain_server:alice",
           "H=(phone) [203.0.113.7] P=esmtpsa" + tls + R"(DN="CN=x\" y" SNI=z A=plain:alice)",
           "H=(phone) [203.0.113.7] U=alice P=esmtpsa" + tls + "A=plain_server:alice",
           "H=(Alice's PC) [203.0.113.7] P=esmtpsa" + tls + "A=plain_server:alice",
           "H=(Alice's PC [home]) [203.0.113.7] U=alice P=esmtpa A=plain_server:alice",
           "H=phone.example ([203.0.113.7]) [203.0.113.7]:4711 I=[192.0.2.1]:587 P=esmtpsa L.-" +
               tls + "A=plain_server:alice PRDR K",
           std::string("H=phone.example (x) [2001:db8::7] TFO* P=utf8esmtpsa A=plain:alice"),
           std::string("H=desk.lan (My Desk) [192.0.2.10] P=esmtp"),
           std::string("H=desk.lan [192.0.2.10] U=alice P=esmtp"),
           std::string("DS H=desk.lan [192.0.2.10] P=esmtp"),
           std::string("U=alice P=local"),
           std::string("U=root P=local-esmtp"),
       }) {
    CAPTURE(fields);
    CHECK(exim(fields) == ours);
    CHECK(
        exim(fields,
             "M8S=0 RT=0.01s id=a1@x.example T=\"Re: U=root \\\\\" for eve@z.example\\\\\"\" from "
             "<alice@ourshop.example> for bob@remote.example") == ours);
  }
}

TEST_CASE("Exim: only a report that the server wrote itself is a notice of ours") {
  const Lines sent = {kEximStamp + "<= alice@ourshop.example U=alice P=local S=1 id=a1@x.example",
                      kEximStamp + "** bob@remote.example R=dnslookup T=remote_smtp: 550 no"};
  const auto with = [&](const std::string& fields) {
    Lines lines = sent;
    lines.push_back("2026-11-23 20:35:01 1vP0aa-000002-0A <= <> " + fields + " S=9");
    return read(lines);
  };
  CHECK(with("R=1vP0aa-000001-0A U=Debian-exim P=local") ==
        "a1@x.example > bob@remote.example ! 1vP0aa-000002-0A ");
  for (const std::string fields :
       {"H=(x R=1vP0aa-000001-0A) [198.51.100.66] P=esmtp",
        "H=(x) [198.51.100.66] U=x R=1vP0aa-000001-0A P=esmtp",
        "H=(x) [198.51.100.66] P=esmtps X=y CV=no DN=\"x\" R=1vP0aa-000001-0A \"\"",
        "R=1vP0aa-000001-0A H=(x) [198.51.100.66] P=esmtp"}) {
    CAPTURE(fields);
    CHECK(with(fields) == "a1@x.example > bob@remote.example ");
  }
}

TEST_CASE("Exim: a piece of a long line that syslog takes apart begins no message") {
  const std::string whole =
      "1vP0aa-000001-0A <= alice@ourshop.example U=root P=local S=1 id=a1@x.example";
  const auto behind = [&](const std::string& mark) {
    return read({"Nov 23 20:35:01 mail exim[12]: " + mark + whole});
  };
  for (const std::string mark : {"", "[12] ", "[1/3] ", "[1\\3] "}) {
    CAPTURE(mark);
    CHECK(behind(mark) == "a1@x.example ");
  }
  for (const std::string mark : {"[2/3] ", "[2\\3] ", "[13\\13] ", "[] ", "[x] ", "[1x] "}) {
    CAPTURE(mark);
    CHECK(behind(mark) == "");
  }
}

TEST_CASE("Exim: a line of its log is no other server's, whatever a client greets with") {
  for (const std::string text :
       {"H=(a postfix/pickup[1]: 51924AA820B: uid=0 from=<x>) [198.51.100.66] rejected RCPT",
        "H=(a postfix/pickup[1]: 51924AA820B: uid=0 from=<x>",
        "(a sm-mta[1]: 4ANK6xQp003001: from=alice, msgid=<a1@x.example>, relay=alice@localhost",
        "1vP0aa-000001-0A| sendmail[1]: 4ANK6xQp003001: from=alice, relay=alice@localhost"}) {
    CAPTURE(text);
    LogLines lines(*parse_rfc3339("2026-11-24T02:00:00Z"));
    const std::string whole = "2026-11-23 20:35:01 " + text;
    const auto line = lines.parse(whole);
    REQUIRE(line);
    CHECK(line->program == "");
  }
}

TEST_CASE("Exim: only who took a message tells its new id, and only a relay") {
  const std::string sent =
      kEximStamp + "<= alice@ourshop.example U=alice P=local S=1 id=a1@x.example";
  const std::string answer = "C=\"250 2.6.0 <b2@ourshop.example> [InternalId=1] Queued mail\"";
  CHECK(read({sent, kEximStamp +
                        "=> bob@remote.example R=smarthost T=remote_smtp "
                        "H=smtp.office365.com [203.0.113.5] X=y CV=yes " +
                        answer}) == "a1@x.example b2@ourshop.example > bob@remote.example ");
  for (const std::string delivery :
       {"=> bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5] ",
        "** bob@remote.example R=dnslookup T=remote_smtp: host mx.remote.example [203.0.113.5]: "
        "550 H=smtp.office365.com [203.0.113.5] ",
        "=> bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5] X=y "
        "DN=\"CN=x\" H=smtp.office365.com \""}) {
    CAPTURE(delivery);
    CHECK(read({sent, kEximStamp + delivery + answer}) == "a1@x.example > bob@remote.example ");
  }
}

namespace {

const std::string kPostfixStamp = "Nov 23 20:36:00 mail postfix/";

// As Postfix logs a message; behind: more of the line of that program.
Lines postfix(const std::string& client, const std::string& id = "<a1@x.example>",
              const std::string& from = "alice@ourshop.example",
              const std::string& relay = "mx.remote.example[203.0.113.5]:25",
              const std::string& answer = "250 OK") {
  const std::string key = "4AAAAAAA01: ";
  return {kPostfixStamp + "smtpd[1]: " + key + "client=" + client,
          kPostfixStamp + "cleanup[2]: " + key + "message-id=" + id,
          kPostfixStamp + "qmgr[3]: " + key + "from=<" + from + ">, size=1, nrcpt=1 (queue active)",
          kPostfixStamp + "smtp[4]: " + key + "to=<bob@remote.example>, relay=" + relay +
              ", delay=1, dsn=2.0.0, status=sent (" + answer + ")",
          kPostfixStamp + "qmgr[3]: " + key + "removed"};
}

}  // namespace

TEST_CASE("Postfix: what the client says makes no stranger's message ours") {
  const std::string stranger = "unknown[198.51.100.66]";
  for (const std::string id :
       {"<p@x.example> 4AAAAAAA01: client=localhost[127.0.0.1], sasl_username=alice",
        "<p@x.example>, sasl_username=alice", "sasl_username=alice",
        "<p@x.example> uid=0 from=<a>"})
    CHECK(read(postfix(stranger, id)) == "");
  for (const std::string from : {R"("x>, nrcpt=5 uid=0"@ourshop.example)",
                                 R"("x>, size=1, sasl_username=a"@ourshop.example)"})
    CHECK(read(postfix(stranger, "<a1@x.example>", from)) == "");
  for (const std::string client :
       {"unknown[198.51.100.66], sasl_sender=a, sasl_username=alice",
        "unknown[198.51.100.66], sasl_sender=, sasl_method=PLAIN, sasl_username=alice",
        "desk.ourshop.example.attacker.example[198.51.100.66]",
        "unknown[198.51.100.66]:[192.0.2.10]"})
    CHECK(read(postfix(client)) == "");
}

TEST_CASE("Postfix: who gets the mail gives it no id by what he answers") {
  const std::string ours = "a1@x.example > bob@remote.example ";
  const std::string desk = "desk[192.0.2.10]";
  for (const std::string answer :
       {"250 2.6.0 <b2@ourshop.example> Queued mail for delivery",
        "250 2.6.0 <b2@ourshop.example> [InternalId=1] Queued mail for delivery",
        "250 2.0.0 OK <b2@ourshop.example> [Hostname=a.example]",
        "250 ok, relay=smtp.office365.com[203.0.113.5]:25, status=sent (250 2.6.0 "
        "<b2@x.example>"}) {
    CAPTURE(answer);
    CHECK(read(postfix(desk, "<a1@x.example>", "alice@ourshop.example",
                       "mx.remote.example[203.0.113.5]:25", answer)) == ours);
  }
  for (const std::string relay : {"smtp.office365.com[203.0.113.5]:587", "mx.lan[192.0.2.11]:25",
                                  "exchange.ourshop.example[203.0.113.80]:25"}) {
    CAPTURE(relay);
    CHECK(read(postfix(desk, "<a1@x.example>", "alice@ourshop.example", relay,
                       "250 2.6.0 <b2@ourshop.example> [InternalId=1] Queued mail")) ==
          "a1@x.example b2@ourshop.example > bob@remote.example ");
  }
}

TEST_CASE("Postfix: addresses in quotes hold what looks like other fields, and are whole") {
  const std::string odd = R"("x>, size=9, nrcpt=5 "@ourshop.example)";
  LogFeed feed(policy(), *parse_rfc3339("2026-11-24T02:00:00Z"));
  for (const std::string& line : postfix("desk[192.0.2.10]", "<a1@x.example>", odd))
    feed.read(line);
  const auto entries = feed.take(true);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].reverse_path == odd);
  CHECK(entries[0].has_all_recipients);
  Lines lines = postfix("desk[192.0.2.10]");
  lines[3].replace(lines[3].find("bob@"), 4, R"("b>, relay=z"@)");
  CHECK(read(lines) == "a1@x.example > \"b>, relay=z\"@remote.example ");
}

TEST_CASE(
    "Postfix: what a content filter hands in again is whose it was, whatever the host is called") {
  const auto filtered = [](const std::string& first, const std::string& name, const std::string& id,
                           bool is_linked) {
    const std::string again = "4AAAAAAA02: ";
    Lines lines = {kPostfixStamp + "smtpd[9]: 4AAAAAAA00: client=unknown[198.51.100.67]",
                   kPostfixStamp +
                       "smtp[4]: 4AAAAAAA00: to=<x@ourshop.example>, "
                       "relay=127.0.0.1[127.0.0.1]:10024, dsn=2.0.0, status=sent (250 2.0.0 from "
                       "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4AAAAAAA09)",
                   kPostfixStamp + "smtpd[1]: 4AAAAAAA01: client=" + first,
                   kPostfixStamp + "cleanup[2]: 4AAAAAAA01: message-id=<>",
                   kPostfixStamp + "smtpd[5]: " + again + "client=" + name + "[127.0.0.1]",
                   kPostfixStamp + "cleanup[2]: " + again + "message-id=" + id,
                   kPostfixStamp + "qmgr[3]: " + again +
                       "from=<alice@ourshop.example>, size=1, nrcpt=1 (queue active)",
                   kPostfixStamp + "smtp[6]: " + again +
                       "to=<bob@remote.example>, "
                       "relay=mx.remote.example[203.0.113.5]:25, dsn=2.0.0, status=sent (250 OK)"};
    if (is_linked)
      lines.insert(lines.begin() + 7,
                   kPostfixStamp +
                       "smtp[4]: 4AAAAAAA01: to=<bob@remote.example>, "
                       "relay=127.0.0.1[127.0.0.1]:10024, dsn=2.0.0, status=sent (250 2.0.0 from "
                       "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4AAAAAAA02)");
    return read(lines);
  };
  const std::string id = "<20261123203600.4AAAAAAA02@mail.ourshop.example>";
  for (const std::string name : {"localhost", "mail.ourshop.example"}) {
    CAPTURE(name);
    CHECK(filtered("unknown[198.51.100.66]", name, id, true) == "");
    CHECK(filtered("unknown[198.51.100.66]", name, id, false) == "");
    // Ours, of which Postfix made the id when it came back.
    CHECK(filtered("phone[203.0.113.7], sasl_method=PLAIN, sasl_username=alice", name, id, true) ==
          "20261123203600.4AAAAAAA02@mail.ourshop.example > bob@remote.example ");
  }
}

TEST_CASE("Sendmail: what the client says makes no stranger's message ours") {
  const std::string front = "Nov 23 20:37:00 mail sm-mta[99]: 4ANK6xQp000001: from=";
  const std::string stranger = ", relay=mail.attacker.example [198.51.100.66]";
  const std::string proto = ", proto=ESMTP, daemon=MTA";
  const std::string alice = "<alice@ourshop.example>, size=1, class=0, nrcpts=1, msgid=";
  for (const std::string& line : {
           alice + "<s@x.example>" + proto + stranger,
           alice + "<s@x.example>, relay=alice@localhost" + proto + stranger,
           alice + "<s@x.example>" + proto +
               ", relay=IDENT:x [127.0.0.1]@mail.attacker.example "
               "[198.51.100.66]",
           alice + "<s@x.example>" + proto +
               ", relay=IDENT:a, relay=b@localhost @x [198.51.100.66]",
           alice + "<s@x.example>" + proto +
               ", relay=IDENT:x@desk.ourshop.example@x [198.51.100.66]",
           alice + "<s@x.example>" + proto +
               ", relay=desk.ourshop.example [198.51.100.66] (may be "
               "forged)",
           // Torn behind what the id says.
           alice + "<s@x.example>, relay=x@localhost",
           std::string(
               "<\"a, relay=root@localhost\"@ourshop.example>, size=1, msgid=<s@x.example>") +
               proto + stranger,
       }) {
    CAPTURE(line);
    CHECK(
        read({front + alice + "<s@x.example>" + proto + stranger, front + line,
              "Nov 23 20:37:00 mail sm-mta[99]: 4ANK6xQp000001: to=<bob@remote.example>, "
              "mailer=esmtp, relay=mx.remote.example. [203.0.113.5], dsn=2.0.0, stat=Sent (ok)"}) ==
        "");
  }
}

TEST_CASE("Sendmail: who gets the mail decides neither its id nor what became of others") {
  const std::string front = "Nov 23 20:37:00 mail sm-mta[99]: 4ANK6xQp000001: ";
  const std::string from = front +
                           "from=alice@ourshop.example, size=1, class=0, nrcpts=2, "
                           "msgid=<a1@x.example>, relay=alice@localhost";
  CHECK(read({from, front + "to=<bob@remote.example>, mailer=esmtp, relay=mx.remote.example. "
                            "[203.0.113.5], dsn=2.0.0, stat=Sent (2.6.0 <b2@ourshop.example> "
                            "[InternalId=1] Queued), dsn=5.1.1, stat=x"}) ==
        "a1@x.example > bob@remote.example ");
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What mail logs make of the ledger: whole messages that we sent, and never one that we
// received.
#include "feed/log_feed.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "feed/answer_id.h"

namespace unsent {
namespace {

const Time kWritten = *parse_rfc3339("2026-11-24T02:00:00Z");
const std::string kStamp = "2026-11-23T20:34:53+00:00 mail ";

LogPolicy policy() {
  LogPolicy policy;
  policy.trusted = {*IpNetwork::parse("192.0.2.0/28")};
  policy.relays = {*IpNetwork::parse("198.51.100.25")};
  policy.domains = {*DomainName::parse("ourshop.example")};
  return policy;
}

std::string text_of(const Entry& entry) {
  std::string text;
  for (const std::string& id : entry.message_ids) text += id + ' ';
  text += "from " + entry.reverse_path + " to";
  for (const Address& recipient : entry.recipients) text += ' ' + recipient.text();
  if (!entry.has_all_recipients) text += " …";
  for (const std::string& notice : entry.notices) text += " !" + notice;
  return text;
}

// Each line gets the stamp in front; what comes out, and of what is open.
std::vector<std::string> read(const std::vector<std::string>& lines,
                              const LogPolicy& who = policy(), const std::string& stamp = kStamp) {
  LogFeed feed(who, kWritten);
  for (const std::string& line : lines) feed.read(stamp + line);
  std::vector<std::string> found;
  for (const Entry& entry : feed.take(true)) found.push_back(text_of(entry));
  return found;
}

using Lines = std::vector<std::string>;

// The lines of a Postfix message from a client, without its first line.
Lines postfix(const std::string& first, const std::string& from = "alice@ourshop.example") {
  return {first, "postfix/cleanup[2]: 51924AA820B: message-id=<a1@ourshop.example>",
          "postfix/qmgr[3]: 51924AA820B: from=<" + from + ">, size=1875, nrcpt=1 (queue active)",
          "postfix/smtp[4]: 51924AA820B: to=<bob@remote.example>, "
          "relay=mx.remote.example[203.0.113.5]:25, "
          "delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4XkQ17954)",
          "postfix/qmgr[3]: 51924AA820B: removed"};
}

const Lines kSent = {"a1@ourshop.example from alice@ourshop.example to bob@remote.example"};

}  // namespace

TEST_CASE(
    "Postfix: a message is ours if a password, the server itself or a trusted client handed it "
    "in") {
  for (const std::string first : {
           "postfix/submission/smtpd[1]: 51924AA820B: client=phone.example[203.0.113.7], "
           "sasl_method=PLAIN, sasl_username=alice",
           "postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.7], sasl_method=LOGIN, "
           "sasl_username=alice, sasl_sender=alice@ourshop.example",
           "postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>",
           "postfix/smtpd[1]: 51924AA820B: client=unknown[192.0.2.15]",
           "postfix-out/smtpd[1]: 51924AA820B: client=desk.lan[192.0.2.15]:4711",
           "postfix/smtpd[1]: 51924AA820B: client=desk.ourshop.example[203.0.113.80]",
           "postfix/smtpd[1]: 51924AA820B: client=unknown[198.51.100.25]",
           "postfix/submissions/smtpd[1]: 51924AA820B: client=unknown[2001:db8::7], "
           "sasl_method=PLAIN, sasl_username=alice@ourshop.example",
           "postfix-out/submission/smtpd[1]: 51924AA820B: client=x[203.0.113.7], "
           "sasl_method=PLAIN, sasl_username=alice",
           "postfix/qmqpd[1]: 51924AA820B: client=desk.lan[192.0.2.15]",
       }) {
    CAPTURE(first);
    CHECK(read(postfix(first)) == kSent);
  }
}

TEST_CASE("Postfix: whatever else came in is received mail, and never recorded") {
  for (const std::string first : {
           "postfix/smtpd[1]: 51924AA820B: client=mx.remote.example[203.0.113.9]",
           "postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.9]",
           // The client may say sasl_sender itself.
           "postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.9], sasl_sender=x, "
           "sasl_username=alice",
           "postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.9], sasl_username=",
           "postfix/smtpd[1]: 51924AA820B: client=ourshop.example.remote.example[203.0.113.9]",
           "postfix/smtpd[1]: 51924AA820B: client=notourshop.example[203.0.113.9]",
           // A content filter: whose message this is, its first line here does not say.
           "postfix/smtpd[1]: 51924AA820B: client=localhost[127.0.0.1]",
           "postfix/smtpd[1]: 51924AA820B: client=desk[192.0.2.15], "
           "orig_client=unknown[203.0.113.9]",
           "postfix/smtpd[1]: 51924AA820B: client=garbage",
           "postfix/smtpd[1]: 51924AA820B: client=[",
           "postfix/smtpd[1]: NOQUEUE: client=desk[192.0.2.15]",
           "other[1]: 51924AA820B: client=desk[192.0.2.15]",
           "postfix/smtpd[1]: connect from desk[192.0.2.15]",
           "logger: nothing",
       }) {
    CAPTURE(first);
    CHECK(read(postfix(first)).empty());
  }
}

TEST_CASE(
    "Postfix: a host of ours hands in received mail too, unless it is ours for somebody outside") {
  const std::string host =
      "postfix/smtpd[1]: 51924AA820B: client=mx2.ourshop.example[203.0.113.80]";
  CHECK(read(postfix(host, "stranger@remote.example")).empty());
  CHECK(read(postfix(host, "SRS0=ab=cd=remote.example=joe@ourshop.example")).empty());
  CHECK(read(postfix(host, "")).empty());
  Lines inside = postfix(host);
  inside[3] =
      "postfix/lmtp[4]: 51924AA820B: to=<info@ourshop.example>, relay=local, dsn=2.0.0, "
      "status=sent (ok)";
  CHECK(read(inside).empty());
  Lines forwarded = postfix(host);
  forwarded[3] =
      "postfix/smtp[4]: 51924AA820B: to=<bob@remote.example>, orig_to=<info@ourshop.example>, "
      "relay=mx.remote.example[203.0.113.5]:25, dsn=2.0.0, status=sent (ok)";
  CHECK(read(forwarded).empty());
  LogPolicy nameless = policy();
  nameless.domains.clear();
  CHECK(read(postfix("postfix/smtpd[1]: 51924AA820B: client=unknown[198.51.100.25]"), nameless)
            .empty());
}

TEST_CASE("a client whose name was ours keeps it for a day, where DNS does not answer") {
  const std::string named =
      "postfix/smtpd[1]: 11924AA820B: client=desk.ourshop.example[203.0.113.80]";
  struct Case {
    const char* name;
    const char* stamp;
    bool is_ours;
  };
  for (const auto& [name, stamp, is_ours] : std::vector<Case>{
           {"unknown[203.0.113.80]", "2026-11-23T20:35:53+00:00 mail ", true},
           {"unknown[203.0.113.80]", "2026-11-24T20:34:00+00:00 mail ", true},
           {"unknown[203.0.113.80]", "2026-11-24T20:35:53+00:00 mail ", false},
           {"unknown[203.0.113.81]", "2026-11-23T20:35:53+00:00 mail ", false},
           {"phone.example[203.0.113.80]", "2026-11-23T20:35:53+00:00 mail ", false},
       }) {
    CAPTURE(name);
    CAPTURE(stamp);
    LogFeed before(policy(), kWritten);
    before.read(kStamp + named);
    LogFeed feed(policy(), kWritten);  // the next run knows it as well
    feed.messages().restore(before.messages().state());
    for (const std::string& line :
         postfix("postfix/smtpd[1]: 51924AA820B: client=" + std::string(name)))
      feed.read(stamp + line);
    CHECK((feed.take().size() == 1) == is_ours);
  }
  // Another name takes it away.
  CHECK(read({named, "postfix/smtpd[1]: 21924AA820B: client=phone.example[203.0.113.80]",
              postfix("postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.80]")[0],
              postfix("")[1], postfix("")[2], postfix("")[3]})
            .empty());
}

TEST_CASE("an id that came from outside is not ours because a program here passes it on") {
  Lines lines = {"postfix/smtpd[1]: 11924AA820B: client=unknown[203.0.113.9]",
                 "postfix/cleanup[2]: 11924AA820B: message-id=<a1@ourshop.example>",
                 "postfix/qmgr[3]: 11924AA820B: removed"};
  const auto then = [&](const std::string& first) {
    Lines all = lines;
    for (const std::string& line : postfix(first)) all.push_back(line);
    return read(all);
  };
  CHECK(then("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>").empty());
  CHECK(then("postfix/smtpd[1]: 51924AA820B: client=desk[192.0.2.15]").empty());
  CHECK(then("postfix/smtpd[1]: 51924AA820B: client=localhost[127.0.0.1]").empty());
  CHECK(then("postfix/smtpd[1]: 51924AA820B: client=desk[192.0.2.15], sasl_username=alice") ==
        kSent);
}

TEST_CASE("Postfix: what is put into the queue once more is whose it was") {
  const std::string again = "postfix/pickup[1]: 51924AA820B: uid=108 from=<x> orig_id=31924AA820B";
  const Lines lines = postfix(again);
  CHECK(read(lines).empty());
  const auto first = [&](const std::string& by) {
    Lines all = {"postfix/" + by,
                 "postfix/cleanup[2]: 31924AA820B: message-id=<a1@ourshop.example>"};
    for (const std::string& line : lines) all.push_back(line);
    return read(all);
  };
  CHECK(first("smtpd[1]: 31924AA820B: client=unknown[203.0.113.9]").empty());
  CHECK(first("pickup[1]: 31924AA820B: uid=1000 from=<alice>") == kSent);
  // Who sends as "x> orig_id=…" harms himself alone.
  CHECK(read(postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<x> orig_id=y>")).empty());
}

TEST_CASE("Postfix: the Message-ID is logged as it stands in the header") {
  for (const std::string id :
       {"<a1@ourshop.example>", "a1@ourshop.example", "<a1@ourshop.example> (added by x@remote)",
        " <a1@ourshop.example>", "<a1@ourshop.example> <b2@ourshop.example>"}) {
    CAPTURE(id);
    Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
    lines[1] = "postfix/cleanup[2]: 51924AA820B: message-id=" + id;
    CHECK(read(lines) == kSent);
    lines[1] = "postfix/cleanup[2]: 51924AA820B: resent-message-id=" + id;
    CHECK(read(lines) == kSent);
  }
  for (const std::string none : {"", "<>", "<a1@ourshop.exam", "a1@ourshop.example>", "<"}) {
    CAPTURE(none);
    Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
    lines[1] = "postfix/cleanup[2]: 51924AA820B: message-id=" + none;
    CHECK(read(lines).empty());
  }
}

TEST_CASE("lines of others, and the same line again, change nothing") {
  const Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  const Lines foreign = {
      "last message repeated 2 times",
      "postfix/smtpd[1]: message repeated 2 times: [ 51924AA820B: client=unknown[203.0.113.9]]",
      "opendkim[35]: 51924AA820B: DKIM-Signature field added (s=s2026, d=ourshop.example)",
      "amavis[9]: (00009-01) Passed CLEAN, <x@remote.example> -> <y@ourshop.example>, "
      "Message-ID: <other@remote.example>, queued_as: 51924AA820B",
      "dovecot: lmtp(alice)<1><x>: msgid=<other@remote.example>: saved mail to INBOX",
      "spamd[7]: spamd: result: . 0 - mid=<other@remote.example>",
      "postfix/smtpd[1]: warning: 51924AA820B: to=<eve@remote.example>",
      "postfix/smtp[1]: 51924AA820B: host x[203.0.113.5] said: 450 to=<eve@remote.example>",
      "postfix/master[1]: 51924AA820B: removed",
      std::string("\0\0\0 to=<eve@remote.example>", 26),
  };
  for (std::size_t at = 0; at <= lines.size(); ++at) {
    Lines all = lines;
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), foreign.begin(), foreign.end());
    CHECK(read(all) == kSent);
  }
  Lines twice;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (i == 1) twice.push_back(lines[0]);
    if (i + 1 < lines.size()) twice.push_back(lines[i]);
    twice.push_back(lines[i]);
  }
  CHECK(read(twice) == kSent);
}

TEST_CASE("a clock that jumps loses no message, and joins none with another") {
  const Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  for (const char* jump : {"2026-11-23T19:34:53+00:00", "2026-11-23T21:34:53+00:00",
                           "2026-11-27T20:34:53+00:00", "1970-01-01T00:00:10+00:00"}) {
    for (std::size_t from = 1; from <= 3; ++from) {
      CAPTURE(jump);
      LogFeed feed(policy(), kWritten);
      for (std::size_t i = 0; i < lines.size(); ++i)
        feed.read((i < from ? kStamp : std::string(jump) + " mail ") + lines[i]);
      const auto entries = feed.take(true);
      REQUIRE(entries.size() == 1);
      CHECK(text_of(entries[0]) == kSent[0]);
    }
  }
}

TEST_CASE("a content filter hands our message in again under another queue id") {
  Lines lines = postfix("postfix/smtpd[1]: 51924AA820B: client=desk[192.0.2.15]");
  lines[3] =
      "postfix/smtp[4]: 51924AA820B: to=<bob@remote.example>, relay=127.0.0.1[127.0.0.1]:10024, "
      "dsn=2.0.0, status=sent (250 2.0.0 from MTA: 250 2.0.0 Ok: queued as 61924AA820B)";
  for (std::string line : postfix("postfix/smtpd[1]: 51924AA820B: client=localhost[127.0.0.1]")) {
    line.replace(line.find("51924"), 1, "6");
    lines.push_back(line);
  }
  CHECK(read(lines) == Lines{kSent[0], kSent[0]});
}

TEST_CASE("Postfix: all recipients, as asked for and as delivered to, sent or not") {
  Lines lines = postfix("postfix/pickup[1]: 4XyZ1a2b3cz9QmR: uid=1000 from=<alice>");
  lines[1] = "postfix/cleanup[2]: 4XyZ1a2b3cz9QmR: message-id=<a1@ourshop.example>";
  lines[2] =
      "postfix/qmgr[3]: 4XyZ1a2b3cz9QmR: from=<alice@ourshop.example>, size=1, nrcpt=4 (queue "
      "active)";
  lines[3] =
      "postfix/smtp[4]: 4XyZ1a2b3cz9QmR: to=<bob@remote.example>, relay=none, dsn=4.4.1, "
      "status=deferred (connect to mx: to=<eve@remote.example>, timed out)";
  lines[4] =
      "postfix/error[4]: 4XyZ1a2b3cz9QmR: to=<carol@else.example>, orig_to=<team@ourshop.example>, "
      "relay=none, dsn=5.0.0, status=bounced (no)";
  CHECK(read(lines) == Lines{"a1@ourshop.example from alice@ourshop.example to bob@remote.example "
                             "carol@else.example team@ourshop.example …"});
  lines.push_back(
      "postfix/virtual[4]: 4XyZ1a2b3cz9QmR: to=<\"odd >, name\"@remote.example>, relay=virtual, "
      "status=sent (ok)");
  lines.push_back(
      "postfix/local[4]: 4XyZ1a2b3cz9QmR: to=<alice@ourshop.example>, orig_to=<alice>, "
      "relay=local, status=sent (ok)");
  const auto found = read(lines);
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("alice@ourshop.example bob@remote.example") != std::string::npos);
}

TEST_CASE("Postfix: a torn line tells nothing, rather than half of it") {
  const Lines whole = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  for (std::size_t torn = 0; torn < 4; ++torn) {
    for (std::size_t size = 0; size < whole[torn].size(); ++size) {
      Lines lines = whole;
      lines[torn].resize(size);
      for (const std::string& entry : read(lines)) {
        CAPTURE(lines[torn]);
        CHECK(entry.find("a1@ourshop.example from alice@ourshop.example to") == 0);
        const std::string rest = entry.substr(entry.find(" to") + 3);
        const bool is_whole =
            rest == " bob@remote.example" || rest == " …" || rest == " bob@remote.example …";
        CHECK(is_whole);
      }
    }
  }
}

TEST_CASE("Postfix: a short queue id that is used again is another message") {
  Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  lines.pop_back();  // "removed" is lost
  for (const std::string& line :
       postfix("postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.9]"))
    lines.push_back(line);
  lines[6] = "postfix/cleanup[2]: 51924AA820B: message-id=<other@remote.example>";
  CHECK(read(lines) == kSent);
}

TEST_CASE("Postfix: our own reports are remembered with the message that they are about") {
  Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  lines.insert(lines.begin() + 4,
               {"postfix/cleanup[2]: 9A40BAA8159: "
                "message-id=<20261123203504.9A40BAA8159@mail.ourshop.example>",
                "postfix/bounce[9]: 51924AA820B: sender non-delivery notification: 9A40BAA8159",
                "postfix/qmgr[3]: 9A40BAA8159: from=<>, size=1, nrcpt=1 (queue active)"});
  CHECK(read(lines) ==
        Lines{kSent[0] + " !9A40BAA8159 !20261123203504.9A40BAA8159@mail.ourshop.example"});
  // A report about a message that came from outside goes to whom a forger named.
  lines[0] = "postfix/smtpd[1]: 51924AA820B: client=unknown[203.0.113.9]";
  CHECK(read(lines).empty());
}

TEST_CASE("a relay's answer may name the id under which the message goes on") {
  const std::string ses = "0102018b2c3d4e5f-1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809-000000";
  CHECK(id_in_answer("email-smtp.eu-west-1.amazonaws.com", false, "250 Ok " + ses + ")") ==
        ses + "@eu-west-1.amazonses.com");
  CHECK(id_in_answer("email-smtp.us-east-1.amazonaws.com", false, "250 Ok " + ses) ==
        ses + "@email.amazonses.com");
  CHECK(id_in_answer("email-smtp-fips.ca-central-1.amazonaws.com", false, "Ok " + ses) ==
        ses + "@ca-central-1.amazonses.com");
  CHECK(id_in_answer("smtp.office365.com", false,
                     "250 2.0.0 OK <b2@out.example> [Hostname=AM1P1.prod.outlook.example]") ==
        "b2@out.example");
  constexpr std::string_view kExchange = "250 2.6.0 <b2@out.example> [InternalId=1] Queued mail";
  CHECK(id_in_answer("exchange.ourshop.example", true, kExchange) == "b2@out.example");
  CHECK(id_in_answer("shop.mail.protection.outlook.com", false, kExchange) == "b2@out.example");
  // Who gets the mail may answer anything.
  for (const char* host : {"mx.remote.example", "outlook.com.remote.example", "notoutlook.com", ""})
    CHECK(id_in_answer(host, false, kExchange).empty());
  for (const char* answer :
       {"", "250 Ok", "250 Ok short-000000", "250 2.0.0 Ok: queued as 4XkQ", "250 2.6.0 <b2",
        "250 2.6.0 <no id>", "250 2.0.0 OK <b2@out.example> queued",
        "250 2.1.5 <bob@remote.example> ok"})
    CHECK(id_in_answer("email-smtp.eu-west-1.amazonaws.com", false, answer).empty());
  CHECK(id_in_answer("email-smtp.example", false, "250 Ok " + ses).empty());
  Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  lines[3].replace(lines[3].find("2.0.0 Ok: queued as 4XkQ17954"), 29,
                   "2.6.0 <b2@out.example> [x] Queued");
  CHECK(read(lines) == kSent);
  lines[3].replace(lines[3].find("mx.remote.example["), 17, "smtp.office365.com");
  CHECK(
      read(lines) ==
      Lines{"a1@ourshop.example b2@out.example from alice@ourshop.example to bob@remote.example"});
}

TEST_CASE("Exim: who handed a message in, by password, by a local user, by a trusted client") {
  const std::string stamp = "2026-11-23 20:38:38 +0000 ";
  const std::string id = "1xVaoA-00000h-2Y <= alice@ourshop.example ";
  const std::string to =
      "1xVaoA-00000h-2Y => bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example "
      "[203.0.113.5] C=\"250 ok\"";
  const std::string end = " S=2187 id=a1@ourshop.example T=\"Hi\" for bob@remote.example";
  for (const std::string& ours : {
           id + "H=(phone) [203.0.113.7] P=esmtpsa X=TLS1.3:x:256 CV=no A=plain_login:alice" + end,
           id + "U=alice P=local" + end,
           id + "H=desk.lan (helo) [192.0.2.15]:4711 I=[192.0.2.1]:25 P=esmtp" + end,
           id + "H=[192.0.2.15] P=smtp" + end,
           id + "H=desk.ourshop.example [203.0.113.80] P=esmtp" + end,
       }) {
    CAPTURE(ours);
    CHECK(read({ours, to, "1xVaoA-00000h-2Y Completed"}, policy(), stamp) == kSent);
    CHECK(read({"exim[12]: " + ours, "exim[12]: " + to}) == kSent);
    CHECK(read({"exim[12]: 2026-11-23 20:38:38 " + ours}) == kSent);
  }
  for (const std::string& received : {
           id + "H=mx.remote.example [203.0.113.9] P=esmtp" + end,
           id + "H=(desk.ourshop.example) [203.0.113.9] P=esmtp" + end,
           // What it says of itself may hold anything where helo_accept_junk_hosts is set.
           id + "H=([192.0.2.15]) [203.0.113.9] P=esmtp" + end,
           id + "H=(a [192.0.2.15]) [203.0.113.9] P=esmtp" + end,
           id + "H=mx.remote.example (a [192.0.2.15] b) [203.0.113.9] P=esmtp" + end,
           id + "H=(x) [203.0.113.9] P=esmtp S=1 id=a1@ourshop.example A=plain:alice U=root" + end,
           id + "H=(x) [203.0.113.9] P=esmtp" + end.substr(0, 33) +
               " T=\"Hi A=plain:alice\" for bob@remote.example",
           std::string("1xVaoA-00000h-2Y <= \"a U=root P=local \"@remote.example H=(x) "
                       "[203.0.113.9] P=esmtp") +
               end,
           std::string("1xVaoA-00000h-2Y <= <> R=1xVaoA-00000h-2X U=mail P=local") + end,
           std::string("1xVaoA-00000h-2Y <= <> H=desk [192.0.2.15] P=esmtp") + end,
           id + "P=local" + end,
           id,
           std::string("1xVaoA-00000h-2Y <="),
           std::string("1xVaoA-00000h <= alice@ourshop.example U=alice P=local") + end,
       }) {
    CAPTURE(received);
    CHECK(read({received, to}, policy(), stamp).empty());
  }
}

TEST_CASE(
    "Exim: recipients of every kind of delivery, the id that it made itself, its own reports") {
  const std::string stamp = "2026-11-23 20:38:38 ";
  const std::string id = "1vNB3a-00000000aBc-2xYz ";
  const Lines lines = {
      id + "<= alice@ourshop.example U=alice P=local S=1143",
      id + "=> bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5] "
           "C=\"250 ok\"",
      id + "-> carol@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5]",
      id + "** dave@else.example F=<alice@ourshop.example> R=dnslookup T=remote_smtp: 550 no",
      id + "== erin@else.example R=dnslookup T=remote_smtp defer (-44): later",
      id + "=> root <team@ourshop.example> R=localuser T=mail_spool",
      "1vNB3c-00000000aBd-0001 <= <> R=1vNB3a-00000000aBc-2xYz U=mail P=local S=2901",
      id + "Completed"};
  CHECK(read(lines, policy(), stamp) ==
        Lines{"E1vNB3a-00000000aBc-2xYz@… from alice@ourshop.example to bob@remote.example "
              "carol@remote.example dave@else.example erin@else.example team@ourshop.example "
              "!1vNB3c-00000000aBd-0001"});
}

TEST_CASE("Exim: a delivery may come before its arrival; ids of both lengths; senders rewritten") {
  const std::string stamp = "2026-11-23 20:38:38 ";
  for (const std::string key : {"1xVaoA-00000h-2Y", "1vNB3a-00000000aBc-2xYz"}) {
    CAPTURE(key);
    const Lines lines = {
        key +
            " >> bob@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [203.0.113.5] "
            "C=\"250 ok\"",
        key +
            " <= alice@ourshop.example H=(phone) [203.0.113.7]:4711 I=[192.0.2.1]:587 P=esmtpsa "
            "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no SNI=\"mail.ourshop.example\" "
            "A=plain_server:alice S=1873 M8S=0 RT=0.1s id*=a1@ourshop.example "
            "T=\"for you <x> \\\"for eve@remote.example\\\"\" from <alice@ourshop.example> for "
            "bob@remote.example",
        key +
            " => bob@remote.example F=<prvs=0123abcdef=alice@ourshop.example> "
            "P=<prvs=0123abcdef=alice@ourshop.example> R=dnslookup T=remote_smtp S=1900 "
            "H=mx.remote.example [203.0.113.5]:25 X=TLS1.3:x:256 CV=yes K C=\"250 ok\" QT=1s DT=1s",
        key + " Completed QT=1s"};
    CHECK(read(lines, policy(), stamp) == kSent);
    CHECK(read(lines, policy(), "2026-11-23 20:38:38.123 +0100 [1234] ") == kSent);
  }
}

TEST_CASE("Exim: where the sender is rewritten on the way out, it was sent by both") {
  const std::string stamp = "2026-11-23 20:38:38 1xVaoA-00000h-2Y ";
  struct Case {
    const char* fields;
    const char* reverse_path;
    const char* from;
  };
  for (const auto& [fields, reverse_path, from] : std::vector<Case>{
           {"F=<alice@shop.lan> P=<alice@ourshop.example>", "alice@ourshop.example",
            "alice@shop.lan"},
           {"P=<alice@ourshop.example>", "alice@ourshop.example", "alice@shop.lan"},
           {"F=<alice@shop.lan> P=<alice@shop.lan>", "alice@shop.lan", ""},
           {"F=<alice@shop.lan> P=<prvs=0123abcdef=alice@shop.lan>", "alice@shop.lan", ""},
           {"F=<alice@shop.lan> P=<alice-bob=remote.example@shop.lan>", "alice@shop.lan", ""},
           {"P=<SRS0=ab=cd=remote.example=joe@ourshop.example>", "alice@shop.lan", ""},
           {"P=<>", "alice@shop.lan", ""},
           {"P=<", "alice@shop.lan", ""},
           {"F=<alice@ourshop.example>", "alice@shop.lan", ""},
           // What the remote server says comes behind.
           {"R=x T=y H=mx.remote.example [203.0.113.5]: 550 P=<eve@ourshop.example>",
            "alice@shop.lan", ""},
       }) {
    CAPTURE(fields);
    LogFeed first(policy(), kWritten);
    first.read(stamp + "<= alice@shop.lan U=alice P=local S=5 id=a1@ourshop.example");
    first.read(stamp + "=> bob@remote.example " + fields + " R=dnslookup T=remote_smtp");
    LogFeed feed(policy(), kWritten);
    feed.messages().restore(first.messages().state());
    feed.read(stamp + "-> carol@remote.example P=<other@ourshop.example> R=x");
    const auto entries = feed.take(true);
    REQUIRE(entries.size() == 1);
    const bool is_rewritten = from[0] != '\0';
    CHECK(entries[0].reverse_path == (is_rewritten ? reverse_path : "other@ourshop.example"));
    CHECK(entries[0].from == (is_rewritten ? from : "alice@shop.lan"));
    const auto earlier = first.take(true);
    REQUIRE(earlier.size() == 1);
    CHECK(earlier[0].reverse_path == reverse_path);
    CHECK(earlier[0].from == from);
    CHECK(sent_message_of(earlier[0]).senders.size() == (is_rewritten ? 2 : 1));
  }
}

TEST_CASE("Sendmail: who handed a message in, and what its own fields cannot fake") {
  const std::string front =
      "sm-mta[7]: 6ANKg26g000088: from=<alice@ourshop.example>, size=2, class=0, nrcpts=1, ";
  const std::string msgid = "msgid=<a1@ourshop.example>, proto=ESMTP, daemon=MSA, ";
  const std::string to =
      "sm-mta[9]: 6ANKg26g000088: to=<bob@remote.example>, ctladdr=<alice@ourshop.example> "
      "(1000/1000), "
      "delay=00:00:00, mailer=esmtp, relay=mx.remote.example. [203.0.113.5], dsn=2.0.0, stat=Sent "
      "(ok)";
  CHECK(read({front + msgid + "relay=desk.lan [192.0.2.15]", to}) == kSent);
  CHECK(read({front + msgid + "relay=alice@localhost", to}) == kSent);
  CHECK(read({front + msgid + "relay=desk.ourshop.example [203.0.113.80]", to}) == kSent);
  CHECK(read({"sm-mta[7]: AUTH=server, relay=phone [203.0.113.9], authid=alice, mech=PLAIN, bits=0",
              front + msgid + "relay=phone [203.0.113.9]", to}) == kSent);
  for (const std::string& line : {
           front + msgid + "relay=phone [203.0.113.9]",
           front + msgid + "relay=IDENT:root@localhost [203.0.113.9]",
           front + msgid + "relay=desk.ourshop.example [203.0.113.9] (may be forged)",
           front + "msgid=<x, relay=root@localhost>, proto=ESMTP, relay=phone [203.0.113.9]",
           std::string("sm-mta[7]: 6ANKg26g000088: from=<\"a, "
                       "relay=b@localhost\"@ourshop.example>, size=1, ") +
               msgid + "relay=phone [203.0.113.9]",
           front + msgid + "relay=",
           front + msgid + "relay=localhost [127.0.0.1]",
           front + msgid,
       }) {
    CAPTURE(line);
    CHECK(read({line, to}).empty());
  }
  CHECK(read({"sm-mta[7]: AUTH=server, relay=phone [203.0.113.9], authid=alice, mech=PLAIN",
              "sm-mta[7]: NOQUEUE: connect from phone [203.0.113.9]",
              front + msgid + "relay=phone [203.0.113.9]", to})
            .empty());
}

TEST_CASE("Sendmail: the submission program and the daemon log one message under two ids") {
  const Lines lines = {
      "sendmail[1]: 4ANK6xQp003001: from=alice, size=5, class=0, nrcpts=2, "
      "msgid=<a1@ourshop.example>, relay=alice@localhost",
      "sm-mta[3]: 4ANK6xCd003003: from=<alice@ourshop.example>, size=8, class=0, nrcpts=2, "
      "msgid=<a1@ourshop.example>, "
      "proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]",
      "sm-mta[5]: 4ANK6xCd003003: to=<bob@remote.example>,<carol@else.example>, delay=00:00:02, "
      "mailer=esmtp, "
      "relay=mx.remote.example. [203.0.113.5], dsn=5.1.1, stat=User unknown",
      "sm-mta[5]: 4ANK6xCd003003: 4ANK6xCe003005: DSN: User unknown"};
  CHECK(read(lines) == Lines{"a1@ourshop.example from alice@ourshop.example to bob@remote.example "
                             "carol@else.example !4ANK6xCe003005"});
}

TEST_CASE(
    "Sendmail: a password holds for a connection, however many there are, and from run to run") {
  const auto connection = [](int process) {
    const std::string front = "sm-mta[" + std::to_string(process) + "]: ";
    return front + "AUTH=server, relay=phone [203.0.113.9], authid=alice, mech=PLAIN, bits=0";
  };
  const auto mail = [](int process) {
    const std::string id = std::to_string(process);
    return "sm-mta[" + id + "]: 6ANKg26g0" + id +
           ": from=<alice@ourshop.example>, size=2, class=0, nrcpts=1, msgid=<" + id +
           "@ourshop.example>, proto=ESMTP, daemon=MSA, relay=phone [203.0.113.9]";
  };
  LogFeed feed(policy(), kWritten);
  for (int process = 0; process < 30000; ++process) feed.read(kStamp + connection(process));
  feed.read(kStamp + mail(29000));
  CHECK(feed.take(true).size() == 1);
  LogFeed next(policy(), kWritten);
  next.messages().restore(feed.messages().state());
  next.read(kStamp + mail(29001));
  CHECK(next.take(true).size() == 2);
  CHECK(next.messages().state().size() < 1000000);
}

TEST_CASE("Sendmail: a message of whose recipients all is known is done in five minutes") {
  const std::string from =
      "sm-mta[1]: 4ANK6xCd003003: from=<alice@ourshop.example>, size=8, class=0, nrcpts=2, "
      "msgid=<a1@ourshop.example>, proto=ESMTP, daemon=MSA, relay=desk [192.0.2.15]";
  const auto to = [](const std::string& name, const std::string& outcome) {
    return "sm-mta[5]: 4ANK6xCd003003: to=<" + name + "@remote.example>, mailer=esmtp, " +
           "relay=mx.remote.example. [203.0.113.5], " + outcome;
  };
  const std::string sent = "dsn=2.0.0, stat=Sent (ok)";
  const std::string deferred = "dsn=4.4.1, stat=Deferred: Connection refused";
  const auto another = [](const std::string& id) {
    return "sm-mta[8]: " + id +
           ": from=<bob@ourshop.example>, size=8, class=0, nrcpts=1, relay=desk [192.0.2.15]";
  };
  struct Case {
    Lines lines;
    bool is_done;
  };
  for (const auto& [lines, is_done] : std::vector<Case>{
           {{from, to("bob", sent), to("carol", sent)}, true},
           {{from, to("bob", sent), to("carol", "dsn=5.1.1, stat=User unknown")}, true},
           {{from, to("bob>,<carol", sent)}, true},
           {{from, to("bob", sent)}, false},
           {{from, to("bob", sent), to("carol", deferred)}, false},
           {{from, to("bob", sent), to("carol", deferred), to("carol", sent)}, true},
           {{from, to("bob", sent), to("carol", sent), to("dave", deferred)}, false},
           {{from}, false},
       }) {
    CAPTURE(lines.size());
    CAPTURE(lines.back());
    for (std::size_t stop = 0; stop <= lines.size(); ++stop) {
      CAPTURE(stop);
      LogFeed first(policy(), kWritten);  // and from its state in the next run
      for (std::size_t i = 0; i < stop; ++i) first.read(kStamp + lines[i]);
      LogFeed feed(policy(), kWritten);
      feed.messages().restore(first.messages().state());
      for (std::size_t i = stop; i < lines.size(); ++i) feed.read(kStamp + lines[i]);
      feed.read(kStamp + "sm-mta[5]: 4ANK6xCd003003: 4ANK6xCe003005: DSN: Return receipt");
      feed.read("2026-11-23T20:39:53+00:00 mail " + another("4ANK6xCd003098"));
      CHECK(feed.take().empty());
      feed.read("2026-11-23T20:39:54+00:00 mail " + another("4ANK6xCd003099"));
      const auto done = feed.take();
      REQUIRE(done.size() == (is_done ? 1 : 0));
      if (is_done) CHECK(done[0].notices == Lines{"4ANK6xCe003005"});
      if (!is_done) CHECK(feed.take(true).size() == 1);
    }
  }
}

TEST_CASE("Sendmail: lists that are cut, names of this host, stamps of Solaris") {
  const std::string from =
      "sendmail[1]: [ID 801593 mail.info] 4ANK6xCd003003: from=<alice@ourshop.example>, size=8, "
      "class=0, nrcpts=3, msgid=<a1@ourshop.example>, relay=alice@localhost";
  const std::string to = "sm-mta[5]: [ID 801593 mail.info] 4ANK6xCd003003: to=";
  const std::string rest = ", delay=00:00:02, mailer=esmtp, relay=x. [203.0.113.5], stat=Sent (ok)";
  const std::string sent = "a1@ourshop.example from alice@ourshop.example to bob@remote.example";
  CHECK(read({from, to + "<bob@remote.example>,<carol@remote.example>,dave@else.example" + rest}) ==
        Lines{sent + " carol@remote.example dave@else.example"});
  CHECK(read({from, to + "<bob@remote.example>,<carol@remo"}) == Lines{sent + " …"});
  CHECK(read({from, to + "root,<bob@remote.example>" + rest}) == Lines{sent + " …"});
  CHECK(read({from, to + "\"a, b\"@remote.example,<bob@remote.example>" + rest}).size() == 1);
}

TEST_CASE("Sendmail: an id that the log cuts off is kept as its beginning") {
  const std::string id(120, 'i');
  const std::string line =
      "sendmail[1]: 4ANK6xQp003001: from=<alice@ourshop.example>, size=5, class=0, nrcpts=1, "
      "msgid=<" +
      id.substr(0, 99) + ", proto=ESMTP, daemon=MSA, relay=desk [192.0.2.15]";
  const auto found = read({line});
  REQUIRE(found.size() == 1);
  const std::string kept = found[0].substr(0, found[0].find(' '));
  CHECK(kept == id.substr(0, 99) + std::string(kCutMark));
  CHECK(cut_forms(id + "@ourshop.example") == std::vector<std::string>{kept});
  CHECK(cut_forms("a1@ourshop.example").empty());
  CHECK(cut_forms("E1xVaoC-00001D-0k@mail.ourshop.example") ==
        std::vector<std::string>{"E1xVaoC-00001D-0k@…"});
}

TEST_CASE("what is open is given out now, and goes on from its state in the next run") {
  const Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  for (std::size_t stop = 1; stop < lines.size(); ++stop) {
    CAPTURE(stop);
    LogFeed first(policy(), kWritten);
    for (std::size_t i = 0; i < stop; ++i) first.read(kStamp + lines[i]);
    LogFeed second(policy(), kWritten);
    second.messages().restore(first.messages().state());
    for (std::size_t i = stop; i < lines.size(); ++i) second.read(kStamp + lines[i]);
    const auto entries = second.take();
    REQUIRE(entries.size() == 1);
    CHECK(text_of(entries[0]) == kSent[0]);
    CHECK(entries[0].sent_at == *parse_rfc3339("2026-11-23T20:34:53Z"));
  }
  LogFeed feed(policy(), kWritten);
  for (const char* state :
       {"m", "m\t", "m\t\t\t\t\t\t\t\t\t\t\t\t\t", "o x y\nf 99999999999999999999999\n", "\n\n\t",
        "m\tk\t99\t\t\t\t\t\t\t\t\t\t\t"})
    feed.messages().restore(state);
  CHECK(feed.take(true).empty());
}

TEST_CASE("what is open is given out again only when there is more of it") {
  const Lines lines = postfix("postfix/pickup[1]: 51924AA820B: uid=1000 from=<alice>");
  LogFeed feed(policy(), kWritten);
  std::vector<std::size_t> counts;
  for (const std::string& line : lines) {
    feed.read(kStamp + line);
    counts.push_back(feed.take(true).size());
    CHECK(feed.take(true).empty());
  }
  // Nothing before the sender is known, and nothing new at the end.
  CHECK(counts == std::vector<std::size_t>{0, 0, 1, 1, 0});
  feed.read(kStamp + "postfix/pickup[1]: 61924AA820B: uid=1000 from=<alice>");
  CHECK(feed.take(true).empty());
}

TEST_CASE("no log makes memory grow without end") {
  LogFeed feed(policy(), kWritten);
  for (int i = 0; i < 150000; ++i)
    feed.read(kStamp + "postfix/pickup[1]: " + std::to_string(100000 + i) + ": uid=1 from=<alice>");
  CHECK(feed.messages().state().size() < 20000000);
  feed.read(kStamp + "postfix/cleanup[1]: 51924AA820B: message-id=<" + std::string(10000000, 'x') +
            ">");
  for (int i = 0; i < 30000; ++i)
    feed.read(kStamp + "postfix/smtp[1]: 249000: to=<r" + std::to_string(i) +
              "@remote.example>, relay=x[1], status=sent (ok)");
  CHECK(feed.messages().state().size() < 20000000);
}

}  // namespace unsent

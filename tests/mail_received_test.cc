// SPDX-License-Identifier: MIT
#include "mail/received.h"

#include <doctest/doctest.h>

#include <string>

namespace unsent {
namespace {

struct Row {
  std::string_view writer;
  std::string_view value;
  std::string_view client_ip;
  std::string_view rdns;
  std::string_view helo;
  std::string_view by;
};

constexpr std::string_view kDate = "; Mon, 23 Nov 2026 10:00:00 +0000";

}  // namespace

TEST_CASE("the client's address is the one that the writer saw, in each writer's form") {
  const Row rows[] = {
      {"Sendmail",
       "from h.example.org (r.example.org [192.0.2.10]) by mx.example.net (8.17.1/8.17.1) with "
       "ESMTPS id 4ANK (version=TLSv1.3 cipher=X bits=256 verify=NO) for <bob@example.net>",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"MailMarshal",
       "from h.example.org (Not Verified[192.0.2.10]) by mx.example.net with Trustwave SEG "
       "(v8,2,5)",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"MailMarshal, with a name",
       "from h.example.org (r.example.org[192.0.2.10]) by mx.example.net with MailMarshal (v7)",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Sendmail, no name",
       "from h.example.org ([192.0.2.10]) by mx.example.net (8.17.1/8.17.1) with SMTP id 4ANK",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Sendmail, forged",
       "from h.example.org (r.example.org [192.0.2.10] (may be forged)) (authenticated bits=0) by "
       "mx.example.net (8.15.2/8.15.2) with ESMTP id 4ANK",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Sendmail submit", "(from www@localhost) by web1.example.com (8.17.1/8.17.1/Submit) id 4ANK",
       "", "", "", "web1.example.com"},
      {"Postfix",
       "from h.example.org (r.example.org [192.0.2.10]) by mx.example.net (Postfix) with ESMTPS id "
       "4F2A1 for <bob@example.net>",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Postfix, HELO literal",
       "from [203.0.113.9] (unknown [192.0.2.10]) by mx.example.net (Postfix) with ESMTP id 4F2A1",
       "192.0.2.10", "", "[203.0.113.9]", "mx.example.net"},
      {"Postfix local", "by web1.example.com (Postfix, from userid 33) id 4F2A1", "", "", "",
       "web1.example.com"},
      {"Postfix IPv6 with TLS and login",
       "from h (r.example.org [IPv6:2001:db8::10]) (using TLSv1.3 with cipher X (256/256 bits)) "
       "(Client did not present a certificate) (Authenticated sender: alice) by mx.example.net "
       "(Postfix) with ESMTPSA id 1",
       "2001:db8::10", "r.example.org", "h", "mx.example.net"},
      {"Exim",
       "from r.example.org ([192.0.2.10] helo=h.example.org) by mx.example.net with esmtps "
       "(TLS1.3) (Exim 4.96) (envelope-from <a@example.org>) id 1tE-0001",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Exim, port and HELO literal",
       "from r.example.org ([192.0.2.10]:40112 helo=[203.0.113.9]) by mx.example.net with esmtp "
       "(Exim 4.96) id 1tE",
       "192.0.2.10", "r.example.org", "[203.0.113.9]", "mx.example.net"},
      {"Exim, name is HELO",
       "from r.example.org ([192.0.2.10]) by mx.example.net with esmtp (Exim 4.96) id 1tE",
       "192.0.2.10", "r.example.org", "r.example.org", "mx.example.net"},
      {"Exim, no name",
       "from [192.0.2.10] (helo=h.example.org) by mx.example.net with esmtp (Exim 4.96) id 1tE",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Exim, no name, port",
       "from [192.0.2.10] (port=40112 helo=[203.0.113.9]) by mx.example.net with esmtp (Exim 4.96) "
       "id 1tE",
       "192.0.2.10", "", "[203.0.113.9]", "mx.example.net"},
      {"Exim local",
       "from alice by web1.example.com with local (Exim 4.96) (envelope-from <alice@example.com>) "
       "id 1tE",
       "", "", "", "web1.example.com"},
      {"qmail", "from unknown (HELO h.example.org) (192.0.2.10) by mx.example.net with SMTP",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"qmail with ident",
       "from r.example.org (HELO [203.0.113.9]) (alice@192.0.2.10) by mx.example.net with SMTP",
       "192.0.2.10", "r.example.org", "[203.0.113.9]", "mx.example.net"},
      {"qmail's own", "(qmail 4242 invoked by uid 1000)", "", "", "", ""},
      {"Exchange",
       "from a.example.org (192.0.2.10) by b.example.net (192.0.2.20) with Microsoft SMTP Server "
       "(version=TLS1_2, cipher=X) id 15.20.1.2",
       "192.0.2.10", "", "a.example.org", "b.example.net"},
      {"Exchange IPv6",
       "from a.example.org (2001:db8::10) by b.example.net (2001:db8::20) with Microsoft SMTP "
       "Server id 15.20.1.2",
       "2001:db8::10", "", "a.example.org", "b.example.net"},
      {"Exchange store",
       "from b.example.net ([fe80::1%4]) by b.example.net ([fe80::1%4]) with mapi id 15.00",
       "fe80::1", "", "b.example.net", "b.example.net"},
      {"pickup", "from mail pickup service by h.example.net with Microsoft SMTPSVC", "", "", "mail",
       "h.example.net"},
      {"SMTPSVC",
       "from h.example.org ([192.0.2.10]) by mx.example.net over TLS secured channel with "
       "Microsoft SMTPSVC(7.5.7601.17514)",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Gmail",
       "from h.example.org (r.example.org. [192.0.2.10]) by mx.google.example with ESMTPS id d1 "
       "for <bob@example.net> (version=TLS1_3 cipher=X bits=128/128)",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.google.example"},
      {"Gmail, inner", "by 2002:a05:6a10:1234:b0:1:2:3 with SMTP id x", "", "", "",
       "2002:a05:6a10:1234:b0:1:2:3"},
      {"Gmail API", "from unknown named unknown by gmailapi.example with HTTPREST", "", "",
       "unknown", "gmailapi.example"},
      {"Yahoo", "from 203.0.113.9 (EHLO h.example.org) (192.0.2.10) by mta1.example.net with SMTPS",
       "192.0.2.10", "", "h.example.org", "mta1.example.net"},
      {"OpenSMTPD",
       "from h.example.org (r.example.org [192.0.2.10]) by mx.example.net (OpenSMTPD) with ESMTPS "
       "id 1a2b (TLSv1.3:X:256:NO) for <bob@example.net>",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"OpenSMTPD local",
       "from localhost (web1 [local]) by mx.example.net (OpenSMTPD) with ESMTPA id 1a2b", "", "",
       "localhost", "mx.example.net"},
      {"Courier",
       "from h.example.org (r.example.org [::ffff:192.0.2.10]) (TLS: TLSv1.3,128bits,X) by "
       "mx.example.net with ESMTPS; Mon, 23 Nov 2026 10:00:00 +0000 id 000",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Domino",
       "from h.example.org ([192.0.2.10]) by mx.example.net (Lotus Domino Release 9.0.1) with "
       "ESMTP id 2026112310000012-1",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"MDaemon",
       "from h.example.org by mx.example.net (192.0.2.20) (MDaemon PRO v22.0.1) with ESMTPS id "
       "md5001",
       "", "", "h.example.org", "mx.example.net"},
      {"MDaemon with client",
       "from r.example.org (r.example.org [192.0.2.10]) by mx.example.net (MDaemon PRO v22.0.1) "
       "with ESMTP id md5",
       "192.0.2.10", "r.example.org", "r.example.org", "mx.example.net"},
      {"Oracle",
       "from h.example.org ([192.0.2.10]) by mx.example.net (Oracle Communications Messaging "
       "Server 8.1) with ESMTP id <0QX1@mx.example.net>",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Symantec", "from [192.0.2.10] by server-1.example.net id AB/CD-12345-6789A", "192.0.2.10",
       "", "[192.0.2.10]", "server-1.example.net"},
      {"PowerMTA", "from h.example.org (192.0.2.10) by mx.example.net id h1abc", "192.0.2.10", "",
       "h.example.org", "mx.example.net"},
      {"Momentum",
       "from [203.0.113.9] ([192.0.2.10:40112] helo=h.example.org) by mx.example.net "
       "(envelope-from <a@b.example>) (ecelerity 4.2 r()) with ESMTP id A1",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"amavis",
       "from mx.example.net ([127.0.0.1]) by localhost (mx.example.net [127.0.0.1]) (amavisd-new, "
       "port 10024) with ESMTP id x",
       "127.0.0.1", "", "mx.example.net", "localhost"},
      {"CommuniGate",
       "from [192.0.2.10] (HELO h.example.org) by mx.example.net (CommuniGate Pro SMTP 6.1.20) "
       "with "
       "ESMTPS id 10193211 for bob@example.net",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"CommuniGate, HELO literal",
       "from [192.0.2.10] (HELO [203.0.113.9]) by mx.example.net (CommuniGate Pro SMTP 6.1.20)",
       "192.0.2.10", "", "[203.0.113.9]", "mx.example.net"},
      {"CommuniGate with login",
       "from [192.0.2.10] (account alice@example.net HELO h.example.org) by mx.example.net "
       "(CommuniGate Pro SMTP 6.1.20) with ESMTPSA id 10193211",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"CommuniGate with login and HELO",
       "from h.example.org (account alice@example.net [192.0.2.10] verified) by mx.example.net "
       "(CommuniGate Pro SMTP 6.3.10) with ESMTPSA id 10193211",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"no HELO at all", "from ([192.0.2.10]) by mx.example.net with SMTP id 1", "192.0.2.10", "",
       "", "mx.example.net"},
      {"a comment behind the writer that has no end",
       "from [192.0.2.10] ([192.0.2.10:25] helo=h.example.org) by mx.example.net (ecelerity 3.6) "
       "with ESMTPS (cipher=AES256-GCM-SHA384 id 22/00)",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"qmail-scanner", "from a@example.org by mx.example.net by uid 706 with qmail-scanner-1.22",
       "", "", "a@example.org", "mx.example.net"},
      {"a mail firewall", "from [192.0.2.10] by mx.example.net with SMTP (Email Firewall v6.3)",
       "192.0.2.10", "", "[192.0.2.10]", "mx.example.net"},
      {"Exim with ident",
       "from r.example.org ([192.0.2.10] helo=h.example.org ident=exim)\n\tby mx.example.net with "
       "esmtp (Exim 4.96) id 1tE",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Exim, no name but that literal",
       "from [192.0.2.10] by mx.example.net with esmtp (Exim 4.96)", "192.0.2.10", "",
       "[192.0.2.10]", "mx.example.net"},
      {"Sendmail with ident",
       "from h.example.org (IDENT:alice@r.example.org [192.0.2.10]) by mx.example.net "
       "(8.17.1/8.17.1)",
       "192.0.2.10", "r.example.org", "h.example.org", "mx.example.net"},
      {"Symantec with TLS",
       "from [192.0.2.10] (using TLSv1.3 with cipher X (256 bits)) by server-1.example.net id AB/1",
       "192.0.2.10", "", "[192.0.2.10]", "server-1.example.net"},
      {"IMail", "from h.example.org [192.0.2.10] by mx.example.net with ESMTP (SMTPD32-8.15) id A1",
       "192.0.2.10", "", "h.example.org", "mx.example.net"},
      {"Zimbra", "from h.example.org (LHLO h.example.org) (192.0.2.10) by mx.example.net with LMTP",
       "192.0.2.10", "h.example.org", "h.example.org", "mx.example.net"},
      {"fetchmail", "from mx.example.net [192.0.2.20] by home with IMAP (fetchmail-6.4)",
       "192.0.2.20", "", "mx.example.net", "home"},
      {"the word from is missing",
       "esmtp-2.example.com (localhost [127.0.0.1]) by mx.example.net (Postfix) with ESMTP id 1",
       "127.0.0.1", "localhost", "esmtp-2.example.com", "mx.example.net"},
      {"by is missing", "from [127.0.0.1] (localhost [127.0.0.1])", "127.0.0.1", "localhost",
       "[127.0.0.1]", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.writer);
    const std::string value = std::string(row.value) + std::string(kDate);
    const ReceivedHop hop = parse_received(value);
    CHECK(hop.client_ip == row.client_ip);
    CHECK(hop.rdns == row.rdns);
    CHECK(hop.helo == row.helo);
    CHECK(hop.by == row.by);
    CHECK_FALSE(hop.is_doubtful);
    const auto date = received_date(value);
    REQUIRE(date);
    CHECK(format_rfc3339(*date) == "2026-11-23T10:00:00Z");
  }
}

TEST_CASE("what the client chose is never taken for what the writer saw") {
  struct Hostile {
    std::string_view what;
    std::string_view value;
    std::string_view client_ip;  // the true one, 203.0.113.9, or "" where it cannot be told
    std::string_view by = "mx.example.net";
  };
  // The client is at 203.0.113.9 and wants to be 192.0.2.10, or the writer to be another.
  const Hostile rows[] = {
      {"Exim, an address in ident",
       "from r.example ([203.0.113.9] helo=h ident=x [192.0.2.10])\n\tby mx.example.net with esmtp",
       "203.0.113.9"},
      {"Exim, no name, an address in ident",
       "from [203.0.113.9] (helo=h ident=[192.0.2.10])\n\tby mx.example.net with esmtp (Exim 4.96)",
       "203.0.113.9"},
      {"Exim, a comment in ident",
       "from [203.0.113.9] (ident=x) ([192.0.2.10])\n\tby mx.example.net with esmtp (Exim 4.96)",
       "203.0.113.9"},
      {"Exim, helo= in ident",
       "from [203.0.113.9] (helo=h ident=helo=mail.ours.example)\n\tby mx.example.net with esmtp",
       "203.0.113.9"},
      {"Exim, an open parenthesis in ident",
       "from r.example ([203.0.113.9] helo=h ident=(((x)\n\tby mx.example.net with esmtp (Exim "
       "4.96)",
       "203.0.113.9"},
      {"Exim, another writer in ident",
       "from r.example ([203.0.113.9] helo=h ident=x) by mail.ours.example with esmtp (y)\n\tby "
       "mx.example.net with esmtp (Exim 4.96)",
       "203.0.113.9"},
      {"Exim, a date in ident",
       "from r.example ([203.0.113.9] helo=h ident=x) by mail.ours.example; Mon, 23 Nov 2020 "
       "10:00:00 "
       "+0000 (y)\n\tby mx.example.net with esmtp (Exim 4.96)",
       "203.0.113.9"},
      {"Exim that takes any greeting, an address in it",
       "from [203.0.113.9] (helo=h [192.0.2.10])\n\tby mx.example.net with esmtp (Exim 4.96)", ""},
      {"Exim that takes any greeting, a comment in it",
       "from [203.0.113.9]:4711 (helo=h) (r.example [192.0.2.10])\n\tby mx.example.net with esmtp",
       ""},
      {"CommuniGate, a comment in HELO",
       "from [203.0.113.9] (HELO h) (r.example [192.0.2.10])\n  by mx.example.net (CommuniGate Pro "
       "SMTP 6.3.10) with ESMTP",
       ""},
      {"CommuniGate, an address in the account",
       "from [203.0.113.9] (account h [192.0.2.10] HELO x)\n  by mx.example.net (CommuniGate Pro "
       "SMTP 6.3.10) with ESMTPA",
       ""},
      {"a name that looks like an address in brackets",
       "from h ([192.0.2.10] [203.0.113.9]) by mx.example.net (Postfix) with ESMTP", ""},
      {"Sendmail, an address in ident",
       "from h (IDENT:[192.0.2.10]@r.example [203.0.113.9]) by mx.example.net (8.17.1/8.17.1)",
       "203.0.113.9"},
      {"Sendmail, an address in HELO",
       "from [192.0.2.10] (r.example [203.0.113.9] (may be forged)) by mx.example.net "
       "(8.17.1/8.17.1)",
       "203.0.113.9"},
      {"qmail, an address in ident",
       "from r.example (HELO h) (x@192.0.2.10@203.0.113.9) by mx.example.net with SMTP",
       "203.0.113.9"},
      {"qmail, an address in HELO",
       "from unknown (HELO [192.0.2.10]) (203.0.113.9) by mx.example.net with SMTP", "203.0.113.9"},
      {"qmail, ident= in HELO",
       "from unknown (HELO ident=x) (203.0.113.9) by mx.example.net with SMTP", "203.0.113.9"},
      {"Postfix, an address in a certificate",
       "from h (r.example [203.0.113.9]) (using TLSv1.3 with cipher X (256/256 bits)) (Client CN "
       "\"x "
       "[192.0.2.10]\", Issuer \"[192.0.2.10]\" (not verified)) by mx.example.net (Postfix)",
       "203.0.113.9"},
      {"Postfix, a certificate that is an address",
       "from h (r.example [203.0.113.9]) ([192.0.2.10]) by mx.example.net (Postfix) with ESMTPS",
       ""},
      {"Postfix, an address in the login",
       "from h (r.example [203.0.113.9]) (Authenticated sender: [192.0.2.10]) by mx.example.net",
       "203.0.113.9"},
      {"Courier, an address in ident",
       "from h (r.example [::ffff:203.0.113.9]) (IDENT: [192.0.2.10]) by mx.example.net with ESMTP",
       "203.0.113.9"},
      {"Courier, an address in the login",
       "from h ([203.0.113.9]) (AUTH: LOGIN [192.0.2.10], TLS: TLSv1.3) by mx.example.net with "
       "ESMTPSA",
       "203.0.113.9"},
      {"Haraka, a comment in HELO",
       "from h([192.0.2.10]) (r.example [203.0.113.9]) by mx.example.net (Haraka/3.0) with ESMTPS",
       "203.0.113.9"},
      {"Haraka, a HELO that is a comment",
       "from ([192.0.2.10]) (r.example [203.0.113.9]) by mx.example.net (Haraka/3.0) with ESMTPS",
       ""},
      {"Haraka, an open parenthesis in HELO",
       "from h((( (r.example [203.0.113.9]) by mx.example.net (Haraka/3.0) with ESMTPS",
       "203.0.113.9"},
      {"Haraka, a semicolon in HELO",
       "from h;x (r.example [203.0.113.9]) by mx.example.net (Haraka/3.0) with ESMTPS",
       "203.0.113.9"},
      {"Yahoo, an open parenthesis in HELO",
       "from 192.0.2.10 (EHLO h((() (203.0.113.9) by mx.example.net with SMTPS", ""},
      {"CommuniGate, an address in HELO",
       "from [203.0.113.9] (HELO [192.0.2.10]) by mx.example.net (CommuniGate Pro SMTP 6.1.20)",
       "203.0.113.9"},
      {"MDaemon, an address as HELO",
       "from [192.0.2.10] by mx.example.net (192.0.2.20) (MDaemon PRO v22.0.1) with ESMTPS id md5",
       ""},
      {"Exchange, a writer of IPv6 in the greeting",
       "from h (203.0.113.9) by mx.example.net (10.0.0.1) with Microsoft SMTP Server",
       "203.0.113.9"},
      {"two words in brackets", "from h [192.0.2.10] [203.0.113.9] by mx.example.net with ESMTP",
       ""},
      {"OpenSMTPD, an address in the client's name",
       "from h (192.0.2.10 [203.0.113.9]) by mx.example.net (OpenSMTPD) with ESMTPS id 1a2b",
       "203.0.113.9"},
      {"Momentum, an address in HELO",
       "from [192.0.2.10] ([203.0.113.9:40112] helo=[192.0.2.10]) by mx.example.net with ESMTP",
       "203.0.113.9"},
      {"a HELO of many words, where a server lets that pass",
       "from h by mail.ours.example with ESMTPSA id 1 (r.example [203.0.113.9]) by mx.example.net",
       "", "mail.ours.example"},
      {"Exim, another writer in ident, and the folds are gone",
       "from r.example ([203.0.113.9] helo=h ident=x) by mail.ours.example with esmtp (y) by "
       "mx.example.net with esmtp (Exim 4.96)",
       "203.0.113.9", "mail.ours.example"},
      {"an envelope sender with a writer in it",
       "from r.example ([203.0.113.9] helo=h)\n\tby mx.example.net with esmtp (Exim 4.96)\n\t"
       "(envelope-from <\"x) by mail.ours.example\"@e.example>)\n\tid 1",
       "203.0.113.9"},
  };
  for (const Hostile& row : rows) {
    CAPTURE(row.what);
    const ReceivedHop hop = parse_received(std::string(row.value) + std::string(kDate));
    CHECK(hop.by == row.by);
    const bool is_told = hop.client_ip == row.client_ip && row.by == "mx.example.net";
    CHECK((hop.hides_client() || (is_told && !hop.client_ip.empty())));
    CHECK(hop.helo != "mail.ours.example");
    CHECK(hop.rdns != "mail.ours.example");
    if (row.client_ip.empty() || row.by != "mx.example.net") CHECK(hop.hides_client());
  }
}

TEST_CASE("a line tells that its client had logged in") {
  const std::string_view told[] = {
      "from h ([192.0.2.1]) by mx.example with ESMTPSA id 1",
      "from h ([192.0.2.1]) (using TLSv1.3) (Authenticated sender: alice) by mx.example with ESMTP",
      "from h ([192.0.2.1]) (authenticated bits=0) by mx.example (8.17.1/8.17.1) with ESMTP id 4",
      "from h (h [::ffff:192.0.2.1]) (AUTH: PLAIN alice, TLS: X) by mx.example with ESMTPS",
      "from [192.0.2.1] (account alice@x.example HELO h) by mx.example (CommuniGate Pro SMTP 6.1)",
      "from h (h [192.0.2.1]) by mx.example (OpenSMTPD) with ESMTPS id 1 (TLSv1.3:X) auth=yes "
      "user=a",
      "from h (h [192.0.2.1]) by mx.example (Haraka/3.0) with ESMTPS id 1 envelope-from "
      "<a@x.example> "
      "(authenticated bits=0)"};
  for (const std::string_view value : told) {
    CAPTURE(value);
    CHECK(parse_received(value).is_authenticated());
  }
  const std::string_view untold[] = {
      "from h ([192.0.2.1]) by mx.example with ESMTPS id 1",
      "from auth=yes ([192.0.2.1]) by mx.example with ESMTPS id 1",
      "from account (account.example [192.0.2.1]) by mx.example with ESMTPS id 1",
      "from ESMTPSA (HELO ESMTPA) (192.0.2.1) by mx.example with SMTP",
      "from r.example ([192.0.2.1] helo=h ident=x) (Authenticated sender: a)\n\tby mx.example with "
      "esmtp",
      "from h([192.0.2.1])(Authenticated (h [192.0.2.1]) by mx.example with ESMTPS",
      "from h ([192.0.2.1]) by mx.example with ESMTPS id 1 for <\"Authenticated "
      "sender:\"@x.example>",
      "from r.example ([192.0.2.1] helo=h)\n\tby mx.example with esmtp (Exim 4.96)\n\t"
      "(envelope-from <\") (Authenticated sender: a\"@e.example>)\n\tid 1",
      "from h (r.example [192.0.2.1]) by mx.example (OpenSMTPD) with ESMTPS id 1 for <\"x auth=yes "
      "\"@x.example>",
      "from h (h [192.0.2.1]) by mx.example (Haraka/3.0) with ESMTPS id 1 envelope-from <\"a "
      "(authenticated bits=0)\"@x.example>"};
  for (const std::string_view value : untold) {
    CAPTURE(value);
    CHECK_FALSE(parse_received(value).is_authenticated());
  }
}

TEST_CASE("a name that its writer does not check is told from one that it does") {
  const std::pair<const char*, bool> rows[] = {
      {"from a.example (HELO x) (192.0.2.1) by qmail.example with SMTP", true},
      {"from x (a.example [::ffff:192.0.2.1]) by courier.example with ESMTP", true},
      {"from x (a.example [192.0.2.1]) by postfix.example (Postfix) with ESMTP", false},
      {"from a.example ([192.0.2.1] helo=x) by exim.example with esmtp (Exim 4.96)", false},
      {"from x ([::ffff:192.0.2.1]) by courier.example with ESMTP", false},
  };
  for (const auto& [value, is_unchecked] : rows) {
    CAPTURE(value);
    const ReceivedHop hop = parse_received(value);
    CHECK((!hop.rdns.empty() && hop.is_rdns_unchecked) == is_unchecked);
  }
}

TEST_CASE("a folded line reads as an unfolded one") {
  const ReceivedHop hop = parse_received(
      " from h.example.org (r.example.org\r\n\t[192.0.2.10]) by\r\n mx.example.net\n (Postfix) "
      "with ESMTPS;\r\n Mon, 23 "
      "Nov 2026 10:00:00 +0000");
  CHECK(hop.client_ip == "192.0.2.10");
  CHECK(hop.by == "mx.example.net");
  CHECK(hop.with == "ESMTPS");
}

TEST_CASE("hand-overs are told from SMTP, and local submission from both") {
  CHECK(parse_received("from a by b with LMTP id x").is_other_protocol());
  CHECK(parse_received("by b.example with HTTP").is_other_protocol());
  CHECK(parse_received("from a by b with IMAP (fetchmail)").is_other_protocol());
  CHECK_FALSE(parse_received("from a ([192.0.2.1]) by b with ESMTP").is_other_protocol());
  CHECK(parse_received("by w.example (Postfix, from userid 33)").is_local);
  CHECK(parse_received("from alice by w.example with local (Exim 4.96)").is_local);
  CHECK(parse_received("(from www@localhost) by w.example").is_local);
  CHECK(parse_received("from localhost (w [local]) by w.example (OpenSMTPD)").is_local);
  CHECK_FALSE(parse_received("from h ([192.0.2.1]) by w.example").is_local);
}

TEST_CASE("a client does not make a line one of local submission") {
  for (const char* value : {
           "from [203.0.113.9] (helo=[local])\n\tby mx.example with esmtp (Exim 4.96)",
           "from r.example (HELO h) (helo=d[local]@203.0.113.9)\n  by mx.example with SMTP",
           "from r.example (HELO [local]) (203.0.113.9)\n  by mx.example with SMTP",
           "from unknown (HELO h[local]) (203.0.113.9)\n  by mx.example with SMTP",
           "from 203.0.113.9 (EHLO w [local]) (203.0.113.9) by mx.example with SMTPS",
           "from h (r.example [203.0.113.9]) (IDENT: [local]) by mx.example with ESMTP",
           "from h (r.example [203.0.113.9]) (w [local]) by mx.example with ESMTP",
           "from h ([local] [203.0.113.9]) by mx.example with ESMTP",
           "from h (x[local] [203.0.113.9]) by mx.example with ESMTP",
       }) {
    CAPTURE(value);
    CHECK_FALSE(parse_received(value).is_local);
  }
}

TEST_CASE("what cannot be read stays empty") {
  for (const char* value : {"",
                            ";",
                            "()",
                            "((((",
                            "from",
                            "by",
                            "from (",
                            "from ()",
                            "from [] by",
                            "from x ([999.1.1.1]) by y",
                            "from x ([192.0.2]) by y",
                            "from x (HELO [192.0.2.1]) by y",
                            "from x (helo=192.0.2.1) by y",
                            "from 192.0.2.1 (EHLO x) by y",
                            "from x (a 192.0.2.1 b) by y",
                            "from x by y ([192.0.2.1])",
                            "by y from x ([192.0.2.1])",
                            "from x [not-an-ip] by y",
                            "from x ([192.0.2.1x])",
                            "from x (192.0.2.1]) by y",
                            "from x (port=1 192.0.2.1]) by y",
                            "from x (Not Verified192.0.2.1]) by y",
                            "from x (Not Verified[]) by y",
                            "from x (]) by y"}) {
    CAPTURE(value);
    CHECK(parse_received(value).client_ip.empty());
  }
  CHECK(parse_received(std::string("from x ([192.0.2.1\0.7]) by y", 28)).client_ip.empty());
  CHECK(parse_received(std::string(1 << 20, '(')).by.empty());
  CHECK(parse_received("from " + std::string(1 << 20, 'x') + " by y").by.empty());
}

}  // namespace unsent

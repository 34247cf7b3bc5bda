// SPDX-License-Identifier: MIT
#include "report/summary.h"

#include <doctest/doctest.h>

#include "scan_items.h"

using namespace unsent;

namespace {

constexpr const char* kBounce =
    "Return-Path: <>\r\n"
    "Received: from mx.remote.example (mx.remote.example [198.51.100.20])\r\n"
    "\tby mx.ourshop.example (Postfix) with ESMTP id 25010C4759\r\n"
    "\tfor <alice@ourshop.example>; Mon, 02 Nov 2026 09:15:40 +0000\r\n"
    "Date: Thu, 01 Jan 1998 00:00:00 +0000\r\n"
    "From: MAILER-DAEMON@mx.remote.example\r\n"
    "To: alice@ourshop.example\r\n"
    "Subject: =?utf-8?Q?Unzustellbar:_Gr=C3=BC=C3=9Fe?=\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
    "\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx.remote.example\r\n\r\n"
    "Final-Recipient: rfc822; bob@remote.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 no such user\r\n"
    "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    "Return-Path: <alice@ourshop.example>\r\n"
    "Received: from zombie.example (unknown [203.0.113.77])\r\n"
    "\tby mx.remote.example (Postfix) with SMTP id 1; Mon, 02 Nov 2026 09:15:39 +0000\r\n"
    "From: alice@ourshop.example\r\nTo: bob@remote.example\r\nSubject: Pills\r\n"
    "Message-ID: <spam1@zombie.example>\r\nDate: Mon, 02 Nov 2026 09:15:00 +0000\r\n"
    "\r\nbuy\r\n--b--\r\n";

}  // namespace

TEST_CASE("an item says when a report came, who made it, about whom, and who handed it in") {
  const Message message = Message::view(kBounce);
  const Judgement judgement = judge(message, {}, {});
  const ScanItem item = scan_item({"inbox", 7}, message, judgement);
  CHECK(item.kind == Kind::bounce);
  CHECK(item.place.offset == 7);
  CHECK(item.time == at("2026-11-02T09:15:40Z"));  // our server's word, not the Date
  CHECK(item.subject == "Unzustellbar: Grüße");
  CHECK(item.reporter == "mx.remote.example");
  CHECK(item.recipients == "bob@remote.example");
  CHECK(item.status == "5.1.1");
  CHECK(item.sender == "alice@ourshop.example");
  CHECK(item.client_ip == "203.0.113.77");
  CHECK(item.traits.network == "203.0.113.0/24");
  CHECK(item.original.message_id == "spam1@zombie.example");
  CHECK(item.original.subject == "Pills");
  CHECK_FALSE(item.reason.empty());
  CHECK_FALSE(item.facts.empty());
}

TEST_CASE("texts of an item are cut, however long the mail has them") {
  std::string mail = kBounce;
  const std::string pills = "Subject: Pills";
  mail.replace(mail.find(pills), pills.size(), "Subject: " + std::string(5000, 'x'));
  const Message message = Message::view(mail);
  const ScanItem item = scan_item({"-", 0}, message, judge(message, {}, {}));
  CHECK(item.original.subject.size() < 400);
  CHECK(item.original.subject.ends_with("…"));
}

TEST_CASE("of an ordinary message nothing is kept but that it was there") {
  const Message message = Message::view("From: a@x.example\r\nSubject: hello\r\n\r\nhi\r\n");
  ScanSummary summary;
  summary.add(scan_item({"-", 0}, message, judge(message, {}, {})), 45);
  summary.add_ordinary(2, 100);
  CHECK(summary.messages() == 3);
  CHECK(summary.bytes() == 145);
  CHECK(summary.reports() == 0);
  CHECK(summary.items(Verdict::ordinary).empty());
  CHECK(summary.timeline().empty());
}

TEST_CASE("counts, names and dates are those of what was added") {
  const ScanSummary summary = small_flood();
  CHECK(summary.messages() == 13);
  CHECK(summary.reports() == 9);
  CHECK(summary.bytes() == 58000);
  CHECK(summary.counts()[Verdict::backscatter] == 6);
  CHECK(summary.counts(Kind::delay)[Verdict::unverified] == 1);
  CHECK(summary.counts(Kind::bounce).total() == 8);
  CHECK(summary.first() == at("2026-11-20T08:00:00Z"));
  CHECK(summary.last() == at("2026-11-20T15:00:00Z"));
  CHECK(summary.reporters().names() == 3);
  // Whoever is genuine has forged nobody.
  CHECK(summary.senders().top(1).front().counts.total() == 8);
  CHECK(summary.networks().top(1).front().counts.total() == 8);
  REQUIRE(summary.campaigns().list().size() == 1);
  CHECK(summary.campaigns().list().front().bounces == 8);
}

TEST_CASE("mails with the longest of texts are kept up to a size, the rest is counted") {
  ScanSummary summary({.bytes = 100000});
  for (int i = 0; i < 1000; ++i) {
    ScanItem item = hostile_item(Verdict::unverified);
    item.diagnostic = std::string(300, 'x');
    summary.add(item, 1);
    summary.add(::item(Verdict::genuine, i), 1);
  }
  const auto& kept = summary.items(Verdict::unverified);
  std::size_t size = 0;
  for (const ScanItem& item : kept) size += size_of(item);
  CHECK(size < 110000);
  CHECK(kept.size() > 10);
  CHECK(summary.not_shown(Verdict::unverified) == 1000 - kept.size());
  // None of one verdict takes the place of another's.
  CHECK(summary.items(Verdict::genuine).size() > 10);
}

TEST_CASE("items are kept up to the limit of their verdict, the rest is counted") {
  const ScanSummary summary = small_flood({.genuine = 5, .unverified = 1, .backscatter = 2});
  CHECK(summary.items(Verdict::genuine).size() == 1);
  CHECK(summary.not_shown(Verdict::genuine) == 0);
  CHECK(summary.items(Verdict::unverified).size() == 1);
  CHECK(summary.not_shown(Verdict::unverified) == 1);
  CHECK(summary.items(Verdict::backscatter).front().place.offset == 0);
  CHECK(summary.not_shown(Verdict::backscatter) == 4);
}

// SPDX-License-Identifier: MIT
#include "audit/sources.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "map_resolver.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T07:00:00Z");

std::string order(int number, const std::string& recipient) {
  const std::string text = std::to_string(number);
  return "From: Alice <alice@ourshop.example>\nTo: " + recipient + "\nSubject: Order " + text +
         "\nDate: Mon, 23 Nov 2026 10:0" + text + ":00 +0000\nMessage-ID: <order" + text +
         "@ourshop.example>\n\nHello\n";
}

std::string of_list(const std::string& message) {
  return "Return-Path: <talk-bounces@list.example>\n"
         "Received: from list.example (list.example [203.0.113.60])\n"
         "\tby mail.ourshop.example (Postfix) with ESMTP id 5C2; Mon, 23 Nov 2026 10:40:00 +0000\n"
         "Received: from relay.isp.example (relay.isp.example [192.0.2.77])\n"
         "\tby list.example (Postfix) with ESMTP id 5C3; Mon, 23 Nov 2026 10:35:00 +0000\n"
         "List-Id: <talk.list.example>\n" +
         message;
}

// Our own MX took a message from a client for that recipient.
std::string logged(const std::string& client, const std::string& id, const std::string& to) {
  const std::string mx = "Nov 23 10:04:01 mx postfix/";
  return mx + "smtpd[7]: D7388AA8831: client=" + client + "\n" + mx +
         "cleanup[8]: D7388AA8831: message-id=<" + id + ">\n" + mx +
         "qmgr[9]: D7388AA8831: from=<alice@ourshop.example>, size=705, nrcpt=1 (queue active)\n" +
         mx + "local[10]: D7388AA8831: to=<" + to +
         ">, relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to "
         "mailbox)\n" +
         mx + "qmgr[9]: D7388AA8831: removed\n";
}

// What a ledger of two orders makes of sources.
class Audit {
 public:
  Audit() {
    make_home(folder_);
    std::filesystem::create_directory(folder_ / "sent");
    write_file(folder_ / "sent/2.eml", order(2, "talk@list.example"));
    write_file(folder_ / "sent/4.eml", order(4, "dave@ourshop.example"));
  }
  std::string add(const std::string& name, std::string_view bytes) const {
    write_file(folder_ / name, bytes);
    return folder_ / name;
  }
  // "192.0.2.77: 0 bounces, 1 copies, 0 logged", a line each.
  std::string servers(const std::vector<std::string>& paths) const {
    JudgingOptions judging;
    judging.sent = {folder_ / "sent"};
    judging.domains = {*DomainName::parse("ourshop.example")};
    judging.dns.is_off = true;
    judging.now = kNow;
    const auto setup = make_setup(judging, {});
    REQUIRE(setup);
    SpfAudit audit;
    REQUIRE(read_sources(paths, *setup, audit));
    MapResolver resolver;
    std::string text;
    for (const DomainAudit& domain : audit.finish(resolver))
      for (const AuditedServer& server : domain.servers)
        text += server.client.text() + ": " + std::to_string(server.seen[0]) + " bounces, " +
                std::to_string(server.seen[1]) + " copies, " + std::to_string(server.seen[2]) +
                " logged\n";
    return text;
  }
  bool can_read(const std::string& path) const {
    JudgingOptions judging;
    judging.sent = {folder_ / "sent"};
    judging.dns.is_off = true;
    const auto setup = make_setup(judging, {});
    REQUIRE(setup);
    SpfAudit audit;
    return read_sources({path}, *setup, audit).has_value();
  }

 private:
  ScratchFolder folder_;
};

}  // namespace

TEST_CASE("a copy that came back from a list shows who sent it there") {
  const Audit audit;
  const std::string copy = audit.add("copy.eml", of_list(order(2, "talk@list.example")));
  CHECK(audit.servers({copy}) == "192.0.2.77: 0 bounces, 1 copies, 0 logged\n");
}

TEST_CASE("another message under the id of one of ours shows nothing") {
  const Audit audit;
  std::string text = of_list(order(2, "talk@list.example"));
  text.replace(text.find("Subject: Order 2"), 16, "Subject: Pills !");
  CHECK(audit.servers({audit.add("copy.eml", text)}).empty());
  CHECK(audit.servers({audit.add("other.eml", of_list(order(3, "talk@list.example")))}).empty());
}

TEST_CASE("a log shows who brought a message of ours to somebody whom we sent it") {
  const Audit audit;
  const std::string relay = "relay.isp.example[192.0.2.77]";
  const std::string ours = "order4@ourshop.example";
  CHECK(audit.servers({audit.add("mx.log", logged(relay, ours, "dave@ourshop.example"))}) ==
        "192.0.2.77: 0 bounces, 0 copies, 1 logged\n");
  CHECK(audit.servers({audit.add("replay.log", logged(relay, ours, "erin@ourshop.example"))})
            .empty());
  CHECK(audit
            .servers({audit.add("forged.log",
                                logged(relay, "pills@zombie.example", "dave@ourshop.example"))})
            .empty());
}

TEST_CASE("a source that is not there is an error, and an empty one shows nothing") {
  const Audit audit;
  CHECK(!audit.can_read("/nowhere/inbox"));
  CHECK(audit.can_read(audit.add("empty", "")));
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Scan items for the tests of the report: a small flood, and mail at its worst.
#pragma once

#include <cstdlib>
#include <string>

#include "report/summary.h"

namespace unsent {

// Reports show times of the zone of whoever runs them.
inline const bool kIsInUtc = ::setenv("TZ", "UTC", 1) == 0;

inline Time at(const char* text) { return *parse_rfc3339(text); }

// A bounce about the number-th message to a stranger.
inline ScanItem item(Verdict verdict, int number) {
  ScanItem item;
  item.place = {"Mail/inbox", static_cast<std::uint64_t>(number) * 1000};
  item.verdict = verdict;
  item.kind = Kind::bounce;
  item.time = at("2026-11-20T08:00:00Z") + seconds(3600 * number);
  item.subject = "Undelivered Mail Returned to Sender";
  item.rule = "dsn";
  item.recipients = "user" + std::to_string(number) + "@remote.example";
  item.status = "5.1.1";
  item.diagnostic = "smtp; 550 5.1.1 User unknown";
  item.reporter = "mx" + std::to_string(number % 3) + ".remote.example";
  item.sender = "alice@ourshop.example";
  item.client_ip = "203.0.113.7";
  item.traits = {"order # has shipped", "203.0.113.0/24", item.sender, "remote.example"};
  item.original = {"id" + std::to_string(number) + "@ourshop.example", "alice@ourshop.example",
                   "Order 48213 has shipped", at("2026-11-20T07:59:00Z")};
  item.reason = verdict == Verdict::genuine ? "Message-ID <id1@ourshop.example> is ours"
                                            : "SPF: 203.0.113.7 may not send for ourshop.example";
  item.facts = {{Check::origin, PointsTo::backscatter, Strength::strong, item.reason}};
  return item;
}

// The same where it lies at a server.
inline ScanItem item_at_server(Verdict verdict, int number) {
  ScanItem one = item(verdict, number);
  one.place = {"imaps://alice@mail.example/INBOX", 0, 23};
  return one;
}

// What a hostile mail puts into every field that can be shown.
inline const std::string& hostile() {
  static const std::string text =
      std::string("</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;`") +
      std::string("\0", 1) +
      "\x1b[2J\x9b\xff\xc0\xaf\u202Egpj.\u2066\r\n=cmd|'/c calc'!A1]]>--><!--";
  return text;
}

inline ScanItem hostile_item(Verdict verdict) {
  ScanItem item;
  item.place = {hostile(), 0};
  item.verdict = verdict;
  item.kind = Kind::bounce;
  for (std::string* field :
       {&item.subject, &item.reason, &item.rule, &item.reporter, &item.sender, &item.client_ip,
        &item.traits.network, &item.traits.subject, &item.traits.sender, &item.traits.reporter,
        &item.original.message_id, &item.original.from, &item.original.subject, &item.recipients,
        &item.status, &item.diagnostic})
    *field = hostile();
  item.facts = {{Check::ledger, PointsTo::neither, Strength::weak, hostile()}};
  item.defects = {hostile()};
  return item;
}

// A genuine one, two that cannot be told, six that are backscatter, four ordinary messages.
inline ScanSummary small_flood(ScanLimits limits = {}) {
  ScanSummary summary(limits);
  for (int i = 0; i < 6; ++i) summary.add(item(Verdict::backscatter, i), 2000);
  summary.add(item(Verdict::genuine, 6), 2000);
  ScanItem delay = item(Verdict::unverified, 7);
  delay.kind = Kind::delay;
  summary.add(delay, 2000);
  ScanItem undated = item(Verdict::unverified, 8);
  undated.time.reset();
  summary.add(undated, 2000);
  summary.add_ordinary(4, 40000);
  return summary;
}

}  // namespace unsent

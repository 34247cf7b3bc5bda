// SPDX-License-Identifier: MIT
#include "report/text.h"

#include <doctest/doctest.h>

#include "base/printable.h"
#include "base/text.h"
#include "report/figures.h"
#include "scan_items.h"

using namespace unsent;

namespace {

ScanHead head() {
  ScanHead head{{"Mail/inbox", "Mail/old"}, false, at("2026-11-23T12:00:00Z")};
  head.circumstances.scan = {{"unsent", "scan"}, head.mailboxes};
  return head;
}

std::size_t widest(std::string_view text) {
  std::size_t most = 0;
  for (const std::string_view line : split(text, '\n')) most = std::max(most, columns(line));
  return most;
}

bool has(std::string_view text, std::string_view needle) {
  return text.find(needle) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a small flood, in short") {
  CHECK("\n" + to_text(head(), small_flood(), {.width = 80}) == R"~(
Mail/inbox, Mail/old
13 messages, 58.0 kB, 9 reports of 20 Nov 2026

  genuine      1  ██████████
  unverified   2  ████████████████████
  backscatter  6  ████████████████████████████████████████████████████████████
  ordinary     4  ████████████████████████████████████████

Campaigns, 1
  8  order-has-shipped-4da56f  subject "order # has shipped"

On what this rests
  Nobody has said which addresses are yours, and no mail that you sent shows it.

What to do next
  1. 6 reports are about mail that you never sent. Put them away; `unsent scan
     --undo` takes it back:
       unsent scan --quarantine Mail/inbox Mail/old
  2. So that it does not come back tomorrow, have your mail judged as it comes.
     This shows what it would change, and changes nothing yet:
       unsent optin

1 genuine: about mail that you sent
  20 Nov 14:00  user6@remote.example  its id is ours

2 unverified: it cannot be told
  20 Nov 15:00  user7@remote.example  SPF: 203.0.113.7 may not send for ourshop…
  no date       user8@remote.example  SPF: 203.0.113.7 may not send for ourshop…

13 messages: 1 genuine, 2 unverified, 6 backscatter, 4 ordinary
)~");
}

TEST_CASE("a small flood, whole") {
  CHECK("\n" + to_text(head(), small_flood(), {.width = 100, .shows_all = true}) == R"~(
Mail/inbox, Mail/old
13 messages, 58.0 kB, 9 reports of 20 Nov 2026

  genuine      1  ██████████
  unverified   2  ████████████████████
  backscatter  6  ████████████████████████████████████████████████████████████
  ordinary     4  ████████████████████████████████████████

Kinds             genuine  unverified  backscatter
  bounce                1           1            6
  delay                 ·           1            ·

When they came, 10 minutes a column, at most 1
  █     █     █     █     █     █     █     █
  20 Nov 08:00                   20 Nov 15:00

Campaigns, 1
  8  order-has-shipped-4da56f  subject "order # has shipped"

Reporters, 3                                        Networks that handed the originals in, 1
  mx0.remote.example                3  █████████      203.0.113.0/24                    8  █████████
  mx1.remote.example                3  █████████
  mx2.remote.example                3  █████████

Claimed senders, forged or not known, 1
  alice@ourshop.example             8  █████████

On what this rests
  Nobody has said which addresses are yours, and no mail that you sent shows it.

What to do next
  1. 6 reports are about mail that you never sent. Put them away; `unsent scan --undo` takes it
     back:
       unsent scan --quarantine Mail/inbox Mail/old
  2. So that it does not come back tomorrow, have your mail judged as it comes. This shows what it
     would change, and changes nothing yet:
       unsent optin

1 genuine: about mail that you sent
  20 Nov 14:00  bounce  user6@remote.example  Order 48213 has shipped
                    Message-ID <id1@ourshop.example> is ours  [Mail/inbox:6000]

2 unverified: it cannot be told
  20 Nov 15:00  delay   user7@remote.example  Order 48213 has shipped
                    SPF: 203.0.113.7 may not send for ourshop.example  [Mail/inbox:7000]
  no date       bounce  user8@remote.example  Order 48213 has shipped
                    SPF: 203.0.113.7 may not send for ourshop.example  [Mail/inbox:8000]

13 messages: 1 genuine, 2 unverified, 6 backscatter, 4 ordinary
)~");
}

TEST_CASE("a message in a file is named by its byte, one at a server by its UID") {
  const Position in_file{"Mail/inbox", 1234};
  const Position at_server{"imaps://alice@mail.example/INBOX", 0, 1234};
  CHECK(where_text(in_file) == "Mail/inbox, byte 1,234");
  CHECK(brief_where(in_file) == "Mail/inbox:1234");
  CHECK(where_text(at_server) == "imaps://alice@mail.example/INBOX, UID 1234");
  CHECK(brief_where(at_server) == where_text(at_server));
}

TEST_CASE("every genuine and unverified report has its line if all are asked for") {
  const std::string text = to_text(head(), small_flood(), {.shows_all = true});
  for (const char* line :
       {"  20 Nov 14:00  bounce  user6@remote.example  Order 48213 has shipped  Message-ID "
        "<id1@ourshop.example> is ours  [Mail/inbox:6000]\n",
        "  20 Nov 15:00  delay   user7@remote.example  Order 48213 has shipped  SPF: "
        "203.0.113.7 may not send for ourshop.example  [Mail/inbox:7000]\n",
        "  no date       bounce  user8@remote.example  "})
    CHECK(has(text, line));
  CHECK_FALSE(has(text, "user0@remote.example"));
  CHECK(has(text, "1 genuine, 2 unverified, 6 backscatter, 4 ordinary\n"));
}

TEST_CASE("a long flood is short: twenty of each, and where the others are") {
  ScanSummary summary;
  for (int i = 0; i < 500; ++i) summary.add(item(Verdict::unverified, i), 2000);
  for (int i = 0; i < 30; ++i) summary.add(item(Verdict::genuine, i), 2000);
  const std::string text = to_text(head(), summary, {.width = 80});
  CAPTURE(text);
  CHECK(split(text, '\n').size() < 80);
  CHECK(has(text, "  and 480 more: --all, --html FILE or --csv shows them\n"));
  CHECK(has(text, "  and 10 more: "));
}

TEST_CASE("on a terminal no line is wider than it, and nothing of the reason is lost") {
  for (const std::size_t width : {50U, 60U, 80U, 100U, 140U}) {
    CHECK(widest(to_text(head(), small_flood(), {.width = width})) <= width);
    const std::string text = to_text(head(), small_flood(), {.width = width, .shows_all = true});
    CAPTURE(text);
    CHECK(widest(text) <= width);
    std::string joined;
    for (const std::string_view line : split(text, '\n')) joined += std::string(trim(line)) + ' ';
    CHECK(has(printable(joined),
              "SPF: 203.0.113.7 may not send for ourshop.example [Mail/inbox:7000]"));
  }
}

TEST_CASE("where blocks cannot be shown, bars are of letters") {
  for (const bool shows_all : {false, true}) {
    const std::string text =
        to_text(head(), small_flood(), {.width = 80, .has_blocks = false, .shows_all = shows_all});
    for (const char* block : {"█", "▌", "▁", "▏"}) CHECK_FALSE(has(text, block));
    CHECK(has(text, "  backscatter  6  ####"));
  }
}

TEST_CASE("a scan that was stopped says so, first and last") {
  ScanHead stopped = head();
  stopped.is_partial = true;
  const std::string text = to_text(stopped, small_flood(), {});
  CHECK(has(text, "PARTIAL"));
  CHECK(has(text, "so far 13 messages"));
  CHECK_FALSE(has(to_text(head(), small_flood(), {}), "PARTIAL"));
}

TEST_CASE("what is not shown one by one is counted") {
  const std::string text = to_text(head(), small_flood({.unverified = 1}), {.shows_all = true});
  CHECK(has(text, "and 1 more: --csv and --json show every one"));
}

TEST_CASE("no mail at all, and mail without a report, are reports too") {
  CHECK(has(to_text(head(), ScanSummary(), {}), "0 messages"));
  ScanSummary ordinary;
  ordinary.add_ordinary(3, 3000);
  CHECK(has(to_text(head(), ordinary, {}), "3 messages, 3.0 kB, 0 reports"));
}

TEST_CASE("the worst of mails steers no terminal and breaks no line") {
  for (const std::size_t width : {0U, 80U}) {
    ScanSummary summary;
    for (const Verdict verdict : kReportVerdicts) summary.add(hostile_item(verdict), 1);
    ScanHead named = head();
    named.mailboxes = {hostile()};
    const std::string text = to_text(named, summary, {.width = width, .shows_all = true}) +
                             to_text(named, summary, {.width = width});
    CHECK(is_valid_utf8(text));
    for (const char c : text)
      CHECK((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)));
    CHECK_FALSE(has(text, "\u202E"));
    CHECK(has(text, "<U+202E>"));
  }
}

TEST_CASE("colour changes nothing but colour") {
  const std::string plain = to_text(head(), small_flood(), {.width = 100});
  std::string bare;
  const std::string painted = to_text(head(), small_flood(), {.width = 100, .is_coloured = true});
  for (std::size_t at = 0; at < painted.size(); ++at) {
    if (painted[at] == '\x1b')
      at = painted.find('m', at);
    else
      bare += painted[at];
  }
  CHECK(bare == plain);
  CHECK(painted != plain);
}

TEST_CASE("figures are those that people read") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(byte_text(1) == "1 byte");
  CHECK(byte_text(999) == "999 bytes");
  CHECK(byte_text(1000) == "1.0 kB");
  CHECK(byte_text(999999) == "1.0 MB");
  CHECK(byte_text(48123456) == "48.1 MB");
  CHECK(minute_text(at("2026-11-02T09:15:40Z")) == "2 Nov 2026 09:15");
  CHECK(minute_text(at("2026-11-02T09:15:40Z"), at("2026-12-01T00:00:00Z")) == "2 Nov 09:15");
  CHECK(day_text(at("2025-11-02T09:15:40Z"), at("2026-12-01T00:00:00Z")) == "2 Nov 2025");
  CHECK(date_text(at("2026-11-02T09:15:40Z")) == "2026-11-02");
  CHECK(day_text(at("2026-11-02T09:15:40Z")) == "2 Nov 2026");
  CHECK(span_text(seconds(600)) == "10 minutes");
  CHECK(span_text(seconds(3 * 3600)) == "3 hours");
  CHECK(span_text(seconds(7 * 86400)) == "7 days");
  CHECK(clock_text(seconds(7)) == "0:07");
  CHECK(clock_text(seconds(3723)) == "1:02:03");
}

// SPDX-License-Identifier: MIT
#include "feed/log_line.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <ctime>
#include <string>
#include <vector>

namespace unsent {
namespace {

const Time kWritten = *parse_rfc3339("2026-11-24T02:00:00Z");

struct LocalZone {
  explicit LocalZone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;
  ~LocalZone() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

std::string stamp_of(LogLines& lines, std::string_view line) {
  const auto parsed = lines.parse(line);
  return parsed ? format_rfc3339(parsed->at) : "none";
}

}  // namespace

TEST_CASE("every stamp that mail logs bear is read, and what follows it") {
  const LocalZone zone("UTC");
  constexpr std::string_view kRest = " mail postfix/qmgr[12]: 51924AA820B: removed";
  for (const std::string_view stamp : {
           "Nov 23 20:34:53",
           "Nov 23 20:34:53.123456",
           "<22>Nov 23 20:34:53",
           "2026-11-23T20:34:53.453095+00:00",
           "2026-11-23T21:34:53+01:00",
           "2026-11-23T20:34:53Z",
           "2026-11-23T15:04:53-0530",
           "2026-11-23 20:34:53",
           "Mon 2026-11-23 20:34:53 UTC",
           "Mon 2026-11-23 20:34:53 WET",
           "1795466093.123456",
       }) {
    CAPTURE(stamp);
    LogLines lines(kWritten);
    const std::string text = std::string(stamp) + std::string(kRest);
    const auto line = lines.parse(text);
    REQUIRE(line);
    CHECK(format_rfc3339(line->at) == "2026-11-23T20:34:53Z");
    CHECK(line->host == "mail");
    CHECK(line->program == "postfix/qmgr");
    CHECK(line->process == "12");
    CHECK(line->text == "51924AA820B: removed");
  }
}

TEST_CASE("a line is the same whatever carries it: RFC 5424, docker, the kubelet, the journal") {
  const LocalZone zone("UTC");
  constexpr std::string_view kLine = "mail postfix/qmgr[12]: 51924AA820B: removed";
  const std::string syslog = "Nov 23 20:34:53 " + std::string(kLine);
  const std::string iso = "2026-11-23T20:34:53.453095+00:00 " + std::string(kLine);
  for (const std::string& text : std::vector<std::string>{
           std::string("<22>1 2026-11-23T20:34:53.123456Z mail postfix/qmgr 12 - - 51924AA820B: "
                       "removed"),
           std::string("<22>1 2026-11-23T21:34:53+01:00 mail postfix/qmgr 12 - [a@1 b=\"]\\\"x\" "
                       "c=\"\"][d e=\"f\"] 51924AA820B: removed"),
           std::string("1 2026-11-23T20:34:53Z mail postfix/qmgr 12 ID7 - \xEF\xBB\xBF"
                       "51924AA820B: removed"),
           "2026-11-23T20:34:53.123456789Z " + syslog,
           "2026-11-23T20:34:53.123456789Z " + iso,
           "2026-11-23T20:34:53.123456789Z " + std::string(kLine),
           "2026-11-23T20:34:53.123456789Z stdout F " + syslog,
           "2026-11-23T20:34:53.123456789Z <22>" + syslog,
           "mailserver  | " + syslog,
           "mail-1  | " + iso,
           "mail_1      | 2026-11-23T20:34:53.123456789Z " + syslog,
           "\x1b[36mmail-1  |\x1b[0m " + syslog,
           "\x1b[36mmail-1  | \x1b[0m" + syslog,
           "{\"log\":\"" + syslog +
               "\\n\",\"stream\":\"stdout\",\"time\":"
               "\"2026-11-23T20:34:53.123456789Z\"}",
           "{\"time\": \"2026-11-23T20:34:53Z\", \"attrs\": {\"tag\": \"x\"}, \"log\": \"" + iso +
               "\\r\\n\"}",
           std::string("{\"__REALTIME_TIMESTAMP\":\"1795466093123456\",\"_HOSTNAME\":\"mail\","
                       "\"SYSLOG_IDENTIFIER\":\"postfix/qmgr\",\"_PID\":\"12\",\"PRIORITY\":\"6\","
                       "\"MESSAGE\":\"51924AA820B: removed\"}"),
           std::string("{\"MESSAGE\":[53,49,57,50,52,65,65,56,50,48,66,58,32,114,101,109,111,118,"
                       "101,100],\"SYSLOG_PID\":\"12\",\"_PID\":\"1\",\"_HOSTNAME\":\"mail\","
                       "\"SYSLOG_IDENTIFIER\":\"postfix/qmgr\","
                       "\"__REALTIME_TIMESTAMP\":\"1795466093123456\"}"),
           "{\"__REALTIME_TIMESTAMP\":\"1795466093123456\",\"_HOSTNAME\":\"dock\","
           "\"CONTAINER_NAME\":\"mail-1\",\"SYSLOG_IDENTIFIER\":\"0a1b\",\"_PID\":\"700\","
           "\"MESSAGE\":\"" +
               syslog + "\"}",
           "Nov 23 20:34:53 mail mail.info postfix/qmgr[12]: 51924AA820B: removed",
       }) {
    CAPTURE(text);
    LogLines lines(kWritten);
    const auto line = lines.parse(text);
    REQUIRE(line);
    CHECK(format_rfc3339(line->at) == "2026-11-23T20:34:53Z");
    CHECK(line->host == "mail");
    CHECK(line->program == "postfix/qmgr");
    CHECK(line->process == "12");
    CHECK(line->text == "51924AA820B: removed");
    CHECK(is_log(text + "\n" + text + "\n"));
  }
}

TEST_CASE("Exim's own lines in containers keep their text, and get the container for a host") {
  const LocalZone zone("CET-1CEST,M3.5.0,M10.5.0/3");
  constexpr std::string_view kText = "1xVaoA-00000h-2Y Completed";
  for (const std::string& text : std::vector<std::string>{
           "mail-1  | 2026-11-23 21:34:53 " + std::string(kText),
           "mail-1  | 2026-11-23T20:34:53.123456789Z 2026-11-23 20:34:53 " + std::string(kText),
           "mail-1  | 2026-11-23T20:34:53.123456789Z " + std::string(kText),
           "{\"__REALTIME_TIMESTAMP\":\"1795466093123456\",\"CONTAINER_NAME\":\"mail-1\","
           "\"MESSAGE\":\"2026-11-23 20:34:53 " +
               std::string(kText) + "\"}",
       }) {
    CAPTURE(text);
    LogLines lines(kWritten);
    const auto line = lines.parse(text);
    REQUIRE(line);
    CHECK(format_rfc3339(line->at) == "2026-11-23T20:34:53Z");
    CHECK(line->host == "mail-1");
    CHECK(line->program == "");
    CHECK(line->text == kText);
  }
}

TEST_CASE("what is no line of a log is none") {
  for (const std::string_view text : {
           "",
           " ",
           "Nov",
           "Nov ",
           "Nov 23",
           "Nov 23 20:34:5",
           "Nov 23 20:34:53",
           "Nov 32 20:34:53 a b: c",
           "Nov 23 24:34:53 a b: c",
           "Feb 30 20:34:53 a b: c",
           "Nox 23 20:34:53 a b: c",
           "2026-13-23 20:34:53 a b: c",
           "2026-11-23 20:34",
           "2026-11-23T20:34:53+9900 a b: c",
           "<2222>Nov 23 20:34:53 a b: c",
           "<22",
           "179546.1 a b: c",
           "Mon ",
           "Subject: Nov 23 20:34:53",
           "From alice Mon Nov 23 20:34:53 2026",
           "{\"message_ids\": []}",
           "{",
           "{}",
           "{\"log\": \"Nov 23 20:34:53 a b: c\"}",
           "{\"log\": \"\", \"time\": \"2026-11-23T20:34:53Z\"}",
           "{\"log\": 1, \"time\": 2}",
           "{\"log\": \"x\", \"time\": \"yesterday\"}",
           "{\"MESSAGE\": \"a\", \"__REALTIME_TIMESTAMP\": \"1x\"}",
           "{\"MESSAGE\": \"a\", \"__REALTIME_TIMESTAMP\": \"-1\"}",
           "{\"MESSAGE\": \"a\", \"__REALTIME_TIMESTAMP\": 1795466093123456",
           "<22>1 - mail postfix/qmgr 12 - - x",
           "<22>1 2026-11-23T20:34:53Z mail postfix/qmgr 12 - [a x",
           "<22>1 2026-11-23T20:34:53Z mail postfix/qmgr 12 -",
           "mail-1  | ",
           "mail-1  | x",
           "mail-1 Nov 23 20:34:53 a b: c",
           "\x1b[36mmail",
           "99999999999999999999.1 x",
       }) {
    CAPTURE(text);
    LogLines lines(kWritten);
    CHECK(!lines.parse(text));
    CHECK(!is_log(text));
  }
}

TEST_CASE("the year that syslog leaves out is the last one that is not ahead") {
  const LocalZone zone("UTC");
  LogLines recent(kWritten);
  CHECK(stamp_of(recent, "Nov 24 01:59:00 mail x: y") == "2026-11-24T01:59:00Z");
  LogLines ahead(kWritten);
  CHECK(stamp_of(ahead, "Nov 26 01:59:00 mail x: y") == "2025-11-26T01:59:00Z");
  LogLines leap(*parse_rfc3339("2026-01-10T00:00:00Z"));
  CHECK(stamp_of(leap, "Feb 29 01:00:00 mail x: y") == "none");
  LogLines leap_year(*parse_rfc3339("2025-01-10T00:00:00Z"));
  CHECK(stamp_of(leap_year, "Feb 29 01:00:00 mail x: y") == "2024-02-29T01:00:00Z");
}

TEST_CASE("the year turns with the lines, and back when a clock is set back") {
  const LocalZone zone("UTC");
  LogLines lines(*parse_rfc3339("2027-01-02T00:00:00Z"));
  CHECK(stamp_of(lines, "Dec 30 10:00:00 mail x: y") == "2026-12-30T10:00:00Z");
  CHECK(stamp_of(lines, "Dec 31 23:59:60 mail x: y") == "2027-01-01T00:00:00Z");
  CHECK(stamp_of(lines, "Jan  1 00:00:01 mail x: y") == "2027-01-01T00:00:01Z");
  CHECK(stamp_of(lines, "Dec 31 23:59:59 mail x: y") == "2026-12-31T23:59:59Z");
  CHECK(stamp_of(lines, "Jan  1 00:00:02 mail x: y") == "2027-01-01T00:00:02Z");
  CHECK(stamp_of(lines, "Jun 30 00:00:00 mail x: y") == "2027-06-30T00:00:00Z");
}

TEST_CASE("a stamp without a zone is local time, in summer as in winter") {
  const LocalZone zone("CET-1CEST,M3.5.0,M10.5.0/3");
  LogLines lines(kWritten);
  CHECK(stamp_of(lines, "2026-07-01 12:00:00 1xVaoA-00000h-2Y Completed") ==
        "2026-07-01T10:00:00Z");
  CHECK(stamp_of(lines, "2026-11-23 12:00:00 1xVaoA-00000h-2Y Completed") ==
        "2026-11-23T11:00:00Z");
  CHECK(stamp_of(lines, "2026-11-23 12:00:00 +0000 1xVaoA-00000h-2Y Completed") ==
        "2026-11-23T12:00:00Z");
}

TEST_CASE("Exim's own log names neither host nor program") {
  LogLines lines(kWritten);
  const auto line =
      lines.parse("2026-11-23 20:38:38 1xVaoA-00000h-2Y <= bob@ourshop.example U=bob");
  REQUIRE(line);
  CHECK(line->program.empty());
  CHECK(line->text == "1xVaoA-00000h-2Y <= bob@ourshop.example U=bob");
}

TEST_CASE("a log is known though its first line is torn or a heading") {
  CHECK(is_log("=sent (250 ok)\nNov 23 20:34:53 mail postfix/qmgr[1]: A: removed\n"));
  CHECK(is_log("-- Logs begin at Mon 2026-11-23 20:34:53 UTC. --\nNov 23 20:34:53 mail x: y\n"));
  CHECK(!is_log("\n\n\n\n\n\n\n\n"));
  CHECK(!is_log("Received: from a\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\nNov 23 20:34\n"));
}

}  // namespace unsent

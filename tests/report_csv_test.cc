// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "scan_items.h"

using namespace unsent;

namespace {

// The fields of one line, read by RFC 4180; fails where it is none.
std::vector<std::string> fields_of(std::string_view line) {
  REQUIRE(line.ends_with("\r\n"));
  line.remove_suffix(2);
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    REQUIRE(c != '\r');
    REQUIRE(c != '\n');
    if (is_quoted && c == '"' && line.substr(i + 1, 1) == "\"") {
      fields.back() += line[++i];
    } else if (c == '"') {
      REQUIRE((is_quoted || fields.back().empty()));
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  REQUIRE_FALSE(is_quoted);
  return fields;
}

}  // namespace

TEST_CASE("a line has a field for each column of the header") {
  const auto names = fields_of(csv_header());
  const auto fields = fields_of(csv_line(item(Verdict::backscatter, 3), "cheap-pills-3f2a91"));
  REQUIRE(names.size() == 18);
  REQUIRE(fields.size() == names.size());
  const auto field = [&](std::string_view name) {
    return fields.at(
        static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
  };
  CHECK(field("path") == "Mail/inbox");
  CHECK(field("offset") == "3000");
  CHECK(field("time") == "2026-11-20T11:00:00Z");
  CHECK(field("verdict") == "backscatter");
  CHECK(field("original_subject") == "Order 48213 has shipped");
  CHECK(field("client_ip") == "203.0.113.7");
  CHECK(field("status") == "5.1.1");
  CHECK(field("campaign") == "cheap-pills-3f2a91");
  CHECK(field("uid").empty());
}

TEST_CASE("a message at a server is named by its UID, and has no place in a file") {
  const auto names = fields_of(csv_header());
  const auto fields = fields_of(csv_line(item_at_server(Verdict::genuine, 3), ""));
  CHECK(fields.front() == "imaps://alice@mail.example/INBOX");
  CHECK(names.at(1) == "offset");
  CHECK(fields.at(1).empty());
  CHECK(names.back() == "uid");
  CHECK(fields.back() == "23");
}

TEST_CASE("no field is a formula, whatever spreadsheet reads it") {
  struct {
    std::string text;
    std::string field;
  } const cases[] = {
      {"=1+1", "\"'=1+1\""},    {"+49 1", "\"'+49 1\""},
      {"-2", "\"'-2\""},        {"@SUM(A1)", "\"'@SUM(A1)\""},
      {"\t=1", "\"'=1\""},      {"\r\n=1", "\"'=1\""},
      {"  @x", "\"'@x\""},      {"＝1", "\"'＝1\""},
      {"plain", "plain"},       {"", ""},
      {"a,b", "\"a,b\""},       {"say \"no\"", "\"say \"\"no\"\"\""},
      {"a\r\nb", "\"a b\""},    {"a;b", "\"a;b\""},
      {"\u202Ex", "<U+202E>x"},
  };
  for (const auto& one : cases) CHECK(csv_field(one.text) == one.field);
}

TEST_CASE("the worst of mails is one line of as many fields, in UTF-8") {
  const std::string line =
      csv_line(hostile_item(Verdict::backscatter), hostile_item(Verdict::backscatter).subject);
  CHECK(fields_of(line).size() == 18);
  CHECK(is_valid_utf8(line));
}

TEST_CASE("random text: one field, no formula") {
  std::mt19937 random(4180);
  constexpr std::string_view kBytes = "=+-@,;\"'\r\n\t \0ab\xEF\xBC\x9D\x0B\xFF";
  for (int round = 0; round < 10000; ++round) {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = kBytes[random() % kBytes.size()];
    const auto fields = fields_of(csv_field(text) + "\r\n");
    REQUIRE(fields.size() == 1);
    if (!fields[0].empty())
      REQUIRE(std::string_view("=+-@\t\r").find(fields[0][0]) == std::string_view::npos);
    REQUIRE_FALSE(fields[0].starts_with("＝"));
  }
}

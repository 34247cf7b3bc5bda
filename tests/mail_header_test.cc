// SPDX-License-Identifier: MIT
#include "mail/header.h"

#include <doctest/doctest.h>

#include "mail/encoded_word.h"

namespace unsent {
namespace {

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += line_end;
    else
      out += c;
  }
  return out;
}

}  // namespace

TEST_CASE("fields come in order, unfolded on demand, whatever ends the lines") {
  for (const char* line_end : {"\n", "\r\n", "\r", "\r\r\n"}) {
    CAPTURE(std::string(line_end).size());
    const std::string text = with_line_ends(
        "Received: from a.example\n\tby b.example; Mon\nSubject : spaced\nX-Empty:\nsubject: "
        "two\n\nbody: x\n",
        line_end);
    Defects defects;
    const Headers headers = Headers::read(text, defects);
    REQUIRE(headers.fields().size() == 4);
    CHECK(headers.fields()[0].name == "Received");
    CHECK(headers.text("received") == "from a.example\tby b.example; Mon");
    CHECK(headers.text("SUBJECT") == "spaced");
    CHECK(headers.all("Subject").size() == 2);
    CHECK(headers.has("X-Empty"));
    CHECK(headers.text("X-Empty").empty());
    CHECK(headers.is_terminated());
    CHECK(text.substr(headers.end(), 7) == "body: x");
    CHECK(headers.fields()[1].raw == "Subject : spaced" + std::string(line_end));
    CHECK(defects.list().empty());
  }
}

TEST_CASE("odd headers are read as far as they go, and the oddity is said") {
  struct Row {
    std::string_view text;
    std::size_t fields;
    std::string_view rest;  // where the body begins
    std::string_view defect;
  };
  const Row rows[] = {
      {"", 0, "", ""},
      {"\nbody", 0, "body", ""},
      {"Subject: cut", 1, "", ""},
      {"Subject: a\nHello there,\nwe are\n", 1, "Hello there,\nwe are\n",
       "no empty line between header and body"},
      {"Message-ID:\n<a@b.example>\nSubject: x\n\nbody", 2, "body",
       "a folded header line without indent"},
      {"Received: by a with SMTP id\nb3.99;\n Tue, 21 Jan\nSubject: x\n\nbody", 2, "body",
       "a folded header line without indent"},
      {"X-Sig: "
       "0123456789012345678901234567890123456789012345678901234567890123456789\n"
       "0123456789012345678901234567890123456789012345678901234567890123456789\n"
       "0123456789012345678901234567890123456789012345678901234567890123456789\n"
       "0123456789012345678901234567890123456789012345678901234567890123456789\n"
       "0123456789012345678901234567890123456789012345678901234567890123456789\n"
       "Date: x\n\nbody",
       2, "body", "a folded header line without indent"},
      {"Subject: a\nno field\n\nFrom: b\n\n", 1, "no field\n\nFrom: b\n\n",
       "no empty line between header and body"},
      {"Subject: a\none\ntwo\nthree\nfour\nfive\nFrom: b\n\n", 1,
       "one\ntwo\nthree\nfour\nfive\nFrom: b\n\n", "no empty line between header and body"},
      {"Subject: a\n>From alice Mon Nov\nTo: b\n\nbody", 2, "body", "a From_ line within a header"},
      {"Subject: a\n--frontier\nContent-Type: text/plain\n\n", 1,
       "--frontier\nContent-Type: text/plain\n\n", "no empty line between header and body"},
      {": no name\n\nbody", 0, ": no name\n\nbody", "no empty line between header and body"},
      {" starts folded\nSubject: a\n\n", 0, " starts folded\nSubject: a\n\n",
       "no empty line between header and body"},
      {"Two words: x\n\n", 0, "Two words: x\n\n", "no empty line between header and body"},
      {"S\xC3\xBC: x\n\n", 0, "S\xC3\xBC: x\n\n", "no empty line between header and body"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Defects defects;
    const Headers headers = Headers::read(row.text, defects);
    CHECK(headers.fields().size() == row.fields);
    CHECK(row.text.substr(headers.end()) == row.rest);
    if (row.defect.empty())
      CHECK(defects.list().empty());
    else
      CHECK(defects.list() == std::vector<std::string>{std::string(row.defect)});
  }
}

TEST_CASE("a field is found by its name in any case, among however many of other names") {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "X-" + std::to_string(i) + ": v" + std::to_string(i) + "\n";
  text += "x-5: second\n\n";
  Defects defects;
  const Headers headers = Headers::read(text, defects);
  for (int i = 0; i < 600; ++i) {
    CAPTURE(i);
    CHECK(headers.text("x-" + std::to_string(i)) == "v" + std::to_string(i));
  }
  CHECK(headers.all("X-5").size() == 2);
  for (const char* name : {"X-600", "X-", "X", "", "X-5 ", "Y-5"}) {
    CAPTURE(name);
    CHECK(!headers.has(name));
    CHECK(headers.all(name).empty());
  }
}

TEST_CASE("a header stays within its limits in bytes, fields and length of a value") {
  const HeaderLimits limits{.max_bytes = 1000, .max_fields = 5, .max_value = 100};
  Defects defects;
  const std::string many(200, 'x');
  std::string text;
  for (int i = 0; i < 9; ++i) text += "A: b\n";
  CHECK(Headers::read(text, defects, limits).fields().size() == 5);
  const std::string long_line = "A: " + std::string(5000, 'x') + "\nB: c\n\n";
  const Headers cut = Headers::read(long_line, defects, limits);
  CHECK(cut.fields().size() == 1);
  CHECK(cut.fields()[0].value.size() == 100);
  std::string folded = "A: b\n";
  for (int i = 0; i < 90; ++i) folded += " xxxxxxxxx\n";
  const Headers folded_headers = Headers::read(folded, defects, limits);
  CHECK(folded_headers.fields()[0].value.size() <= 100);
  CHECK(defects.list().size() == 3);
}

TEST_CASE("RFC 2047 words become UTF-8, and what is malformed stays as written") {
  struct Row {
    std::string_view raw;
    std::string_view text;
  };
  const Row rows[] = {
      {"plain", "plain"},
      {"=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= Wien",
       "Gr\xC3\xBC\xC3\x9F"
       "e aus Wien"},
      {"=?ISO-8859-1?q?M=FCller?=", "M\xC3\xBCller"},
      {"=?utf-8?B?5rOo5paH?=", "\xE6\xB3\xA8\xE6\x96\x87"},
      {"=?utf-8?B?5rM=?= =?utf-8?B?qA==?=", "\xE6\xB3\xA8"},
      {"=?utf-8*en?Q?a?= =?iso-8859-1?Q?b?=  c", "ab  c"},
      {"=?iso-2022-jp?B?GyRCQ21KOBsoQg==?=", "\xE6\xB3\xA8\xE6\x96\x87"},
      {"=?koi8-r?B?8M/e1MHM2M/O?=",
       "\xD0\x9F\xD0\xBE\xD1\x87\xD1\x82\xD0\xB0\xD0\xBB\xD1\x8C\xD0\xBE\xD0\xBD"},
      // As mail programs write them
      {"=?ks_c_5601-1987?B?lO4=?=", "\xEB\xB7\x81"},
      {"=?gb2312?B?6UY=?=", "\xE9\x95\x95"},
      {"=?iso-8859-8-i?B?7OA=?=", "\xD7\x9C\xD7\x90"},
      {"=?x-sjis?B?h0A=?=", "\xE2\x91\xA0"},
      {"a =?utf-8?Q?b?= c", "a b c"},
      {"=?no-such-charset?Q?a=FF?=", "a\xEF\xBF\xBD"},
      {"=?utf-8?Q?=FF=FE?=", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"=?utf-8?Q?unended", "=?utf-8?Q?unended"},
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
      {"=?utf-8?Q?=4?=", "=4"},
      {"=?", "=?"},
      {"=?"
       "?Q?"
       "?=",
       ""},
      {"8-bit \xFC", "8-bit \xEF\xBF\xBD"},
      {"=?utf-8//IGNORE?Q?a?=", "a"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.raw);
    CHECK(decode_words(row.raw) == row.text);
  }
}

TEST_CASE("words without an end, and charsets that take turns, cost no more than their length") {
  std::string unended;
  for (int i = 0; i < 2000000; ++i) unended += "=?a?q?b";
  CHECK(decode_words(unended) == unended);
  std::string unknown;
  for (int i = 0; i < 2000000; ++i) unknown += "=?a?x?b";
  unknown += "?=";
  CHECK(decode_words(unknown) == unknown);
  std::string turn;
  for (const char* charset :
       {"cp1250",      "cp1251",     "cp1252",     "cp1253",     "cp1254",      "cp1255",
        "cp1256",      "cp1257",     "cp1258",     "iso-8859-1", "iso-8859-2",  "iso-8859-3",
        "iso-8859-4",  "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-10", "iso-8859-13",
        "iso-8859-15", "koi8-r",     "koi8-u"})
    turn += "=?" + std::string(charset) + "?q?=E4?=";
  std::string turns;
  std::string meant;
  for (int i = 0; i < 20000; ++i) {
    turns += turn;
    meant += decode_words(turn);
  }
  CHECK(decode_words(turns) == meant);
}

}  // namespace unsent

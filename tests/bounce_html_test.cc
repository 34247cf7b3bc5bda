// SPDX-License-Identifier: MIT
#include "bounce/html.h"

#include <doctest/doctest.h>

#include "bounce/recognise.h"

namespace unsent {

TEST_CASE("the words of an HTML text are what a reader sees") {
  struct Row {
    std::string_view html;
    std::string_view charset;
    std::string_view words;
  };
  for (const Row& row : {
           Row{"", "", ""},
           Row{"<p>One</p><div>two<br/>three</div>", "", "One\ntwo\nthree\n"},
           Row{"a<!-- b > c -->d<style>p { x }</style>e<SCRIPT>f<g</SCRIPT >h", "", "adeh"},
           // A line end of the source is none of the text behind a tag that ends a line.
           Row{"a\r\nb<br>\r\nc", "", "a\nb\nc"},
           Row{"a<br />\n\tb<br/>\n<br/>\nc", "", "a\n\tb\n\nc"},
           // A cell that names what the next one holds.
           Row{"<tr><td>From:</td><td>a</td></tr><tr><th>To:</th><td>b</td></tr>", "",
               "From: a\nTo: b\n"},
           Row{"<title>x</title><b>y</b>", "", "y"},
           Row{"&Eacute;chec &agrave; l&#39;envoi&nbsp;&mdash; &#x43D;&#1077;", "",
               "Échec à l'envoi — не"},
           Row{"\xC9"
               "chec &eacute;",
               "iso-8859-1", "Échec é"},
           Row{"<meta charset=\"windows-1251\"><p>\xED\xE5", "", "не"},
           Row{"<meta content='text/html; charset=koi8-r'><p>\xCE\xC5", "", "не"},
           // What is none stays as it is.
           Row{"a & b &x; &#xD800; &#0; &#99999999; &", "",
               "a & b &x; &#xD800; &#0; &#99999999; &"},
           Row{"&amp;lt;", "", "&lt;"},
           Row{"a<b", "", "a"},
           Row{"a<", "", "a"},
           Row{"a<!--b", "", "a"},
           Row{"<style>a", "", "a"},
           Row{"<script>a</script", "", ""},
       }) {
    CAPTURE(row.html);
    CHECK(words_of_html(row.html, row.charset) == row.words);
  }
}

TEST_CASE("elements that nobody sees and that never end are sought once") {
  std::string html;
  for (int i = 0; i < 1000000; ++i) html += "<script>a<style>b<title>c";
  const std::string words = words_of_html(html, "utf-8");
  CHECK(words.substr(0, 6) == "abcabc");
  CHECK(words.size() == 3000000);
}

TEST_CASE("what a report says is found in any charset, encoding and dress") {
  const std::string_view head =
      "Return-Path: <>\nFrom: Gate <gate@remote.example>\nTo: alice@ourshop.example\nSubject: x\n"
      "MIME-Version: 1.0\nContent-Type: ";
  const std::string_view status = "\n\nbob@remote.example\n  550 5.1.1 x\n";
  struct Row {
    std::string_view type;
    std::string_view words;
  };
  for (const Row& row : {
           Row{"text/plain; charset=iso-8859-1", "Fehler: Ihr Empf\xE4nger ist unbekannt."},
           Row{"text/plain; charset=windows-1251",
               "\xCF\xE8\xF1\xFC\xEC\xEE \xED\xE5 \xE4\xEE\xF1\xF2\xE0\xE2\xEB\xE5\xED\xEE."},
           Row{"text/plain; charset=koi8-r",
               "\xF0\xC9\xD3\xD8\xCD\xCF \xCE\xC5 \xC4\xCF\xD3\xD4\xC1\xD7\xCC\xC5\xCE\xCF."},
           Row{"text/plain; charset=iso-2022-jp", "\x1B$BG[?.$K<:GT$7$^$7$?\x1B(B"},
           Row{"text/plain; charset=gb18030", "\xD3\xCA\xBC\xFE\xCD\xB6\xB5\xDD\xCA\xA7\xB0\xDC"},
           Row{"text/plain; charset=big5", "\xB6\x6C\xA5\xF3\xB6\xC7\xB0\x65\xA5\xA2\xB1\xD1"},
           Row{"text/plain; charset=euc-kr",
               "\xB8\xDE\xC0\xCF\xC0\xCC \xB9\xDD\xBC\xDB\xB5\xC7\xBE\xFA\xBD\xC0\xB4\xCF\xB4\xD9"},
           Row{"text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
               "Le message n=E2=80=99a pas =C3=A9t=C3=A9 remis="},
           Row{"text/plain; charset=utf-8", "Votre message n'a pas e\u0301te\u0301\nremis."},
           Row{"text/plain; charset=utf-8",
               "Ｙｏｕｒ　ｍｅｓｓａｇｅ　ｃｏｕｌｄ　ｎｏｔ　ｂｅ　ｄｅｌｉｖｅｒｅｄ"},
           Row{"text/html; charset=us-ascii",
               "<p>Votre message n&#8217;a pas &eacute;t&eacute; <b>remis</b>.</p>"},
       }) {
    CAPTURE(row.type);
    const std::string report = std::string(head) + std::string(row.type) + "\n\n" +
                               std::string(row.words) + std::string(status);
    CHECK(recognise(Message::parse(report)).kind == Kind::bounce);
    const std::string without =
        std::string(head) + std::string(row.type) + "\n\nXu." + std::string(status);
    CHECK(recognise(Message::parse(without)).kind == Kind::ordinary);
  }
}

TEST_CASE("a returned header is found whatever in HTML ends its lines") {
  struct Row {
    std::string_view begin, name_end, end;
  };
  const std::string_view head =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
      "Subject: Failure\nContent-Type: text/html\n\n<p>It could not be delivered: 550 x</p>";
  for (const Row& row : {
           Row{"", ": ", "<br>"},
           Row{"", ": ", "<br>\n"},
           Row{"", ": ", "<br />\r\n"},
           Row{"<tr><td>", ":</td><td>", "</td></tr>"},
           Row{"<div>", ": ", "</div>"},
       }) {
    CAPTURE(row.end);
    std::string text(head);
    for (const auto& [name, value] :
         {std::pair("Message-ID", "&lt;a1@ourshop.example&gt;"),
          std::pair("Date", "Mon, 23 Nov 2026 10:00:00 +0000"),
          std::pair("From", "alice@ourshop.example"), std::pair("To", "bob@remote.example"),
          std::pair("Subject", "Your order")})
      text +=
          std::string(row.begin) + name + std::string(row.name_end) + value + std::string(row.end);
    const Bounce bounce = recognise(Message::parse(text));
    CHECK(bounce.kind == Kind::bounce);
    CHECK(bounce.original.message_id == "a1@ourshop.example");
    CHECK(bounce.original.subject == "Your order");
  }
}

}  // namespace unsent

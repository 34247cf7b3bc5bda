// SPDX-License-Identifier: MIT
#include "mail/mime.h"

#include <doctest/doctest.h>

#include <set>

namespace unsent {
namespace {

using List = std::vector<std::string>;

constexpr std::string_view kReport =
    "Subject: Undelivered Mail\n"
    "Content-Type: multipart/report; report-type=delivery-status;\n"
    "\tboundary=\"b/1\"\n"
    "\n"
    "preamble\n"
    "--b/1\n"
    "Content-Type: text/plain; charset=us-ascii\n"
    "\n"
    "Sorry.\n"
    "\n"
    "--b/1\n"
    "Content-Type: message/delivery-status\n"
    "\n"
    "Reporting-MTA: dns; mx.remote.example\n"
    "\n"
    "--b/1\n"
    "Content-Type: message/rfc822\n"
    "\n"
    "Message-ID: <a@ourshop.example>\n"
    "Content-Type: multipart/mixed; boundary=inner\n"
    "\n"
    "--inner\n"
    "\n"
    "Hello\n"
    "--inner--\n"
    "\n"
    "--b/1--\n"
    "epilogue\n";

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

List types(const MimeTree& tree) {
  List out;
  for (const Part& part : tree.parts) out.push_back(part.type);
  return out;
}

}  // namespace

TEST_CASE("the parts of a report are views of its bytes, in LF and in CRLF") {
  for (const std::string& text : {std::string(kReport), crlf(kReport)}) {
    Defects defects;
    const MimeTree tree = open_mime(text, defects);
    CHECK(types(tree) == List{"multipart/report", "text/plain", "message/delivery-status",
                              "message/rfc822", "multipart/mixed", "text/plain"});
    CHECK(tree.parts[0].report_type == "delivery-status");
    CHECK(tree.parts[1].body.substr(0, 6) == "Sorry.");
    CHECK(tree.parts[4].headers.text("Message-ID") == "<a@ourshop.example>");
    CHECK(tree.parts[4].parent == 3);
    CHECK(tree.parts[5].body == "Hello");
    CHECK(tree.parts[3].body.substr(0, 10) == "Message-ID");
    CHECK(tree.parts[3].body.find("--inner--") != std::string_view::npos);
    CHECK(tree.parts[3].body.find("b/1") == std::string_view::npos);
    for (const Part& part : tree.parts) {
      CHECK_FALSE(part.is_cut);
      CHECK(part.body.data() >= text.data());
      CHECK(part.body.data() + part.body.size() <= text.data() + text.size());
    }
    CHECK(defects.list().empty());
  }
}

TEST_CASE("a message cut short anywhere still has its parts up to there") {
  for (std::size_t length = 0; length <= kReport.size(); ++length) {
    Defects defects;
    const std::string cut(kReport.substr(0, length));
    const MimeTree tree = open_mime(cut, defects);
    REQUIRE_FALSE(tree.parts.empty());
    CHECK(tree.parts.size() <= 7);  // "--b/1" of "--b/1--" opens one more
    if (length > kReport.find("epilogue")) CHECK(tree.parts.size() == 6);
  }
}

TEST_CASE("transfer encodings and charsets are undone on demand") {
  const std::string text =
      "Content-Type: text/plain; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: "
      "Quoted-Printable\n\n"
      "Gr=FC=\n=DFe =3D\n";
  Defects defects;
  const MimeTree tree = open_mime(text, defects);
  CHECK(text_of(tree.parts[0]) ==
        "Gr\xC3\xBC\xC3\x9F"
        "e =\n");
  CHECK(decode("SGVs\r\nbG8=", TransferEncoding::base64) == "Hello");
  CHECK(decode("SGVsbG8", TransferEncoding::base64).substr(0, 3) == "Hel");
  CHECK(decode("as is =3D", parse_transfer_encoding("8bit")) == "as is =3D");
  CHECK(parse_transfer_encoding(" BASE64 ; x") == TransferEncoding::base64);
}

TEST_CASE(
    "a boundary must match whole, and a foreign one is adopted where the stated never occurs") {
  struct Row {
    std::string_view name;
    std::string_view text;
    List types;
    std::string_view defect;
  };
  const Row rows[] = {
      {"a longer boundary is another one",
       "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bb\n\ntwo\n--b--\n",
       {"multipart/mixed", "text/plain"},
       ""},
      {"mismatched",
       "Content-Type: multipart/report; boundary=lost\n\n--found\nContent-Type: "
       "text/plain\n\nx\n--found\n"
       "Content-Type: message/delivery-status\n\ny\n--found--\n",
       {"multipart/report", "text/plain", "message/delivery-status"},
       "a multipart with another boundary than it states"},
      {"none at all",
       "Content-Type: multipart/mixed\n\njust text\n",
       {"multipart/mixed"},
       "a multipart without any boundary"},
      {"never closed",
       "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n",
       {"multipart/mixed", "text/plain"},
       "a multipart without its closing boundary"},
      {"the inner one is never closed",
       "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
       "boundary=i\n\n--i\n\n"
       "one\n--o\nContent-Type: text/html\n\ntwo\n--o--\n",
       {"multipart/mixed", "multipart/mixed", "text/plain", "text/html"},
       "a multipart without its closing boundary"},
      {"a digest's parts are messages",
       "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nhello\n--b--\n",
       {"multipart/digest", "message/rfc822", "text/plain"},
       ""},
      {"an encoded message is not walked into",
       "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA==\n",
       {"message/rfc822"},
       ""},
      {"a type of rubbish is the default", "Content-Type: ;;;\n\nx", {"text/plain"}, ""},
      {"a delimiter with blanks behind it",
       "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\none\n--b-- \n",
       {"multipart/mixed", "text/plain"},
       ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Defects defects;
    const MimeTree tree = open_mime(row.text, defects);
    CHECK(types(tree) == row.types);
    if (row.defect.empty())
      CHECK(defects.list().empty());
    else
      CHECK(defects.list() == List{std::string(row.defect)});
  }
}

TEST_CASE("a Content-Type is read as RFC 2045 has it, however it is written") {
  struct Row {
    std::string value;
    std::string type;
    std::string charset;
    std::string boundary;
    std::string report_type;
    std::string file_name;
  };
  const std::vector<Row> rows = {
      {"text/plain", "text/plain", "", "", "", ""},
      {"TEXT/Plain ; CHARSET = \"utf-8\"", "text/plain", "utf-8", "", "", ""},
      {"multipart/report; report-type=Delivery-Status;\tboundary=\"a b/c=_?:1\"",
       "multipart/report", "", "a b/c=_?:1", "delivery-status", ""},
      {"multipart/report;boundary=abc;report-type=\"delivery-status\";", "multipart/report", "",
       "abc", "delivery-status", ""},
      {"application/pdf; name=\"a; boundary=b.pdf\"", "application/pdf", "", "", "",
       "a; boundary=b.pdf"},
      {"application/pdf; name=\"=?utf-8?Q?=C3=BC.pdf?=\"", "application/pdf", "", "", "", "ü.pdf"},
      {"text/plain; charset=us-ascii (plain)", "text/plain", "us-ascii", "", "", ""},
      {"text/plain; format=flowed; charset=utf-8", "text/plain", "utf-8", "", "", ""},
      {"message/rfc822;", "message/rfc822", "", "", "", ""},
      {"text", "text/plain", "", "", "", ""},
      {"/plain; charset=x", "text/plain", "", "", "", ""},
      {"text/; charset=x", "text/plain", "", "", "", ""},
      {";", "text/plain", "", "", "", ""},
      {"\"", "text/plain", "", "", "", ""},
      {"text/html; charset=", "text/html", "", "", "", ""},
      {"text/html; =x; charset=utf-8", "text/html", "utf-8", "", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    Defects defects;
    const std::string bytes = "Content-Type: " + row.value + "\n\nbody\n";
    const MimeTree tree = open_mime(bytes, defects);
    CHECK(tree.parts[0].type == row.type);
    CHECK(tree.parts[0].charset == row.charset);
    CHECK(tree.parts[0].boundary == row.boundary);
    CHECK(tree.parts[0].report_type == row.report_type);
    CHECK(tree.parts[0].file_name == row.file_name);
  }
  // Never beyond the value, wherever it ends.
  const std::string whole = "multipart/report; report-type=delivery-status; boundary=\"a\\b\"";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    Defects defects;
    const std::string bytes = "Content-Type: " + whole.substr(0, length) + "\n\n";
    CHECK(open_mime(bytes, defects).parts.size() == 1);
  }
}

TEST_CASE("hostile structures end at the limits: a defect, not an error") {
  std::string nested;
  for (int i = 0; i < 50000; ++i)
    nested += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
              std::to_string(i) + "\n";
  std::string messages;
  for (int i = 0; i < 50000; ++i) messages += "Content-Type: message/rfc822\n\n";
  std::string wide = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 200000; ++i) wide += "--b\n\nx\n";
  for (const std::string& text : {nested, messages, wide}) {
    Defects defects;
    const MimeTree tree = open_mime(text, defects);
    CHECK(tree.parts.size() <= 1001);
    CHECK(tree.parts.back().depth <= 41);
    CHECK_FALSE(defects.list().empty());
  }
  std::string late = "Content-Type: multipart/mixed; boundary=b\n\n";
  std::string ends;
  for (int i = 0; i < 900; ++i) {
    late += "--b\nContent-Type: multipart/mixed; boundary=late" + std::to_string(i) + "\n\n";
    ends += "--late" + std::to_string(i) + "\n\nx\n";
  }
  Defects of_late;
  CHECK(open_mime(late + std::string(1000000, 'x') + "\n" + ends, of_late).parts.size() < 1000);
  CHECK(of_late.list().size() > 1);
  Defects defects;
  const std::string long_line = "Subject: " + std::string(12 * 1024 * 1024, 'x') + "\n\nbody";
  CHECK(open_mime(long_line, defects).parts[0].headers.text("Subject").size() <= 64 * 1024);
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// Where a message in an mbox ends, if a From_ line stands within it or something says so.
#include <doctest/doctest.h>

#include <random>

#include "mailbox/from_line.h"
#include "mailbox/mime_end.h"
#include "mbox_pieces.h"

namespace unsent {
namespace {

const std::string kFrom = "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n";

std::string mail(const std::string& body, const std::string& extra = {}) {
  return kFrom + "From: alice@ourshop.example\n" + extra + "\n" + body;
}

const std::string kReport =
    "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"=_b.1/x\"\n";
const std::string kParts =
    "--=_b.1/x\n\nnot delivered\n\n--=_b.1/x\nContent-Type: message/rfc822\n\n";

// A bounce that returns that message, whose own end may be missing.
std::string bounce(const std::string& returned, const std::string& end = "\n--=_b.1/x--\n\n") {
  return mail(kParts + returned + end, kReport);
}

std::string with_ends(std::string_view text, std::string_view end) {
  std::string out;
  for (const char c : text) c == '\n' ? out.append(end) : out.append(1, c);
  return out;
}

}  // namespace

TEST_CASE("a From_ line within an open part of a message is a part of it") {
  const std::string inner = mail("text\n\n");
  const std::string other = "Content-Type: multipart/mixed; boundary=other\n";
  const struct {
    const char* what;
    std::string text;
  } cases[] = {
      {"first in the returned message", bounce(inner)},
      {"behind text of the returned message", bounce("A: b\n\ntext\n\n" + inner)},
      {"directly behind text", bounce("A: b\n\ntext\n" + inner)},
      {"several", bounce("A: b\n\n" + inner + inner + inner)},
      {"in a returned header", bounce(kFrom + "A: b\nC: d\n")},
      {"a returned multipart with an end of its own",
       bounce(mail("--other\n\nx\n\n--other--\n\n" + inner, other))},
      {"an undated line", bounce("A: b\n\nFrom bob@remote.example\nC: d\n\nx\n")},
      {"in the first part",
       mail("--=_b.1/x\n\n" + inner + "\n--=_b.1/x\n\nx\n--=_b.1/x--\n", kReport)},
      {"in the preamble", mail(inner + "--=_b.1/x\n\nx\n--=_b.1/x--\n", kReport)},
  };
  for (const auto& each : cases)
    for (const char* end : {"\n", "\r\n"})
      for (const std::size_t bite : {1U, 100U, 1U << 20U}) {
        CAPTURE(each.what);
        const std::string first = with_ends(each.text, end);
        const std::string next = with_ends(mail("next\n"), end);
        const auto found = split(first + next, bite);
        REQUIRE(found.size() == 2);
        CHECK(found[0].bytes == first);
        CHECK(found[1].bytes == next);
      }
}

TEST_CASE("where the message is closed, or its end never comes, a From_ line ends it") {
  const std::string next = mail("next\n\n");
  const std::string same = bounce("A: b\n\nx\n");
  const struct {
    const char* what;
    std::string text;
    std::size_t count;
  } cases[] = {
      {"behind the end", bounce("A: b\n") + next + next, 3},
      {"behind text behind the end", bounce("A: b\n") + "an epilogue\n\n" + next, 2},
      {"blanks behind the end", bounce("A: b\n", "\n--=_b.1/x--  \n\n") + next, 2},
      {"the end is missing", bounce("A: b\n", "\n") + next + next, 3},
      {"the end is missing, and the next one's is there", bounce("A: b\n", "\n") + same + next, 3},
      {"both are cut", bounce("A: b\n", "\n") + bounce("A: b\n", "\n") + next, 3},
      {"the boundary never occurs", mail("x\n\n", kReport) + next, 2},
      {"no boundary is stated", mail("x\n\n", "Content-Type: multipart/report\n") + next, 2},
      {"another multipart's end", bounce("A: b\n", "\n") + next + "--=_b.1/x.2--\n", 2},
      {"in a line of text", bounce("A: b\n", "\n") + next + "see --=_b.1/x-- there\n", 2},
      {"no multipart", mail("x\n\n", "Content-Type: text/plain; boundary=b\n") + next + "--b--\n",
       2},
  };
  for (const auto& each : cases)
    for (const std::size_t bite : {1U, 13U, 1U << 20U}) {
      CAPTURE(each.what);
      CHECK(split(each.text, bite).size() == each.count);
    }
}

TEST_CASE("a Content-Length ends no message behind the end of its multipart") {
  const std::string stranger = mail("wanted\n\n");
  const std::string last = mail("later\n\n");
  const auto swallowing = [&](const std::string& type, const std::string& body) {
    const std::size_t length = body.size() + stranger.size();
    return mail(body, type + "Content-Length: " + std::to_string(length) + "\n") + stranger + last;
  };
  const std::string body = kParts + "A: b\n\nx\n\n--=_b.1/x--\n\n";
  const auto found = split(swallowing(kReport, body));
  REQUIRE(found.size() == 3);
  CHECK(found[1].bytes == stranger);
  // Where nothing else tells, it is believed, and the piece is doubtful.
  const auto plain = split(swallowing("", "not delivered\n\n"));
  REQUIRE(plain.size() == 2);
  CHECK(find_doubtful(plain[0].bytes) != std::string::npos);
  CHECK(find_doubtful(plain[1].bytes) == std::string::npos);
}

TEST_CASE("a piece in which another message may begin is doubtful") {
  const std::string head = "From a\nA: b\n\n";
  for (const std::string& text : {
           "x\n\n" + kFrom + "A: b\n",
           "x\n\n" + kFrom + "just text\n",
           "x\n\n" + kFrom,
           "x\n" + kFrom + "A: b\n",
           std::string("x\n\nFrom bob@remote.example\ntext\n"),
           std::string("x\n\nFrom 23.11.2026 bob@remote.example 10:00\nA: b\n"),
           "x\n\n\xEF\xBB\xBF" + kFrom + "A: b\n",
           "x\r\n\r\n" + with_ends(kFrom, "\r\n") + "A: b\r\n",
           "x\r\r" + with_ends(kFrom, "\r") + "A: b\r",
           std::string("\nFrom Monday on\nHours: 9 to 5\n"),
       }) {
    CAPTURE(text);
    CHECK(find_doubtful(head + text) > head.size());
    CHECK(find_doubtful(head + text) < head.size() + text.size());
    CHECK(find_doubtful("A: b\n\n" + text) != std::string::npos);
  }
  for (const std::string& text : {
           std::string(),
           std::string("x\n\n>From a@b.example Mon Nov 23 10:00:00 2026\nA: b\n"),
           std::string("x\n\nFrom here on prose\nand more\n"),
           std::string("x\nFrom here on\nA: b\n"),
           std::string("x From a@b.example Mon Nov 23 10:00:00 2026\nA: b\n"),
           std::string("x\n\n From a@b.example Mon Nov 23 10:00:00 2026\nA: b\n"),
           std::string("x\n\nfrom a@b.example Mon Nov 23 10:00:00 2026\nA: b\n"),
       }) {
    CAPTURE(text);
    CHECK(find_doubtful(head + text) == std::string::npos);
    CHECK(find_doubtful(kFrom + head + text) == std::string::npos);
  }
  // Where the first From_ line is quoted, all of them may be.
  CHECK(find_doubtful('>' + kFrom + head + "x\n\n>" + kFrom + "A: b\n") != std::string::npos);
  // MMDF needs no From_ lines.
  const std::string parted = "\1\1\1\1\n\1\1\1\1\n";
  CHECK(find_doubtful(head + "x\n" + parted + "A: b\n\ny\n") != std::string::npos);
  CHECK(find_doubtful(head + "x\n" + parted) == std::string::npos);
  CHECK(find_doubtful(head + "x\n" + parted + "y\n") == std::string::npos);
  CHECK(find_doubtful("") == std::string::npos);
  CHECK(find_doubtful("From ") == std::string::npos);
}

TEST_CASE("to whoever only reads a line without a header of mail behind it is no doubt") {
  const std::string head = "From a\nA: b\n\nx\n\n";
  for (const std::string& text :
       {kFrom + "Subject: x\n\n", kFrom + "A: b\n c\nDate: x\n", kFrom + ">From x\nFrom: b\n",
        std::string("From x@remote.example, on some day\nReceived: by x\n")}) {
    CAPTURE(text);
    CHECK(find_doubtful_header(head + text) == head.size());
  }
  for (const std::string& text : {kFrom, kFrom + "\n", kFrom + "just text\n", kFrom + "A: b\n\n",
                                  kFrom + "A: b\ntext\nDate: x\n",
                                  std::string("From Monday on\nHours: 9 to 5\n\nDate: x\n")}) {
    CAPTURE(text);
    CHECK(find_doubtful_header(head + text) == std::string::npos);
  }
}

TEST_CASE("an mbox begins at its first From_ line, whatever stands before it") {
  const std::string field = "A: b\n\nx\n";
  const std::string quoted = ">" + kFrom;
  for (const std::string& lead :
       {std::string(), std::string("\n\r\n"), std::string("\xEF\xBB\xBF"),
        std::string("\xEF\xBB\xBF\r\n\n"), std::string("+OK 3 messages (9134 octets)\r\n"),
        std::string("* OK IMAP4rev1 ready\r\na1 OK LOGIN completed\r\n* 1 FETCH (BODY[] {312}\r\n"),
        std::string("-ERR busy\n+OK\n\n"), std::string("RETR 1\r\n\r\n+OK follows\r\n")}) {
    CAPTURE(lead);
    for (const std::size_t bite : {1U, 1U << 20U}) {
      const auto found = split(lead + mail("x\n\n") + mail("y\n"), bite);
      REQUIRE(found.size() == 2);
      CHECK(found[0].offset == lead.size());
      CHECK(found[0].bytes == mail("x\n\n"));
    }
    CHECK(find_mbox_begin(lead + kFrom + field) == lead.size());
  }
  CHECK(find_mbox_begin(quoted + field) == 0);
  CHECK(find_mbox_begin("\xEF\xBB\xBF" + quoted + field) == 3);
  CHECK(find_mbox_begin("From ") == 0);
  std::string chatter;
  for (int i = 0; i < 30; ++i) chatter += "* " + std::to_string(i) + " EXISTS\n";
  for (const std::string& head :
       {std::string(), std::string("\n"), std::string("From"), std::string("x"), field,
        field + "\n" + kFrom + field, ">From here on\n" + field, "+OK\nFrom here on\n" + field,
        "+OK\n" + kFrom + "text\n", "+OK\n" + kFrom, chatter + kFrom + field}) {
    CAPTURE(head);
    CHECK(find_mbox_begin(head) == std::string::npos);
  }
}

TEST_CASE("a boundary is stated, opens a part, closes, or only looks like that") {
  for (const char* field :
       {"Content-Type: multipart/mixed; boundary=b1\n",
        "content-type:multipart/mixed;boundary=\"b1\"",
        "Content-Type: multipart/mixed;\n\tcharset=x;\n\tBOUNDARY = \"b1\"; x=y\r\n"})
    CHECK(stated_boundary(field) == "b1");
  for (const char* field :
       {"", "Content-Type: text/plain; boundary=b1", "Content-Type: multipart/mixed",
        "Content-Type: multipart/mixed; boundary", "Content-Type: multipart/mixed; boundary=\"",
        "X-Content-Type: multipart/mixed; boundary=b1", "Content-Length: 3"})
    CHECK(stated_boundary(field).empty());
  const struct {
    const char* text;
    BoundaryUse use;
  } uses[] = {
      {"--b1", BoundaryUse::delimiter},
      {"\n--b1 \t\r\n", BoundaryUse::delimiter},
      {"x\r--b1\r", BoundaryUse::delimiter},
      {"\n--b1--\n", BoundaryUse::close},
      {"\n--b1-- \r\n", BoundaryUse::close},
      {"x; boundary=b1\n", BoundaryUse::stated},
      {"boundary= \"b1\"", BoundaryUse::stated},
      {"", BoundaryUse::none},
      {"b1", BoundaryUse::none},
      {"x--b1\n", BoundaryUse::none},
      {"\n--b1x\n", BoundaryUse::none},
      {"\n--b1--x\n", BoundaryUse::none},
      {"\n-b1\n", BoundaryUse::none},
      {"\n--b1 x\n", BoundaryUse::none},
      {"\n--b1x\n--b1--", BoundaryUse::close},
  };
  for (const auto& each : uses) {
    CAPTURE(each.text);
    CHECK(find_boundary(each.text, "b1").use == each.use);
    CHECK(has_close(each.text, "b1") == (each.use == BoundaryUse::close));
  }
  CHECK(find_boundary("----\n", "").use == BoundaryUse::none);
}

TEST_CASE("whatever the bites in which it comes, a mailbox has the same messages") {
  std::mt19937 random(17);
  const std::string fragments[] = {kFrom,
                                   mail("x\n\n"),
                                   mail(kParts, kReport),
                                   "\n--=_b.1/x--\n\n",
                                   "--=_b.1/x\n",
                                   "\n",
                                   "\n\n",
                                   "text\n",
                                   "A: b\n",
                                   "From bob@remote.example\n",
                                   ">From a\n",
                                   "Content-Length: 120\n",
                                   "\r",
                                   "\r\n",
                                   "From here on\n",
                                   mail("x\n\n", "Content-Length: 3\n"),
                                   std::string("\0\xFF", 2)};
  for (int round = 0; round < 300; ++round) {
    std::string text = round % 3 == 0 ? "" : kFrom;
    for (std::size_t i = random() % 12; i > 0; --i)
      text += fragments[random() % std::size(fragments)];
    CAPTURE(text);
    const auto whole = split(text);
    std::uint64_t end = whole.empty() ? 0 : whole.front().offset;
    for (const Found& piece : whole) {
      CHECK(piece.offset == end);
      end += piece.size;
    }
    CHECK((whole.empty() || end == text.size()));
    for (const std::size_t bite : {1U, 2U, 7U, 61U}) {
      const auto found = split(text, bite);
      REQUIRE(found.size() == whole.size());
      for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].bytes == whole[i].bytes);
    }
  }
}

TEST_CASE(
    "a mailbox of nothing but cut multiparts is read in linear time, and so is one mail of From_ "
    "lines") {
  std::string cut;
  while (cut.size() < (8U << 20U)) cut += bounce("A: b\n", "\n");
  CHECK(split(cut).size() == cut.size() / bounce("A: b\n", "\n").size());
  std::string lines;
  while (lines.size() < (4U << 20U)) lines += mail("x\n\n");
  CHECK(split(bounce(lines) + mail("y\n"), 1 << 20, 1 << 25).size() == 2);
}

}  // namespace unsent

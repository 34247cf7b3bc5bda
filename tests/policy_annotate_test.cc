// SPDX-License-Identifier: MIT
#include "policy/annotate.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <random>

#include "base/spool.h"

namespace unsent {
namespace {

char line_end_of(const std::string& message) {
  return message.find('\n') != std::string::npos ? '\n' : '\r';
}

// The rule once more, line by line: a field of ours in the header, and what is folded below it.
// Among lines that end in LF an empty line has nothing before it.
std::string without_forged(const std::string& message) {
  const char end = line_end_of(message);
  std::string out;
  bool is_header = true;
  bool is_forged = false;
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t next = std::min(message.find(end, at), message.size() - 1) + 1;
    std::string line = message.substr(at, next - at);
    at = next;
    std::string text = line;
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.pop_back();
    if (text.empty()) is_forged = false;
    const bool may_be_odd =
        message.find('\n') != std::string::npos && message.find("\r\n") != message.find('\n') - 1;
    if (text.empty() && (!may_be_odd || line == "\n")) is_header = false;
    std::string name;
    for (const char c : text.substr(0, text.find(':')))
      name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
    const bool is_folded = !text.empty() && (text[0] == ' ' || text[0] == '\t');
    if (is_header && !is_folded)
      is_forged = text.find(':') != std::string::npos &&
                  (name == "x-unsent-verdict" || name == "x-unsent-evidence");
    if (!is_forged) out += line;
  }
  return out;
}

// Without the block that was put, in the line ends of the message, behind a From_ line or in
// front.
std::string without_block(std::string text, const std::string& block) {
  const std::size_t at = text.compare(0, 5, "From ") == 0 ? text.find(line_end_of(text)) + 1 : 0;
  if (text.compare(at, block.size(), block) == 0) text.erase(at, block.size());
  return text;
}

// What a hop makes of a message that comes in two pieces, cut there.
std::string hop(const std::string& message, const std::string& block, std::size_t cut) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  for (const std::string_view piece :
       {std::string_view(message).substr(0, cut), std::string_view(message).substr(cut)})
    if (!piece.empty()) REQUIRE(write_all(writing.get(), piece, "socket"));
  writing = FileDescriptor();
  const auto spool = Spool::read(reading.get(), "socket", cut % 3 == 0 ? 4 : 1000, "/tmp");
  REQUIRE(spool);
  const std::string ends_as_it = with_line_ends_of(spool->bytes(), block);
  return join(annotated_pieces(spool->bytes(), ends_as_it));
}

}  // namespace

TEST_CASE("less our block, what comes out is what came in less forged fields, after two hops too") {
  const std::string first = "X-Unsent-Verdict: unverified;\n\tkind=bounce\n";
  const std::string second = "X-Unsent-Verdict: ordinary\nX-Unsent-Evidence: y\n";
  const std::string fragments[] = {"\r",
                                   "\n",
                                   "\r\n",
                                   "\r\r\n",
                                   std::string("\0", 1),
                                   "\xC3\xBC\xFF",
                                   " ",
                                   "\t",
                                   "From x@y.example Mon Nov 23 10:00:00 2026",
                                   ">From z",
                                   "A: b",
                                   "X-Unsent-Verdict: genuine",
                                   "x-unsent-EVIDENCE : forged",
                                   "X-Unsent-Verdict",
                                   ":",
                                   "body"};
  std::mt19937 random(4);
  for (int round = 0; round < 1500; ++round) {
    std::string message = round % 4 == 0 ? "From x@y.example Mon Nov 23 10:00:00 2026\n" : "";
    for (std::size_t i = random() % 14; i > 0; --i) {
      message += fragments[random() % std::size(fragments)];
      if (round % 2 == 0) message += fragments[random() % 4];
    }
    CAPTURE(message);
    const std::string bare = without_forged(message);
    const std::string block = with_line_ends_of(message, first);
    const std::string once = annotate(message, first);
    CHECK(without_block(once, block) == bare);
    const std::string twice = annotate(once, second);
    CHECK(without_block(twice, with_line_ends_of(once, second)) == bare);
    CHECK(annotate(message, "") == bare);
    if (round % 25 != 0) continue;
    for (std::size_t cut = 0; cut <= message.size(); ++cut) {
      CHECK(hop(message, first, cut) == once);
      CHECK(hop(once, second, std::min(cut + 7, once.size())) == twice);
    }
  }
}

TEST_CASE("the block stands first, behind a From_ line, in the message's own line ending") {
  struct Row {
    std::string_view message;
    std::string_view annotated;
  };
  const Row rows[] = {
      {"Subject: a\n\nb", "X: 1\n\ty\nSubject: a\n\nb"},
      {"Subject: a\r\n\r\nb", "X: 1\r\n\ty\r\nSubject: a\r\n\r\nb"},
      {"Subject: a\r\rb", "X: 1\r\ty\rSubject: a\r\rb"},
      {"Subject: a\rX-Unsent-Verdict: x\nA: b\n\nc",
       "X: 1\n\ty\nSubject: a\rX-Unsent-Verdict: x\nA: b\n\nc"},
      {"From x Mon\rX-Unsent-Verdict: x\nA: b\n\nc",
       "From x Mon\rX-Unsent-Verdict: x\nX: 1\n\ty\nA: b\n\nc"},
      {"From x Mon\nSubject: a\n\nFrom y", "From x Mon\nX: 1\n\ty\nSubject: a\n\nFrom y"},
      {"", "X: 1\n\ty\n"},
      {"\nbody", "X: 1\n\ty\n\nbody"},
      {"From x Mon\n", "From x Mon\nX: 1\n\ty\n"},
      {"From x Mon", "From x Mon"},
      {" begins with a blank\nA: b\n\n", " begins with a blank\nA: b\n\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(annotate(row.message, "X: 1\n\ty\n") == row.annotated);
  }
}

TEST_CASE("forged fields of ours go, with their folded lines; nothing else does") {
  struct Row {
    std::string_view message;
    std::string_view cleaned;
  };
  const Row rows[] = {
      {"X-Unsent-Verdict: genuine\nSubject: a\n\nb", "Subject: a\n\nb"},
      {"A: 1\nx-unsent-VERDICT : genuine\n\tfolded\n more\nB: 2\n\nb", "A: 1\nB: 2\n\nb"},
      {"A: 1\r\nX-Unsent-Evidence: x\r\nX-Unsent-Verdict: y\r\n\r\nb", "A: 1\r\n\r\nb"},
      {"not a header line\nX-Unsent-Verdict: genuine\n\nb", "not a header line\n\nb"},
      {"X-Unsent: 1\nX-Unsent-Tag: t\n\nb", "X-Unsent: 1\nX-Unsent-Tag: t\n\nb"},
      {"X-Unsent-Verdicts: 1\n\nb", "X-Unsent-Verdicts: 1\n\nb"},
      {"A: 1\n\nX-Unsent-Verdict: in the body\n", "A: 1\n\nX-Unsent-Verdict: in the body\n"},
      {"X-Unsent-Verdict: genuine", ""},
      {"A: 1\rB: 2\nX-Unsent-Verdict: genuine\n\nb", "A: 1\rB: 2\n\nb"},
      {"A: 1\rX-Unsent-Verdict: genuine\r\tfolded\r\rb", "A: 1\r\rb"},
      // procmail's header ends with a line that has nothing in it, not even a CR
      {"A: 1\n\r\nX-Unsent-Verdict: genuine\n\nb", "A: 1\n\r\n\nb"},
      {"A: 1\n\r\r\nX-Unsent-Verdict: genuine\nb\n", "A: 1\n\r\r\nb\n"},
      {"A: 1\n\r\nb\n\nX-Unsent-Verdict: x\n", "A: 1\n\r\nb\n\nX-Unsent-Verdict: x\n"},
      {"A: 1\r\n\r\nX-Unsent-Verdict: x\r\n", "A: 1\r\n\r\nX-Unsent-Verdict: x\r\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(annotate(row.message, "") == row.cleaned);
  }
  std::string long_header;
  for (int i = 0; i < 5000; ++i) long_header += "Received: x\n";
  CHECK(annotate(long_header + "X-Unsent-Verdict: genuine\n\n", "") == long_header + "\n");
  // Asked at each empty line how the lines end, this took minutes.
  std::string empty_lines = "Subject: " + std::string(4000000, 'x') + "\n";
  for (int i = 0; i < 2000000; ++i) empty_lines += "\r\n";
  CHECK(annotate(empty_lines + "X-Unsent-Verdict: genuine\n", "") == empty_lines);
}

TEST_CASE("a reason from a hostile bounce cannot break out of its field") {
  Judgement judgement;
  judgement.bounce.kind = Kind::bounce;
  judgement.decision = {Verdict::unverified, TableRow::nothing_strong,
                        "\"quoted\"\r\nX-Evil: 1\n\n \xC3\xBC \\ " + std::string(5000, 'x')};
  judgement.facts.assign(100, {Check::ledger, PointsTo::neither, Strength::weak, "a\nb: c"});
  const std::string block = header_block(judgement);
  CHECK(block.substr(0, 53) == "X-Unsent-Verdict: unverified; kind=bounce; reason=\"'q");
  CHECK(block.find("\nX-Evil") == std::string::npos);
  CHECK(block.find("\nb:") == std::string::npos);
  CHECK(block.find("\n\n") == std::string::npos);
  CHECK(block.size() < 8000);
  for (const char c : block) CHECK((c == '\n' || c == '\t' || (c >= ' ' && c < 0x7F)));
}

}  // namespace unsent

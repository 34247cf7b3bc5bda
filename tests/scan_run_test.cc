// SPDX-License-Identifier: MIT
#include "scan/run.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "scratch_folder.h"

namespace unsent {
namespace {

// Keeps what it is handed, and stops the scan where it is told to.
class Listener : public ScanSink {
 public:
  explicit Listener(std::size_t stops_at = 0) : stops_at_(stops_at) {}
  void ask_for(GistParts& parts) const override { parts.has_item = true; }
  Result<void> take(const Scanned& scanned) override {
    if (stops_at_ != 0 && taken.size() + 1 == stops_at_) return fail(ErrorCode::io, "full");
    CHECK(scanned.read >= read);
    read = scanned.read;
    taken.push_back(scanned.stored.path + ':' + std::to_string(scanned.stored.offset) + ' ' +
                    std::string(name_of(scanned.gist.kind)));
    return {};
  }
  Result<void> finish(const ScanEnd& end) override {
    ++ends;
    was_interrupted = end.is_interrupted;
    return {};
  }

  std::vector<std::string> taken;
  std::uint64_t read = 0;
  int ends = 0;
  bool was_interrupted = false;

 private:
  std::size_t stops_at_;
};

constexpr std::string_view kLetter =
    "From bob@example.org Mon Nov  2 09:12:40 2026\nFrom: bob@example.org\nSubject: lunch\n\n"
    "At noon?\n\n";
constexpr std::string_view kBounce =
    "From MAILER-DAEMON Mon Nov  2 09:12:40 2026\nReturn-Path: <>\n"
    "From: MAILER-DAEMON@mx.example.net\nTo: alice@ourshop.example\n"
    "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt failed.\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.1.1\n\n"
    "--b\nContent-Type: text/rfc822-headers\n\nFrom: alice@ourshop.example\n"
    "Message-ID: <1@ourshop.example>\n\n--b--\n\n";

std::string mbox_of(const ScratchFolder& folder, const std::string& name, std::size_t pairs) {
  const std::string path = folder.path() + '/' + name;
  std::ofstream out(path);
  for (std::size_t i = 0; i < pairs; ++i) out << kLetter << kBounce;
  return path;
}

std::vector<Setup> judges(std::size_t count) {
  JudgingOptions options;
  options.no_ledger = true;
  options.dns.is_off = true;
  options.domains = {*DomainName::parse("ourshop.example")};
  auto made = make_setups(options, Config(), count);
  REQUIRE(made.has_value());
  return std::move(*made);
}

}  // namespace

TEST_CASE("every message comes to every sink, in the order of the mailboxes, however many judge") {
  const ScratchFolder folder;
  const std::vector<std::string> mailboxes = {mbox_of(folder, "a", 300), mbox_of(folder, "b", 7)};
  std::vector<std::string> expected;
  for (const std::size_t count : {1U, 4U}) {
    CAPTURE(count);
    Listener first;
    Listener second;
    auto with = judges(count);
    std::vector<std::string> problems;
    const auto status = run_scan(mailboxes, with, {&first, &second}, problems);
    REQUIRE(status.has_value());
    CHECK(*status == 0);
    CHECK(problems.empty());
    CHECK(first.taken.size() == 614);
    CHECK(first.taken == second.taken);
    CHECK(first.ends == 1);
    CHECK(!first.was_interrupted);
    CHECK(first.taken[0] == mailboxes[0] + ":0 ordinary");
    CHECK(first.taken[1] == fmt::format("{}:{} bounce", mailboxes[0], kLetter.size()));
    CHECK(first.taken[600] == mailboxes[1] + ":0 ordinary");
    if (expected.empty()) expected = first.taken;
    CHECK(first.taken == expected);
  }
}

TEST_CASE("an error of one sink stops the scan, and nobody is told of an end") {
  const ScratchFolder folder;
  const auto mailbox = mbox_of(folder, "a", 50);
  for (const std::size_t at : {1U, 2U, 57U}) {
    Listener before;
    Listener failing(at);
    Listener behind;
    auto with = judges(2);
    std::vector<std::string> problems;
    const auto status = run_scan({mailbox}, with, {&before, &failing, &behind}, problems);
    REQUIRE(!status.has_value());
    CHECK(status.error().message == "full");
    CHECK(behind.taken.size() == at - 1);
    CHECK(before.ends + failing.ends + behind.ends == 0);
  }
}

TEST_CASE("a mailbox that cannot be read is a problem and a status; the others are read") {
  const ScratchFolder folder;
  const auto good = mbox_of(folder, "a", 3);
  const auto other = mbox_of(folder, "b", 3);
  const std::string missing = folder.path() + "/none";
  Listener sink;
  auto with = judges(1);
  std::vector<std::string> problems;
  const auto status = run_scan({good, missing, other}, with, {&sink}, problems);
  REQUIRE(status.has_value());
  CHECK(*status == static_cast<int>(ErrorCode::no_input));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find(missing) != std::string::npos);
  CHECK(sink.taken.size() == 12);
  CHECK(sink.ends == 1);

  Listener alone;
  CHECK(!run_scan({missing}, with, {&alone}, problems).has_value());
  CHECK(alone.ends == 0);
}

}  // namespace unsent

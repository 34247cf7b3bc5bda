// SPDX-License-Identifier: MIT
#include "quarantine/release.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "quarantined_mail.h"

namespace unsent {
namespace {

constexpr std::string_view kMail = "Return-Path: <>\nSubject: hi\n\nHi\n";
const Time kNow = *parse_rfc3339("2026-11-24T07:00:00Z");

Quarantined only_one(const QuarantineFolder& folder) {
  const auto all = list_quarantine_files(folder.path());
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  return all->front();
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path().string());
  return files;
}

}  // namespace

TEST_CASE("a message goes into the mailbox as it came, without our header, and only once") {
  QuarantineFolder folder;
  folder.add(0, "X-Unsent-Verdict: backscatter; kind=bounce\n" + std::string(kMail));
  const ScratchFolder home;
  const MailboxName mailbox{home / "Maildir", true, Missing::create};
  const Quarantined one = only_one(folder);
  REQUIRE(release_one(one, mailbox, kNow));
  CHECK(!path_exists(one.path));
  REQUIRE(files_in(home / "Maildir/new").size() == 1);
  CHECK(*read_file(files_in(home / "Maildir/new").front()) == kMail);
  // Killed in between: it is still in the quarantine, and in the mailbox already.
  write_file(one.path, kMail);
  REQUIRE(release_one(one, mailbox, kNow));
  CHECK(files_in(home / "Maildir/new").size() == 1);
  CHECK(!path_exists(one.path));
}

TEST_CASE("into an mbox it goes behind a From_ line") {
  QuarantineFolder folder;
  folder.add(0, std::string(kMail));
  const ScratchFolder home;
  write_file(home / "inbox", "");
  REQUIRE(release_one(only_one(folder), {home / "inbox", false, Missing::refuse}, kNow));
  const std::string inbox = *read_file(home / "inbox");
  CHECK(inbox.starts_with("From "));
  CHECK(inbox.find("\nSubject: hi\n\nHi\n") != std::string::npos);
}

TEST_CASE("where the mailbox cannot be written the message stays put away") {
  QuarantineFolder folder;
  folder.add(0, std::string(kMail));
  const Quarantined one = only_one(folder);
  CHECK(!release_one(one, {folder.path() + "/missing/inbox", false, Missing::refuse}, kNow));
  CHECK(path_exists(one.path));
}

TEST_CASE("what is taken away is gone, and once more is no error") {
  QuarantineFolder folder;
  folder.add(0, std::string(kMail));
  const Quarantined one = only_one(folder);
  REQUIRE(take_away(one));
  CHECK(!path_exists(one.path));
  CHECK(take_away(one));
}

}  // namespace unsent

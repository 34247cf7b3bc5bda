// SPDX-License-Identifier: MIT
#include "submit/tagging.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "scratch_folder.h"
#include "tag/message_tag.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-02T09:12:40Z");
constexpr std::string_view kMail =
    "From: alice@ourshop.example\nDate: Mon, 2 Nov 2026 09:12:40 +0000\n"
    "Message-ID: <a1@ourshop.example>\n\nHi\n";

}  // namespace

TEST_CASE("keys are added to the file, the first makes it, and none is lost") {
  const ScratchFolder folder;
  const std::string path = folder / "deep/tag.keys";
  CHECK(!read_signing_keys(path));
  const auto first = add_signing_key(path, kNow, std::nullopt);
  REQUIRE(first);
  CHECK(first->number == 1);
  const auto second = add_signing_key(path, kNow, "as-exim-has-it");
  REQUIRE(second);
  CHECK(second->number == 2);
  CHECK(second->secret == "as-exim-has-it");
  const auto ring = read_signing_keys(path);
  REQUIRE(ring);
  CHECK(ring->keys().size() == 2);
  CHECK(ring->newest()->secret == "as-exim-has-it");
}

TEST_CASE("a secret or a file that makes no sense changes nothing") {
  const ScratchFolder folder;
  const std::string path = folder / "tag.keys";
  CHECK(!add_signing_key(path, kNow, "short"));
  CHECK(!path_exists(path));
  write_file(path, "no keys at all\n");
  CHECK(!add_signing_key(path, kNow, std::nullopt));
  CHECK(*read_file(path) == "no keys at all\n");
}

TEST_CASE("a file without a key is an error that says how to make one") {
  const ScratchFolder folder;
  write_file(folder / "tag.keys", "# none yet\n");
  std::filesystem::permissions(folder / "tag.keys", std::filesystem::perms::owner_read);
  for (const char* name : {"tag.keys", "missing"}) {
    const auto ring = read_signing_keys(folder / name);
    REQUIRE(!ring);
    CHECK(ring.error().hint == "make one with `unsent tag key`");
  }
}

TEST_CASE("a message gets our tag on top, instead of one that it has; all else stays") {
  const ScratchFolder folder;
  const std::string path = folder / "tag.keys";
  REQUIRE(add_signing_key(path, kNow, std::nullopt));
  const auto once = with_tag(Message::view(kMail), path, kNow);
  REQUIRE(once);
  CHECK(once->starts_with("X-Unsent-Tag: "));
  CHECK(once->ends_with("\n" + std::string(kMail)));
  CHECK(*with_tag(Message::view(*once), path, kNow) == *once);
}

TEST_CASE("without a key, or anything to hold on to, there is no tag") {
  const ScratchFolder folder;
  const std::string path = folder / "tag.keys";
  CHECK(!with_tag(Message::view(kMail), path, kNow));
  REQUIRE(add_signing_key(path, kNow, std::nullopt));
  for (const char* bad : {"", "From: alice@ourshop.example\n\n", "Date: x\n\n",
                          "From: a@b.example\nFrom: c@d.example\nDate: x\n\n"}) {
    CAPTURE(bad);
    CHECK(!with_tag(Message::view(bad), path, kNow));
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "scan/held_gists.h"

#include <doctest/doctest.h>

#include "scan_items.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

// Every field filled, and with what hostile mail has.
Gist full_gist(int number) {
  Gist gist;
  gist.kind = Kind::bounce;
  gist.verdict = Verdict::unverified;
  gist.line = std::string("line\0", 5) + std::to_string(number) + hostile();
  gist.item = hostile_item(Verdict::unverified);
  gist.item.time = at("2026-11-20T08:00:00Z") + seconds(number);
  gist.item.original.date = at("2026-11-20T07:00:00Z");
  gist.header_block = "X-Unsent-Verdict: unverified\n";
  gist.digest = "0123";
  gist.may_hold_another = true;
  gist.service = "esp.example";
  gist.facts = {
      {Check::origin,
       PointsTo::backscatter,
       Strength::weak,
       hostile(),
       "a record",
       {{"it were otherwise", PointsTo::genuine, Strength::proof, Remedy::ask_dns, "a.example"}}}};
  return gist;
}

struct Kept {
  std::string path;
  StoredMessage stored;
  Gist gist;
  std::uint64_t read;
  std::uint32_t number;
};

std::vector<std::string> texts_of(const Gist& gist) {
  const ScanItem& item = gist.item;
  return {gist.line,
          gist.header_block,
          gist.digest,
          gist.service,
          item.place.path,
          item.subject,
          item.reason,
          item.rule,
          item.reporter,
          item.sender,
          item.client_ip,
          item.traits.network,
          item.from,
          item.traits.subject,
          item.traits.sender,
          item.traits.reporter,
          item.recipients,
          item.original.subject,
          item.original.from,
          item.original.message_id,
          item.status,
          item.diagnostic,
          item.defects.at(0),
          item.facts.at(0).detail,
          gist.facts.at(0).detail,
          gist.facts.at(0).source,
          gist.facts.at(0).otherwise.at(0).condition};
}

void check_same(const Gist& one, const Gist& other) {
  CHECK(texts_of(one) == texts_of(other));
  CHECK(one.kind == other.kind);
  CHECK(one.verdict == other.verdict);
  CHECK(one.may_hold_another == other.may_hold_another);
  CHECK(one.item.time == other.item.time);
  CHECK(one.item.original.date == other.item.original.date);
  CHECK(one.facts.at(0).check == other.facts.at(0).check);
  CHECK(one.facts.at(0).otherwise.at(0).remedy == other.facts.at(0).otherwise.at(0).remedy);
  CHECK(one.facts.at(0).otherwise.at(0).domain == other.facts.at(0).otherwise.at(0).domain);
  CHECK(one.facts.at(0).otherwise.at(0).strength == other.facts.at(0).otherwise.at(0).strength);
}

}  // namespace

TEST_CASE("what was held comes back as it was, in its order, from memory and from the disk") {
  const ScratchFolder folder;
  struct Case {
    const char* name;
    std::string folder;
    std::size_t memory_limit;
  };
  const Case cases[] = {{"in memory", folder.path(), std::size_t{1} << 30U},
                        {"each one on the disk", folder.path(), 1},
                        {"some in memory, some on the disk", folder.path(), 20'000},
                        {"there is no place on the disk", folder.path() + "/none", 1}};
  for (const Case& one : cases) {
    CAPTURE(one.name);
    HeldGists held(one.folder, one.memory_limit);
    const std::string path = std::string("Mail/in\nbox");
    for (int i = 0; i < 400; ++i) {
      StoredMessage stored{path, static_cast<std::uint64_t>(i) * 100, 77, "bytes",
                           Time(seconds(5))};
      stored.kind = MailboxKind::mbox;
      stored.is_plain = i % 2 == 0;
      stored.inode = 9;
      Gist gist = i % 3 == 0 ? Gist() : full_gist(i);
      held.add({stored, gist, static_cast<std::uint64_t>(i) + 1}, static_cast<std::uint32_t>(i));
    }
    int count = 0;
    const auto handed_on = held.hand_on([&](const Scanned& scanned, std::uint32_t number) {
      const int i = count++;
      CHECK(number == static_cast<std::uint32_t>(i));
      CHECK(scanned.read == static_cast<std::uint64_t>(i) + 1);
      CHECK(scanned.stored.path == path);
      CHECK(scanned.stored.offset == static_cast<std::uint64_t>(i) * 100);
      CHECK(scanned.stored.size == 77);
      CHECK(scanned.stored.kind == MailboxKind::mbox);
      CHECK(scanned.stored.is_plain == (i % 2 == 0));
      CHECK(scanned.stored.inode == 9);
      CHECK(scanned.stored.modified == Time(seconds(5)));
      if (i % 3 == 0)
        CHECK(scanned.gist.kind == Kind::ordinary);
      else
        check_same(scanned.gist, full_gist(i));
      return Result<void>();
    });
    CHECK(handed_on.has_value());
    CHECK(count == 400);
  }
}

TEST_CASE("an error of who takes it ends it") {
  HeldGists held("/nowhere");
  const std::string path = "inbox";
  for (int i = 0; i < 3; ++i) {
    Gist gist = full_gist(i);
    held.add({StoredMessage{path, 0, 0, {}, {}}, gist, 0}, 0);
  }
  int count = 0;
  const auto handed_on = held.hand_on([&](const Scanned&, std::uint32_t) -> Result<void> {
    return ++count == 2 ? fail(ErrorCode::io, "full") : Result<void>();
  });
  REQUIRE(!handed_on.has_value());
  CHECK(handed_on.error().message == "full");
  CHECK(count == 2);
}

}  // namespace unsent

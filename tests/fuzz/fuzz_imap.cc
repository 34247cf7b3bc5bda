// SPDX-License-Identifier: MIT
// Input: all that a server says, cut into pieces of the length that the first byte names. A session
// logs in, looks at the folders, opens one, searches, fetches and moves: whatever it is told.
#include <map>
#include <memory>

#include "imap/fetched.h"
#include "imap/folder_name.h"
#include "imap/folders.h"
#include "imap/move.h"
#include "imap/session.h"

namespace {

using unsent::Result;

class Said : public unsent::ImapConnection {
 public:
  Said(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}

  Result<std::string_view> more() override {
    if (bytes_.empty()) return unsent::fail(unsent::ErrorCode::io, "the end");
    const std::string_view some = bytes_.substr(0, piece_);
    bytes_.remove_prefix(some.size());
    return some;
  }
  Result<void> send(std::string_view) override { return {}; }
  Result<bool> wait(std::chrono::milliseconds) override { return !bytes_.empty(); }
  Result<void> compress() override { return {}; }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

constexpr std::uint64_t kMost = 10'000;

void use(unsent::ImapSession& session) {
  const auto folders = unsent::list_folders(session);
  if (folders) {
    for (const unsent::ImapFolder& folder : *folders)
      if (folder.wire.empty()) __builtin_trap();
    unsent::find_role(*folders, unsent::FolderRole::sent);
    static_cast<void>(unsent::find_folder(*folders, "INBOX", "mail.example").has_value());
    unsent::place_for(*folders, "Backscatter");
  }
  const auto opened = session.open_folder("INBOX", unsent::OpenFor::changing);
  if (!opened) return;
  const auto found = session.search("ALL", kMost);
  if (found && found->count() > kMost) __builtin_trap();
  const auto target = unsent::look_at_target(session, "Backscatter");
  if (target && (target->next == 0 || target->validity == 0)) __builtin_trap();
  unsent::UidSet uids;
  uids.add({1, 20});
  const auto there = unsent::look_at_messages(session, uids);
  if (!there) return;
  if (there->size() > 20) __builtin_trap();
  const auto pairs = unsent::copy_messages(session, uids, "Backscatter");
  if (!pairs) return;
  for (const auto& pair : pairs->pairs)
    if (!uids.has(pair.first) || pair.second == 0) __builtin_trap();
  const auto checked = unsent::checked_copies(session, pairs->pairs, *there, "Backscatter");
  if (checked && checked->size() > pairs->pairs.size()) __builtin_trap();
  std::vector<unsent::WantedMessage> wanted = {{1, 5, "x"}};
  static_cast<void>(unsent::find_by_content(session, 1, wanted, {}, kMost).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  const std::size_t piece = data[0] == 0 ? input.size() + 1 : data[0];
  unsent::ImapUrl url;
  url.host = "mail.example";
  const unsent::Credentials credentials{"alice", unsent::Secret("secret"), false};
  auto session = unsent::ImapSession::open(std::make_unique<Said>(input, piece), url, credentials);
  if (session) use(**session);
  const std::string name = unsent::folder_from_wire(input);
  if (!name.empty()) unsent::folder_to_wire(name);
  return 0;
}

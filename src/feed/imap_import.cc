// SPDX-License-Identifier: MIT
#include "feed/imap_import.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "feed/doubts.h"
#include "imap/walk.h"
#include "ledger/rows.h"
#include "mailbox/place.h"

namespace unsent {
namespace {

constexpr std::string_view kHead = "UIDVALIDITY ";

std::int64_t key_of(const std::string& folder) { return hash_of_id("imap " + folder); }

ImapSeen known_of(Import& import, const std::string& folder) {
  const auto feed = import.ledger().find_feed(key_of(folder));
  if (!feed || !*feed || !(*feed)->state.starts_with(kHead)) return {};
  ImapSeen seen;
  const std::string_view number = std::string_view((*feed)->state).substr(kHead.size());
  std::from_chars(number.data(), number.data() + number.size(), seen.validity);
  seen.next = static_cast<Uid>((*feed)->next_start);
  return seen;
}

Result<void> save(Import& import, const std::string& folder, const ImapSeen& seen) {
  if (seen.validity == 0 || seen.next == 0) return {};
  const Place place{
      seen.next - 1, seen.next, std::string(kHead) + std::to_string(seen.validity), {}};
  Feed feed;
  feed.first_line = key_of(folder);
  feed.path = folder;
  feed.last_start = place.last;
  feed.next_start = place.next;
  feed.last_read = import.now();
  feed.state = place.head;
  return import.save_feed(feed);
}

}  // namespace

Result<ImapPlace> find_sent(ImapAccounts& accounts, const std::string& text) {
  const auto url = parse_imap_url(text);
  if (!url) return url.failure();
  return url->folder.empty() ? accounts.find(*url, FolderRole::sent) : accounts.find(*url);
}

Result<void> import_folder(ImapAccounts& accounts, const ImapPlace& place, bool again,
                           Import& import, std::vector<std::string>& problems) {
  const std::string folder = text_of(place.url);
  ImapWalkOptions options;
  if (!again) options.seen = known_of(import, folder);
  bool is_empty = true;
  Doubts doubts;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    is_empty = false;
    const Message message = Message::view(stored.bytes);
    if (is_bounce_that_came(message.headers())) {
      doubts.saw_bounce();
      return {};
    }
    Entry entry = entry_of(message);
    import.mend_time(entry, stored.modified);
    auto added = import.add(entry, "import",
                            [&] { return fmt::format("{}, UID {}", folder, stored.offset); });
    return added ? import.end_of_piece() : added;
  };
  const std::size_t before = problems.size();
  const auto walked = walk_imap(accounts, place, visit, problems, options);
  if (!walked) return walked.failure();
  doubts.tell(folder, import.read_so_far());
  if (is_empty) import.read_so_far().saw_nothing();
  return problems.size() == before ? save(import, folder, walked->seen) : Result<void>();
}

Result<MailboxLook> look_at_folder(ImapAccounts& accounts, const ImapPlace& place,
                                   const std::function<bool(const Address&)>& is_ours) {
  std::vector<std::string> problems;
  Result<void> failed;
  const MailboxLook look = look_at_walked(
      [&](const Visit& visit) {
        const auto walked = walk_imap(accounts, place, visit, problems, {});
        if (!walked && walked.error().code != ErrorCode::data) failed = walked.failure();
      },
      is_ours);
  if (!failed) return failed.failure();
  return look;
}

}  // namespace unsent

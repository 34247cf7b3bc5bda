// SPDX-License-Identifier: MIT
#include "feed/sent_look.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "mail/message.h"

namespace unsent {
namespace {

constexpr std::size_t kMostLookedAt = 200;
constexpr std::size_t kHeader = std::size_t{64} << 10U;  // of a message, enough for these fields

}  // namespace

MailboxLook look_at_mailbox(const std::string& path,
                            const std::function<bool(const Address&)>& is_ours) {
  std::vector<std::string> problems;
  return look_at_walked(
      [&](const Visit& visit) { static_cast<void>(walk_mailbox(path, visit, problems)); }, is_ours);
}

MailboxLook look_at_walked(const std::function<void(const Visit&)>& walk,
                           const std::function<bool(const Address&)>& is_ours) {
  MailboxLook look;
  std::map<std::string, std::size_t> others;  // senders
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    if (look.messages >= kMostLookedAt) return fail(ErrorCode::data, "enough");
    const Message message = Message::view(stored.bytes.substr(0, kHeader));
    const auto from = parse_addresses(message.headers().text("From"), 1);
    ++look.messages;
    if (message.headers().has("Received")) ++look.arrived;
    if (!from.empty() && !is_ours(from.front())) ++others[lower(from.front().text())];
    return {};
  };
  walk(visit);
  std::size_t most = 0;
  for (const auto& [sender, count] : others) {
    look.strangers += count;
    most = std::max(most, count);
  }
  look.strangers -= most;
  return look;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "mailbox/sent_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostLookedAt = 200;
constexpr std::size_t kHeader = std::size_t{64} << 10U;  // of a message, enough for these fields

// What the last server writes of whom it delivered to; no mail program writes it into a copy.
constexpr const char* kDelivered[] = {"Delivered-To", "X-Original-To", "Envelope-To",
                                      "X-Envelope-To"};

// To somebody else than who wrote it: one may send a copy to oneself, and keep that in Sent.
bool was_delivered_from(const Address& from, const Headers& headers) {
  if (!headers.has("Received")) return false;
  bool was_delivered = false;
  for (const char* name : kDelivered) {
    if (!headers.has(name)) continue;
    const auto to = parse_addresses(headers.text(name), 1);
    if (!to.empty() && to.front() == from) return false;
    was_delivered = true;
  }
  return was_delivered;
}

}  // namespace

bool is_bounce_that_came(const Headers& headers) {
  if (headers.has("Return-Path") && trim(headers.text("Return-Path")) == "<>") return true;
  const std::string type = headers.text("Content-Type");
  return starts_with_ignoring_case(type, "multipart/report") &&
         contains_ignoring_case(type, "delivery-status");
}

std::string MailboxLook::why_received() const {
  if (is_from_many())
    return fmt::format("{} of {} were carried by servers, and {} are from others", arrived,
                       many(messages, "message"), strangers);
  return fmt::format("{} of {} {} delivered to somebody else than who wrote {}, or {}", came,
                     many(messages, "message"), came == 1 ? "was" : "were",
                     came == 1 ? "it" : "them", came == 1 ? "is a bounce" : "are bounces");
}

bool SentLook::is_enough() const { return seen_.messages >= kMostLookedAt; }

void SentLook::add(const Message& message) {
  if (is_enough()) return;
  const Headers& headers = message.headers();
  const auto from = parse_addresses(headers.text("From"), 1);
  const bool is_others = !from.empty() && !is_ours_(from.front());
  ++seen_.messages;
  if (headers.has("Received")) ++seen_.arrived;
  if (is_others) ++others_[lower(from.front().text())];
  if (is_bounce_that_came(headers) || (is_others && was_delivered_from(from.front(), headers)))
    ++seen_.came;
}

MailboxLook SentLook::look() const {
  MailboxLook look = seen_;
  std::size_t most = 0;
  for (const auto& [sender, count] : others_) {
    look.strangers += count;
    most = std::max(most, count);
  }
  look.strangers -= most;
  return look;
}

MailboxLook look_at_mailbox(const std::string& path,
                            const std::function<bool(const Address&)>& is_ours) {
  std::vector<std::string> problems;
  return look_at_walked(
      [&](const Visit& visit) { static_cast<void>(walk_mailbox(path, visit, problems)); }, is_ours);
}

MailboxLook look_at_walked(const std::function<void(const Visit&)>& walk,
                           const std::function<bool(const Address&)>& is_ours) {
  SentLook look(is_ours);
  walk([&](const StoredMessage& stored) -> Result<void> {
    if (look.is_enough()) return fail(ErrorCode::data, "enough");
    look.add(Message::view(stored.bytes.substr(0, kHeader)));
    return {};
  });
  return look.look();
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "evidence/local.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mail/received.h"

namespace unsent {
namespace {

constexpr std::size_t kMostLines = 4;  // Received lines, from the top
constexpr std::size_t kShortestQueueId = 6;
constexpr std::size_t kLongestQueueId = 64;

bool is_queue_id(std::string_view text) {
  return text.size() >= kShortestQueueId && text.size() <= kLongestQueueId &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// What is returned is the message that the log says: by its id, else by its fingerprint.
bool is_about(const LocalCase& one, const SentMessage& sent) {
  const Original& original = one.bounce.original;
  const bool is_found = one.finding.sent && sent.row != 0 && one.finding.sent->row == sent.row;
  if (is_found || sent.has_id(original.message_id)) return true;
  const bool is_bare = original.from.empty() && !original.date && original.subject.empty();
  return original.message_id.empty() &&
         (is_bare || compare_fingerprints(original, sent) == Agreement::agrees);
}

void add(Facts& facts, PointsTo points_to, Strength strength, std::string detail) {
  facts.push_back({Check::local, points_to, strength, std::move(detail),
                   "ledger: notices that the mail log names"});
}

}  // namespace

std::vector<std::string> notice_names(const Headers& headers, const Identity& identity) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  for (const std::string& id : parse_message_ids(headers.text("Message-ID"), 1)) {
    const std::size_t at = id.rfind('@');
    if (at == id.npos || !identity.is_our_host(std::string_view(id).substr(at + 1))) continue;
    add(id);
    const std::string_view local = std::string_view(id).substr(0, at);
    const std::string_view behind_dot = local.substr(local.rfind('.') + 1);  // Postfix: time.id
    if (is_queue_id(behind_dot)) add(behind_dot);
    if (local.substr(0, 1) == "E" && is_queue_id(local.substr(1))) add(local.substr(1));  // Exim
  }
  std::size_t seen = 0;
  for (const HeaderField* field : headers.all("Received")) {
    if (++seen > kMostLines) break;
    const ReceivedHop hop = parse_received(field->value);
    if (hop.client_ip.empty() && !hop.by.empty() && is_queue_id(hop.id)) add(hop.id);
  }
  return names;
}

void add_local_fact(Facts& facts, const LocalCase& one, Ledger& ledger) {
  for (const std::string& name : notice_names(one.message.headers(), one.identity)) {
    const auto answer = ledger.find(ByNotice{name});
    if (!answer.is_available()) return;  // the ledger's own fact says why
    if (answer.value.empty()) continue;
    const bool is_ours = std::any_of(answer.value.begin(), answer.value.end(),
                                     [&](const SentMessage& sent) { return is_about(one, sent); });
    const std::string what =
        fmt::format("our own server's log has this report as its notice {}", name);
    if (!is_ours)
      add(facts, PointsTo::neither, Strength::weak, what + ", but about another message");
    else if (one.origin.shows_arrival() && !one.origin.came_from_us())
      add(facts, PointsTo::neither, Strength::weak, what + ", but it came from elsewhere");
    else
      add(facts, PointsTo::genuine, one.origin.came_from_us() ? Strength::proof : Strength::strong,
          what + " about a message that we sent");
    return;
  }
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "ledger/message_told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/printable.h"
#include "base/text.h"

namespace unsent {

std::string to_json(const SentMessage& sent, const std::string& id,
                    const std::vector<Address>& asked) {
  auto object = begin_json();
  object["message_ids"] = nlohmann::ordered_json::array({to_valid_utf8(id)});
  object["sent_at"] = format_rfc3339(sent.sent_at);
  object["hashed"] = true;
  object["recipient_count"] = sent.recipients.size();
  object["recipients"] = nlohmann::ordered_json::array();
  for (const Address& address : asked)
    if (sent.went_to(address)) object["recipients"].push_back(address.text());
  object["all_recipients"] = sent.has_all_recipients;
  return json_line(object);
}

std::string to_json(const Entry& entry) {
  return fmt::format("{{\"version\": {}, {}", kJsonVersion, format_entry(entry).substr(1));
}

ListedMessage listed(const Row& row, const std::optional<Entry>& text) {
  ListedMessage one{row.time(), row.recipients.size(), {}, ""};
  if (text) one.message_ids = text->message_ids;
  if (text) one.sender = text->sender();
  return one;
}

std::string to_json(const ListedMessage& one) {
  auto object = begin_json();
  object["time"] = json_or_null(one.time);
  object["recipients"] = one.recipients;
  object["message_ids"] = one.message_ids;
  object["sender"] = json_or_null(one.sender);
  return json_line(object);
}

std::string to_text(const ListedMessage& one) {
  std::string text = fmt::format("{}  {}", format_rfc3339(one.time.value_or(Time{})),
                                 many(one.recipients, "recipient"));
  if (!one.message_ids.empty() || !one.sender.empty())
    text +=
        fmt::format("  <{}>  {}", printable(fmt::format("{}", fmt::join(one.message_ids, "> <"))),
                    printable(one.sender));
  return text;
}

}  // namespace unsent

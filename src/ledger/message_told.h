// SPDX-License-Identifier: MIT
// The messages of a ledger, for people and for programs, as far as it keeps more than hashes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/row_store.h"

namespace unsent {

// What can be said where the ledger keeps hashes: of the addresses that were asked for,
// those to whom it went. schema/ledger-message.schema.json
std::string to_json(const SentMessage& sent, const std::string& id,
                    const std::vector<Address>& asked);

// The line that an import takes, with the version. schema/ledger-message.schema.json
std::string to_json(const Entry& entry);

// A line of a list.
struct ListedMessage {
  std::optional<Time> time;
  std::size_t recipients = 0;
  std::vector<std::string> message_ids;  // these two where texts are kept
  std::string sender;
};
ListedMessage listed(const Row& row, const std::optional<Entry>& text);
// schema/ledger-list.schema.json
std::string to_json(const ListedMessage& one);
// Without its end.
std::string to_text(const ListedMessage& one);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// The messages of a ledger, a line each, as far as it keeps more than hashes of them.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger_reader.h"
#include "setup/arguments.h"

namespace unsent {

// words: the verb, a Message-ID, and addresses. Exit status 0: recorded, and sent to all who are
// named behind the id; 1: not. schema/ledger-message.schema.json
Outcome show_message(LedgerReader& ledger, const std::vector<std::string>& words);
// For people, or schema/ledger-list.schema.json.
Outcome list_messages(LedgerReader& ledger, bool is_json);
// As `unsent import` takes them; schema/ledger-message.schema.json.
Outcome export_messages(LedgerReader& ledger);

}  // namespace unsent

// SPDX-License-Identifier: MIT
#include "app/ledger_messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ledger/message_told.h"
#include "setup/output.h"

namespace unsent {

Outcome show_message(LedgerReader& ledger, const std::vector<std::string>& words) {
  const auto ids = parse_message_ids(words[1], 1);
  if (ids.empty()) return fail(ErrorCode::usage, "ledger show: " + words[1] + " is no Message-ID");
  std::vector<Address> asked;
  for (std::size_t i = 2; i < words.size(); ++i) {
    auto address = Address::parse(words[i]);
    if (!address) return fail(ErrorCode::usage, "ledger show: " + words[i] + " is no address");
    asked.push_back(std::move(*address));
  }
  const auto found = ledger.find(ByMessageId{ids.front()});
  if (!found.is_available()) return fail(ErrorCode::temp_fail, found.unavailable);
  const auto entries = ledger.find_entries(ids.front());
  if (!entries) return entries.failure();
  Output output;
  bool went_to_all = false;
  for (const SentMessage& sent : found.value) {
    went_to_all = went_to_all || std::all_of(asked.begin(), asked.end(),
                                             [&](const Address& one) { return sent.went_to(one); });
    if (!entries->empty()) continue;
    if (auto line = output.json(to_json(sent, ids.front(), asked)); !line) return line.failure();
  }
  for (const Entry& entry : *entries)
    if (auto line = output.json(to_json(entry)); !line) return line.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  if (found.value.empty())
    complain(fmt::format("<{}> is not in the ledger", to_valid_utf8(ids.front())));
  else if (!went_to_all)
    complain(fmt::format("<{}> is in the ledger, but did not go to all who are named",
                         to_valid_utf8(ids.front())));
  return went_to_all ? 0 : 1;
}

Outcome list_messages(LedgerReader& ledger, bool is_json) {
  Output output;
  bool is_hashed = false;
  const auto done =
      ledger.for_each_row([&](const Row& row, const std::optional<Entry>& text) -> Result<void> {
        is_hashed = is_hashed || !text;
        const ListedMessage one = listed(row, text);
        return is_json ? output.json(to_json(one)) : output.line(to_text(one));
      });
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  if (!done) return done.failure();
  if (is_hashed)
    complain(
        "ids, senders and recipients are kept as hashes: unsent ledger show MESSAGE-ID ADDRESS "
        "says whether one is among them; plain = true in [ledger] keeps the texts of what comes");
  return 0;
}

Outcome export_messages(LedgerReader& ledger) {
  Output output;
  const auto done =
      ledger.for_each([&](const Entry& entry) { return output.json(to_json(entry)); });
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  if (!done) return done.failure();
  return 0;
}

}  // namespace unsent

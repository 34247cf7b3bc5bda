// SPDX-License-Identifier: MIT
#include "quarantine/selection.h"

#include <algorithm>
#include <iterator>

namespace unsent {
namespace {

using List = std::vector<Quarantined>;

// An id must begin one message's id and no other's.
Result<List> select_ids(const List& list, const std::vector<std::string>& ids) {
  List chosen;
  for (const std::string& id : ids) {
    List matching;
    std::copy_if(list.begin(), list.end(), std::back_inserter(matching),
                 [&](const auto& one) { return !id.empty() && one.id.substr(0, id.size()) == id; });
    if (matching.size() != 1)
      return fail(ErrorCode::no_input,
                  id + (matching.empty() ? ": no such message in the quarantine"
                                         : ": begins the ids of several messages"),
                  "see unsent quarantine list");
    chosen.push_back(matching.front());
  }
  return chosen;
}

// The named campaign's, of those that are chosen. A name that nothing in the quarantine bears
// is a slip, and to be told.
Result<void> keep_campaign(List& chosen, const List& all, const std::string& name,
                           PutAwayReader& reader) {
  const auto is_of_it = [&](const Quarantined& one) { return reader.look(one).campaign == name; };
  std::erase_if(chosen, [&](const Quarantined& one) { return !is_of_it(one); });
  if (!chosen.empty() || std::any_of(all.begin(), all.end(), is_of_it)) return {};
  return fail(ErrorCode::no_input, name + ": no such campaign in the quarantine",
              "see unsent quarantine list");
}

}  // namespace

Result<List> choose(const std::string& folder, const Selection& selection, PutAwayReader* reader) {
  const auto all = list_quarantine_files(folder);
  if (!all) return all;
  auto chosen = selection.ids.empty() ? all : select_ids(*all, selection.ids);
  if (!chosen) return chosen;
  if (selection.before)
    std::erase_if(*chosen, [&](const auto& one) { return one.since >= *selection.before; });
  if (reader != nullptr) reader->learn(*all);
  if (reader != nullptr && selection.campaign)
    if (auto kept = keep_campaign(*chosen, *all, *selection.campaign, *reader); !kept)
      return kept.failure();
  return chosen;
}

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What was put away: a Maildir whose messages bear our header block, so that each tells
// why it is there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace unsent {

struct Quarantined {
  std::string id;  // the file's name without flags; any unambiguous beginning will do
  std::string path;
  Time since;  // by the file's name, else its last change
  std::uint64_t size = 0;
  std::string why;       // the value of X-Unsent-Verdict, "" where there is none
  std::string subject;   // of the bounce
  std::string original;  // the subject of the message that it is about, or ""
  // Eight digits that bounces of one forged mailing share: made from the letters of the
  // original's subject, so that numbers and names in it that change do not count; or "".
  std::string campaign;
};

// Oldest first. A folder that is not there holds nothing.
Result<std::vector<Quarantined>> list_quarantine(const std::string& folder);

// The same without looking into the messages: no why, subjects or campaign.
Result<std::vector<Quarantined>> list_quarantine_files(const std::string& folder);

// Why messages are there that were moved into the quarantine as they are, without our
// header: lines of encode_fields({id, header block}). Kept in unsent-reasons beside them,
// as far as it can be written; what is gone may stand there still.
void add_quarantine_reasons(const std::string& folder, std::string_view lines);

// Deletes what came before then; how many.
Result<std::int64_t> purge_quarantine(const std::string& folder, Time before);

}  // namespace unsent

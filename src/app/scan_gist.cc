// SPDX-License-Identifier: MIT
#include "app/scan_gist.h"

#include <utility>

#include "action/annotate.h"
#include "action/report.h"
#include "action/report_csv.h"

namespace unsent {

Gist make_gist(const GistParts& parts, const StoredMessage& stored, const Message& message,
               Judgement judgement) {
  Gist gist;
  gist.kind = judgement.bounce.kind;
  gist.verdict = judgement.decision.verdict;
  const Place place{stored.path, stored.offset};
  if (gist.kind != Kind::ordinary && may_hold_another(stored))
    judgement.bounce.defects.add("doubtful: a line within it may begin another message");
  if (parts.line == GistParts::Line::json) gist.line = to_json(place, message, judgement);
  if (gist.kind == Kind::ordinary) return gist;
  if (parts.has_header_block && gist.verdict != Verdict::genuine)
    gist.header_block = header_block(judgement);
  const bool is_csv = parts.line == GistParts::Line::csv;
  if (parts.has_item || is_csv) gist.item = scan_item(place, message, std::move(judgement));
  if (is_csv) gist.line = csv_line(gist.item);
  return gist;
}

}  // namespace unsent

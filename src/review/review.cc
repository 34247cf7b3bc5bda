// SPDX-License-Identifier: MIT
#include "review/review.h"

#include <fmt/format.h>

#include "report/figures.h"
#include "setup/setup.h"

namespace unsent {

Review::Review(Choice& choice, std::string title, std::string said)
    : choice_(choice), title_(std::move(title)), said_(std::move(said)) {}

Result<void> Review::take(const Scanned& scanned) {
  // A person's answer is nothing to be put away with a campaign.
  if (scanned.gist.kind == Kind::ordinary || scanned.gist.kind == Kind::reply) {
    summary_.add_ordinary(1, scanned.stored.size);
    return {};
  }
  ScanItem item = std::move(scanned.gist.item);
  if (item.verdict != Verdict::genuine) item.id = message_id_of(scanned.gist);
  summary_.add(std::move(item), scanned.stored.size);
  return {};
}

Result<void> Review::finish(const ScanEnd& end) {
  if (end.is_interrupted) return {};
  auto said = CampaignWords::read(said_);
  if (!said) return said.failure();
  Board board(summary_, *said);
  const std::string title =
      fmt::format("{}: {} in {}", title_, counted(summary_.reports(), "report", "reports"),
                  counted(summary_.messages(), "message", "messages"));
  const auto reviewed = review_on_screen(board, title, end.notices);
  if (!reviewed) return reviewed.failure();
  if (*reviewed == Reviewed::leave) {
    choice_.spare_all();
    return {};
  }
  choice_.follow(board.words());
  board.remember(*said, current_time());
  return said_.empty() ? Result<void>() : said->write(said_);
}

}  // namespace unsent

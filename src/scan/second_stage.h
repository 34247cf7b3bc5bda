// SPDX-License-Identifier: MIT
// Holds back what was judged until all of it is, looks at it together (flood/), and hands it on:
// the same messages in the same order, some of them judged again.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "evidence/identity.h"
#include "flood/second_look.h"
#include "report/campaign.h"
#include "scan/held_gists.h"

namespace unsent {

// What many are judged by beside themselves; each may be null.
struct StageWitnesses {
  Ledger* ledger = nullptr;            // asked while messages are handed on
  const Identity* identity = nullptr;  // who writes under an address of ours answers nobody
};

class SecondStage {
 public:
  // parts: of which the gists are made.
  explicit SecondStage(const GistParts& parts, const StageWitnesses& witnesses = {});

  void add(const Scanned& scanned);
  // Once, behind the last one. An error is one of take, or of the file that held them.
  Result<void> hand_on(const std::function<Result<void>(const Scanned&)>& take);

  // After hand_on: what somebody should know before anything else, in words.
  std::vector<std::string> notices() const;

 private:
  void look_again(Gist& gist, std::size_t index);
  void look_at_mention(Gist& gist);
  bool is_by_us(const Mention& mention) const;
  std::string known_author(const Mention& mention) const;
  void put_campaign(Gist& gist) const;
  void note(const Gist& gist, std::size_t index);
  std::vector<std::pair<std::uint32_t, std::string>> largest_services() const;

  GistParts parts_;
  StageWitnesses witnesses_;
  Flood flood_;
  Campaigns campaigns_;  // where their names are asked for
  CampaignNames names_;
  HeldGists held_;
  std::map<std::string, std::uint32_t> services_;  // that SPF does not name, how many by each
  std::vector<std::string> subjects_;              // of runs of foreign use, in their order
};

}  // namespace unsent

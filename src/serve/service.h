// SPDX-License-Identifier: MIT
// The ledger's service: what `unsent serve` runs. Reads are answered by the loop's own thread, for
// they wait for nobody; what is written, by a second one; who a user is, asked by a third.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "daemon/loop.h"
#include "daemon/server.h"
#include "daemon/worker.h"
#include "serve/bookkeeper.h"
#include "serve/clerk.h"

namespace unsent {

class LedgerService {
 public:
  // Changes nothing in the ledger if is_reading_only: then nothing is noted or recorded.
  struct Options {
    bool is_reading_only = false;
  };

  // The loop must outlive it.
  LedgerService(Loop& loop, LedgerDoor door, People people, Options options);
  ~LedgerService();

  std::unique_ptr<Conversation> begin(const Peer& peer);
  // Holds for those who connect from now on.
  void set_people(People people);

 private:
  class Talk;
  using Known = std::shared_ptr<const Client>;
  // Calls back at once if it is known who that is.
  void find_client(uid_t user, const std::function<void(Known)>& found);

  Loop& loop_;
  Options options_;
  std::shared_ptr<const People> people_;
  WarmLedger ledger_;
  Clerk clerk_;
  Bookkeeper keeper_;
  struct Remembered {
    Known client;
    Loop::Clock::time_point until{};
  };
  std::unordered_map<uid_t, Remembered> clients_;
  std::shared_ptr<bool> is_there_;  // false once this is gone, for what comes back late
  Worker writer_;                   // the last members: they end first
  Worker asker_;
};

}  // namespace unsent

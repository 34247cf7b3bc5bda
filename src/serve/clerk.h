// SPDX-License-Identifier: MIT
// Answers what one client asks of the ledger: all to who is trusted, to the others what is
// theirs. What a user is not told, never counts against a message either: it is unavailable.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "evidence/ledger.h"
#include "serve/people.h"
#include "serve/warm_ledger.h"
#include "serve/wire.h"

namespace unsent {

// Hashes under the ledger's key become tokens of one user: who has a copy of the ledger, but not
// the key, learns nothing from what he is told here. They last as long as the key.
class Blind {
 public:
  Blind() = default;
  Blind(const LedgerKey& key, uid_t user);
  std::string token(std::string_view kept) const;  // 16 hexadecimal digits; "" of ""

 private:
  std::array<unsigned char, 16> key_{};
};

// What is remembered of a client as long as it is connected.
struct Visit {
  static constexpr std::size_t kMostGiven = 1000;

  std::shared_ptr<const People> people;  // as they were when it came
  std::shared_ptr<const Client> client;
  uid_t user = 0;
  std::string key_name;  // of the ledger that blind is for
  Blind blind;
  std::deque<std::int64_t> given;  // rows, the last ones
};

class Clerk {
 public:
  // It must outlive this.
  explicit Clerk(WarmLedger& ledger) : ledger_(ledger) {}

  // The answer's line; not to what is written.
  std::string answer(const FindRequest& find, Visit& visit);
  std::string answer(const SenderRequest& request, Visit& visit);
  std::string answer(const CountRequest& count, Visit& visit);
  std::string answer(const WithoutIdRequest& request, Visit& visit);
  std::string answer(const IdentityRequest& identity, Visit& visit);
  std::string answer(const CompareRequest& compare, Visit& visit);

  // "" if that may be noted by this client; else the answer's line.
  static std::string refusal_to_note(const Noted& noted, const Visit& visit);

 private:
  template <typename T, typename Ask, typename Encode>
  std::string ask(const Ask& ask, const Encode& encode);
  static bool is_private(std::string_view address, const Visit& visit);
  const LearnedIdentity& known_identity(LedgerReader& ledger, std::string& unavailable);

  WarmLedger& ledger_;
  LearnedIdentity identity_;
  WarmLedger::Clock::time_point identity_until_{};
};

}  // namespace unsent

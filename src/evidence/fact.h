// SPDX-License-Identifier: MIT
// One piece of evidence, in words that an admin can defend.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unsent {

enum class Check {
  tag,
  local,
  ledger,
  signature,
  origin,
  reply_id,
  replay,
  never_sends,
  arrival,
  identity,
  diagnostic,
  count,  // far more bounces about one message than it had recipients
  burst,
  flood,  // what many originals that look alike show together
};
std::string_view name_of(Check check);  // "ledger", "reply-id", "never-sends"

enum class PointsTo { genuine, backscatter, neither };
std::string_view name_of(PointsTo points_to);

// proof: no forger without our keys or our mail can have made it. strong: decides
// unless another strong fact speaks against it. weak: shown, never decides.
enum class Strength { weak, strong, proof };
std::string_view name_of(Strength strength);

// What somebody could do about it, so that it need not be read from words.
enum class Remedy {
  none,
  record,        // have it in the ledger: import or record what was sent
  keep_ledger,   // have a ledger at all
  mend_ledger,   // have one that can be asked
  complete,      // say that the ledger is complete for domain
  publish_spf,   // an SPF record for domain
  mend_spf,      // one that can be read
  end_in_all,    // one that ends in -all
  ask_dns,       // a DNS server that answers
  name_relay,    // name the client as a server of ours
  keep_marking,  // mark what is sent: a tag, a DKIM signature
};

// What a fact would have said instead, had something been otherwise.
struct Otherwise {
  std::string condition;  // completes "if …": "the DNS had answered"
  PointsTo points_to;
  Strength strength;
  Remedy remedy = Remedy::none;
  std::string domain = {};  // that the remedy is about, or ""
};

struct Fact {
  Check check;
  PointsTo points_to;
  Strength strength;
  std::string detail;
  std::string source = {};  // where it was read, for people: "SPF record of ourshop.example"
  std::vector<Otherwise> otherwise = {};  // for people, too; tried by what_would_change
};

using Facts = std::vector<Fact>;

// The first of the strongest that point there, of those that are at least so strong; or null.
const Fact* strongest(const Facts& facts, PointsTo points_to, Strength least);

}  // namespace unsent

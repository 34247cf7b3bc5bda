// SPDX-License-Identifier: MIT
// The first witness: did we send the original? Joins what came back with the ledger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/fact.h"
#include "evidence/identity.h"
#include "evidence/ledger.h"

namespace unsent {

// How the From, Date and Subject of the original compare with those of a sent message.
enum class Agreement {
  unknown,  // too little of either is known
  agrees,
  disagrees,  // another message under a true id
};
Agreement compare_fingerprints(const Original& original, const SentMessage& sent);

// Whom the bounce reports on, seen from the sent message.
enum class RecipientMatch {
  exact,         // a recipient to whom we sent it
  guessed,       // the same, but read from free text
  organisation,  // in the organisation of one to whom we sent it: aliases, forwards
  stranger,      // none of these
  unstated,      // the bounce names no recipient, or only ones that free text suggests
};

// What the ledger knows of one original.
struct SentFinding {
  bool is_asked = false;    // false: no ledger, or nothing to ask for
  std::string unavailable;  // why the ledger could not answer
  bool by_id = false;       // found by a Message-ID
  bool by_fingerprint = false;
  std::string id;  // the id that was found, or asked for
  Agreement agreement = Agreement::unknown;
  // Date or Subject is another's, though the rest may agree. (Lists write a From of their own.)
  bool has_other_field = false;
  RecipientMatch recipient = RecipientMatch::unstated;
  std::string recipient_text;  // the reported recipient that decided recipient
  std::optional<SentMessage> sent;

  bool is_found() const { return by_id || by_fingerprint; }
};

// What the report returns is a report itself: no message that anybody sent, ours or not.
bool is_report_itself(const Original& original);

// Asks for the ids that the bounce shows for its original, best first, and where none is
// known for the fingerprint: a server on the way may have added or replaced the id. An id that
// may be another message's (X-Google-Original-Message-ID, References of what was sent again)
// counts only with From, Date and Subject; marks before the Subject ("[EXTERNAL]") are passed over.
SentFinding find_sent(const Bounce& bounce, Ledger& ledger);

// In a ledger that many users share: the message was sent by another of them than to whom
// the bounce came. recipient: the bounce's own. Whoever sends nothing is taken for an alias.
bool is_of_another_user(const SentMessage& sent, const std::optional<Address>& recipient,
                        const Identity& identity, Ledger& ledger);

// The addresses that may have sent the original: its envelope sender, its From, and to
// whom the bounce came, unwrapped. Without doubles.
std::vector<Address> claimed_senders(const Bounce& bounce, const std::optional<Address>& recipient);

}  // namespace unsent

// SPDX-License-Identifier: MIT
// What somebody who looks at a flood can do about it, most useful first, in plain words and with
// the commands to copy; and on what the verdicts rest, which is said before anything is asked.
#pragma once

#include <string>
#include <vector>

#include "report/summary.h"
#include "spf/record.h"

namespace unsent {

// A scan again, without what it was told to report and to do. Its words are shell text
// (report/shell_text.h).
struct ScanCommand {
  std::vector<std::string> begin;      // "unsent", "scan", "--sent", "~/Mail/sent"
  std::vector<std::string> mailboxes;  // "~/Mail/inbox"

  std::vector<std::string> with(const std::vector<std::string>& options) const;
};

// What the DNS said of a domain's SPF record.
struct SpfWord {
  std::string domain;
  SpfResult result = SpfResult::pass;  // pass: there is one; else none, permerror, temperror
  std::string record;
  std::string reason;  // unless pass
};

// What a scan knew beside the mailboxes.
struct Circumstances {
  ScanCommand scan;
  std::vector<std::string> sent;       // Sent mailboxes that were named, or lie where they often do
  bool was_sent_named = false;         // they were, with --sent
  bool has_ledger = false;             // a ledger file was asked
  std::vector<std::string> domains;    // ours
  std::vector<std::string> addresses;  // ours, most used first
  bool is_learned = false;             // from what was sent, not said by the user
  std::int64_t learned_from = 0;       // so many messages
  std::vector<std::string> relays;     // said to be our own outgoing servers
  std::vector<std::string> complete;   // domains and addresses that the ledger is complete for
  enum class Dns { asked, zone, off } dns = Dns::asked;
  std::vector<SpfWord> spf;
  bool is_opted_in = false;
};

// The domain is one of ours, or one in which an address of ours is.
bool is_ours(const Circumstances& circumstances, std::string_view domain);

struct Advice {
  std::string text;
  std::vector<std::vector<std::string>> commands;  // words of each
};

// Whose mail was taken for ours and why, by whom it went out, and what the DNS said.
std::vector<std::string> grounds(const Circumstances& circumstances, const ScanSummary& summary);

std::vector<Advice> advise(const Circumstances& circumstances, const ScanSummary& summary,
                           Time now);

}  // namespace unsent
